"""SearchService: neighbours."""

from collections.abc import AsyncIterator
from contextlib import aclosing

import numpy as np

from ocelli.edge.call import current_call
from ocelli.edge.errors import OcelliError, invalid_field
from ocelli.edge.index.points import SearchQuery
from ocelli.edge.server.interceptors.handlers import Context
from ocelli.edge.server.status import to_status
from ocelli.edge.services.messages.duplicates import duplicates_message
from ocelli.edge.services.messages.filter import read_filter
from ocelli.edge.services.messages.image import read_image, timings_message, warning_messages
from ocelli.edge.services.messages.point import hit_message
from ocelli.edge.services.messages.region import read_region_use, searched_region_message
from ocelli.edge.services.messages.vector import read_vector
from ocelli.edge.tasks.duplicates import DuplicateTask, Wanted
from ocelli.edge.tasks.search import Found, Near, Request, SearchTask, StoredPoint
from ocelli.v1 import search_pb2, search_pb2_grpc

_DEFAULT_LIMIT = 10
_MAX_REQUESTS = 100
_UNRESOLVED = np.empty(0, np.float32)


class SearchService(search_pb2_grpc.SearchServiceServicer):
    """Serves Search, BatchSearch and FindDuplicates."""

    def __init__(self, task: SearchTask, duplicates: DuplicateTask) -> None:
        self._task = task
        self._duplicates = duplicates

    async def Search(
        self, request: search_pb2.SearchRequest, context: Context
    ) -> search_pb2.SearchResponse:
        """Finds the points nearest to an image, a vector or a stored point."""
        call = current_call()
        return _response(await self._task.search(request.collection, _read(request), call))

    async def BatchSearch(
        self, request: search_pb2.BatchSearchRequest, context: Context
    ) -> search_pb2.BatchSearchResponse:
        """Searches many times; each search succeeds or fails alone."""
        if not 1 <= len(request.requests) <= _MAX_REQUESTS:
            raise invalid_field(
                f"{len(request.requests)} requests; expected 1 to {_MAX_REQUESTS}", "requests"
            )
        searches = [_try_read(search, request.collection) for search in request.requests]
        outcomes = await self._task.search_many(request.collection, searches, current_call())
        return search_pb2.BatchSearchResponse(
            answers=[_answer(position, outcome) for position, outcome in enumerate(outcomes)]
        )

    async def FindDuplicates(
        self, request: search_pb2.FindDuplicatesRequest, context: Context
    ) -> AsyncIterator[search_pb2.FindDuplicatesResponse]:
        """Finds groups of points that are nearly the same."""
        wanted = Wanted(
            filter=read_filter(request.filter) if request.HasField("filter") else None,
            score_threshold=(
                request.score_threshold if request.HasField("score_threshold") else None
            ),
            with_payload=request.with_payload,
        )
        finding = self._duplicates.find(request.collection, wanted, current_call())
        async with aclosing(finding) as found:
            async for one in found:
                yield duplicates_message(one)


def _try_read(search: search_pb2.SearchRequest, collection: str) -> Request | OcelliError:
    try:
        if search.collection not in ("", collection):
            raise invalid_field(
                "a search of a batch names another collection; leave it empty", "collection"
            )
        return _read(search)
    except OcelliError as error:
        return error


def _read(search: search_pb2.SearchRequest) -> Request:
    return Request(
        _near(search),
        SearchQuery(
            vector=_UNRESOLVED,
            limit=search.limit or _DEFAULT_LIMIT,
            offset=search.offset,
            group_by=search.group_by,
            filter=read_filter(search.filter) if search.HasField("filter") else None,
            score_threshold=search.score_threshold if search.HasField("score_threshold") else None,
            with_payload=search.with_payload or not search.HasField("with_payload"),
            with_vectors=search.with_vector,
        ),
        read_region_use(search),
    )


def _near(search: search_pb2.SearchRequest) -> Near:
    match search.WhichOneof("query"):
        case "image":
            return read_image(search.image)
        case "text":
            return search.text
        case "vector":
            return read_vector(search.vector)
        case "id":
            return StoredPoint(search.id)
    raise invalid_field("the request has no query; set image, text, vector or id", "query")


def _answer(position: int, outcome: Found | OcelliError) -> search_pb2.BatchSearchAnswer:
    if isinstance(outcome, OcelliError):
        error = to_status(outcome.within(f"requests[{position}]"))
        return search_pb2.BatchSearchAnswer(error=error)
    return search_pb2.BatchSearchAnswer(result=_response(outcome))


def _response(found: Found) -> search_pb2.SearchResponse:
    return search_pb2.SearchResponse(
        hits=map(hit_message, found.hits),
        timings=timings_message(found.timings),
        engine_us=found.engine_us,
        warnings=warning_messages(found.warnings),
        regions=map(searched_region_message, found.regions),
    )
