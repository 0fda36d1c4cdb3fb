"""Calls of `SearchService`."""

from collections.abc import Iterable

from ocelli.client import decode, results
from ocelli.client.query import SearchQuery, pack_query
from ocelli.client.requests.call import Call
from ocelli.v1 import search_pb2


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
