"""Principals with limits at an edge in this process, in front of a real Triton and a real index."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

import cv2
import grpc
import numpy as np
import pytest
import pytest_asyncio

from ocelli.client.status import from_rpc_error
from ocelli.edge.app import Edge
from ocelli.edge.config import Config
from ocelli.edge.principal import ANYONE, Limits, Principal
from ocelli.v1 import (
    classify_pb2,
    classify_pb2_grpc,
    collection_pb2,
    collection_pb2_grpc,
    point_pb2,
    point_pb2_grpc,
    stream_pb2,
)
from tests import toy_models

PRINCIPALS = {
    name: Principal(name=name, limits=limits)
    for name, limits in {
        "three images a second": Limits(images_per_s=3),
        "ten frames a second": Limits(images_per_s=10),
        "five frames a second": Limits(images_per_s=5),
        "300 bytes": Limits(max_inflight_bytes=300),
        "three points": Limits(max_points=3, max_collections=1),
    }.items()
}
IMAGE = cv2.imencode(".png", np.full((16, 16, 3), (50, 50, 200), np.uint8))[1].tobytes()


async def by_metadata(_: str, context: Any) -> Principal:
    return PRINCIPALS.get(dict(context.invocation_metadata()).get("who", ""), ANYONE)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def channel(
    ocelli_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[grpc.aio.Channel]:
    home = tmp_path_factory.mktemp("quotas")
    (home / "triton").mkdir()
    (home / "triton" / "env").symlink_to(ocelli_home / "triton" / "env")
    toy_models.write_classifier(home / "models")
    edge = Edge(Config(home=str(home), address="127.0.0.1:0"), identify=by_metadata)
    await edge.start()
    try:
        async with grpc.aio.insecure_channel(edge.address) as channel:
            await edge.model_lines()
            yield channel
    finally:
        await edge.stop()


def classify(channel: grpc.aio.Channel, who: str, *metadata: tuple[str, str]) -> Any:
    request = classify_pb2.ClassifyRequest(image={"encoded": IMAGE})
    stub: Any = classify_pb2_grpc.ClassifyServiceStub(channel)
    return stub.Classify(request, timeout=20, metadata=(("who", who), *metadata))


async def refused(call: Any) -> Any:
    with pytest.raises(grpc.aio.AioRpcError) as failed:
        await call
    return from_rpc_error(failed.value, address="")


async def stream(
    channel: grpc.aio.Channel, who: str, policy: Any, count: int, pause_s: float = 0.0
) -> list[Any]:
    """The answers to so many frames."""

    async def requests() -> AsyncIterator[Any]:
        options = stream_pb2.StreamOptions(overflow_policy=policy)
        yield classify_pb2.ClassifyStreamRequest(config={"stream": options})
        for number in range(count):
            await asyncio.sleep(pause_s)
            frame = classify_pb2.ClassifyFrame(frame_id=number, image={"encoded": IMAGE})
            yield classify_pb2.ClassifyStreamRequest(frame=frame)

    stub: Any = classify_pb2_grpc.ClassifyServiceStub(channel)
    call = stub.ClassifyStream(requests(), timeout=30, metadata=(("who", who),))
    return [message.answer async for message in call if message.HasField("answer")]


def outcomes(answers: Iterable[Any]) -> Counter[str]:
    return Counter(answer.WhichOneof("outcome") for answer in answers)


async def test_one_image_too_many_is_refused_with_the_limit_and_the_delay(
    channel: grpc.aio.Channel,
) -> None:
    for _ in range(3):
        answer = await classify(channel, "three images a second")
        assert answer.result.classifications[0].label == "red"
    error = await refused(classify(channel, "three images a second"))
    assert (error.code, error.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "RATE_LIMITED")
    assert 0 < error.retry_after_s <= 1 / 3
    assert "3 images a second" in error.message
    await classify(channel, "anyone")
    await asyncio.sleep(error.retry_after_s)
    await classify(channel, "three images a second")


async def test_frames_beyond_the_rate_wait(channel: grpc.aio.Channel) -> None:
    began_s = time.monotonic()
    policy = stream_pb2.OVERFLOW_POLICY_BLOCK
    answers = await stream(channel, "ten frames a second", policy, 16)
    assert time.monotonic() - began_s > 0.55
    assert [answer.frame_id for answer in answers] == list(range(16))
    assert outcomes(answers) == {"result": 16}


async def test_frames_beyond_the_rate_give_way_to_newer_ones(channel: grpc.aio.Channel) -> None:
    policy = stream_pb2.OVERFLOW_POLICY_KEEP_LATEST
    answers = await stream(channel, "five frames a second", policy, 40, 0.02)
    found = outcomes(answers)
    assert [answer.frame_id for answer in answers] == list(range(40))
    assert answers[-1].WhichOneof("outcome") == "result"
    assert set(found) == {"result", "dropped"}
    assert 5 < found["result"] < 13


async def test_a_stream_waits_for_room_for_its_bytes_and_a_call_does_not(
    channel: grpc.aio.Channel,
) -> None:
    assert 100 < len(IMAGE) < 130
    answers = await stream(channel, "300 bytes", stream_pb2.OVERFLOW_POLICY_BLOCK, 20)
    assert outcomes(answers) == {"result": 20}
    calls = await asyncio.gather(
        *(classify(channel, "300 bytes") for _ in range(40)), return_exceptions=True
    )
    failed = [
        from_rpc_error(error, address="") for error in calls if isinstance(error, grpc.RpcError)
    ]
    assert {error.reason for error in failed} == {"RATE_LIMITED"}
    assert len(failed) < 40


async def test_batch_calls_are_answered(channel: grpc.aio.Channel) -> None:
    answer = await classify(channel, "anyone", ("ocelli-priority", "batch"))
    assert answer.result.classifications[0].label == "red"


async def test_a_principal_has_so_many_collections_and_points(channel: grpc.aio.Channel) -> None:
    collections: Any = collection_pb2_grpc.CollectionServiceStub(channel)
    points: Any = point_pb2_grpc.PointServiceStub(channel)
    who = (("who", "three points"),)

    def create(name: str) -> Any:
        request = collection_pb2.CreateCollectionRequest(collection={"name": name, "dimension": 2})
        return collections.CreateCollection(request, timeout=20, metadata=who)

    def upsert(*ids: str) -> Any:
        made = [point_pb2.Point(id=id_, vector={"values": [1, 2]}) for id_ in ids]
        request = point_pb2.UpsertPointsRequest(collection="first", points=made)
        return points.UpsertPoints(request, timeout=20, metadata=who)

    await create("first")
    assert (await refused(create("second"))).reason == "QUOTA_EXCEEDED"
    assert (await upsert("a", "b", "c")).stored == 3
    error = await refused(upsert("d"))
    assert (error.reason, error.retry_after_s) == ("QUOTA_EXCEEDED", None)
    assert (await upsert("a", "b")).stored == 2
