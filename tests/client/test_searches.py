"""Searching and embedding, of both clients."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest
from google.rpc import status_pb2

from ocelli.client import InvalidRequest, SearchQuery, equals
from ocelli.v1 import detect_pb2, embed_pb2, image_pb2, search_pb2
from tests.client.recorder import Recorder

Call = Callable[[Callable[[Any], Any]], Awaitable[Any]]

FOUND = search_pb2.SearchResponse(hits=[search_pb2.Hit(id="a", score=0.5)], engine_us=7)


async def test_embed_takes_an_image_or_a_text(call: Call, recorder: Recorder) -> None:
    result = embed_pb2.EmbedResult(vector={"values": [0, 1]}, model="m")
    recorder.answer("Embed", *[embed_pb2.EmbedResponse(result=result)] * 2)
    assert (await call(lambda client: client.embed(b"x"))).vector.tolist() == [0, 1]
    assert (await call(lambda client: client.embed(text="a cat", raw=True))).model == "m"
    image, text = recorder.requests
    assert (image.image.encoded, text.text, text.options.raw) == (b"x", "a cat", True)


async def test_search_takes_four_kinds_of_queries(
    call: Call, recorder: Recorder, tmp_path: Path
) -> None:
    path = tmp_path / "x.jpg"
    path.write_bytes(b"x")
    recorder.answer("Search", *[FOUND] * 4)
    queries: list[dict[str, Any]] = [
        {"image": path},
        {"text": "a cat"},
        {"vector": np.array([1, 2], np.float32)},
        {"id": "b"},
    ]
    for query in queries:
        found = await call(lambda client, query=query: client.search("c", **query))
        assert ([hit.id for hit in found], found.engine_us) == (["a"], 7)
    image, text, vector, id_ = recorder.requests
    assert (image.image.encoded, text.text, id_.id) == (b"x", "a cat", "b")
    assert list(vector.vector.values) == [1, 2]


async def test_search_options_reach_the_server(call: Call, recorder: Recorder) -> None:
    matching = equals("label", "cat")
    await call(
        lambda client: client.search(
            "c", id="a", filter=matching, limit=3, with_payload=False, with_vector=True
        )
    )
    request = recorder.only(search_pb2.SearchRequest)
    assert (request.filter, request.limit) == (matching, 3)
    assert (request.with_payload, request.with_vector) == (False, True)


async def test_tolerance_reaches_the_server_and_its_warnings_the_caller(
    call: Call, recorder: Recorder
) -> None:
    damaged = image_pb2.ImageWarning(
        reason=image_pb2.IMAGE_WARNING_REASON_DAMAGED, message="it is cut"
    )
    detected = detect_pb2.DetectResult(warnings=[damaged])
    recorder.answer("Detect", detect_pb2.DetectResponse(result=detected))
    recorder.answer(
        "Embed", embed_pb2.EmbedResponse(result=embed_pb2.EmbedResult(warnings=[damaged]))
    )
    recorder.answer("Search", search_pb2.SearchResponse(warnings=[damaged]))
    results = [
        await call(lambda client: client.detect(b"x", tolerance="lenient")),
        await call(lambda client: client.embed(b"x", tolerance="lenient")),
        await call(lambda client: client.search("c", image=b"x", tolerance="lenient")),
    ]
    assert [result.warnings[0].reason for result in results] == ["damaged"] * 3
    sent = {request.image.tolerance for request in recorder.requests}
    assert sent == {image_pb2.TOLERANCE_LENIENT}


async def test_searches_of_a_batch_succeed_or_fail_alone(
    call: Call, recorder: Recorder, tmp_path: Path
) -> None:
    path = tmp_path / "x.jpg"
    path.write_bytes(b"x")
    refused = status_pb2.Status(code=grpc.StatusCode.INVALID_ARGUMENT.value[0], message="no")
    answers = [
        search_pb2.BatchSearchAnswer(result=FOUND),
        search_pb2.BatchSearchAnswer(error=refused),
    ]
    recorder.answer("BatchSearch", search_pb2.BatchSearchResponse(answers=answers))
    queries = [SearchQuery(image=path), SearchQuery(text="a cat")]
    found, failed = await call(lambda client: client.batch_search("c", queries))
    assert found.result is not None
    assert found.result[0].id == "a"
    assert isinstance(failed.error, InvalidRequest)
    request = recorder.only(search_pb2.BatchSearchRequest)
    assert [one.WhichOneof("query") for one in request.requests] == ["image", "text"]


async def test_the_regions_of_an_image_are_searched_with(call: Call, recorder: Recorder) -> None:
    box = {"x_min": 1, "y_min": 2, "x_max": 3, "y_max": 4}
    region = search_pb2.SearchedRegion(box=box, label="cat", score=0.5, hits=FOUND.hits)
    recorder.answer("Search", search_pb2.SearchResponse(regions=[region]))
    found = await call(lambda client: client.search("c", image=b"x", region_use="each"))
    assert recorder.only(search_pb2.SearchRequest).region_use == search_pb2.REGION_USE_EACH
    (searched,) = found.regions
    assert (tuple(searched.box), searched.label, searched.score) == ((1, 2, 3, 4), "cat", 0.5)
    assert [hit.id for hit in searched.hits] == ["a"]
    with pytest.raises(InvalidRequest) as caught:
        await call(lambda client: client.search("c", image=b"x", region_use="some"))
    assert caught.value.field_violations[0].field == "region_use"
