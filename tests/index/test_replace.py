"""Storing points in place of others that belong together with them."""

import asyncio
import os
import signal

import numpy as np
import pytest
import pytest_asyncio

from ocelli.edge.index import validate_points
from ocelli.edge.index.filters import Equals
from ocelli.edge.index.points import Point
from ocelli.edge.index.port import CheckedPoint, CollectionState, OutOfDate
from ocelli.edge.index.schema import Collection, FieldType
from ocelli.edge.index.validated_index import ValidatedIndex
from tests.index.calls import soon
from tests.index.test_embedded import engine_pid

pytestmark = pytest.mark.system

OWNER = Equals("image", "i")


@pytest_asyncio.fixture
async def state(own_index: ValidatedIndex) -> CollectionState:
    collection = Collection(name="a", dimension=4, fields={"image": FieldType.KEYWORD})
    await own_index.create_collection(collection, call=soon())
    return await own_index._engine.describe_collection("a", call=soon())


def points(state: CollectionState, *ids: str, image: str = "i") -> list[CheckedPoint]:
    new = [Point(id=id_, vector=np.ones(4, "f4"), payload={"image": image}) for id_ in ids]
    return [validate_points.check_one(point, state.collection) for point in new]


async def ids(index: ValidatedIndex, image: str = "i") -> list[str]:
    page = await index.list_points("a", filter=Equals("image", image), page_size=1000, call=soon())
    return sorted(record.id for record in page.items)


async def test_others_of_the_owner_go_and_all_else_stays(
    own_index: ValidatedIndex, state: CollectionState
):
    engine = own_index._engine
    await engine.upsert(state, points(state, "x", "y", image="other"), call=soon())
    await engine.replace(state, OWNER, points(state, *(f"i#{n}" for n in range(1000))), call=soon())
    assert len(await ids(own_index)) == 1000
    await engine.replace(state, OWNER, points(state, "i#0", "i#1", "new"), call=soon())
    assert await ids(own_index) == ["i#0", "i#1", "new"]
    await engine.replace(state, OWNER, [], call=soon())
    assert await ids(own_index) == []
    assert await ids(own_index, "other") == ["x", "y"]


async def test_nothing_replaced_by_nothing(own_index: ValidatedIndex, state: CollectionState):
    await own_index._engine.replace(state, OWNER, [], call=soon())
    assert await own_index.count("a", call=soon()) == 0


async def test_an_old_schema_is_out_of_date(own_index: ValidatedIndex, state: CollectionState):
    new = points(state, "x")
    await own_index.update_collection("a", add_fields={"n": FieldType.INTEGER}, call=soon())
    with pytest.raises(OutOfDate):
        await own_index._engine.replace(state, OWNER, new, call=soon())


async def test_reads_see_all_of_it_or_nothing(own_index: ValidatedIndex, state: CollectionState):
    sets = [[f"{letter}{n}" for n in range(200)] for letter in "ab"]
    await own_index._engine.replace(state, OWNER, points(state, *sets[0]), call=soon())
    done = False

    async def write() -> None:
        nonlocal done
        for number in range(1, 9):
            new = points(state, *sets[number % 2])
            await own_index._engine.replace(state, OWNER, new, call=soon(30))
        done = True

    async def read() -> int:
        reads = 0
        while not done:
            assert await own_index.count("a", filter=OWNER, call=soon(30)) == 200
            assert await ids(own_index) in [sorted(some) for some in sets]
            reads += 1
        return reads

    _, *reads = await asyncio.gather(write(), read(), read())
    assert all(reads)


@pytest.mark.embedded
async def test_a_killed_engine_completes_it(own_index: ValidatedIndex, state: CollectionState):
    """The call is made again when the engine is back, whatever had been done."""
    for number in (1, 4):
        new = [f"{number}#{n}" for n in range(300)]
        replacing = asyncio.create_task(
            own_index._engine.replace(state, OWNER, points(state, *new), call=soon(30))
        )
        await asyncio.sleep(0.03 * number)
        os.kill(engine_pid(own_index), signal.SIGKILL)
        await replacing
        assert await ids(own_index) == sorted(new)
