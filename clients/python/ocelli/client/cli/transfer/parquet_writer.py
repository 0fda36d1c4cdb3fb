"""Points into a Parquet file, a row group at a time.

The columns are `id` (string), `vector` (fixed-size list of float32) and `payload` (JSON text). The
schema's metadata has the collection's description under `METADATA_KEY`.
"""

import contextlib
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import numpy as np
import pyarrow as pa
from pyarrow import parquet

from ocelli.client import Collection, Point
from ocelli.client.cli.transfer.description import to_json

METADATA_KEY = b"ocelli.collection"


class PointWriter:
    """Writes points to a file that is open."""

    def __init__(self, writer: parquet.ParquetWriter, schema: pa.Schema) -> None:
        self._writer = writer
        self._schema = schema

    def write(self, points: Sequence[Point]) -> None:
        """Writes points that have vectors as a row group."""
        values = np.concatenate([np.asarray(point.vector, np.float32) for point in points])
        kind = self._schema.field("vector").type
        columns = [
            pa.array([point.id for point in points], pa.string()),
            pa.FixedSizeListArray.from_arrays(pa.array(values), type=kind),
            pa.array([_text(point) for point in points], pa.string()),
        ]
        self._writer.write_table(pa.Table.from_arrays(columns, schema=self._schema))


@contextlib.contextmanager
def writing(path: Path, collection: Collection) -> Iterator[PointWriter]:
    """Writes a file beside `path` that takes its place once all is written and on disk.

    Raises:
        click.ClickException: the file cannot be written.
    """
    schema = pa.schema(
        [
            pa.field("id", pa.string(), nullable=False),
            pa.field(
                "vector",
                pa.list_(pa.field("element", pa.float32(), nullable=False), collection.dimension),
                nullable=False,
            ),
            pa.field("payload", pa.string(), nullable=False),
        ],
        metadata={METADATA_KEY: to_json(collection)},
    )
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with partial.open("wb") as file:
            with parquet.ParquetWriter(
                file,
                schema,
                compression="zstd",
                use_dictionary=False,
                write_statistics=False,
                write_page_checksum=True,
            ) as writer:
                yield PointWriter(writer, schema)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise click.ClickException(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        partial.unlink(missing_ok=True)


def _text(point: Point) -> str:
    return json.dumps(point.payload, ensure_ascii=False, separators=(",", ":"))
