"""Changing a collection's model and fields, also in the face of crashes."""

import asyncio
import os
import signal
from pathlib import Path

import numpy as np
import pytest

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index.embedded import wire
from ocelli.edge.index.embedded.embedded_index import EmbeddedIndex
from ocelli.edge.index.embedded.engine import document
from ocelli.edge.index.filters import Equals, Filter, Range
from ocelli.edge.index.payload_change import Merge
from ocelli.edge.index.points import Point
from ocelli.edge.index.schema import Collection, FieldType, Json
from ocelli.edge.index.validated_index import ValidatedIndex
from tests.index.calls import soon
from tests.index.conftest import OpenIndex

pytestmark = pytest.mark.system

WORD = {"word": FieldType.KEYWORD}
NEW = {"n": FieldType.INTEGER, "x": FieldType.FLOAT, "flag": FieldType.BOOL}


def point(n: int, /, **payload: Json) -> Point:
    return Point(id=f"p{n}", vector=np.ones(2, "f4"), payload=payload)


async def refusal(call) -> OcelliError:  # any coroutine
    with pytest.raises(OcelliError) as caught:
        await call
    return caught.value


async def count(index: ValidatedIndex, tree: Filter, name: str = "a") -> int:
    return await index.count(name, filter=tree, call=soon())


def on_disk(folder: Path) -> document.Document:
    return document.decode((folder / "collections" / "a" / "collection.json").read_bytes())


async def fill(index: ValidatedIndex, points: int) -> None:
    await index.create_collection(Collection(name="a", dimension=2, fields=WORD), call=soon())
    for start in range(0, points, 1000):
        some = range(start, min(points, start + 1000))
        batch = [point(n, word="w", n=n % 10, x=n / 2, flag=n % 2 == 0) for n in some]
        assert not any(await index.upsert("a", batch, call=soon()))


async def begin(index: ValidatedIndex) -> None:
    """Takes the first step of adding the fields, as a caller that dies after it would."""
    state = await index._schemas.describe("a", soon())
    call = wire.Update(wire.Target("a", state.generation), None, NEW)
    updated = await index._engine._call(call, wire.Updated, soon())
    assert not updated.done


async def test_the_model_changes_and_stays(own_index: ValidatedIndex):
    await fill(own_index, 10)
    changed = await own_index.update_collection("a", model="embedder", call=soon())
    assert changed == Collection(name="a", dimension=2, fields=WORD, model="embedder")
    await own_index.close()
    await own_index.start(soon(20).deadline)
    assert await own_index.get_collection("a", call=soon()) == changed
    assert (await own_index.update_collection("a", model="", call=soon())).model == ""
    assert (await own_index.update_collection("a", call=soon())).model == ""


async def test_filters_find_what_was_stored_before_a_field_was_added(own_index: ValidatedIndex):
    await fill(own_index, 1500)
    assert (await refusal(count(own_index, Equals("n", 3)))).reason is Reason.FIELD_NOT_IN_SCHEMA
    changed = await own_index.update_collection("a", add_fields={**NEW, **WORD}, call=soon(30))
    assert changed.fields == {**WORD, **NEW}
    for _ in range(2):
        assert await count(own_index, Equals("n", 3)) == 150
        assert await count(own_index, Equals("flag", True)) == 750
        assert await count(own_index, Range(field="x", lt=50)) == 100
        assert await count(own_index, Equals("word", "w")) == 1500
        await own_index.close()
        await own_index.start(soon(20).deadline)
    again = await own_index.update_collection("a", add_fields=NEW, call=soon())
    assert again == changed


async def test_values_of_another_type_count_as_none(own_index: ValidatedIndex):
    await fill(own_index, 0)
    points = [
        point(0, n=1),
        point(1, n="one"),
        point(2, n=[1, "one"]),
        point(3),
        point(4, n=[1, 2]),
    ]
    await own_index.upsert("a", points, call=soon())
    await own_index.update_collection("a", add_fields=NEW, call=soon())
    assert await count(own_index, Equals("n", 1)) == 2
    # What is stored stays, and may be changed elsewhere; new values must be of the type.
    ids = ["p1", "p2"]
    assert await own_index.update_payload("a", ids, Merge({"word": "w"}), call=soon()) == 2
    records = await own_index.get("a", ids, call=soon())
    assert [r.payload for r in records] == [
        {"n": "one", "word": "w"},
        {"n": [1, "one"], "word": "w"},
    ]
    assert await count(own_index, Equals("word", "w")) == 2
    (refused,) = await own_index.upsert("a", [point(1, n="one")], call=soon())
    assert refused is not None
    assert refused.reason is Reason.FIELD_NOT_IN_SCHEMA
    error = await refusal(own_index.update_payload("a", ids, Merge({"n": "two"}), call=soon()))
    assert (error.reason, error.field) == (Reason.FIELD_NOT_IN_SCHEMA, "merge.n")


async def test_changes_that_are_refused(own_index: ValidatedIndex):
    await fill(own_index, 0)
    many = {f"f{n}": FieldType.BOOL for n in range(64)}
    for options, field in [
        ({"add_fields": {"n": FieldType.BOOL, "word": FieldType.BOOL}}, "fields[1].type"),
        ({"add_fields": many}, "fields"),
        ({"add_fields": {"": FieldType.BOOL}}, "fields[0].name"),
        ({"model": "m" * 257}, "model"),
    ]:
        error = await refusal(own_index.update_collection("a", **options, call=soon()))
        assert (error.reason, error.field) == (Reason.INVALID_FIELD, f"collection.{field}")
    error = await refusal(own_index.update_collection("none", model="m", call=soon()))
    assert error.reason is Reason.COLLECTION_NOT_FOUND


@pytest.mark.embedded
async def test_a_killed_engine_completes_the_change(own_index: ValidatedIndex):
    await fill(own_index, 3000)
    updating = asyncio.create_task(own_index.update_collection("a", add_fields=NEW, call=soon(30)))
    for _ in range(2):
        await asyncio.sleep(0.03)
        os.kill((await own_index._engine._engine.connection(soon().deadline.at_s)).engine_pid, 9)
    assert (await updating).fields == {**WORD, **NEW}
    assert await count(own_index, Equals("n", 3)) == 300


@pytest.mark.embedded
async def test_a_change_without_its_caller_is_completed(own_index: ValidatedIndex, tmp_path: Path):
    await fill(own_index, 5000)
    await begin(own_index)
    connection = await own_index._engine._engine.connection(soon().deadline.at_s)
    os.kill(connection.engine_pid, signal.SIGKILL)
    await connection.wait_lost()
    assert [field.name for field in on_disk(tmp_path / "index").pending] == list(NEW)
    assert (await own_index.get_collection("a", call=soon())).fields == WORD
    await own_index.count("a", call=soon())  # the collection is in use again
    async with asyncio.timeout(20):
        while (await own_index.get_collection("a", call=soon())).fields == WORD:
            pass
    assert await count(own_index, Equals("n", 3)) == 500
    assert on_disk(tmp_path / "index").pending == ()


@pytest.mark.embedded
async def test_what_is_written_meanwhile_has_its_values(own_index: ValidatedIndex, tmp_path: Path):
    guest = ValidatedIndex(EmbeddedIndex(tmp_path / "index", attach=True))
    await guest.start(soon().deadline)
    try:
        await fill(own_index, 5000)
        await guest.get("a", ["p1"], call=soon())  # it knows the schema from before
        await begin(own_index)
        written = [point(n, n=77, word="w") for n in range(4990, 5010)]
        assert not any(await guest.upsert("a", written, call=soon()))
        await guest.update_payload("a", ["p0", "p1"], Merge({"n": 77}), call=soon())
        assert (await guest.upsert("a", [point(9000, n="text")], call=soon())) == [None]
        await own_index.update_collection("a", add_fields=NEW, call=soon(30))
        assert await count(own_index, Equals("n", 77)) == 22
        # The guest learns of the new schema when it matters.
        assert await count(guest, Equals("n", 77)) == 22
        (refused,) = await guest.upsert("a", [point(9000, n="text")], call=soon())
        assert refused is not None
        assert refused.field == "points[0].payload.n"
    finally:
        await guest.close()


async def test_an_old_schema_does_not_let_a_write_through(
    own_index: ValidatedIndex, open_index: OpenIndex, tmp_path: Path
):
    async with open_index(tmp_path / "index", guest=True) as guest:
        await fill(own_index, 10)
        await guest.get("a", ["p1"], call=soon())
        await own_index.update_collection("a", add_fields=NEW, call=soon())
        (refused,) = await guest.upsert("a", [point(0, n="text")], call=soon())
        assert refused is not None
        assert refused.reason is Reason.FIELD_NOT_IN_SCHEMA
        assert not any(await guest.upsert("a", [point(0, n=77)], call=soon()))
        assert await count(own_index, Equals("n", 77)) == 1


async def test_two_callers_add_fields_at_once(own_index: ValidatedIndex):
    await fill(own_index, 2000)
    await asyncio.gather(
        own_index.update_collection("a", add_fields={"n": FieldType.INTEGER}, call=soon(30)),
        own_index.update_collection("a", add_fields={"x": FieldType.FLOAT}, call=soon(30)),
        own_index.update_collection("a", model="embedder", call=soon(30)),
    )
    found = await own_index.get_collection("a", call=soon())
    assert found.fields.keys() == {"word", "n", "x"}
    assert found.model == "embedder"
    assert await count(own_index, Equals("n", 3)) == 200
    assert await count(own_index, Range(field="x", lt=50)) == 100


async def test_others_are_served_while_a_field_is_added(own_index: ValidatedIndex):
    await fill(own_index, 5000)
    updating = asyncio.create_task(own_index.update_collection("a", add_fields=NEW, call=soon(30)))
    served = 0
    while not updating.done():
        await own_index.get("a", ["p1"], call=soon())
        served += 1
    assert served > 5
