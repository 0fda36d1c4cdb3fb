"""`ocelli collections alias` and `duplicates`, against a server that notes what it is sent."""

from collections.abc import Callable
from typing import Any

from ocelli.v1 import collection_pb2, search_pb2
from tests.client.recorder import Recorder
from tests.client.test_aliases import GROUP, PROGRESS

Ocelli = Callable[..., Any]


def test_aliases(at_recorder: Ocelli, recorder: Recorder) -> None:
    listed = collection_pb2.ListAliasesResponse(
        aliases=[collection_pb2.Alias(alias="a", collection="c")]
    )
    recorder.answer("ListAliases", listed, listed)
    alias = ("collections", "alias")
    assert at_recorder(*alias, "set", "a", "c").code == 0
    assert at_recorder(*alias, "list", "--json").lines == [{"alias": "a", "collection": "c"}]
    assert "collection" in at_recorder(*alias, "list").out
    assert "no aliases yet" in at_recorder(*alias, "list").out
    assert at_recorder(*alias, "delete", "a").code == 0
    assert recorder.requests[0] == collection_pb2.SetAliasRequest(alias="a", collection="c")
    assert recorder.requests[-1] == collection_pb2.DeleteAliasRequest(alias="a")


def test_duplicates(at_recorder: Ocelli, recorder: Recorder) -> None:
    recorder.answer("FindDuplicates", PROGRESS, GROUP)
    command = ("collections", "duplicates", "c", "--threshold", "0.5")
    points = [{"id": "a", "score": 0.5}, {"id": "b", "score": 0.5}]
    assert at_recorder(*command, "--json").lines == [{"size": 2, "points": points}]
    assert recorder.only(search_pb2.FindDuplicatesRequest).score_threshold == 0.5
    recorder.answer("FindDuplicates", PROGRESS, GROUP)
    assert "a, b" in at_recorder(*command).out
    assert "no duplicates" in at_recorder(*command).out


def test_a_text_is_filtered_by_its_words(at_recorder: Ocelli, recorder: Recorder) -> None:
    stored = collection_pb2.Collection(
        name="c",
        fields=[collection_pb2.CollectionField(name="t", type=collection_pb2.FIELD_TYPE_TEXT)],
    )
    recorder.answer("GetCollection", collection_pb2.GetCollectionResponse(collection=stored))
    chosen = ("--filter", "t=red, car", "--offset", 3, "--group-by", "video")
    assert at_recorder("search", "c", "--id", "p", *chosen).code == 0
    search = recorder.requests[-1]
    assert search.filter.match.text == "red, car"
    assert (search.offset, search.group_by) == (3, "video")
