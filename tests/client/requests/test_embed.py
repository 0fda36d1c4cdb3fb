"""Calls of `EmbedService`."""

import pytest

from ocelli.client import Frame, InvalidRequest
from ocelli.client.requests.embed import embed, embed_stream
from ocelli.client.requests.frames import stream_options


def test_a_call_has_an_image_or_a_text() -> None:
    request = embed(b"x", model="m", model_version="2", raw=True, region=(1, 2, 3, 4)).request
    assert (request.image.encoded, request.image.region.x_max, request.model) == (b"x", 3, "m")
    assert request.options.raw
    assert request.model_version == "2"
    assert embed(text="a cat").request.WhichOneof("input") == "text"
    with pytest.raises(InvalidRequest):
        embed()
    with pytest.raises(InvalidRequest):
        embed(b"x", text="a cat")


def test_a_stream_takes_images_and_texts() -> None:
    call = embed_stream(
        model="m",
        model_version="2",
        raw=True,
        stream=stream_options("block", 0, 0),
        pixel_format=None,
        tolerance=None,
    )
    assert (call.config.config.model, call.config.config.model_version) == ("m", "2")
    assert call.config.config.options.raw
    image = call.pack(0, b"x").frame
    text = call.pack(1, Frame(text="a cat")).frame
    assert (image.frame_id, image.image.encoded) == (0, b"x")
    assert (text.frame_id, text.text) == (1, "a cat")
    assert call.pack_blank(2, Frame()).frame.WhichOneof("input") is None
    with pytest.raises(InvalidRequest):
        call.pack(2, Frame())
