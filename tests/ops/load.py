"""A small load with everything in it that dashboards show: results, errors, refusals, drops."""

import asyncio
import contextlib
import itertools
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import grpc
import numpy as np

from bench import trivial_model
from ocelli.client import (
    DeadlineExceeded,
    Frame,
    OcelliError,
    Point,
    TransientError,
    connect_async,
)
from ocelli.client.aio import AsyncClient
from ocelli.v1 import detect_pb2, detect_pb2_grpc
from tests import installed

COLLECTION = "ops"
QUICK, SLOW = trivial_model.NAME, installed.DETECTOR
"""Detectors: one that costs nothing, and one that cannot keep up with a stream."""
TRACES = 5
MAX_CALLS_PER_CONNECTION = 8
"""What the edge must be told, so that bursts of the load are refused in part."""
_PAUSE_S = 0.1
_VECTOR = np.linspace(0, 1, 8, dtype=np.float32)


def trace_id(number: int) -> str:
    """That of one of the calls whose caller records."""
    return f"{number + 1:032x}"


async def load(address: str, photo: bytes, duration_s: float) -> None:
    """Calls an edge for some seconds, in many ways at once.

    Args:
        address: of the edge.
        photo: an image file.
        duration_s: for how long.
    """
    until_s = time.monotonic() + duration_s
    async with connect_async(address) as client:
        await client.collections.create(COLLECTION, dimension=len(_VECTOR))
        await asyncio.gather(
            _repeat(until_s, lambda: _detect(client, photo)),
            _repeat(until_s, lambda: _index(client)),
            _repeat(until_s, lambda: _refuse(client, photo)),
            _repeat(until_s, lambda: _burst(address, photo)),
            _stream(client, photo, until_s, max_frame_age_ms=0),
            _stream(client, photo, until_s, max_frame_age_ms=60),
            _traced(address, photo),
        )


async def _repeat(until_s: float, act: Callable[[], Awaitable[None]]) -> None:
    while time.monotonic() < until_s:
        await act()
        await asyncio.sleep(_PAUSE_S)


async def _detect(client: AsyncClient, photo: bytes) -> None:
    with contextlib.suppress(TransientError, DeadlineExceeded):  # of a machine that is busy
        await client.detect(photo, model=QUICK)
        await client.embed(photo)


async def _index(client: AsyncClient) -> None:
    await client.points.upsert(COLLECTION, [Point("a", vector=_VECTOR)])
    await client.search(COLLECTION, vector=_VECTOR)
    await client.collections.list()


async def _refuse(client: AsyncClient, photo: bytes) -> None:
    for act in (
        client.detect(photo[: len(photo) // 2], model=QUICK),
        client.detect(photo, model="no-such-model"),
        client.search("no-such-collection", vector=_VECTOR),
    ):
        try:
            await act
        except OcelliError:
            continue
        raise AssertionError("this was to be refused")


async def _burst(address: str, photo: bytes) -> None:
    """More calls on a connection than there may be; the stub repeats none."""
    options = [("grpc.use_local_subchannel_pool", 1)]
    request = detect_pb2.DetectRequest(image={"encoded": photo}, model=SLOW)
    async with grpc.aio.insecure_channel(address, options=options) as channel:
        stub = detect_pb2_grpc.DetectServiceStub(channel)
        calls = [stub.Detect(request, timeout=3) for _ in range(3 * MAX_CALLS_PER_CONNECTION)]
        await asyncio.gather(*calls, return_exceptions=True)
    await asyncio.sleep(2)


async def _stream(
    client: AsyncClient, photo: bytes, until_s: float, *, max_frame_age_ms: int
) -> None:
    """Frames faster than a detector takes them: superseded, or too old when their turn comes."""

    async def frames() -> AsyncIterator[Frame]:
        for number in itertools.count():
            if time.monotonic() >= until_s:
                return
            broken = number % 20 == 19
            yield Frame(photo[:1000] if broken else photo, frame_id=number)
            await asyncio.sleep(0.02)

    answers = client.detect_stream(
        frames(),
        model=SLOW,
        overflow_policy="block" if max_frame_age_ms else "keep_latest",
        max_frame_age_ms=max_frame_age_ms,
    )
    async for _ in answers:
        pass


async def _traced(address: str, photo: bytes) -> None:
    """Calls whose callers record."""
    request = detect_pb2.DetectRequest(image={"encoded": photo}, model=QUICK)
    async with grpc.aio.insecure_channel(address) as channel:
        stub = detect_pb2_grpc.DetectServiceStub(channel)
        for number in range(TRACES):
            parent = f"00-{trace_id(number)}-{'cd' * 8}-01"
            await asyncio.sleep(1)
            try:
                await stub.Detect(request, timeout=20, metadata=(("traceparent", parent),))
            except grpc.aio.AioRpcError as error:
                if error.code() is not grpc.StatusCode.RESOURCE_EXHAUSTED:
                    raise
