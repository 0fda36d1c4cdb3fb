"""Files that no export wrote, or that were damaged since."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from ocelli.client import Client
from tests.client.cli.transfer.conftest import fill

pytestmark = pytest.mark.system


@pytest.fixture
def file(here: Client, at_here: Any, tmp_path: Path) -> Path:
    fill(here, "c", 50)
    assert at_here("export", "c", tmp_path / "c.parquet").code == 0
    return tmp_path / "c.parquet"


def describe(file: Path, **changes: object) -> None:
    """Writes a file again with another description."""
    table = parquet.read_table(file)
    known = json.loads(table.schema.metadata[b"ocelli.collection"])
    metadata = {b"ocelli.collection": json.dumps({**known, **changes})}
    parquet.write_table(table.replace_schema_metadata(metadata), file)


def refused(at_there: Any, there: Client, file: Path, text: str) -> None:
    told = at_there("import", file)
    told.says(text, 1)
    assert "expected a Parquet file that `ocelli collections export` wrote" in told.err
    assert there.collections.list() == ()


@pytest.mark.parametrize("content", [b"", b"id,vector\n", b"PAR1" * 100])
def test_no_parquet(at_there: Any, there: Client, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.parquet"
    file.write_bytes(content)
    refused(at_there, there, file, "cannot be imported")


def test_no_file(at_there: Any, tmp_path: Path) -> None:
    at_there("import", tmp_path / "x.parquet").says("No such file", 1)


def test_a_cut_file(at_there: Any, there: Client, file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-100])
    refused(at_there, there, file, "cannot be imported")


def test_a_changed_byte(at_there: Any, file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 3] ^= 0xFF
    file.write_bytes(data)
    at_there("import", file).says("cannot be imported", 1)


@pytest.mark.parametrize("column", ["id", "vector", "payload"])
def test_a_column_is_missing(at_there: Any, there: Client, file: Path, column: str) -> None:
    parquet.write_table(parquet.read_table(file).drop_columns([column]), file)
    refused(at_there, there, file, f"lacks the column {column}")


def test_another_type(at_there: Any, there: Client, file: Path) -> None:
    table = parquet.read_table(file)
    ids = pa.array(range(50))
    parquet.write_table(table.set_column(0, "id", ids), file)
    refused(at_there, there, file, "holds int64, not strings")


def test_no_description(at_there: Any, there: Client, file: Path) -> None:
    parquet.write_table(parquet.read_table(file).replace_schema_metadata(None), file)
    refused(at_there, there, file, "lacks ocelli.collection")


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"dimension": 9}, "have 8 values, its description says 9"),
        ({"format": 2}, "format 2; this command reads format 1"),
        ({"metric": "manhattan"}, "incomplete"),
        ({"fields": {"n": "colour"}}, "unknown type"),
        ({"detector": {"labels": [], "colour": 1}}, "unknown kind of detector"),
    ],
)
def test_another_description(
    at_there: Any, there: Client, file: Path, changes: dict[str, object], text: str
) -> None:
    describe(file, **changes)
    refused(at_there, there, file, text)


@pytest.mark.parametrize("payload", ["[1]", "{", "[" * 100_000])
def test_a_payload_that_is_no_object(at_there: Any, file: Path, payload: str) -> None:
    table = parquet.read_table(file)
    payloads = pa.array([payload, *table["payload"].to_pylist()[1:]])
    field = table.schema.field("payload")
    parquet.write_table(table.set_column(2, field, payloads), file)
    at_there("import", file).says("cannot be imported", 1)
