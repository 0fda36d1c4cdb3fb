"""No message repeats more of a caller's text than a person would read."""

import numpy as np
import pytest

from ocelli.edge.errors import OcelliError
from ocelli.edge.index.filters import Equals, OneOf, Range
from ocelli.edge.index.payload_change import DeleteKeys, Merge
from ocelli.edge.index.points import Point, SearchQuery
from ocelli.edge.index.schema import Collection, FieldType
from ocelli.edge.index.validated_index import ValidatedIndex
from tests.index.calls import soon

LONG = "\n" + "x" * 1_000_000
NAMES = {f"{n}{'y' * 120}": FieldType.BOOL for n in range(20)}
VECTOR = np.ones(2, "f4")


async def test_texts_of_callers_are_cut(index: ValidatedIndex, new_collection):
    name = (await new_collection(2, word=FieldType.KEYWORD, n=FieldType.INTEGER, **NAMES)).name
    query = SearchQuery(vector=VECTOR)
    calls = [
        lambda: index.create_collection(Collection(name=LONG, dimension=2), call=soon()),
        lambda: index.create_collection(
            Collection(name="a", dimension=2, fields={LONG: FieldType.BOOL}), call=soon()
        ),
        lambda: index.create_collection(Collection(name="a", dimension=2, model=LONG), call=soon()),
        lambda: index.get_collection(LONG, call=soon()),
        lambda: index.delete_collection(LONG, call=soon()),
        lambda: index.update_collection(LONG, call=soon()),
        lambda: index.update_collection(name, add_fields={LONG: FieldType.BOOL}, call=soon()),
        lambda: index.search(LONG, query, call=soon()),
        lambda: index.get(LONG, ["a"], call=soon()),
        lambda: index.get(name, [LONG], call=soon()),
        lambda: index.get_one(name, LONG, call=soon()),
        lambda: index.get_one(name, "\n" + "x" * 200, call=soon()),
        lambda: index.delete(name, ["a", LONG], call=soon()),
        lambda: index.count(name, filter=Equals(LONG, 1), call=soon()),
        lambda: index.count(name, filter=Equals("n", LONG), call=soon()),
        lambda: index.count(name, filter=Equals("n", 10**5000), call=soon()),
        lambda: index.count(name, filter=OneOf("n", (1, LONG)), call=soon()),
        lambda: index.count(name, filter=Range(field=LONG, gt=1), call=soon()),
        lambda: index.list_points(name, page_token=LONG, call=soon()),
        lambda: index.upsert_one(
            name, Point(id="a", vector=VECTOR, payload={"n": LONG}), call=soon()
        ),
        lambda: index.upsert_one(name, Point(id=LONG, vector=VECTOR), call=soon()),
        lambda: index.update_payload(name, ["a"], Merge({"n": LONG}), call=soon()),
        lambda: index.update_payload(name, ["a"], Merge({"n": {"o": LONG}}), call=soon()),
        lambda: index.update_payload(name, ["a"], DeleteKeys((LONG + "\ud800",)), call=soon()),
        lambda: index.search(name, SearchQuery(vector=VECTOR, exclude_id=LONG), call=soon()),
    ]
    for call in calls:
        with pytest.raises(OcelliError) as caught:
            await call()
        error = caught.value
        texts = [error.message, error.field or "", *(error.resource or ())]
        assert max(map(len, texts)) < 1500, error.message[:200]
        assert "\n" not in error.message
