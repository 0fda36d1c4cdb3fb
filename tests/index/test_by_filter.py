"""What is done to all points that match: deleting, changing payloads, in steps."""

import asyncio
import os
import signal

import numpy as np
import pytest

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index.filters import Equals, NoneOf, Range
from ocelli.edge.index.payload_change import DeleteKeys, Merge, PayloadChange, Replace
from ocelli.edge.index.points import Payload, Point
from ocelli.edge.index.schema import FieldType
from ocelli.edge.index.validated_index import ValidatedIndex
from tests.index.calls import soon

FIELDS = {"n": FieldType.INTEGER, "word": FieldType.KEYWORD, "flag": FieldType.BOOL}
LOW = Range(field="n", lt=1000)


def point(n: int, **payload) -> Point:
    rng = np.random.default_rng(n)
    return Point(id=f"p{n}", vector=rng.normal(size=8), payload={"n": n, **payload})


async def payloads(index: ValidatedIndex, name: str, *ids: str) -> list[Payload | None]:
    return [record.payload for record in await index.get(name, ids, call=soon())]


async def refusal(call) -> OcelliError:  # any coroutine
    with pytest.raises(OcelliError) as caught:
        await call
    return caught.value


@pytest.fixture
async def filled(index: ValidatedIndex, new_collection) -> str:
    name = (await new_collection(8, **FIELDS)).name
    for start in range(0, 2000, 1000):
        points = [point(n, word="old", free=[n]) for n in range(start, start + 1000)]
        assert not any(await index.upsert(name, points, call=soon()))
    return name


async def test_points_that_match_are_deleted(index: ValidatedIndex, filled: str):
    assert await index.delete_by_filter(filled, LOW, call=soon()) == 1000
    assert await index.count(filled, call=soon()) == 1000
    assert await index.count(filled, filter=LOW, call=soon()) == 0
    assert await index.delete_by_filter(filled, LOW, call=soon()) == 0


async def test_others_are_served_between_the_steps(index: ValidatedIndex, filled: str):
    done: list[str] = []

    async def run(name: str, call) -> None:  # any coroutine
        await call
        done.append(name)

    await asyncio.gather(
        run("delete", index.delete_by_filter(filled, LOW, call=soon())),
        run("get", index.get(filled, ["p1500"], call=soon())),
        run("count", index.count(filled, filter=Equals("n", 1500), call=soon())),
    )
    assert done[-1] == "delete"


async def test_a_deletion_past_its_deadline_ends(index: ValidatedIndex, filled: str):
    error = await refusal(index.delete_by_filter(filled, LOW, call=soon(0.0)))
    assert error.reason is Reason.DEADLINE_EXCEEDED


@pytest.mark.embedded
async def test_a_deletion_survives_the_engine(own_index: ValidatedIndex):
    from ocelli.edge.index.schema import Collection

    await own_index.create_collection(Collection(name="a", dimension=8, fields=FIELDS), call=soon())
    await own_index.upsert("a", [point(n) for n in range(1000)], call=soon())
    deleting = asyncio.create_task(own_index.delete_by_filter("a", LOW, call=soon(20)))
    await asyncio.sleep(0.02)
    os.kill(own_index._engine._engine._connection.engine_pid, signal.SIGKILL)
    assert await deleting <= 1000
    assert await own_index.count("a", call=soon()) == 0


async def test_a_payload_is_merged_replaced_and_cut(index: ValidatedIndex, filled: str):
    before = (await index.get(filled, ["p1"], with_vectors=True, call=soon()))[0]

    async def change(change: PayloadChange) -> Payload | None:
        count = await index.update_payload(filled, ["p1", "none", "p1"], change, call=soon())
        assert count == 1
        return (await payloads(index, filled, "p1"))[0]

    assert await change(Merge({"word": "new", "more": {"x": None}})) == {
        "n": 1,
        "word": "new",
        "free": [1],
        "more": {"x": None},
    }
    assert await index.count(filled, filter=Equals("word", "new"), call=soon()) == 1
    assert await change(DeleteKeys(("word", "free", "absent"))) == {"n": 1, "more": {"x": None}}
    assert await index.count(filled, filter=Equals("word", "new"), call=soon()) == 0
    assert await change(Replace({"flag": True})) == {"flag": True}
    assert await index.count(filled, filter=Equals("flag", True), call=soon()) == 1
    assert await index.count(filled, filter=Equals("n", 1), call=soon()) == 0
    after = (await index.get(filled, ["p1"], with_vectors=True, call=soon()))[0]
    np.testing.assert_array_equal(after.vector, before.vector)


async def test_payloads_that_match_are_changed(index: ValidatedIndex, filled: str):
    # Half way through, what has been changed does not match any more.
    change = Merge({"n": 5000, "word": "new"})
    assert await index.update_payload_by_filter(filled, LOW, change, call=soon()) == 1000
    assert await index.count(filled, filter=Equals("n", 5000), call=soon()) == 1000
    assert await index.count(filled, filter=Equals("word", "old"), call=soon()) == 1000
    assert await payloads(index, filled, "p7", "p1007") == [
        {"n": 5000, "word": "new", "free": [7]},
        {"n": 1007, "word": "old", "free": [1007]},
    ]
    # Here all that has been changed goes on matching.
    everything = NoneOf((Equals("n", -1),))
    change = Merge({"seen": True})
    assert await index.update_payload_by_filter(filled, everything, change, call=soon()) == 2000
    assert await index.update_payload_by_filter(filled, everything, change, call=soon()) == 2000


async def test_changes_that_no_payload_can_take_are_refused(index: ValidatedIndex, filled: str):
    deep: object = 1
    for _ in range(40):
        deep = [deep]
    for change, reason, field in [
        (Merge({"word": 1}), Reason.FIELD_NOT_IN_SCHEMA, "merge.word"),
        (Replace({"flag": "yes"}), Reason.FIELD_NOT_IN_SCHEMA, "replace.flag"),
        (Merge({"x": float("nan")}), Reason.INVALID_FIELD, "merge"),
        (Merge({"x": deep}), Reason.INVALID_FIELD, "merge"),
        (Replace({"x": "y" * 70_000}), Reason.INVALID_FIELD, "replace"),
        (DeleteKeys(()), Reason.INVALID_FIELD, "delete_keys.keys"),
        (DeleteKeys(("x",) * 101), Reason.INVALID_FIELD, "delete_keys.keys"),
        (DeleteKeys(("x", "\ud800")), Reason.INVALID_FIELD, "delete_keys.keys[1]"),
    ]:
        for call in (
            index.update_payload(filled, ["p1"], change, call=soon()),
            index.update_payload_by_filter(filled, LOW, change, call=soon()),
        ):
            error = await refusal(call)
            assert (error.reason, error.field) == (reason, field)
    assert await payloads(index, filled, "p1") == [{"n": 1, "word": "old", "free": [1]}]


async def test_a_payload_that_would_be_too_large_ends_the_call(
    index: ValidatedIndex, new_collection
):
    name = (await new_collection(8, **FIELDS)).name
    points = [point(0), point(1), point(2, text="x" * 60_000), point(3)]
    await index.upsert(name, points, call=soon())
    change = Merge({"more": "y" * 10_000})
    ids = [p.id for p in points]
    error = await refusal(index.update_payload(name, ids, change, call=soon()))
    assert (error.reason, error.field) == (Reason.INVALID_FIELD, "merge")
    assert "'p2'" in error.message
    found = await payloads(index, name, *ids)
    assert ["more" in payload for payload in found if payload] == [True, True, False, False]


async def test_a_change_and_an_upsert_at_once_are_both_whole(index: ValidatedIndex, new_collection):
    name = (await new_collection(8, **FIELDS)).name
    for n in range(50):
        await index.upsert(name, [point(0, word="old")], call=soon())
        await asyncio.gather(
            index.upsert(name, [point(0, word="new")], call=soon()),
            index.update_payload(name, ["p0"], Merge({"seen": n}), call=soon()),
        )
        # Either came last; the upsert is never lost.
        assert (await payloads(index, name, "p0"))[0] in (
            {"n": 0, "word": "new"},
            {"n": 0, "word": "new", "seen": n},
        )
