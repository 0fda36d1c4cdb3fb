"""Collections that go into files and come back, through real servers."""

import json
import signal
import subprocess
import time
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from ocelli.client import Client, Point
from ocelli.client.collection import Metric
from tests.client.cli.transfer.conftest import OCELLI, assert_same, fill, stored

pytestmark = pytest.mark.system

ODD_IDS = ["a\0b", "\0", "שלום", "\u202eabc\u202c", "👩‍👩‍👧", "é", "e\u0301", " ", "a#0", "%2F/.."]
PAYLOADS: list[dict[str, Any]] = [
    {},
    {"null": None, "true": True, "one": 1, "half": 0.5, "large": 2**53, "huge": 1e300},
    {"text": 'a"b\\c\n\0 é 👩‍👩‍👧', "": "no key", "list": [], "map": {}},
    {"deep": {"list": [1, "2", None, [False, {"x": -1.5e-300}]]}},
]


@pytest.mark.parametrize("metric", get_args(Metric))
def test_what_was_exported_comes_back(
    metric: Metric, here: Client, there: Client, at_here: Any, at_there: Any, tmp_path: Path
) -> None:
    here.collections.create("odd", dimension=5, metric=metric, fields={"word": "keyword"})
    values = np.random.default_rng(1).standard_normal((len(ODD_IDS), 5)) * 1e3
    points = [
        Point(id_, vector, PAYLOADS[n % len(PAYLOADS)])
        for n, (id_, vector) in enumerate(zip(ODD_IDS, values, strict=True))
    ]
    assert not here.points.upsert("odd", points).errors
    file = tmp_path / "odd.parquet"
    told = at_here("export", "odd", file, "--json")
    assert (told.code, told.lines[0]["points"]) == (0, len(ODD_IDS))
    assert list(tmp_path.iterdir()) == [file]
    told = at_there("import", file, "--name", "again", "--json")
    assert (told.code, told.lines[0]["count"]) == (0, len(ODD_IDS))
    assert_same(stored(here, "odd"), stored(there, "again"))
    made = there.collections.get("again")
    assert (made.dimension, made.metric, made.fields) == (5, metric, {"word": "keyword"})
    # Into one that has them already, they are stored again.
    assert at_there("import", file, "--name", "again").code == 0
    assert there.points.count("again") == len(ODD_IDS)


def test_other_tools_can_read_the_file(here: Client, at_here: Any, tmp_path: Path) -> None:
    fill(here, "many", 2100)
    file = tmp_path / "many.parquet"
    file.write_text("an older one")
    assert "2100 points of many written" in at_here("export", "many", file).err
    table = parquet.read_table(file)
    assert table.column_names == ["id", "vector", "payload"]
    assert table.schema.field("vector").type.list_size == 8
    assert table.num_rows == 2100
    assert parquet.ParquetFile(file).num_row_groups == 3
    assert json.loads(table["payload"][0].as_py()).keys() == {"n"}
    described = json.loads(table.schema.metadata[b"ocelli.collection"])
    assert described == {
        "format": 1,
        "name": "many",
        "dimension": 8,
        "metric": "cosine",
        "fields": {"n": "integer"},
        "model": "",
        "detector": None,
    }


def test_an_empty_collection_is_a_file_too(
    here: Client, there: Client, at_here: Any, at_there: Any, tmp_path: Path
) -> None:
    here.collections.create("empty", dimension=3, metric="dot")
    assert at_here("export", "empty", tmp_path / "e.parquet").code == 0
    assert at_there("import", tmp_path / "e.parquet").code == 0
    assert there.collections.get("empty").metric == "dot"


def test_a_failed_export_leaves_what_was_there(at_here: Any, tmp_path: Path) -> None:
    file = tmp_path / "x.parquet"
    file.write_text("an older one")
    assert at_here("export", "no-such", file).code == 1
    assert file.read_text() == "an older one"
    at_here("export", "no-such", tmp_path).says("is a directory", 2)


def test_an_interrupted_export_leaves_nothing(here: Client, tmp_path: Path) -> None:
    fill(here, "c", 12_000, dimension=64)
    command = [OCELLI, "--address", here.address, "collections", "export", "c"]
    with subprocess.Popen([*command, str(tmp_path / "c.parquet")]) as process:
        deadline_s = time.monotonic() + 60
        while not list(tmp_path.iterdir()):
            assert time.monotonic() < deadline_s
            time.sleep(0.005)
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
    assert not list(tmp_path.iterdir())


def test_a_file_that_cannot_be_written(here: Client, at_here: Any, tmp_path: Path) -> None:
    here.collections.create("c", dimension=3)
    at_here("export", "c", tmp_path / "no" / "x.parquet").says("No such file", 1)


def test_another_collection_of_that_name_is_refused(
    here: Client, there: Client, at_here: Any, at_there: Any, tmp_path: Path
) -> None:
    fill(here, "c", 3)
    there.collections.create("c", dimension=8, metric="dot", fields={"n": "integer"})
    assert at_here("export", "c", tmp_path / "c.parquet").code == 0
    refused = at_there("import", tmp_path / "c.parquet")
    refused.says("its metric is dot, expected cosine", 1)
    assert there.points.count("c") == 0


def test_rows_that_are_refused_are_named(here: Client, at_here: Any, tmp_path: Path) -> None:
    fill(here, "c", 3)
    file = tmp_path / "c.parquet"
    assert at_here("export", "c", file).code == 0
    table = parquet.read_table(file)
    payloads = pa.array(['{"n": "no integer"}', *table["payload"].to_pylist()[1:]])
    field = table.schema.field("payload")
    parquet.write_table(table.set_column(2, field, payloads), file)
    told = at_here("import", file, "--name", "d", "--json")
    assert (told.code, told.lines[0]["points"]) == (1, 2)
    assert f"row 1, id {table['id'][0].as_py()}: " in told.err


def test_ids_that_come_twice_are_counted_once(here: Client, at_here: Any, tmp_path: Path) -> None:
    fill(here, "c", 3)
    file = tmp_path / "c.parquet"
    assert at_here("export", "c", file).code == 0
    table = parquet.read_table(file)
    parquet.write_table(pa.concat_tables([table, table]), file)
    told = at_here("import", file, "--name", "d")
    assert told.code == 1
    assert "d has 3 points, expected 6" in told.err


def test_points_of_ones_own_stay(here: Client, at_here: Any, tmp_path: Path) -> None:
    fill(here, "c", 3)
    file = tmp_path / "c.parquet"
    assert at_here("export", "c", file).code == 0
    assert not here.points.upsert("c", [Point("own", np.ones(8))]).errors
    here.points.delete("c", ["p1"])
    assert at_here("import", file).code == 0
    assert here.points.count("c") == 4
