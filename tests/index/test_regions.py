"""What the index keeps of the parts of images."""

import asyncio

import numpy as np
import pytest

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index import region_fields
from ocelli.edge.index.filters import Equals
from ocelli.edge.index.points import Point
from ocelli.edge.index.schema import Collection, FieldType, RegionDetector
from ocelli.edge.index.validated_index import ValidatedIndex
from tests.index.calls import soon

DETECTOR = RegionDetector(
    model="finder", labels=("cat", "dog"), min_score=0.25, min_size_px=8, max_regions=4, margin=0.5
)
PARTS = region_fields.extended(
    Collection(
        name="parts", dimension=3, model="embedder", fields={"n": FieldType.INTEGER},
        detector=DETECTOR,
    )
)  # fmt: skip


def regions(image: str, count: int, number: int) -> list[Point]:
    return [
        Point(
            id=region_fields.region_id(image, at),
            vector=np.array([1, at, number], "f4"),
            payload={
                "n": number,
                **region_fields.payload(image, "cat", 0.5, (0, 1, 2, 3)),
            },
        )
        for at in range(count)
    ]


async def ids(index: ValidatedIndex) -> list[str]:
    page = await index.list_points(PARTS.name, page_size=1000, max_bytes=1 << 20, call=soon())
    return sorted(record.id for record in page.items)


async def test_a_detector_is_there_after_a_restart(own_index: ValidatedIndex):
    await own_index.create_collection(PARTS, call=soon())
    assert await own_index.get_collection(PARTS.name, call=soon()) == PARTS
    await own_index.close()
    await own_index.start(soon(20).deadline)
    assert await own_index.get_collection(PARTS.name, call=soon()) == PARTS
    await own_index.update_collection(PARTS.name, add_fields={"new": FieldType.BOOL}, call=soon())
    assert (await own_index.get_collection(PARTS.name, call=soon())).detector == DETECTOR


async def test_the_parts_of_an_image_are_replaced_in_one_step(own_index: ValidatedIndex):
    await own_index.create_collection(PARTS, call=soon())
    await own_index.replace(
        PARTS.name, region_fields.of_image("b"), regions("b", 2, 0), call=soon()
    )
    counts: set[int] = set()

    async def watch() -> None:
        while True:
            counts.add(
                await own_index.count(PARTS.name, filter=Equals("image_id", "a"), call=soon())
            )

    watching = asyncio.create_task(watch())
    for number, count in enumerate((100, 3, 70, 0, 100)):
        owner = region_fields.of_image("a")
        await own_index.replace(PARTS.name, owner, regions("a", count, number), call=soon())
        left = await own_index.count(PARTS.name, filter=Equals("n", number), call=soon())
        assert left == count + (2 if number == 0 else 0)
        assert len(await ids(own_index)) == count + 2
    watching.cancel()
    assert counts <= {0, 3, 70, 100}


@pytest.mark.parametrize(
    ("id_", "payload", "field"),
    [
        ("", {}, "id"),
        ("x" * 251, {}, "id"),
        ("ü" * 126, {}, "id"),
        ("a", {"n": 1, "score": 0.5}, "payload.score"),
        ("a", {"image_id": "a"}, "payload.image_id"),
    ],
)
def test_an_image_whose_parts_could_not_be_stored_is_refused(id_: str, payload: dict, field: str):
    with pytest.raises(OcelliError) as caught:
        region_fields.check_image(id_, payload)
    assert (caught.value.reason, caught.value.field) == (Reason.INVALID_FIELD, field)
    region_fields.check_image("x" * 250, {"n": 1})


def test_fields_of_the_same_name_must_be_of_the_same_type():
    fields = {"mine": FieldType.BOOL, "label": FieldType.KEYWORD}
    kept = region_fields.extended(Collection(name="c", dimension=3, fields=fields)).fields
    assert kept == {**fields, **region_fields.FIELDS}
    wrong = Collection(name="c", dimension=3, fields={**fields, "x_min": FieldType.INTEGER})
    with pytest.raises(OcelliError) as caught:
        region_fields.extended(wrong)
    assert caught.value.field == "fields[2].type"
