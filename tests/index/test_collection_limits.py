"""How many collections and points a principal may have."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index.filters import Equals
from ocelli.edge.index.points import Point
from ocelli.edge.index.schema import Collection, FieldType
from ocelli.edge.index.validated_index import ValidatedIndex
from ocelli.edge.principal import Limits, Principal
from ocelli.edge.scheduling.quota.limited_quota import Quotas
from ocelli.edge.scheduling.quota.usage_table import UsageTable
from tests.index.calls import soon

MakeCall = Callable[[], Call]


def calls(**limits: int) -> MakeCall:
    """Makes calls of one principal, whose collections begin with `team-a-`."""
    team = Principal(
        name="team-a",
        collections=("team-a-*",),
        limits=Limits(**limits),  # type: ignore[arg-type]  # all of these are whole numbers
    )
    quota = Quotas(UsageTable.alone()).of(team)
    return lambda: replace(soon(), principal=team, quota=quota)


def points(*ids: str) -> list[Point]:
    return [
        Point(id=id_, vector=np.ones(2, "f4"), payload={"image": id_.partition("#")[0]})
        for id_ in ids
    ]


async def create(index: ValidatedIndex, name: str, call: Call) -> None:
    fields = {"image": FieldType.KEYWORD}
    await index.create_collection(Collection(name=name, dimension=2, fields=fields), call=call)


async def test_one_collection_too_many_is_refused_until_another_is_deleted(
    own_index: ValidatedIndex,
) -> None:
    call = calls(max_collections=2)
    await create(own_index, "team-b-photos", soon())
    await create(own_index, "team-a-photos", call())
    await create(own_index, "team-a-faces", call())
    with pytest.raises(OcelliError) as refused:
        await create(own_index, "team-a-more", call())
    assert (refused.value.reason, refused.value.quota) == (Reason.QUOTA_EXCEEDED, "max_collections")
    await own_index.delete_collection("team-a-faces", call=call())
    await create(own_index, "team-a-more", call())


async def test_of_collections_created_at_once_no_more_than_the_limit_are_made(
    own_index: ValidatedIndex,
) -> None:
    call = calls(max_collections=3)
    outcomes = await asyncio.gather(
        *(create(own_index, f"team-a-{number}", call()) for number in range(8)),
        return_exceptions=True,
    )
    assert sum(outcome is None for outcome in outcomes) == 3
    assert len((await own_index.list_collections(call=soon())).items) == 3


async def test_points_of_all_its_collections_count_and_none_of_others(
    own_index: ValidatedIndex,
) -> None:
    call = calls(max_points=5)
    for name in ("team-a-photos", "team-a-faces", "team-b-photos"):
        await create(own_index, name, soon())
    await own_index.upsert("team-b-photos", points(*map(str, range(50))), call=soon())
    assert await own_index.upsert("team-a-photos", points("a", "b", "c"), call=call()) == [None] * 3
    await own_index.upsert_one("team-a-faces", points("d")[0], call=call())
    with pytest.raises(OcelliError) as refused:
        await own_index.upsert("team-a-faces", points("e", "f"), call=call())
    assert (refused.value.reason, refused.value.quota) == (Reason.QUOTA_EXCEEDED, "max_points")
    assert "has 4, and 2 more" in refused.value.message
    assert await own_index.count("team-a-faces", call=call()) == 1
    await own_index.upsert("team-a-faces", points("e"), call=call())


async def test_who_is_at_the_limit_may_change_points_and_store_others_once_some_are_deleted(
    own_index: ValidatedIndex,
) -> None:
    call = calls(max_points=3)
    await create(own_index, "team-a-photos", call())
    await own_index.upsert("team-a-photos", points("a", "b", "c"), call=call())
    for _ in range(3):
        await own_index.upsert("team-a-photos", points("a", "b", "b"), call=call())
    with pytest.raises(OcelliError):
        await own_index.upsert_one("team-a-photos", points("d")[0], call=call())
    assert await own_index.delete("team-a-photos", ["a"], call=call()) == 1
    await own_index.upsert_one("team-a-photos", points("d")[0], call=call())


async def test_regions_of_an_image_count_as_the_points_that_they_are(
    own_index: ValidatedIndex,
) -> None:
    call = calls(max_points=3)
    await create(own_index, "team-a-photos", call())
    of_image = Equals("image", "a")
    await own_index.replace("team-a-photos", of_image, points("a#0", "a#1"), call=call())
    with pytest.raises(OcelliError):
        await own_index.replace(
            "team-a-photos", of_image, points("a#0", "a#1", "a#2", "a#3"), call=call()
        )
    assert await own_index.count("team-a-photos", call=call()) == 2
