"""Listing points: pages, their order, their size, and what goes on meanwhile."""

import asyncio
import base64
import itertools
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index.embedded.engine.tuning import Tuning
from ocelli.edge.index.filters import Equals, Range
from ocelli.edge.index.points import Page, Point, Record
from ocelli.edge.index.schema import Collection, FieldType
from ocelli.edge.index.validated_index import ValidatedIndex
from tests.index.calls import soon
from tests.index.conftest import OpenIndex

pytestmark = pytest.mark.system

EVEN = Equals("parity", 0)


def numbered(numbers: range, prefix: str = "p", dimension: int = 2) -> list[Point]:
    vector = np.ones(dimension, "f4")
    return [
        Point(id=f"{prefix}{n}", vector=vector, payload={"n": n, "parity": n % 2}) for n in numbers
    ]


async def pages(index: ValidatedIndex, collection: str, **options) -> AsyncIterator[Page[Record]]:
    token = ""
    while True:
        page = await index.list_points(collection, page_token=token, call=soon(), **options)
        yield page
        token = page.next_page_token
        if not token:
            return


async def listed(index: ValidatedIndex, collection: str, **options) -> list[Record]:
    return [record async for page in pages(index, collection, **options) for record in page.items]


@pytest.fixture
async def filled(index: ValidatedIndex, new_collection) -> str:
    name = (await new_collection(2, n=FieldType.INTEGER, parity=FieldType.INTEGER)).name
    assert not any(await index.upsert(name, numbered(range(250)), call=soon()))
    return name


@pytest.mark.parametrize("page_size", [0, 1, 7, 50, 125, 249, 250, 1000])
async def test_every_point_is_listed_once(index: ValidatedIndex, filled: str, page_size: int):
    size = page_size or 100
    sizes = [len(page.items) async for page in pages(index, filled, page_size=page_size)]
    assert sizes[:-1] == [size] * (len(sizes) - 1)
    assert sum(sizes) == 250
    records = await listed(index, filled, page_size=page_size)
    assert sorted(record.id for record in records) == sorted(f"p{n}" for n in range(250))


async def test_a_filter_selects(index: ValidatedIndex, filled: str):
    records = await listed(index, filled, filter=EVEN, page_size=30)
    assert {record.id for record in records} == {f"p{n}" for n in range(0, 250, 2)}
    assert len(records) == 125
    assert await listed(index, filled, filter=Range(field="n", gt=1000)) == []


async def test_the_order_does_not_change(index: ValidatedIndex, filled: str):
    order = [record.id for record in await listed(index, filled, page_size=20)]
    await index.upsert(filled, list(reversed(numbered(range(250)))), call=soon())
    assert [record.id for record in await listed(index, filled, page_size=90)] == order


async def test_payloads_and_vectors_come_as_asked_for(index: ValidatedIndex, filled: str):
    (page,) = [page async for page in pages(index, filled, filter=Equals("n", 3))]
    (record,) = page.items
    assert (record.payload, record.vector) == ({"n": 3, "parity": 1}, None)
    (record,) = await listed(
        index, filled, filter=Equals("n", 3), with_payload=False, with_vectors=True
    )
    assert record.payload is None
    assert record.vector is not None
    assert record.vector.shape == (2,)


async def test_an_empty_collection_has_one_empty_page(index: ValidatedIndex, new_collection):
    name = (await new_collection(2)).name
    page = await index.list_points(name, call=soon())
    assert (page.items, page.next_page_token) == ([], "")


async def test_pages_are_bounded_in_bytes(index: ValidatedIndex, new_collection):
    name = (await new_collection(1000)).name
    long = {"text": "x" * 30_000}
    points = [Point(id=str(n), vector=np.ones(1000, "f4"), payload=long) for n in range(40)]
    assert not any(await index.upsert(name, points, call=soon()))
    sizes = [
        len(page.items)
        async for page in pages(index, name, with_vectors=True, max_bytes=4 * 34_500)
    ]
    assert sizes == [4] * 10
    sizes = [len(page.items) async for page in pages(index, name, max_bytes=1)]
    assert sizes == [1] * 40
    sizes = [len(page.items) async for page in pages(index, name, max_bytes=1 << 20, page_size=30)]
    assert sizes == [30, 10]


async def test_tokens_of_other_lists_are_refused(
    index: ValidatedIndex, filled: str, new_collection
):
    other = (await new_collection(2, parity=FieldType.INTEGER)).name
    await index.upsert(other, numbered(range(5)), call=soon())
    token = (await index.list_points(filled, page_size=10, call=soon())).next_page_token
    with_filter = await index.list_points(filled, filter=EVEN, page_size=10, call=soon())
    collections = await index.list_collections(page_size=1, call=soon())
    raw = base64.urlsafe_b64decode(token + "==")
    tampered = base64.urlsafe_b64encode(raw[:-1]).decode().rstrip("=")
    newer = base64.urlsafe_b64encode(b"\x02" + raw[1:]).decode().rstrip("=")
    for collection, options, wrong in [
        (other, {}, token),
        (filled, {"filter": EVEN}, token),
        (filled, {}, with_filter.next_page_token),
        (filled, {}, collections.next_page_token),
        (filled, {}, tampered),
        (filled, {}, newer),
        (filled, {}, "x"),
        (filled, {}, "§"),
        (filled, {}, "A" * 100_000),
    ]:
        with pytest.raises(OcelliError) as caught:
            await index.list_points(collection, page_token=wrong, call=soon(), **options)
        assert (caught.value.reason, caught.value.field) == (Reason.INVALID_FIELD, "page_token")
    last = base64.urlsafe_b64encode(raw[:-16] + b"\xff" * 16).decode().rstrip("=")
    assert (await index.list_points(filled, page_token=last, call=soon())).items == []


async def test_a_token_does_not_outlive_its_collection(index: ValidatedIndex):
    again = Collection(name="listed-again", dimension=2)
    await index.create_collection(again, call=soon())
    await index.upsert(again.name, numbered(range(5)), call=soon())
    token = (await index.list_points(again.name, page_size=2, call=soon())).next_page_token
    await index.delete_collection(again.name, call=soon())
    await index.create_collection(again, call=soon())
    with pytest.raises(OcelliError) as caught:
        await index.list_points(again.name, page_token=token, call=soon())
    assert caught.value.field == "page_token"


@pytest.mark.parametrize("size", [-1, 1001])
async def test_sizes_out_of_range_are_refused(index: ValidatedIndex, filled: str, size: int):
    for call in (
        index.list_points(filled, page_size=size, call=soon()),
        index.list_collections(page_size=size, call=soon()),
    ):
        with pytest.raises(OcelliError) as caught:
            await call
        assert (caught.value.reason, caught.value.field) == (Reason.INVALID_FIELD, "page_size")


@pytest.mark.parametrize("options", [{}, {"filter": EVEN}])
async def test_a_walk_is_exact_while_others_write(
    index_engine: str, open_index: OpenIndex, tmp_path: Path, options: dict[str, object]
):
    engine_options = {}
    if index_engine == "embedded":  # optimises every few writes
        engine_options["tuning"] = Tuning(optimise_every_kib=16)
    async with open_index(tmp_path, **engine_options) as index:
        await walk_while_others_write(index, options)


async def walk_while_others_write(index: ValidatedIndex, options: dict[str, object]):
    fields = {"n": FieldType.INTEGER, "parity": FieldType.INTEGER}
    await index.create_collection(Collection(name="busy", dimension=16, fields=fields), call=soon())
    await index.upsert("busy", numbered(range(300), "stays", 16), call=soon())
    rounds = 0

    async def churn() -> None:
        nonlocal rounds
        for rounds in itertools.count():
            moving = numbered(range(rounds, rounds + 100), "moves", 16)
            await index.upsert("busy", moving, call=soon())
            await index.delete("busy", [point.id for point in moving[::2]], call=soon())

    churning = asyncio.create_task(churn())
    try:
        while rounds < 8:
            ids = [r.id for r in await listed(index, "busy", page_size=23, **options)]
            assert len(ids) == len(set(ids))
            step = 2 if options else 1
            kept = {f"stays{n}" for n in range(0, 300, step)}
            assert {id_ for id_ in ids if id_.startswith("stays")} == kept
    finally:
        churning.cancel()
        await asyncio.wait([churning])
    assert churning.cancelled()


async def test_collections_are_listed_by_page(own_index: ValidatedIndex):
    names = [f"c{n}" for n in range(7)]
    for name in reversed(names):
        await own_index.create_collection(Collection(name=name, dimension=2), call=soon())
    found: list[list[str]] = []
    token = ""
    while token or not found:
        page = await own_index.list_collections(page_size=3, page_token=token, call=soon())
        found.append([collection.name for collection in page.items])
        token = page.next_page_token
        if len(found) == 1:
            await own_index.delete_collection("c2", call=soon())
            await own_index.create_collection(Collection(name="c2x", dimension=2), call=soon())
    assert found == [["c0", "c1", "c2"], ["c2x", "c3", "c4"], ["c5", "c6"]]
