"""What every engine behind the port must do."""

from collections.abc import Awaitable, Callable

import numpy as np
import pytest

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index.filters import AllOf, AnyOf, Equals, Filter, NoneOf, OneOf, Range
from ocelli.edge.index.points import Hit, Payload, Point, SearchQuery
from ocelli.edge.index.schema import Collection, FieldType, Json, Metric
from ocelli.edge.index.validated_index import ValidatedIndex
from tests.index.calls import soon

NewCollection = Callable[..., Awaitable[Collection]]


async def search(
    index: ValidatedIndex, collection: str, vector: np.ndarray, *, call: Call, **options
) -> list[Hit]:
    query = SearchQuery(vector=vector, **options)
    return await index.search(collection, query, call=call)


def point(id_: str, *values: float, **payload: Json) -> Point:
    return Point(id=id_, vector=np.array(values, "f4"), payload=payload)


async def test_collections_come_and_go(index: ValidatedIndex):
    collection = Collection(
        name="life",
        dimension=3,
        metric=Metric.DOT,
        fields={"a.b": FieldType.BOOL, "c": FieldType.FLOAT},
        model="embedder",
    )
    await index.create_collection(collection, call=soon())
    with pytest.raises(OcelliError) as caught:
        await index.create_collection(collection, call=soon())
    assert caught.value.reason is Reason.COLLECTION_EXISTS
    assert caught.value.resource == ("collection", "life")
    assert await index.get_collection("life", call=soon()) == collection
    listed = (await index.list_collections(page_size=1000, call=soon())).items
    assert collection in listed
    assert [c.name for c in listed] == sorted(c.name for c in listed)
    await index.delete_collection("life", call=soon())
    assert collection not in (await index.list_collections(call=soon())).items


async def test_an_unknown_collection_is_not_found(index: ValidatedIndex):
    name = "never-made"
    vector = np.ones(3, "f4")
    for call in (
        index.get_collection(name, call=soon()),
        index.delete_collection(name, call=soon()),
        index.upsert(name, [Point(id="a", vector=vector)], call=soon()),
        index.get(name, ["a"], call=soon()),
        index.delete(name, ["a"], call=soon()),
        index.count(name, call=soon()),
        search(index, name, vector, call=soon()),
    ):
        with pytest.raises(OcelliError) as caught:
            await call
        assert caught.value.reason is Reason.COLLECTION_NOT_FOUND
        assert caught.value.resource == ("collection", name)


async def test_a_collection_made_anew_has_its_new_schema(index: ValidatedIndex):
    await index.create_collection(Collection(name="again", dimension=2), call=soon())
    await index.upsert("again", [point("a", 1, 0)], call=soon())
    await index.delete_collection("again", call=soon())
    await index.create_collection(Collection(name="again", dimension=3), call=soon())
    assert await index.count("again", call=soon()) == 0
    assert await index.upsert("again", [point("a", 1, 0, 0)], call=soon()) == [None]
    await index.delete_collection("again", call=soon())


async def test_points_are_stored_replaced_and_deleted(
    index: ValidatedIndex, new_collection: NewCollection
):
    name = (await new_collection(2, Metric.DOT)).name
    stored = await index.upsert(name, [point("a", 1, 2, x=1), point("b", 3, 4)], call=soon())
    assert stored == [None, None]
    await index.upsert(
        name, [point("a", 0, 0), point("a", 5, 6, y=[None, {"z": 1.5}])], call=soon()
    )
    records = await index.get(name, ["b", "none", "a", "b"], with_vectors=True, call=soon())
    assert [(r.id, r.payload, r.vector.tolist()) for r in records] == [
        ("b", {}, [3, 4]),
        ("a", {"y": [None, {"z": 1.5}]}, [5, 6]),
    ]
    assert all(r.vector.dtype == np.float32 for r in records)
    assert (await index.get(name, ["a"], call=soon()))[0].vector is None
    assert await index.count(name, call=soon()) == 2
    assert await index.delete(name, ["a", "none", "a"], call=soon()) == 1
    assert await index.delete(name, ["a"], call=soon()) == 0
    assert [r.id for r in await index.get(name, ["a", "b"], call=soon())] == ["b"]
    assert await index.count(name, call=soon()) == 1


async def test_every_point_fails_alone(index: ValidatedIndex, new_collection: NewCollection):
    name = (await new_collection(2, whole=FieldType.INTEGER)).name
    outcome = await index.upsert(
        name,
        [
            point("good", 1, 0),
            point("short", 1),
            point("nan", float("nan"), 1),
            point("zero", 0, 0),
            point("", 1, 0),
            point("typed", 1, 0, whole="three"),
            point("deep", 1, 0, free=float("inf")),
            point("fine", 0, 1, whole=3),
        ],
        call=soon(),
    )
    assert [error and (error.reason, error.field) for error in outcome] == [
        None,
        (Reason.VECTOR_DIMENSION, "points[1].vector"),
        (Reason.VECTOR_NOT_FINITE, "points[2].vector"),
        (Reason.VECTOR_NOT_FINITE, "points[3].vector"),
        (Reason.INVALID_FIELD, "points[4].id"),
        (Reason.FIELD_NOT_IN_SCHEMA, "points[5].payload.whole"),
        (Reason.INVALID_FIELD, "points[6].payload"),
        None,
    ]
    assert await index.count(name, call=soon()) == 2


async def test_ids_and_payloads_may_hold_anything(
    index: ValidatedIndex, new_collection: NewCollection
):
    name = (await new_collection(2)).name
    ids = ["a/b", "日本語", "🐝", "a\x00b", "'; drop", "k", "é" * 128, " ", "\n"]
    payload = {
        "k": "mine",
        "p": [1],
        "f0": "x",
        "a.b[0]": {"": None},
        '"': 2**63,
        "neg": -(2**63),
        "tiny": 5e-324,
        "one": 1.0,
        "🐝": "日本\x00",
    }
    await index.upsert(
        name,
        [Point(id=id_, vector=np.ones(2, "f4"), payload=payload) for id_ in ids],
        call=soon(),
    )
    records = await index.get(name, ids, call=soon())
    assert [record.id for record in records] == ids
    assert all(record.payload == payload for record in records)
    assert type(records[0].payload["one"]) is float


@pytest.mark.parametrize(
    ("metric", "scores", "threshold"),
    [
        (Metric.COSINE, {"a": 1.0, "b": 0.6, "c": 0.0}, 0.5),
        (Metric.DOT, {"b": 6.0, "a": 2.0, "c": 0.0}, 1.5),
        (Metric.DOT, {"b": 6.0, "a": 2.0, "c": 0.0}, 2.0),
        (Metric.EUCLID, {"a": 1.0, "c": 2.0**0.5, "b": 89**0.5}, 1.2),
        (Metric.EUCLID, {"a": 1.0, "c": 2.0**0.5, "b": 89**0.5}, 1.0),
    ],
)
async def test_scores_mean_what_the_metric_says(
    index: ValidatedIndex,
    new_collection: NewCollection,
    metric: Metric,
    scores: dict[str, float],
    threshold: float,
):
    name = (await new_collection(2, metric)).name
    await index.upsert(name, [point("a", 2, 0), point("b", 6, 8), point("c", 0, 1)], call=soon())
    query = np.array([1, 0], "f4")
    hits = await search(index, name, query, call=soon())
    assert [hit.id for hit in hits] == list(scores)
    assert [hit.score for hit in hits] == pytest.approx(list(scores.values()), abs=1e-6)
    far = metric is Metric.EUCLID
    within = [
        id_ for id_, score in scores.items() if (score <= threshold if far else score >= threshold)
    ]
    near = await search(index, name, query, score_threshold=threshold, call=soon())
    assert [hit.id for hit in near] == within != list(scores)


async def test_cosine_stores_vectors_of_length_1(
    index: ValidatedIndex, new_collection: NewCollection
):
    name = (await new_collection(2)).name
    await index.upsert(name, [point("a", 3, 4)], call=soon())
    record = (await index.get(name, ["a"], with_vectors=True, call=soon()))[0]
    hit = (await search(index, name, np.array([1, 1]), with_vectors=True, call=soon()))[0]
    assert record.vector.tolist() == hit.vector.tolist() == pytest.approx([0.6, 0.8])


async def test_a_search_returns_what_was_asked_for(
    index: ValidatedIndex, new_collection: NewCollection
):
    name = (await new_collection(2, word=FieldType.KEYWORD)).name
    await index.upsert(name, [point(str(n), 1, n, word="w") for n in range(20)], call=soon())
    query = np.array([1, 0], "f4")
    hits = await search(index, name, query, call=soon())
    assert [hit.id for hit in hits] == [str(n) for n in range(10)]
    assert (hits[0].payload, hits[0].vector) == ({"word": "w"}, None)
    hits = await search(
        index,
        name,
        query,
        limit=3,
        exclude_id="0",
        with_payload=False,
        with_vectors=True,
        call=soon(),
    )
    assert [hit.id for hit in hits] == ["1", "2", "3"]
    assert hits[0].payload is None
    assert hits[0].vector.shape == (2,)
    only = Equals("word", "w")
    hits = await search(index, name, query, limit=1, exclude_id="0", filter=only, call=soon())
    assert [hit.id for hit in hits] == ["1"]


async def test_searches_that_are_refused(index: ValidatedIndex, new_collection: NewCollection):
    name = (await new_collection(2, word=FieldType.KEYWORD)).name
    query = np.array([1, 0], "f4")
    for arguments, reason, field in [
        ({"limit": 0}, Reason.INVALID_FIELD, "limit"),
        ({"score_threshold": float("nan")}, Reason.INVALID_FIELD, "score_threshold"),
        ({"exclude_id": ""}, Reason.INVALID_FIELD, "exclude_id"),
        ({"filter": Equals("x", 1)}, Reason.FIELD_NOT_IN_SCHEMA, "filter.equals.field"),
        ({"vector": np.ones(3)}, Reason.VECTOR_DIMENSION, "vector"),
        ({"vector": np.zeros(2)}, Reason.VECTOR_NOT_FINITE, "vector"),
    ]:
        with pytest.raises(OcelliError) as caught:
            await search(index, name, arguments.pop("vector", query), **arguments, call=soon())
        assert (caught.value.reason, caught.value.field) == (reason, field)


FIELDS = {
    "word": FieldType.KEYWORD,
    "n": FieldType.INTEGER,
    "x.y[0]": FieldType.FLOAT,
    'a "b"': FieldType.BOOL,
}
VALUES = {
    "word": ["red", "green", "blue", "", "日本", "true"],
    "n": [-3, 0, 1, 2, 7, 2**53, -(2**53)],
    "x.y[0]": [-1.5, 0.0, 0.1, 0.3, 1e300, 2.0],
    'a "b"': [True, False],
}


def random_payload(rng: np.random.Generator) -> Payload:
    payload: Payload = {}
    for name, values in VALUES.items():
        shape = rng.integers(5)
        if shape == 1:
            payload[name] = [values[k] for k in rng.integers(len(values), size=rng.integers(4))]
        elif shape > 1:
            payload[name] = values[rng.integers(len(values))]
    return payload


def random_filter(rng: np.random.Generator, depth: int = 0) -> Filter:
    kind = rng.integers(6 if depth < 3 else 3)
    if kind > 2:
        branches = tuple(random_filter(rng, depth + 1) for _ in range(rng.integers(1, 4)))
        return [AllOf, AnyOf, NoneOf][kind - 3](branches)
    name = list(FIELDS)[rng.integers(4)]
    values = VALUES[name]
    some = tuple(values[k] for k in rng.integers(len(values), size=rng.integers(1, 4)))
    if kind == 1 and FIELDS[name] in (FieldType.KEYWORD, FieldType.INTEGER):
        return OneOf(name, some)
    if kind == 2 and FIELDS[name] in (FieldType.INTEGER, FieldType.FLOAT):
        bounds = rng.permutation(["gt", "gte", "lt", "lte"])[: rng.integers(1, 3)]
        limits = {str(bound): float(values[rng.integers(len(values))]) for bound in bounds}
        return Range(field=name, **limits)
    return Equals(name, some[0])


def holds(tree: Filter, payload: Payload) -> bool:
    """The filters' meaning in plain Python."""
    match tree:
        case AllOf(trees):
            return all(holds(t, payload) for t in trees)
        case AnyOf(trees):
            return any(holds(t, payload) for t in trees)
        case NoneOf(trees):
            return not any(holds(t, payload) for t in trees)
    value = payload.get(tree.field)
    values = value if isinstance(value, list) else [] if value is None else [value]
    match tree:
        case Equals():
            return tree.value in values
        case OneOf():
            return any(v in tree.values for v in values)
        case Range(gt=gt, gte=gte, lt=lt, lte=lte):
            return any(
                (gt is None or v > gt)
                and (gte is None or v >= gte)
                and (lt is None or v < lt)
                and (lte is None or v <= lte)
                for v in values
            )


async def test_filters_select_what_plain_python_selects(
    index: ValidatedIndex, new_collection: NewCollection
):
    rng = np.random.default_rng(7)
    name = (await new_collection(8, Metric.EUCLID, **FIELDS)).name
    payloads = [random_payload(rng) for _ in range(400)]
    vectors = rng.normal(size=(400, 8)).astype("f4")
    points = [
        Point(id=str(n), vector=vectors[n], payload=payload) for n, payload in enumerate(payloads)
    ]
    assert not any(await index.upsert(name, points, call=soon()))
    selective = 0
    for _ in range(150):
        tree = random_filter(rng)
        query = rng.normal(size=8).astype("f4")
        chosen = [n for n, payload in enumerate(payloads) if holds(tree, payload)]
        selective += 0 < len(chosen) < 400
        assert await index.count(name, filter=tree, call=soon()) == len(chosen), tree
        distances = np.linalg.norm(vectors[chosen] - query, axis=1)
        nearest = [str(chosen[k]) for k in np.argsort(distances)[:5]]
        hits = await search(
            index, name, query, limit=5, filter=tree, with_payload=False, call=soon()
        )
        assert [hit.id for hit in hits] == nearest, tree
    assert selective > 50


async def test_the_nearest_are_found_among_many(
    index: ValidatedIndex, new_collection: NewCollection
):
    rng = np.random.default_rng(3)
    name = (await new_collection(64, n=FieldType.INTEGER)).name
    centres = rng.normal(size=(50, 64))
    noise = 0.5 * rng.normal(size=(6000, 64))
    vectors = (centres[rng.integers(50, size=6000)] + noise).astype("f4")
    for start in range(0, 6000, 1000):
        points = [
            Point(id=str(n), vector=vectors[n], payload={"n": n % 10})
            for n in range(start, start + 1000)
        ]
        assert not any(await index.upsert(name, points, call=soon(30)))
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    for tree, allowed in [(None, np.arange(6000)), (Equals("n", 3), np.arange(3, 6000, 10))]:
        found = 0
        for _ in range(30):
            query = vectors[rng.integers(6000)] + 0.2 * rng.normal(size=64).astype("f4")
            truth = {str(allowed[k]) for k in np.argsort(-(unit[allowed] @ query))[:10]}
            hits = await search(index, name, query, filter=tree, with_payload=False, call=soon())
            assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)
            found += len(truth & {hit.id for hit in hits})
        assert found / 300 >= 0.95
