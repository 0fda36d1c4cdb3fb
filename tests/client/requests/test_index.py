"""The call that embeds and stores in bulk."""

import pytest

from ocelli.client import IndexItem, InvalidRequest, StreamWindow
from ocelli.client.errors import image_error
from ocelli.client.requests.index import index_stream
from ocelli.v1 import image_pb2, point_pb2, stream_pb2


def test_items_are_images_or_texts_with_payloads() -> None:
    call = index_stream("c", pixel_format=None, tolerance="lenient")
    assert call.config.config.collection == "c"
    image = call.pack(0, IndexItem("a", b"x", {"year": 2020})).item
    assert (image.id, image.image.encoded, image.payload["year"]) == ("a", b"x", 2020)
    assert image.image.tolerance == image_pb2.TOLERANCE_LENIENT
    own = call.pack(0, IndexItem("a", b"x", region=(1, 2, 3, 4), tolerance="strict")).item.image
    assert (own.region.x_max, own.tolerance) == (3, image_pb2.TOLERANCE_STRICT)
    text = call.pack(1, IndexItem("b", text="a cat")).item
    assert (text.text, text.HasField("payload")) == ("a cat", False)
    with pytest.raises(InvalidRequest):
        call.pack(2, IndexItem("c"))
    assert call.pack_blank(2, IndexItem("c", "/no/such/file")).item.id == "c"


def test_windows_and_answers_are_told_apart() -> None:
    call = index_stream("c", pixel_format=None, tolerance="lenient")
    window = stream_pb2.StreamWindow(max_unanswered_frames=3)
    read = call.read(point_pb2.IndexStreamResponse(window=window))
    assert isinstance(read, StreamWindow)
    assert read.max_unanswered_frames == 3
    answer = call.read(point_pb2.IndexStreamResponse(answer=point_pb2.IndexAnswer(id="a")))
    assert not isinstance(answer, StreamWindow)
    assert answer.id == "a"
    error = image_error("gone")
    assert call.fail(0, IndexItem("b"), error).error is error
    assert call.blocks(IndexItem("a", "x.jpg"))
    assert not call.blocks(IndexItem("a", text="x"))
