"""Calls about collections, of both clients."""

from collections.abc import Awaitable, Callable
from typing import Any

from ocelli.client import RegionDetector
from ocelli.v1 import collection_pb2
from tests.client.recorder import Recorder

Call = Callable[[Callable[[Any], Any]], Awaitable[Any]]

STORED = collection_pb2.Collection(name="c", dimension=3, metric=collection_pb2.METRIC_COSINE)


async def test_create(call: Call, recorder: Recorder) -> None:
    recorder.answer("CreateCollection", collection_pb2.CreateCollectionResponse(collection=STORED))
    made = await call(lambda client: client.collections.create("c", model="m"))
    assert (made.dimension, made.metric) == (3, "cosine")
    assert recorder.only(collection_pb2.CreateCollectionRequest).collection.model == "m"


async def test_get_and_list(call: Call, recorder: Recorder) -> None:
    recorder.answer(
        "GetCollection",
        collection_pb2.GetCollectionResponse(collection=STORED, point_count=5),
    )
    recorder.answer(
        "ListCollections",
        collection_pb2.ListCollectionsResponse(collections=[STORED], next_page_token="1"),
        collection_pb2.ListCollectionsResponse(collections=[STORED]),
    )
    assert (await call(lambda client: client.collections.get("c"))).point_count == 5
    assert len(await call(lambda client: client.collections.list())) == 2


async def test_update_and_delete(call: Call, recorder: Recorder) -> None:
    recorder.answer("UpdateCollection", collection_pb2.UpdateCollectionResponse(collection=STORED))
    changed = await call(
        lambda client: client.collections.update("c", model="m", fields={"a": "bool"})
    )
    assert changed.name == "c"
    assert await call(lambda client: client.collections.delete("c")) is None
    update, delete = recorder.requests
    assert list(update.update_mask.paths) == ["model", "fields"]
    assert delete.name == "c"


async def test_a_detector_is_sent_and_read(call: Call, recorder: Recorder) -> None:
    detector = RegionDetector(model="d", labels=("cat",), min_score=0.5, margin=0.25)
    packed = collection_pb2.RegionDetector(model="d", labels=["cat"], min_score=0.5, margin=0.25)
    made = collection_pb2.Collection(name="c", dimension=3, metric=1, detector=packed)
    recorder.answer("CreateCollection", collection_pb2.CreateCollectionResponse(collection=made))
    created = await call(lambda client: client.collections.create("c", detector=detector))
    assert created.detector == detector
    wanted = recorder.only(collection_pb2.CreateCollectionRequest).collection
    assert wanted.detector == packed
