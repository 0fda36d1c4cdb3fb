"""Calls of `PointService` about stored points."""

from collections.abc import Iterable, Iterator

from ocelli.client.errors import invalid_request
from ocelli.client.filters import Filter
from ocelli.client.payload import Payload, to_struct
from ocelli.client.point import (
    Point,
    StoredPoints,
    UpsertResult,
    pack_point,
    stored_points,
    unpack_point,
    upsert_result,
)
from ocelli.client.requests.call import Call, Page, PagedCall
from ocelli.v1 import point_pb2

_MAX_POINTS = 1000
_MAX_UPSERT_BYTES = 4 * 1024 * 1024

UpsertCall = Call[point_pb2.UpsertPointsRequest, point_pb2.UpsertPointsResponse, UpsertResult]


def upsert(collection: str, points: Iterable[Point]) -> Iterator[UpsertCall]:
    """Stores points, in as many calls as the contract's bounds ask for; draws them as they go."""
    batch: list[point_pb2.Point] = []
    batch_bytes = first = 0
    for point in points:
        packed = pack_point(point)
        size_bytes = packed.ByteSize()
        if batch and (len(batch) == _MAX_POINTS or batch_bytes + size_bytes > _MAX_UPSERT_BYTES):
            yield _upsert(collection, batch, first)
            first += len(batch)
            batch, batch_bytes = [], 0
        batch.append(packed)
        batch_bytes += size_bytes
    # Even no points are one call, so that the collection's name is checked.
    if batch or not first:
        yield _upsert(collection, batch, first)


def _upsert(collection: str, points: list[point_pb2.Point], first: int) -> UpsertCall:
    return Call(
        lambda stubs: stubs.points.UpsertPoints,
        point_pb2.UpsertPointsRequest(collection=collection, points=points),
        lambda response: upsert_result(response, first),
    )


def get(
    collection: str, ids: Iterable[str], *, with_payload: bool, with_vector: bool
) -> Call[point_pb2.GetPointsRequest, point_pb2.GetPointsResponse, StoredPoints]:
    """Returns points by id."""
    return Call(
        lambda stubs: stubs.points.GetPoints,
        point_pb2.GetPointsRequest(
            collection=collection,
            ids=_listed(ids),
            with_payload=with_payload,
            with_vector=with_vector,
        ),
        stored_points,
    )


def list_all(
    collection: str,
    filter: Filter | None,  # noqa: A002  the contract's word
    *,
    page_size: int,
    with_payload: bool,
    with_vector: bool,
) -> PagedCall[point_pb2.ListPointsRequest, point_pb2.ListPointsResponse, Point]:
    """Returns all points, or those that match, a page at a time."""
    if page_size < 0:
        raise invalid_request(
            f"page_size is {page_size}; expected 1 to 1000, or 0 for the default",
            field="page_size",
        )
    return lambda page_token: Call(
        lambda stubs: stubs.points.ListPoints,
        point_pb2.ListPointsRequest(
            collection=collection,
            filter=filter,
            page_size=page_size,
            page_token=page_token,
            with_payload=with_payload,
            with_vector=with_vector,
        ),
        lambda response: Page(
            tuple(unpack_point(found) for found in response.points), response.next_page_token
        ),
    )


def count(
    collection: str,
    filter: Filter | None,  # noqa: A002  the contract's word
) -> Call[point_pb2.CountPointsRequest, point_pb2.CountPointsResponse, int]:
    """Counts points."""
    return Call(
        lambda stubs: stubs.points.CountPoints,
        point_pb2.CountPointsRequest(collection=collection, filter=filter),
        lambda response: response.count,
    )


def delete(
    collection: str,
    ids: Iterable[str] | None,
    filter: Filter | None,  # noqa: A002  the contract's word
) -> Call[point_pb2.DeletePointsRequest, point_pb2.DeletePointsResponse, int]:
    """Deletes points by id or by filter."""
    _check_selection(ids, filter)
    return Call(
        lambda stubs: stubs.points.DeletePoints,
        point_pb2.DeletePointsRequest(collection=collection, ids=_listed(ids), filter=filter),
        lambda response: response.deleted,
    )


def update_payload(
    collection: str,
    ids: Iterable[str] | None,
    filter: Filter | None,  # noqa: A002  the contract's word
    *,
    merge: Payload | None,
    replace: Payload | None,
    delete_keys: Iterable[str] | None,
) -> Call[point_pb2.UpdatePayloadRequest, point_pb2.UpdatePayloadResponse, int]:
    """Changes payloads of points by id or by filter."""
    _check_selection(ids, filter)
    if sum(change is not None for change in (merge, replace, delete_keys)) != 1:
        raise invalid_request("give exactly one of merge, replace, delete_keys", field="change")
    keys = None if delete_keys is None else point_pb2.PayloadKeys(keys=_listed(delete_keys))
    return Call(
        lambda stubs: stubs.points.UpdatePayload,
        point_pb2.UpdatePayloadRequest(
            collection=collection,
            ids=_listed(ids),
            filter=filter,
            merge=to_struct(merge),
            replace=to_struct(replace),
            delete_keys=keys,
        ),
        lambda response: response.updated,
    )


def _check_selection(
    ids: Iterable[str] | None,
    filter: Filter | None,  # noqa: A002  the contract's word
) -> None:
    if (ids is None) == (filter is None):
        raise invalid_request("give exactly one of ids, filter", field="ids")


def _listed(words: Iterable[str] | None) -> list[str]:
    return [words] if isinstance(words, str) else list(words or ())
