"""`ocelli embed` as users run it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from ocelli.v1 import embed_pb2
from tests.client.recorder import Recorder

Ocelli = Callable[..., Any]


def test_embed_prints_the_vector(ocelli: Ocelli, images: Path) -> None:
    done = ocelli("embed", images / "pets/cat.png", "--json")
    (line,) = done.lines
    assert line["model"] == "efficientnet_lite0"
    assert len(cast("list[float]", line["vector"])) == 1280
    assert "efficientnet_lite0" in ocelli("embed", images / "pets/cat.png").out


def test_embed_takes_texts(at_recorder: Ocelli, recorder: Recorder) -> None:
    result = embed_pb2.EmbedResult(vector={"values": [0, 1]}, model="m")
    recorder.answer("Embed", embed_pb2.EmbedResponse(result=result))
    (line,) = at_recorder("embed", "--text", "a cat", "--model-version", "2", "--json").lines
    assert (line["text"], line["vector"]) == ("a cat", [0, 1])
    request = recorder.only(embed_pb2.EmbedRequest)
    assert (request.text, request.model_version) == ("a cat", "2")


def test_embed_takes_images_and_texts_at_once(
    at_recorder: Ocelli, recorder: Recorder, images: Path
) -> None:
    done = at_recorder("embed", images / "pets/cat.png", "--text", "a cat", "--text", "a dog")
    assert done.code == 0
    kinds = [request.WhichOneof("input") for request in recorder.requests]
    assert kinds == ["image", "text", "text"]
    assert [request.text for request in recorder.requests] == ["", "a cat", "a dog"]


def test_embed_wants_something_to_embed(offline: Ocelli) -> None:
    offline("embed").says("give IMAGES, --text, or both", 2)
