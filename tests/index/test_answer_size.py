"""Answers that are too large are refused before they are made."""

from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index import answer_size
from ocelli.edge.index.points import Point, SearchQuery
from ocelli.edge.index.schema import Collection
from ocelli.edge.index.validated_index import ValidatedIndex
from tests.index.calls import soon
from tests.index.conftest import OpenIndex

pytestmark = pytest.mark.system

DIMENSION = 1000
IDS = [f"p{n:03}" for n in range(300)]
POINT_BYTES = answer_size.of_point("p000", '{"text":"' + 996 * "x" + '"}', bytes(4 * DIMENSION))
PAYLOAD = {"text": 996 * "x"}
VECTOR_BYTES = 4 * DIMENSION
MAX_BYTES = 270 * POINT_BYTES


@pytest.fixture(scope="module")
async def narrow_index(
    open_index: OpenIndex, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[ValidatedIndex]:
    """An index of 300 points, of which an answer holds 270, or more without vectors."""
    folder: Path = tmp_path_factory.mktemp("narrow")
    async with open_index(folder, max_answer_bytes=MAX_BYTES) as index:
        await index.create_collection(Collection(name="a", dimension=DIMENSION), call=soon())
        points = [Point(id=id_, vector=np.ones(DIMENSION), payload=PAYLOAD) for id_ in IDS]
        assert not any(await index.upsert("a", points, call=soon(30)))
        yield index


def query(limit: int, *, with_vectors: bool = False) -> SearchQuery:
    return SearchQuery(vector=np.ones(DIMENSION), limit=limit, with_vectors=with_vectors)


def test_sizes_count_bytes_and_not_characters():
    assert answer_size.of_point("é", None, None) - answer_size.of_point("e", None, None) == 1
    assert answer_size.of_point("e", '"é"', None) - answer_size.of_point("e", '"e"', None) == 1
    assert answer_size.of_point("e", None, b"1234") - answer_size.of_point("e", None, None) == 4


async def test_points_that_fit_are_returned(narrow_index: ValidatedIndex):
    records = await narrow_index.get("a", IDS[:270], with_vectors=True, call=soon())
    assert len(records) == 270
    assert len(await narrow_index.get("a", IDS, call=soon())) == 300


async def test_points_that_do_not_fit_are_refused(narrow_index: ValidatedIndex):
    with pytest.raises(OcelliError) as caught:
        await narrow_index.get("a", IDS, with_vectors=True, call=soon())
    error = caught.value
    assert (error.reason, error.quota) == (Reason.ANSWER_TOO_LARGE, "max_message_bytes")
    assert (
        f"of the 300 points that were asked for, 270 fit into an answer of {MAX_BYTES} bytes"
        in (error.message)
    )


async def test_ids_that_do_not_exist_take_no_room(narrow_index: ValidatedIndex):
    ids = [f"none{n}" for n in range(700)] + IDS[:270]
    assert len(await narrow_index.get("a", ids, with_vectors=True, call=soon())) == 270


async def test_hits_that_do_not_fit_are_refused(narrow_index: ValidatedIndex):
    assert len(await narrow_index.search("a", query(270, with_vectors=True), call=soon())) == 270
    assert len(await narrow_index.search("a", query(1000), call=soon())) == 300
    with pytest.raises(OcelliError) as caught:
        await narrow_index.search("a", query(280, with_vectors=True), call=soon())
    assert caught.value.reason is Reason.ANSWER_TOO_LARGE
    assert "of the 280 hits that were asked for, 270 fit" in caught.value.message


async def test_a_limit_is_refused_by_its_vectors_alone(narrow_index: ValidatedIndex):
    most = MAX_BYTES // VECTOR_BYTES
    with pytest.raises(OcelliError) as caught:
        await narrow_index.search("a", query(most + 1, with_vectors=True), call=soon())
    assert (caught.value.reason, caught.value.field) == (Reason.INVALID_FIELD, "limit")
    assert f"at most {most}" in caught.value.message


async def test_searches_share_an_answer(narrow_index: ValidatedIndex):
    limits = [100, 100, 100, 50, 280, 20]
    queries = [query(limit, with_vectors=True) for limit in limits]
    outcomes = await narrow_index.search_many("a", queries, call=soon())
    shown = [o.reason if isinstance(o, OcelliError) else len(o) for o in outcomes]
    too_large = Reason.ANSWER_TOO_LARGE
    assert shown == [100, 100, too_large, 50, too_large, 20]
    third = outcomes[2]
    assert isinstance(third, OcelliError)
    assert "of the 100 hits that were asked for, 70 fit" in third.message


async def test_a_stored_point_may_be_read_whatever_its_size(open_index: OpenIndex, tmp_path: Path):
    async with open_index(tmp_path, max_answer_bytes=1000) as index:
        await index.create_collection(Collection(name="a", dimension=DIMENSION), call=soon())
        await index.upsert("a", [Point(id="p", vector=np.ones(DIMENSION))], call=soon())
        record = await index.get_one("a", "p", with_vectors=True, call=soon())
        assert record.vector is not None
        with pytest.raises(OcelliError) as caught:
            await index.get("a", ["p"], with_vectors=True, call=soon())
        assert caught.value.reason is Reason.ANSWER_TOO_LARGE
