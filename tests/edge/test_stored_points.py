"""What one does with stored points, by several clients of one server."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import numpy as np
import pytest

from ocelli.client import (
    AlreadyExists,
    Client,
    DeadlineExceeded,
    InvalidRequest,
    NotFound,
    OcelliError,
    Point,
    SearchQuery,
    equals,
    match,
    range_,
)
from ocelli.v1 import search_pb2, search_pb2_grpc

ODD_IDS = ["a\0b", "\0", "שלום", "\u202eabc\u202c", "👩‍👩‍👧", "é", "e\u0301", " ", "a#0", "%2F/.."]


@pytest.fixture
def name(client: Client, request: pytest.FixtureRequest) -> Any:
    """A collection of the test's own, of vectors of 8 values."""
    name = f"t{abs(hash(request.node.name)) % 10**12}"
    fields = {"word": "keyword", "n": "integer", "title": "text"}
    client.collections.create(name, dimension=8, fields=fields)  # type: ignore[arg-type]
    yield name
    client.collections.delete(name)


def fill(client: Client, name: str, count: int, **payload: Any) -> np.ndarray:
    vectors = np.random.default_rng(count).standard_normal((count, 8)).astype("f4")
    for start in range(0, count, 1000):
        some = range(start, min(count, start + 1000))
        points = [Point(f"p{n:05}", vectors[n], {"n": n, **payload}) for n in some]
        assert not client.points.upsert(name, points).errors
    return vectors


def ids(hits: Any) -> list[str]:
    return [hit.id for hit in hits]


def test_a_rebuilt_collection_takes_the_place_of_the_old_one(client: Client, edge: Any) -> None:
    with edge.connect() as other:
        for name, dimension in (("blue", 8), ("green", 9)):
            client.collections.create(name, dimension=dimension)
            other.points.upsert(name, [Point(name, np.ones(dimension))])
        assert client.collections.set_alias("current", "blue") == ""
        for dimension, expected in ((8, "blue"), (9, "green"), (8, "blue")):
            client.collections.set_alias("current", expected)
            for one in (client, other):
                assert ids(one.search("current", vector=np.ones(dimension))) == [expected]
                assert ids(one.search("current", id=expected)) == []
                assert one.collections.get("current").name == expected
        assert [(a.alias, a.collection) for a in other.collections.list_aliases()] == [
            ("current", "blue")
        ]
        with pytest.raises(AlreadyExists):
            other.collections.create("current", dimension=8)
        with pytest.raises(AlreadyExists):
            other.collections.set_alias("green", "blue")
        with pytest.raises(NotFound, match="an alias of 'blue'"):
            other.collections.delete("current")
        other.collections.delete("blue")
        with pytest.raises(NotFound):
            client.search("current", vector=np.ones(8))
        client.collections.set_alias("current", "green")
        client.collections.delete_alias("current")
        with pytest.raises(NotFound):
            client.collections.delete_alias("current")
        client.collections.delete("green")


def test_of_two_clients_one_creates(client: Client, edge: Any) -> None:
    with edge.connect() as other, ThreadPoolExecutor(2) as pool:
        for number in range(5):
            made = [
                pool.submit(one.collections.create, f"once{number}", dimension=8)
                for one in (client, other)
            ]
            failures = [one.exception() for one in made]
            assert sorted(failure is None for failure in failures) == [False, True]
            assert any(isinstance(failure, AlreadyExists) for failure in failures)
            assert client.collections.get(f"once{number}").point_count == 0
            other.collections.delete(f"once{number}")


def test_equal_vectors_are_as_many_as_asked_for_in_a_stable_order(
    client: Client, name: str
) -> None:
    client.points.upsert(name, [Point(f"e{n}", np.ones(8)) for n in range(100)])
    for limit in (1, 7, 50, 99, 100):
        first, second = (client.search(name, vector=np.ones(8), limit=limit) for _ in range(2))
        assert len(set(ids(first))) == limit
        assert ids(first) == ids(second)


def test_ids_may_be_odd(client: Client, name: str) -> None:
    client.points.upsert(name, [Point(id_, np.ones(8), {"word": id_}) for id_ in ODD_IDS])
    assert client.points.count(name) == len(ODD_IDS)
    for id_ in ODD_IDS:
        (found,) = client.points.get(name, [id_]).points
        assert (found.id, found.payload) == (id_, {"word": id_})
        assert ids(client.search(name, vector=np.ones(8), filter=equals("word", id_))) == [id_]
        assert id_ not in ids(client.search(name, id=id_, limit=100))
    groups = list(client.find_duplicates(name, score_threshold=0.9))
    assert ids(groups[0].points) == sorted(ODD_IDS)
    assert client.points.delete(name, ODD_IDS) == len(ODD_IDS)


def test_a_filter_finds_all_that_match_among_half_and_half(client: Client, name: str) -> None:
    for word in ("left", "right"):
        points = [Point(f"{word}{n}", np.ones(8), {"word": word}) for n in range(25)]
        client.points.upsert(name, points)
    for word in ("left", "right"):
        hits = client.search(name, vector=np.ones(8), filter=equals("word", word), limit=50)
        assert len(hits) == 25
        assert {hit.payload["word"] for hit in hits} == {word}


def test_a_range_recalls_as_much_as_an_equal_set(client: Client, name: str) -> None:
    """1 % of 5000 points by a range, and the same ones by a keyword."""
    vectors = fill(client, name, 5000)
    client.points.update_payload(name, filter=range_("n", lt=50), merge={"word": "few"})
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    found = {"range": 0, "set": 0}
    for query in np.random.default_rng(1).standard_normal((30, 8)):
        truth = {f"p{n:05}" for n in np.argsort(-(unit[:50] @ query))[:10]}
        for kind, condition in (("range", range_("n", lt=50)), ("set", equals("word", "few"))):
            found[kind] += len(
                truth & set(ids(client.search(name, vector=query, filter=condition)))
            )
    assert found["set"] >= 285
    assert found["range"] >= found["set"] - 3


def test_what_was_deleted_is_not_found_again(client: Client, name: str, edge: Any) -> None:
    vectors = fill(client, name, 400)
    gone: set[str] = set()
    failures: list[str] = []
    stop = threading.Event()

    def search() -> None:
        with edge.connect() as own:
            rng = np.random.default_rng()
            while not stop.is_set():
                known = set(gone)  # what was acknowledged before the search began
                hits = own.search(name, vector=vectors[rng.integers(400)], limit=50)
                failures.extend(known & set(ids(hits)))

    with ThreadPoolExecutor(8) as pool:
        searching = [pool.submit(search) for _ in range(8)]
        for n in range(0, 400, 10):
            some = [f"p{m:05}" for m in range(n, n + 10)]
            assert client.points.delete(name, some) == 10
            gone.update(some)
        stop.set()
        for one in searching:
            one.result()
    assert failures == []


def test_offsets_groups_and_words(client: Client, name: str) -> None:
    points = [
        Point(f"p{n}", np.eye(8)[0] + n / 10 * np.eye(8)[1], {"word": f"w{n % 3}", "title": t})
        for n, t in enumerate(["A red car", "The RED door", "blue cars", "rot 車", "", "red"])
    ]
    client.points.upsert(name, points)
    near = np.eye(8)[0]
    assert ids(client.search(name, vector=near, offset=2, limit=2)) == ["p2", "p3"]
    assert ids(client.search(name, vector=near, group_by="word")) == ["p0", "p1", "p2"]
    assert ids(client.search(name, id="p0", group_by="word", offset=1)) == ["p2", "p3"]
    assert ids(client.search(name, vector=near, filter=match("title", "CAR red"))) == ["p0"]
    either = match("title", "車 blue", any_word=True)
    assert ids(client.search(name, vector=near, filter=either)) == ["p2", "p3"]
    good, bad = client.batch_search(
        name,
        [
            SearchQuery(vector=near, offset=5),
            SearchQuery(vector=near, offset=9999),
        ],
    )
    assert good.result is not None
    assert ids(good.result) == ["p5"]
    assert isinstance(bad.error, InvalidRequest)
    assert bad.error.field_violations[0].field == "requests[1].offset"
    with pytest.raises(InvalidRequest, match="match finds the words of a text"):
        client.search(name, vector=near, filter=equals("title", "red"))
    with pytest.raises(OcelliError, match="expected a field of type keyword or integer"):
        client.search(name, vector=near, group_by="title")


def test_duplicates_are_found(client: Client, name: str, edge: Any) -> None:
    vectors = fill(client, name, 300)
    copies = [Point(f"copy{n}", vectors[n // 2] + 1e-4, {"word": "copy"}) for n in range(4)]
    client.points.upsert(name, copies)
    told: list[Any] = []
    groups = list(client.find_duplicates(name, score_threshold=0.9999, on_progress=told.append))
    assert [ids(group.points) for group in groups] == [
        ["copy0", "copy1", "p00000"],
        ["copy2", "copy3", "p00001"],
    ]
    assert (told[0].points_done, told[-1].points_done) == (0, 304)
    only = client.find_duplicates(
        name, score_threshold=0.9999, filter=equals("word", "copy"), with_payload=True
    )
    assert [[hit.payload for hit in group.points] for group in only] == [[{"word": "copy"}] * 2] * 2
    client.collections.set_alias("of-duplicates", name)
    assert len(list(client.find_duplicates("of-duplicates", score_threshold=0.9999))) == 2
    with pytest.raises(NotFound):
        list(client.find_duplicates("no-such", score_threshold=0.9))
    with pytest.raises(DeadlineExceeded):
        list(client.find_duplicates(name, score_threshold=-1.0, timeout_s=0.01))
    leaving = client.find_duplicates(name, score_threshold=0.9999)
    next(leaving)
    leaving.close()
    with grpc.insecure_channel(edge.address) as channel:
        stub = search_pb2_grpc.SearchServiceStub(channel)
        with pytest.raises(grpc.RpcError, match="there is no score_threshold"):
            list(stub.FindDuplicates(search_pb2.FindDuplicatesRequest(collection=name)))
