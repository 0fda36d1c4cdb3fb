"""Calls of `SearchService`."""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from ocelli.client import decode, results
from ocelli.client.filters import Filter
from ocelli.client.query import SearchQuery, pack_query
from ocelli.client.requests.call import AnswersCall, Call
from ocelli.v1 import search_pb2

OnProgress: TypeAlias = Callable[[results.DuplicateProgress], object]
"""Takes how far a search for duplicates has come, about every second."""


def search(
    collection: str, query: SearchQuery
) -> Call[search_pb2.SearchRequest, search_pb2.SearchResponse, results.SearchResult]:
    """Finds the points nearest to something."""
    return Call(
        lambda stubs: stubs.search.Search, pack_query(collection, query), decode.search_result
    )


def batch_search(
    collection: str, queries: Iterable[SearchQuery]
) -> Call[
    search_pb2.BatchSearchRequest, search_pb2.BatchSearchResponse, tuple[results.SearchAnswer, ...]
]:
    """Searches many times in one call."""
    return Call(
        lambda stubs: stubs.search.BatchSearch,
        search_pb2.BatchSearchRequest(
            collection=collection, requests=[pack_query("", query) for query in queries]
        ),
        lambda response: tuple(decode.search_answer(answer) for answer in response.answers),
    )


def find_duplicates(
    collection: str,
    *,
    score_threshold: float,
    filter: Filter | None = None,  # noqa: A002  the contract's word
    with_payload: bool = False,
    on_progress: OnProgress | None = None,
) -> AnswersCall[
    search_pb2.FindDuplicatesRequest, search_pb2.FindDuplicatesResponse, results.DuplicateGroup
]:
    """Finds groups of points that are nearly the same."""

    def read(response: search_pb2.FindDuplicatesResponse) -> results.DuplicateGroup | None:
        if response.HasField("group"):
            return decode.duplicate_group(response.group)
        if on_progress is not None and response.HasField("progress"):
            on_progress(decode.duplicate_progress(response.progress))
        return None

    return AnswersCall(
        lambda stubs: stubs.search.FindDuplicates,
        search_pb2.FindDuplicatesRequest(
            collection=collection,
            filter=filter,
            score_threshold=score_threshold,
            with_payload=with_payload,
        ),
        read,
    )
