"""Classifying, by both clients."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import numpy as np
import pytest

from ocelli.client import Client, Frame, OcelliError, StreamWindow, connect_async
from ocelli.v1 import classify_pb2, image_pb2
from tests import toy_models
from tests.client.recorder import Recorder

Call = Callable[[Callable[[Any], Any]], Awaitable[Any]]

GREEN = np.full((10, 20, 3), (10, 230, 0), np.uint8)


@pytest.fixture(scope="module")
def model(edge: Any) -> Iterator[str]:
    """A classifier in two versions."""
    name = "by-clients"
    toy_models.write_versions(edge.models_dir, name, 2)
    with edge.connect() as client:
        client.models.load(name)
        yield name
        client.models.unload(name)


async def test_options_reach_the_server(call: Call, recorder: Recorder) -> None:
    found = classify_pb2.Classification(score=0.5, label="cat", class_id=3)
    result = classify_pb2.ClassifyResult(classifications=[found], model="m")
    recorder.answer("Classify", classify_pb2.ClassifyResponse(result=result))
    options = {"model": "m", "model_version": "2", "top_k": 7, "score_threshold": 0.25}
    more = {"labels": ["cat"], "region": (1, 2, 3, 4), "tolerance": "lenient"}
    read = await call(lambda client: client.classify(b"x", **options, **more))
    assert (read.classifications[0].label, read.model) == ("cat", "m")
    request = recorder.only(classify_pb2.ClassifyRequest)
    assert (request.model, request.model_version) == ("m", "2")
    assert (request.image.encoded, request.image.region.x_max) == (b"x", 3)
    assert request.image.tolerance == image_pb2.TOLERANCE_LENIENT
    wanted = classify_pb2.ClassifyOptions(top_k=7, score_threshold=0.25, labels=["cat"])
    assert request.options == wanted


async def test_versions_and_masks_of_other_calls_reach_the_server(
    call: Call, recorder: Recorder
) -> None:
    await call(lambda client: client.detect(b"x", model_version="2", mask_format="polygons"))
    await call(lambda client: client.embed(text="a cat", model_version="2"))
    detected, embedded = recorder.requests
    assert (detected.model_version, embedded.model_version) == ("2", "2")
    assert detected.options.mask_format == 2


def test_the_blocking_client_classifies_frames(client: Client, model: str) -> None:
    windows: list[StreamWindow] = []
    frames: list[Any] = [Frame(GREEN, frame_id=5), b"no image", GREEN]
    answers = list(
        client.classify_stream(
            frames, model=model, model_version="1", top_k=1, on_window=windows.append
        )
    )
    first, second, third = answers
    assert [answer.frame_id for answer in answers] == [5, 1, 2]
    assert first.result is not None
    assert third.result is not None
    assert [found.label for found in first.result.classifications] == ["green"]
    assert first.result.model_version == third.result.model_version == "1"
    assert second.error is not None
    assert second.error.reason == "IMAGE_FORMAT_UNKNOWN"
    assert windows[0].model == model


async def test_the_client_for_asyncio_classifies_frames(client: Client, model: str) -> None:
    async with connect_async(client.address) as own:
        result = await own.classify(GREEN, model=model, top_k=1)
        assert [found.label for found in result.classifications] == ["green"]
        assert result.model_version == "2"
        stream = own.classify_stream([GREEN] * 5, model=model, labels=["red"], score_threshold=0.5)
        answers = [answer async for answer in stream]
        assert [answer.frame_id for answer in answers] == [0, 1, 2, 3, 4]
        assert all(answer.result.classifications == () for answer in answers if answer.result)
        assert sum(answer.result is not None for answer in answers) == 5
        with pytest.raises(OcelliError) as failed:
            [answer async for answer in own.classify_stream([GREEN], model=model, top_k=1001)]
        assert failed.value.reason == "INVALID_FIELD"
        assert failed.value.field_violations[0].field == "config.options.top_k"
