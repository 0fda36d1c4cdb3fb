"""What is on disk: folders of earlier versions are opened, those of later ones are not."""

import json
import tarfile
from pathlib import Path

import msgspec
import numpy as np
import pytest

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index.embedded.embedded_index import EmbeddedIndex
from ocelli.edge.index.embedded.engine import document
from ocelli.edge.index.filters import Equals, Range
from ocelli.edge.index.points import Point, SearchQuery
from ocelli.edge.index.schema import Collection, FieldType, Metric
from ocelli.edge.index.validated_index import ValidatedIndex
from tests.index.calls import soon

DATA = Path(__file__).with_name("data")
THINGS = Collection(
    name="things",
    dimension=4,
    metric=Metric.EUCLID,
    fields={
        "word": FieldType.KEYWORD,
        "n": FieldType.INTEGER,
        "x.y": FieldType.FLOAT,
        "flag": FieldType.BOOL,
    },
)
IMAGES = Collection(name="images", dimension=3, model="embedder")
DOCUMENT = (
    b'{"format_version":4,"name":"things","dimension":4,"metric":"euclid","model":"",'
    b'"generation":"g","revision":0,"has_shard":false,"shard":"shard","fields":['
    b'{"name":"word","type":"keyword","key":"f0","ready":true},'
    b'{"name":"n","type":"integer","key":"f1","ready":true},'
    b'{"name":"x.y","type":"float","key":"f2","ready":true},'
    b'{"name":"flag","type":"bool","key":"f3","ready":true}],"detector":null}'
)

pytestmark = [pytest.mark.system, pytest.mark.embedded]


def unpacked(version: int, folder: Path) -> Path:
    with tarfile.open(DATA / f"format_{version}" / "index.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return folder


def collection_file(folder: Path, name: str) -> Path:
    return folder / "collections" / name / "collection.json"


async def check(index: ValidatedIndex) -> None:
    """Looks for all that the folders in `data` hold: see `data/README.md`."""
    assert (await index.list_collections(call=soon())).items == [IMAGES, THINGS]
    assert await index.count("things", call=soon()) == 19
    assert await index.count("things", filter=Equals("word", "odd"), call=soon()) == 9
    assert await index.count("things", filter=Equals("flag", True), call=soon()) == 7
    assert await index.count("things", filter=Range(field="x.y", lt=2), call=soon()) == 4
    record = await index.get_one("things", "p5", with_vectors=True, call=soon())
    assert record.payload == {"word": "odd", "n": 5, "x.y": 2.5, "flag": False, "free": [5, None]}
    np.testing.assert_array_equal(record.vector, [5, 1, 2, 3])
    query = SearchQuery(vector=np.array([7.1, 1, 2, 3]), limit=1, filter=Equals("n", 8))
    (hit,) = await index.search("things", query, call=soon())
    assert hit.id == "p8"
    (hit,) = await index.search("images", SearchQuery(vector=np.ones(3)), call=soon())
    assert (hit.id, hit.payload) == ("one", {"url": "file:///one.jpg"})


@pytest.mark.parametrize("version", range(1, document.FORMAT_VERSION))
async def test_a_folder_of_an_earlier_version_is_opened(tmp_path: Path, version: int):
    folder = unpacked(version, tmp_path)
    index = ValidatedIndex(EmbeddedIndex(folder))
    for _ in range(2):
        await index.start(soon().deadline)
        await check(index)
        await index.close()
        for name in ("things", "images"):
            content = json.loads(collection_file(folder, name).read_bytes())
            assert content["format_version"] == document.FORMAT_VERSION
            assert [path.name for path in collection_file(folder, name).parent.iterdir()] in (
                ["collection.json", "shard"],
                ["shard", "collection.json"],
            )
    await index.start(soon().deadline)
    await index.update_collection("things", add_fields={"new": FieldType.BOOL}, call=soon())
    point = Point(id="new", vector=np.ones(4, "f4"), payload={"new": True, "n": 99})
    assert await index.upsert("things", [point], call=soon()) == [None]
    assert await index.count("things", filter=Equals("n", 99), call=soon()) == 1
    assert await index.count("things", filter=Equals("new", True), call=soon()) == 1
    await index.close()


async def test_a_folder_of_a_later_version_is_left_alone(tmp_path: Path):
    folder, log = unpacked(1, tmp_path / "index"), tmp_path / "engine.log"
    newer = b'{"format_version":5,"whatever":1}'
    collection_file(folder, "things").write_bytes(newer)
    (folder / "trash" / "left").mkdir()
    before = collection_file(folder, "images").read_bytes()
    index = ValidatedIndex(EmbeddedIndex(folder, log=log))
    with pytest.raises(OcelliError) as caught:
        await index.start(soon().deadline)
    assert caught.value.reason is Reason.INDEX_UNAVAILABLE
    assert "written by a newer version" in caught.value.message
    (line,) = log.read_text().splitlines()
    assert "its format is 5" in line
    assert f"formats up to {document.FORMAT_VERSION}" in line
    assert "run the version that wrote it" in line
    assert collection_file(folder, "things").read_bytes() == newer
    assert collection_file(folder, "images").read_bytes() == before
    assert (folder / "trash" / "left").exists()


def test_the_format_is_what_it_was():
    made = document.Document.of(THINGS, "g")
    assert document.encode(made) == DOCUMENT
    assert document.decode(DOCUMENT) == made
    assert made.collection == THINGS


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"{}",
        b"[]",
        b"7",
        b'{"format_version":"2"}',
        b'{"format_version":0}',
        b'{"format_version":2}',
        b'{"format_version":3}',
        DOCUMENT.replace(b"euclid", b"manhattan"),
        DOCUMENT.replace(b"keyword", b"colour"),
    ],
)
def test_what_is_no_description_is_refused(content: bytes):
    with pytest.raises((ValueError, msgspec.MsgspecError)):
        document.decode(content)


def test_keys_are_never_used_again():
    made = document.Document.of(THINGS, "g")
    pending = made.with_pending({"n": FieldType.INTEGER, "new": FieldType.BOOL})
    assert [field.key for field in pending.pending] == ["f4"]
    assert pending.collection == THINGS
    assert pending.revision == made.revision
    ready = pending.with_ready()
    assert ready.collection.fields == {**THINGS.fields, "new": FieldType.BOOL}
    assert ready.revision > made.revision
    assert [f.key for f in ready.with_pending({"x": FieldType.BOOL}).pending] == ["f5"]
    assert ready.with_model("") is ready
    assert ready.with_model("m").revision > ready.revision
