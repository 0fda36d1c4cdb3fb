"""Points out of a Parquet file, a batch at a time."""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import numpy as np
import pyarrow as pa
from pyarrow import parquet

from ocelli.client import Collection, Point
from ocelli.client.cli.transfer.batches import batch_size
from ocelli.client.cli.transfer.description import from_json
from ocelli.client.cli.transfer.parquet_writer import METADATA_KEY

_COLUMNS = ("id", "vector", "payload")
_EXPECTED = "expected a Parquet file that `ocelli collections export` wrote"


class PointReader:
    """Reads the points of a file that is open, and what their collection is."""

    def __init__(self, path: Path, file: parquet.ParquetFile) -> None:
        self._path = path
        self._file = file
        schema = file.schema_arrow
        text = (schema.metadata or {}).get(METADATA_KEY)
        if text is None:
            raise ValueError(f"its metadata lacks {METADATA_KEY.decode()}")
        self.collection: Collection = from_json(text)
        self.rows: int = file.metadata.num_rows
        for name in _COLUMNS:
            if schema.get_field_index(name) < 0:
                raise ValueError(f"it lacks the column {name}, or has it twice")
        for name in ("id", "payload"):
            kind = schema.field(name).type
            if kind not in (pa.string(), pa.large_string()):
                raise ValueError(f"its column {name} holds {kind}, not strings")
        self._check_vectors(schema.field("vector").type)

    def batches(self) -> Iterator[list[Point]]:
        """Yields all points, in batches that are read as they are asked for.

        Raises:
            click.ClickException: the file is damaged.
        """
        size = batch_size(self.collection.dimension)
        with _refusing(self._path):
            for rows in self._file.iter_batches(size, columns=list(_COLUMNS)):
                yield self._points(rows)

    def _check_vectors(self, kind: pa.DataType) -> None:
        dimension = self.collection.dimension
        if not pa.types.is_fixed_size_list(kind) or kind.value_type != pa.float32():
            raise ValueError(f"its column vector holds {kind}, not lists of {dimension} float32")
        if kind.list_size != dimension:
            raise ValueError(
                f"its vectors have {kind.list_size} values, its description says {dimension}"
            )

    def _points(self, rows: pa.RecordBatch) -> list[Point]:
        if any(rows.column(name).null_count for name in _COLUMNS):
            raise ValueError("it has rows without an id, a vector or a payload")
        values = rows.column("vector").flatten()
        vectors = values.to_numpy(zero_copy_only=False).astype(np.float32, copy=False)
        return [
            Point(id_, vector, _payload(text))
            for id_, vector, text in zip(
                rows.column("id").to_pylist(),
                vectors.reshape(len(rows), self.collection.dimension),
                rows.column("payload").to_pylist(),
                strict=True,
            )
        ]


@contextlib.contextmanager
def reading(path: Path) -> Iterator[PointReader]:
    """Opens a file.

    Raises:
        click.ClickException: it cannot be read, or is not one that an export wrote.
    """
    with contextlib.ExitStack() as stack:
        with _refusing(path):
            file = parquet.ParquetFile(path, page_checksum_verification=True)
            stack.enter_context(file)
            reader = PointReader(path, file)
        yield reader


@contextlib.contextmanager
def _refusing(path: Path) -> Iterator[None]:
    """Turns what a damaged or foreign file leads to into one line."""
    try:
        yield
    except (OSError, ValueError, RecursionError, pa.ArrowException) as error:
        if isinstance(error, OSError) and error.strerror:
            raise click.ClickException(f"cannot read {path}: {error.strerror}") from error
        said = " ".join(str(error).split()).rstrip(".")
        raise click.ClickException(f"{path} cannot be imported: {said} ({_EXPECTED})") from error


def _payload(text: str) -> dict[str, Any]:
    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError(f"the payload {text:.60} is no JSON object")  # noqa: TRY004  a file's fault
    return found
