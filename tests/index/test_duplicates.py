"""Which points are nearly the same?"""

import asyncio
import contextlib
import math
from contextlib import aclosing

import numpy as np
import psutil
import pytest

from ocelli.edge.call import Call
from ocelli.edge.errors import Reason
from ocelli.edge.index.filters import Equals
from ocelli.edge.index.points import Point
from ocelli.edge.index.schema import FieldType, Metric
from ocelli.edge.index.validated_index import ValidatedIndex
from ocelli.edge.scheduling.deadline import Deadline
from ocelli.edge.tasks.duplicates import DuplicateTask, Group, Progress, Wanted
from tests.index.calls import soon
from tests.index.conftest import NewCollection
from tests.index.test_embedded import refusal

FOREVER = Call("tests/FindDuplicates", Deadline(math.inf))


async def find(
    index: ValidatedIndex,
    name: str,
    threshold: float | None,
    *,
    max_bytes: int = 1 << 20,
    max_compared_bytes: int = 1 << 20,
    **more,
) -> list[Group]:
    task = DuplicateTask(index, max_group_bytes=max_bytes, max_compared_bytes=max_compared_bytes)
    wanted = Wanted(**{"filter": None, "with_payload": False, **more}, score_threshold=threshold)
    found = [one async for one in task.find(name, wanted, FOREVER)]
    groups = [one for one in found if isinstance(one, Group)]
    progress = [one for one in found if isinstance(one, Progress)]
    assert found == [*progress, *groups]
    assert progress[0].points_done == 0
    assert progress[-1].points_done == progress[-1].points_total
    return groups


def near(rng: np.random.Generator, dimension: int, groups: dict[str, int]) -> list[Point]:
    """Points in groups of nearly the same, in any order; the groups are far apart."""
    points = [
        Point(
            id=f"{group}{n}",
            vector=center + rng.normal(0, 1e-3, dimension),
            payload={"group": group, "filling": "x" * 1000},
        )
        for group, size in groups.items()
        for center in (rng.normal(0, 1, dimension),)
        for n in range(size)
    ]
    rng.shuffle(points)  # type: ignore[arg-type]  # any list
    return points


@pytest.mark.parametrize("max_compared_bytes", [0, 1 << 20], ids=["searched", "compared"])
@pytest.mark.parametrize(
    ("metric", "threshold"),
    [(Metric.COSINE, 0.99), (Metric.EUCLID, 0.1)],
)
async def test_groups_come_largest_first(
    index: ValidatedIndex,
    new_collection: NewCollection,
    metric: Metric,
    threshold: float,
    max_compared_bytes: int,
):
    fields = {"group": FieldType.KEYWORD}
    name = (await new_collection(dimension=32, metric=metric, **fields)).name
    sizes = {"a": 40, "b": 2, "c": 3, **{f"single{n}-": 1 for n in range(200)}}
    points = near(np.random.default_rng(5), 32, sizes)
    assert not any(await index.upsert(name, points, call=soon()))
    groups = await find(index, name, threshold, max_compared_bytes=max_compared_bytes)
    assert [(group.size, group.points[0].id) for group in groups] == [
        (40, "a0"),
        (3, "c0"),
        (2, "b0"),
    ]
    for group in groups:
        assert [hit.id for hit in group.points] == sorted(hit.id for hit in group.points)
        assert {hit.payload for hit in group.points} == {None}
        for hit in group.points:
            assert hit.score >= threshold if metric is Metric.COSINE else hit.score <= threshold
    some = await find(
        index,
        name,
        threshold,
        max_compared_bytes=max_compared_bytes,
        filter=Equals("group", "c"),
        with_payload=True,
    )
    (group,) = some
    assert [hit.payload["group"] for hit in group.points if hit.payload] == ["c", "c", "c"]


@pytest.mark.timeout(600)  # a cluster answers 1 100 searches with 1 000 hits each
async def test_a_group_is_shown_in_part(index: ValidatedIndex, new_collection: NewCollection):
    name = (await new_collection(dimension=8)).name
    points = near(np.random.default_rng(6), 8, {"a": 1100})
    for start in (0, 550):
        assert not any(await index.upsert(name, points[start:][:550], call=soon()))
    (group,) = await find(index, name, 0.99)
    assert (group.size, len(group.points)) == (1100, 1000)
    (group,) = await find(index, name, 0.99, with_payload=True, max_bytes=50_000)
    assert group.size == 1100
    assert 40 <= len(group.points) < 50


async def test_nothing_is_found(index: ValidatedIndex, new_collection: NewCollection):
    name = (await new_collection(dimension=8)).name
    assert await find(index, name, 0.99) == []
    await index.upsert(name, near(np.random.default_rng(7), 8, {"a": 1, "b": 1}), call=soon())
    assert await find(index, name, 0.99) == []


async def test_what_is_refused(index: ValidatedIndex, new_collection: NewCollection):
    name = (await new_collection(dimension=8)).name
    await index.upsert(name, near(np.random.default_rng(7), 8, {"a": 2}), call=soon())
    for threshold in (None, math.nan):
        refused = await refusal(find(index, name, threshold))
        assert (refused.reason, refused.field) == (Reason.INVALID_FIELD, "score_threshold")
    refused = await refusal(find(index, name, 0.9, filter=Equals("none", 1)))
    assert refused.reason is Reason.FIELD_NOT_IN_SCHEMA
    refused = await refusal(find(index, "no-such", 0.9))
    assert refused.reason is Reason.COLLECTION_NOT_FOUND


@pytest.mark.parametrize("max_compared_bytes", [0, 1 << 20], ids=["searched", "compared"])
async def test_it_goes_on_while_points_come_and_go(
    index: ValidatedIndex, new_collection: NewCollection, max_compared_bytes: int
):
    name = (await new_collection(dimension=8)).name
    rng = np.random.default_rng(8)
    sizes = {"a": 5, **{f"x{n}-": 1 for n in range(500)}}
    await index.upsert(name, near(rng, 8, sizes), call=soon())
    done = False

    async def write() -> None:
        while not done:
            await index.upsert(name, near(rng, 8, {"y": 20}), call=soon())
            await index.delete(name, [f"y{n}" for n in range(20)], call=soon())

    writing = asyncio.create_task(write())
    groups = await find(
        index, name, 0.999, max_compared_bytes=max_compared_bytes, with_payload=True
    )
    done = True
    await writing
    assert {f"a{n}" for n in range(5)} <= {hit.id for group in groups for hit in group.points}


async def test_a_comparison_that_nobody_waits_for_leaves_no_process(
    index: ValidatedIndex, new_collection: NewCollection
):
    name = (await new_collection(dimension=8)).name
    rng = np.random.default_rng(10)
    for n in range(4):
        points = near(rng, 8, {f"{n}-{m}-": 1 for m in range(1000)})
        assert not any(await index.upsert(name, points, call=soon()))
    task = DuplicateTask(index, max_group_bytes=1 << 20)
    wanted = Wanted(filter=None, score_threshold=0.99999, with_payload=False)

    async def find_all(call: Call = FOREVER) -> None:
        async for _ in task.find(name, wanted, call):
            pass

    finding = asyncio.create_task(find_all())
    waiting = asyncio.create_task(find_all())
    comparing = await comparisons_begun()
    for process in comparing:
        process.suspend()
    late = Call("tests/FindDuplicates", Deadline.after(0.5, 0.5))
    assert (await refusal(find_all(late))).reason is Reason.DEADLINE_EXCEEDED
    finding.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await finding
    assert not any(process.is_running() for process in comparing)
    await waiting
    assert comparisons() == []


async def test_a_comparison_whose_process_is_killed_fails(
    index: ValidatedIndex, new_collection: NewCollection
):
    name = (await new_collection(dimension=8)).name
    await index.upsert(name, near(np.random.default_rng(9), 8, {"a": 600}), call=soon())
    task = DuplicateTask(index, max_group_bytes=1 << 20)
    wanted = Wanted(filter=None, score_threshold=0.9, with_payload=False)

    async def find_all() -> None:
        async for _ in task.find(name, wanted, FOREVER):
            pass

    finding = asyncio.create_task(find_all())
    comparing = await comparisons_begun()
    for process in comparing:
        process.kill()
    assert (await refusal(finding)).reason is Reason.INTERNAL


async def comparisons_begun() -> list[psutil.Process]:
    while not (found := comparisons()):  # noqa: ASYNC110  # nobody signals a process
        await asyncio.sleep(0.01)
    return found


def comparisons() -> list[psutil.Process]:
    """The processes that compare points for this one."""
    found = []
    for child in psutil.Process().children():
        with contextlib.suppress(psutil.Error):  # one that has just ended
            if "ocelli.edge.tasks.near_points.compare_all" in child.cmdline():
                found.append(child)
    return found


async def test_it_ends_when_nobody_waits(index: ValidatedIndex, new_collection: NewCollection):
    name = (await new_collection(dimension=8)).name
    await index.upsert(name, near(np.random.default_rng(9), 8, {"a": 600}), call=soon())
    task = DuplicateTask(index, max_group_bytes=1 << 20)
    wanted = Wanted(filter=None, score_threshold=0.9, with_payload=False)
    async with aclosing(task.find(name, wanted, FOREVER)) as found:
        async for first in found:
            assert first == Progress(0, 600)
            break
    late = Call("tests/FindDuplicates", Deadline.after(0.0, 1.0))

    async def run_late() -> None:
        async for _ in task.find(name, wanted, late):
            pass

    assert (await refusal(run_late())).reason is Reason.DEADLINE_EXCEEDED
