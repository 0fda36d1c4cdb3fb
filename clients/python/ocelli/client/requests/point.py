"""Calls of `SearchService` about stored points."""

from collections.abc import Iterable, Iterator

from ocelli.client import collection as stored
from ocelli.client.filters import Filter
from ocelli.client.payload import to_struct
from ocelli.client.requests.call import Call
from ocelli.v1 import collection_pb2, search_pb2

_MAX_POINTS = 1000
_MAX_UPSERT_BYTES = 4 * 1024 * 1024


def upsert(
    collection: str, points: Iterable[stored.Point]
) -> Iterator[
    Call[search_pb2.UpsertPointsRequest, search_pb2.UpsertPointsResponse, stored.UpsertResult]
]:
    """Stores points, in as many calls as the contract's bounds ask for."""
    packed = [
        collection_pb2.Point(id=point.id, vector=point.vector, payload=to_struct(point.payload))
        for point in points
    ]
    largest_bytes = max((point.ByteSize() for point in packed), default=1)
    at_once = max(1, min(_MAX_POINTS, _MAX_UPSERT_BYTES // max(1, largest_bytes)))
    # Even no points are one call, so that the collection's name is checked.
    for first in range(0, max(1, len(packed)), at_once):
        yield _upsert(collection, packed[first : first + at_once], first)


def _upsert(
    collection: str, points: list[collection_pb2.Point], first: int
) -> Call[search_pb2.UpsertPointsRequest, search_pb2.UpsertPointsResponse, stored.UpsertResult]:
    return Call(
        lambda stubs: stubs.search.UpsertPoints,
        search_pb2.UpsertPointsRequest(collection=collection, points=points),
        lambda response: stored.upsert_result(response, first),
    )


def get(
    collection: str, ids: Iterable[str], *, with_vectors: bool
) -> Call[search_pb2.GetPointsRequest, search_pb2.GetPointsResponse, stored.StoredPoints]:
    """Returns points by id."""
    return Call(
        lambda stubs: stubs.search.GetPoints,
        search_pb2.GetPointsRequest(
            collection=collection, ids=_ids(ids), with_vectors=with_vectors
        ),
        stored.stored_points,
    )


def delete(
    collection: str, ids: Iterable[str]
) -> Call[search_pb2.DeletePointsRequest, search_pb2.DeletePointsResponse, int]:
    """Deletes points by id."""
    return Call(
        lambda stubs: stubs.search.DeletePoints,
        search_pb2.DeletePointsRequest(collection=collection, ids=_ids(ids)),
        lambda response: response.deleted,
    )


def count(
    collection: str,
    filter: Filter | None,  # noqa: A002  the contract's word
) -> Call[search_pb2.CountPointsRequest, search_pb2.CountPointsResponse, int]:
    """Counts points."""
    return Call(
        lambda stubs: stubs.search.CountPoints,
        search_pb2.CountPointsRequest(collection=collection, filter=filter),
        lambda response: response.count,
    )


def _ids(ids: Iterable[str]) -> list[str]:
    return [ids] if isinstance(ids, str) else list(ids)
