"""Other names of collections."""

import asyncio
import os
import signal
from pathlib import Path

import numpy as np
import pytest

from ocelli.edge.errors import Reason
from ocelli.edge.index.embedded.embedded_index import EmbeddedIndex
from ocelli.edge.index.payload_change import Merge
from ocelli.edge.index.points import Point, SearchQuery
from ocelli.edge.index.port import Alias
from ocelli.edge.index.schema import Collection, FieldType
from ocelli.edge.index.validated_index import ValidatedIndex
from tests.index.calls import soon
from tests.index.conftest import OpenIndex
from tests.index.test_embedded import engine_pid, refusal

pytestmark = pytest.mark.system

QUERY = SearchQuery(vector=np.ones(2, "f4"))


async def make(index: ValidatedIndex, *names: str, dimension: int = 2) -> None:
    """Collections of one point each, whose id is the collection's name."""
    for name in names:
        await index.create_collection(Collection(name=name, dimension=dimension), call=soon())
        point = Point(id=name, vector=np.ones(dimension, "f4"))
        await index.upsert_one(name, point, call=soon())


async def found(index: ValidatedIndex, name: str) -> list[str]:
    return [hit.id for hit in await index.search(name, QUERY, call=soon())]


async def aliases(index: ValidatedIndex) -> list[Alias]:
    return (await index.list_aliases(call=soon())).items


async def test_an_alias_stands_for_its_collection_in_every_call(own_index: ValidatedIndex):
    await make(own_index, "a")
    assert await own_index.set_alias("now", "a", call=soon()) == ""
    assert (await own_index.get_collection("now", call=soon())).name == "a"
    fields = {"word": FieldType.KEYWORD}
    changed = await own_index.update_collection("now", add_fields=fields, call=soon())
    assert (changed.name, changed.fields) == ("a", fields)
    point = Point(id="b", vector=np.ones(2, "f4"), payload={"word": "x"})
    assert await own_index.upsert("now", [point], call=soon()) == [None]
    assert await own_index.count("now", call=soon()) == await own_index.count("a", call=soon()) == 2
    assert [one.id for one in await own_index.get("now", ["b"], call=soon())] == ["b"]
    assert len((await own_index.list_points("now", call=soon())).items) == 2
    assert await own_index.update_payload("now", ["b"], Merge({"word": "y"}), call=soon()) == 1
    assert sorted(await found(own_index, "now")) == ["a", "b"]
    assert await own_index.delete("now", ["b"], call=soon()) == 1
    assert await own_index.count("a", call=soon()) == 1


async def test_an_alias_moves_and_goes(own_index: ValidatedIndex):
    await make(own_index, "a", "b")
    await own_index.set_alias("now", "a", call=soon())
    assert await found(own_index, "now") == ["a"]
    assert await own_index.set_alias("now", "b", call=soon()) == "a"
    assert await found(own_index, "now") == ["b"]
    assert await own_index.set_alias("now", "b", call=soon()) == "b"
    await own_index.delete_alias("now", call=soon())
    assert (await refusal(found(own_index, "now"))).reason is Reason.COLLECTION_NOT_FOUND
    gone = await refusal(own_index.delete_alias("now", call=soon()))
    assert (gone.reason, gone.resource) == (Reason.COLLECTION_NOT_FOUND, ("alias", "now"))
    assert await found(own_index, "b") == ["b"]


async def test_names_of_collections_and_aliases_do_not_meet(own_index: ValidatedIndex):
    await make(own_index, "a", "b")
    await own_index.set_alias("now", "a", call=soon())
    for alias in ("a", "b"):
        taken = await refusal(own_index.set_alias(alias, "b", call=soon()))
        assert taken.reason is Reason.COLLECTION_EXISTS
    taken = await refusal(make(own_index, "now"))
    assert taken.reason is Reason.COLLECTION_EXISTS
    assert "alias of collection 'a'" in taken.message
    for collection in ("now", "none"):
        unknown = await refusal(own_index.set_alias("then", collection, call=soon()))
        assert unknown.reason is Reason.COLLECTION_NOT_FOUND
    kept = await refusal(own_index.delete_collection("now", call=soon()))
    assert kept.reason is Reason.COLLECTION_NOT_FOUND
    assert "an alias of 'a'" in kept.message
    assert await found(own_index, "now") == ["a"]


@pytest.mark.parametrize("name", ["", "A", "-a", "ä", "a" * 64, "a\0", "../a", "😀"])
async def test_names_that_no_alias_can_have(index: ValidatedIndex, name: str):
    for arguments, field in (((name, "a"), "alias"), (("a", name), "collection")):
        refused = await refusal(index.set_alias(*arguments, call=soon()))
        assert (refused.reason, refused.field) == (Reason.INVALID_FIELD, field)
    unknown = await refusal(index.delete_alias(name, call=soon()))
    assert unknown.reason is Reason.COLLECTION_NOT_FOUND


@pytest.mark.embedded
async def test_a_collection_takes_its_aliases_along(own_index: ValidatedIndex):
    await make(own_index, "a", "b")
    for alias, collection in (("x", "a"), ("y", "b"), ("z", "a")):
        await own_index.set_alias(alias, collection, call=soon())
    await own_index.delete_collection("a", call=soon())
    assert await aliases(own_index) == [Alias("y", "b")]
    await make(own_index, "a")
    for _ in range(2):
        assert await aliases(own_index) == [Alias("y", "b")]
        assert (await refusal(found(own_index, "x"))).reason is Reason.COLLECTION_NOT_FOUND
        os.kill(engine_pid(own_index), signal.SIGKILL)


async def test_aliases_are_listed_in_pages(own_index: ValidatedIndex):
    await make(own_index, "a")
    names = [f"n{number:02}" for number in range(23)]
    for name in reversed(names):
        await own_index.set_alias(name, "a", call=soon())
    seen, token = [], ""
    while True:
        page = await own_index.list_aliases(page_size=5, page_token=token, call=soon())
        seen += [one.alias for one in page.items]
        token = page.next_page_token
        if not token:
            break
    assert seen == names
    for wrong in ("x", (await own_index.list_collections(call=soon())).next_page_token or "AAAA"):
        refused = await refusal(own_index.list_aliases(page_token=wrong, call=soon()))
        assert refused.field == "page_token"


@pytest.mark.embedded
async def test_what_was_acknowledged_survives_kill_9(own_index: ValidatedIndex):
    await make(own_index, "a", "b")
    for number in range(3):
        await own_index.set_alias("now", "ab"[number % 2], call=soon())
        await own_index.set_alias(f"n{number}", "a", call=soon())
        os.kill(engine_pid(own_index), signal.SIGKILL)
        assert await found(own_index, "now") == ["ab"[number % 2]]
    assert len(await aliases(own_index)) == 4


async def test_other_processes_follow_at_once(
    own_index: ValidatedIndex, open_index: OpenIndex, tmp_path: Path
):
    """Each worker of an edge keeps what it knows of collections; none finds an old one by it."""
    async with open_index(tmp_path / "index", guest=True) as worker:
        await make(own_index, "a")
        await make(own_index, "b", dimension=3)
        for number in range(20):
            await own_index.set_alias("now", "ab"[number % 2], call=soon())
            vector = np.ones(2 + number % 2, "f4")
            hits = await worker.search("now", SearchQuery(vector=vector), call=soon())
            assert [hit.id for hit in hits] == ["ab"[number % 2]]
            point = Point(id="a", vector=np.ones(2, "f4"))
            stored = worker.upsert_one("now", point, call=soon())
            if number % 2 == 0:
                await stored
            else:
                assert (await refusal(stored)).reason is Reason.VECTOR_DIMENSION
        await own_index.delete_alias("now", call=soon())
        await make(own_index, "now")
        assert await found(worker, "now") == ["now"]
        await own_index.delete_collection("now", call=soon())
        await own_index.set_alias("now", "a", call=soon())
        assert await found(worker, "now") == ["a"]


async def test_searches_see_the_one_or_the_other_while_an_alias_moves(own_index: ValidatedIndex):
    await make(own_index, "a", "b")
    await own_index.set_alias("now", "a", call=soon())
    moving = True

    async def move() -> None:
        nonlocal moving
        for number in range(100):
            await own_index.set_alias("now", "ab"[number % 2], call=soon(30))
            await asyncio.sleep(number % 7 / 1000)
        moving = False

    async def search() -> set[str]:
        seen = set()
        while moving:
            (id_,) = await found(own_index, "now")
            seen.add(id_)
        return seen

    _, *seen = await asyncio.gather(move(), *(search() for _ in range(4)))
    assert set().union(*seen) == {"a", "b"}


async def test_a_damaged_file_takes_no_collection_down(tmp_path: Path):
    folder = tmp_path / "index"
    index = ValidatedIndex(EmbeddedIndex(folder, log=tmp_path / "engine.log"))
    await index.start(soon(20).deadline)
    await make(index, "a")
    await index.set_alias("now", "a", call=soon())
    await index.close()
    content = (folder / "aliases.json").read_bytes()
    (folder / "aliases.json").write_bytes(content[:-5])
    await index.start(soon(20).deadline)
    assert await found(index, "a") == ["a"]
    for call in (found(index, "now"), aliases(index), index.set_alias("x", "a", call=soon())):
        broken = await refusal(call)
        assert broken.reason is Reason.INDEX_UNAVAILABLE
        assert "aliases.json" in broken.message
    await index.close()
    (folder / "aliases.json").write_bytes(content)
    await index.start(soon(20).deadline)
    assert await found(index, "now") == ["a"]
    await index.close()
    newer = content.replace(b'"format_version":1', b'"format_version":2')
    (folder / "aliases.json").write_bytes(newer)
    assert "newer version" in (await refusal(index.start(soon(20).deadline))).message
    assert (folder / "aliases.json").read_bytes() == newer
