"""Damaged images over a socket: refused, or used with a warning that every kind of answer has."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import grpc
import numpy as np
import pytest
import skimage.data
from PIL import Image

from ocelli.v1 import (
    collection_pb2,
    collection_pb2_grpc,
    detect_pb2,
    detect_pb2_grpc,
    embed_pb2,
    embed_pb2_grpc,
    image_pb2,
    point_pb2,
    point_pb2_grpc,
    search_pb2,
    search_pb2_grpc,
)

NAME = "damaged"


def jpeg() -> bytes:
    buffer = BytesIO()
    Image.fromarray(np.ascontiguousarray(skimage.data.chelsea())).save(buffer, "JPEG")
    return buffer.getvalue()


WHOLE = jpeg()
CUT = WHOLE[: len(WHOLE) * 95 // 100]


def image(data: bytes = CUT, tolerance: Any = image_pb2.TOLERANCE_LENIENT) -> image_pb2.Image:
    return image_pb2.Image(encoded=data, tolerance=tolerance)


def check(warnings: Any) -> None:
    (warning,) = warnings
    assert warning.reason == image_pb2.IMAGE_WARNING_REASON_DAMAGED
    assert f"cut off after {len(CUT)} bytes" in warning.message


@pytest.fixture(scope="module")
def channel(edge: Any) -> Iterator[grpc.Channel]:
    with grpc.insecure_channel(edge.address) as channel:
        collections = collection_pb2_grpc.CollectionServiceStub(channel)
        collections.CreateCollection(
            collection_pb2.CreateCollectionRequest(collection=collection_pb2.Collection(name=NAME))
        )
        yield channel
        collections.DeleteCollection(collection_pb2.DeleteCollectionRequest(name=NAME))


def test_detect(channel: grpc.Channel) -> None:
    stub = detect_pb2_grpc.DetectServiceStub(channel)
    result = stub.Detect(detect_pb2.DetectRequest(image=image())).result
    check(result.warnings)
    assert (result.width, result.height) == (451, 300)
    assert [found.label for found in result.detections] == ["cat"]
    assert not stub.Detect(detect_pb2.DetectRequest(image=image(WHOLE))).result.warnings


def test_the_frames_of_a_stream_are_judged_one_by_one(channel: grpc.Channel) -> None:
    stub = detect_pb2_grpc.DetectServiceStub(channel)
    images = [image(WHOLE), image(), image(tolerance=image_pb2.TOLERANCE_STRICT)]
    requests = [detect_pb2.DetectStreamRequest(config=detect_pb2.DetectStreamConfig())]
    requests += [
        detect_pb2.DetectStreamRequest(frame=detect_pb2.DetectFrame(frame_id=number, image=image))
        for number, image in enumerate(images)
    ]
    answers = [
        answer.answer for answer in stub.DetectStream(iter(requests)) if answer.HasField("answer")
    ]
    assert not answers[0].result.warnings
    check(answers[1].result.warnings)
    assert "cut off" in answers[2].error.message


def test_embed_index_and_search(channel: grpc.Channel) -> None:
    embedded = embed_pb2_grpc.EmbedServiceStub(channel).Embed(embed_pb2.EmbedRequest(image=image()))
    check(embedded.result.warnings)
    requests = [
        point_pb2.IndexStreamRequest(config=point_pb2.IndexStreamConfig(collection=NAME)),
        point_pb2.IndexStreamRequest(item=point_pb2.IndexItem(id="cut", image=image())),
        point_pb2.IndexStreamRequest(item=point_pb2.IndexItem(id="whole", image=image(WHOLE))),
    ]
    answers = {
        message.answer.id: message.answer.result
        for message in point_pb2_grpc.PointServiceStub(channel).IndexStream(iter(requests))
        if message.HasField("answer")
    }
    check(answers["cut"].warnings)
    assert not answers["whole"].warnings
    searches = search_pb2_grpc.SearchServiceStub(channel)
    found = searches.Search(search_pb2.SearchRequest(collection=NAME, image=image()))
    check(found.warnings)
    assert {hit.id for hit in found.hits} == {"cut", "whole"}
    batch = searches.BatchSearch(
        search_pb2.BatchSearchRequest(
            collection=NAME,
            requests=[
                search_pb2.SearchRequest(id="whole"),
                search_pb2.SearchRequest(image=image()),
                search_pb2.SearchRequest(image=image(tolerance=image_pb2.TOLERANCE_UNSPECIFIED)),
            ],
        )
    )
    assert not batch.answers[0].result.warnings
    check(batch.answers[1].result.warnings)
    assert "cut off" in batch.answers[2].error.message


@pytest.mark.parametrize("tolerance", [image_pb2.TOLERANCE_STRICT, image_pb2.TOLERANCE_UNSPECIFIED])
def test_strict_is_the_default(channel: grpc.Channel, tolerance: Any) -> None:
    stub = detect_pb2_grpc.DetectServiceStub(channel)
    with pytest.raises(grpc.RpcError, match="tolerance LENIENT"):
        stub.Detect(detect_pb2.DetectRequest(image=image(tolerance=tolerance)))


def test_an_unknown_tolerance_is_an_invalid_field(channel: grpc.Channel) -> None:
    stub = detect_pb2_grpc.DetectServiceStub(channel)
    with pytest.raises(grpc.RpcError, match="the tolerance is 77") as failed:
        stub.Detect(detect_pb2.DetectRequest(image=image(tolerance=77)))
    assert failed.value.code() is grpc.StatusCode.INVALID_ARGUMENT
