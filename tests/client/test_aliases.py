"""Calls about aliases and duplicates, of both clients."""

from collections.abc import Awaitable, Callable
from typing import Any

from ocelli.client import Alias, DuplicateProgress, match
from ocelli.v1 import collection_pb2, search_pb2
from tests.client.recorder import Recorder

Call = Callable[[Callable[[Any], Any]], Awaitable[Any]]

PROGRESS = search_pb2.FindDuplicatesResponse(
    progress=search_pb2.FindDuplicatesProgress(points_done=3, points_total=4)
)
GROUP = search_pb2.FindDuplicatesResponse(
    group=search_pb2.DuplicateGroup(
        size=2, points=[search_pb2.Hit(id="a", score=0.5), search_pb2.Hit(id="b", score=0.5)]
    )
)


async def test_aliases(call: Call, recorder: Recorder) -> None:
    recorder.answer("SetAlias", collection_pb2.SetAliasResponse(previous_collection="old"))
    recorder.answer(
        "ListAliases",
        collection_pb2.ListAliasesResponse(
            aliases=[collection_pb2.Alias(alias="a", collection="c")], next_page_token="1"
        ),
        collection_pb2.ListAliasesResponse(
            aliases=[collection_pb2.Alias(alias="b", collection="c")]
        ),
    )
    assert await call(lambda client: client.collections.set_alias("a", "c")) == "old"
    found = await call(lambda client: client.collections.list_aliases())
    assert found == (Alias("a", "c"), Alias("b", "c"))
    assert await call(lambda client: client.collections.delete_alias("a")) is None
    set_, _, following, delete = recorder.requests
    assert (set_.alias, set_.collection) == ("a", "c")
    assert following.page_token == "1"
    assert delete.alias == "a"


async def test_duplicates(call: Call, recorder: Recorder) -> None:
    recorder.answer("FindDuplicates", PROGRESS, PROGRESS, GROUP, GROUP)
    told: list[DuplicateProgress] = []
    groups = await call(
        lambda client: client.find_duplicates(
            "c",
            score_threshold=0.0,
            filter=match("t", "red", any_word=True),
            on_progress=told.append,
        )
    )
    assert told == [DuplicateProgress(3, 4)] * 2
    assert [[hit.id for hit in group.points] for group in groups] == [["a", "b"]] * 2
    assert groups[0].size == 2
    request = recorder.only(search_pb2.FindDuplicatesRequest)
    assert request.HasField("score_threshold")
    assert (request.filter.match.text, request.filter.match.any_word) == ("red", True)
