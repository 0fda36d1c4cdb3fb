"""What large images cost in memory, while they are there and afterwards."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import cv2
import grpc
import numpy as np
import psutil
import pytest
from tritonclient.grpc import service_pb2, service_pb2_grpc

from ocelli.v1 import detect_pb2, detect_pb2_grpc, image_pb2

pytestmark = pytest.mark.slow

CALLS = 64
WIDTH, HEIGHT = 3840, 2160
QUIET_S = 10
REFUSED = 16
SIDE = 8000


def resident(edge: Any) -> int:
    """Bytes of the edge's own process that are its alone."""
    return int(psutil.Process(edge.process.pid).memory_full_info().uss)


@pytest.mark.timeout(180)
async def test_memory_of_a_burst_of_raw_4k_pictures_goes_back(
    start_edge: Any, tmp_path: Path
) -> None:
    edge = start_edge(tmp_path)
    pixels = bytes(WIDTH * HEIGHT * 3)
    raw = image_pb2.RawImage(
        data=pixels, width=WIDTH, height=HEIGHT, format=image_pb2.PIXEL_FORMAT_RGB
    )
    request = detect_pb2.DetectRequest(image=image_pb2.Image(raw=raw))
    outcomes: Counter[str] = Counter()

    async with grpc.aio.insecure_channel(edge.address) as channel:
        stub = detect_pb2_grpc.DetectServiceStub(channel)

        async def call() -> None:
            try:
                await stub.Detect(request, timeout=60)
                outcomes["OK"] += 1
            except grpc.aio.AioRpcError as error:
                outcomes[error.code().name] += 1

        await call()
        before = resident(edge)
        peak = before
        calls = [asyncio.create_task(call()) for _ in range(CALLS)]
        while not all(task.done() for task in calls):
            peak = max(peak, resident(edge))
            await asyncio.sleep(0.05)
    assert set(outcomes) <= {"OK", "RESOURCE_EXHAUSTED"}, outcomes
    # In receipt and parsed, each message stands there twice at most.
    assert peak - before < 2 * (CALLS + 8) * len(pixels)
    until_s = time.monotonic() + QUIET_S
    # The C libraries keep 60 to 110 MB that are free between pieces in use, as after one burst so
    # after five; no picture is left.
    while (at_rest := resident(edge)) - before > 150 << 20:
        assert time.monotonic() < until_s, (before >> 20, peak >> 20, at_rest >> 20)
        await asyncio.sleep(0.2)


async def let_go(edge: Any, most_bytes: int) -> None:
    """Waits until it holds no more, as malloc gives back what is free.

    No collection of garbage is due so soon: what waits for one is held all the while.
    """
    until_s = time.monotonic() + 5
    while (held := resident(edge)) >= most_bytes:
        assert time.monotonic() < until_s, f"{held} bytes, of {most_bytes} at most"
        await asyncio.sleep(0.2)


async def test_a_refused_picture_is_not_kept(start_edge: Any, tmp_path: Path) -> None:
    edge = start_edge(tmp_path)
    size_bytes = WIDTH * HEIGHT * 3
    raw = image_pb2.RawImage(
        data=bytes(size_bytes), width=WIDTH, height=HEIGHT, format=image_pb2.PIXEL_FORMAT_RGB
    )
    good = detect_pb2.DetectRequest(image=image_pb2.Image(raw=raw))
    raw.data = raw.data[1:]
    bad = image_pb2.Image(raw=raw)

    async def frames(image: image_pb2.Image) -> AsyncIterator[detect_pb2.DetectStreamRequest]:
        yield detect_pb2.DetectStreamRequest(config=detect_pb2.DetectStreamConfig())
        for _ in range(REFUSED):
            yield detect_pb2.DetectStreamRequest(frame=detect_pb2.DetectFrame(image=image))

    async with grpc.aio.insecure_channel(edge.address) as channel:
        stub = detect_pb2_grpc.DetectServiceStub(channel)
        # What the C libraries keep after such a stream is no picture, and is there before.
        async for message in stub.DetectStream(frames(good.image), timeout=60):
            assert not message.answer.HasField("error")
        before = resident(edge)
        for _ in range(REFUSED):
            with pytest.raises(grpc.aio.AioRpcError):
                await stub.Detect(detect_pb2.DetectRequest(image=bad), timeout=60)
        answers = [message async for message in stub.DetectStream(frames(bad), timeout=60)]
        assert sum(one.answer.HasField("error") for one in answers) == REFUSED
        await let_go(edge, before + 4 * size_bytes)


async def test_what_triton_refuses_is_not_kept(start_edge: Any, tmp_path: Path) -> None:
    edge = start_edge(tmp_path)
    size_bytes = WIDTH * HEIGHT * 3
    request = service_pb2.ModelInferRequest(
        model_name="no-such-model", raw_input_contents=[bytes(size_bytes)]
    )
    async with grpc.aio.insecure_channel(edge.address) as channel:
        stub = service_pb2_grpc.GRPCInferenceServiceStub(channel)

        async def refused() -> None:
            with pytest.raises(grpc.aio.AioRpcError) as failed:
                await stub.ModelInfer(request, timeout=60)
            assert failed.value.code() is grpc.StatusCode.NOT_FOUND

        await refused()
        before = resident(edge)
        for _ in range(REFUSED):
            await refused()
        await let_go(edge, before + 4 * size_bytes)


@pytest.mark.timeout(180)
async def test_decoding_large_pngs_at_once_takes_what_the_documents_say(
    start_edge: Any, tmp_path: Path
) -> None:
    edge = start_edge(tmp_path, "--decode-threads", "2")
    ramp = np.linspace(0, 255, SIDE, dtype=np.uint8)
    smooth = np.broadcast_to(ramp[:, None, None], (SIDE, SIDE, 3))
    _, encoded = cv2.imencode(".png", smooth)
    request = detect_pb2.DetectRequest(image=image_pb2.Image(encoded=encoded.tobytes()))
    async with grpc.aio.insecure_channel(edge.address) as channel:
        stub = detect_pb2_grpc.DetectServiceStub(channel)
        await stub.Detect(request, timeout=60)
        await asyncio.sleep(3)
        before = peak = resident(edge)
        calls = [asyncio.ensure_future(stub.Detect(request, timeout=60)) for _ in range(16)]
        while not all(task.done() for task in calls):
            peak = max(peak, resident(edge))
            await asyncio.sleep(0.02)
        outcomes = [task.exception() for task in calls]
    # Both threads have decoded. Others may be refused: by what the first one took, too few would be
    # answered in time.
    assert outcomes.count(None) >= 2
    # docs/operations.md, "Memory": 9 bytes per pixel of a PNG and thread.
    assert peak - before < 2 * 9 * SIDE * SIDE + (100 << 20), (before >> 20, peak >> 20)
