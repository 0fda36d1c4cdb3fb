"""Load on `DetectStream`: the frames in flight on one stream, or shared by several.

Every stream has a connection of its own and at least one frame in flight.

Frames are serialised once and sent as they are, so they carry no id of their own: answers come in
the order of sending. They are parsed, a few microseconds each, to see that they carry what was
found.
"""

import asyncio
import contextlib
import time
from collections import deque
from itertools import count
from typing import Any

import grpc

from bench.errors import UnansweredError
from bench.images import read_messages
from bench.load import Meter, Plan, main
from ocelli.v1 import detect_pb2, stream_pb2

_DETECT_STREAM = "/ocelli.v1.DetectService/DetectStream"


async def generate(plan: Plan) -> None:
    """Streams to `plan.target`, an edge, until the window is over."""
    frames, window = read_frames(plan), max(1, plan.in_flight // plan.streams)
    meter = Meter(plan)
    async with contextlib.AsyncExitStack() as stack:
        calls = [await open_stream(stack, plan, window) for _ in range(plan.streams)]
        async with asyncio.TaskGroup() as group:
            group.create_task(meter.run())
            for call in calls:
                group.create_task(_exchange(call, frames, window, meter))


async def open_stream(stack: contextlib.AsyncExitStack, plan: Plan, window: int) -> Any:  # noqa: ANN401  # untyped
    """A stream on a connection of its own, its configuration sent and its window come.

    The load keeps to its own window, whatever the edge's, which follows what the model sustains.
    """
    options = [("grpc.use_local_subchannel_pool", 1)]
    channel = await stack.enter_async_context(grpc.aio.insecure_channel(plan.target, options))
    detect: Any = channel.stream_stream(
        _DETECT_STREAM, None, detect_pb2.DetectStreamResponse.FromString
    )
    call = detect()
    config = detect_pb2.DetectStreamConfig(
        model=plan.model, stream=stream_pb2.StreamOptions(max_in_flight_frames=window)
    )
    await call.write(detect_pb2.DetectStreamRequest(config=config).SerializeToString())
    first = await call.read()
    if not first.HasField("window"):
        raise UnansweredError(f"the edge sent no window, but {first}")
    return call


def read_frames(plan: Plan) -> list[bytes]:
    """The plan's images as serialised frames of a stream."""
    return [
        detect_pb2.DetectStreamRequest(
            frame=detect_pb2.DetectFrame(image=image)
        ).SerializeToString()
        for image in read_messages(plan.images)
    ]


async def _exchange(call: Any, frames: list[bytes], window: int, meter: Meter) -> None:  # noqa: ANN401  # untyped
    room = asyncio.Semaphore(window)
    asked_s: deque[float] = deque()

    async def send() -> None:
        for number in count():
            await room.acquire()
            if meter.over:
                break
            asked_s.append(time.perf_counter())
            await call.write(frames[number % len(frames)])
        await call.done_writing()

    async def receive() -> None:
        while await read_answer(call):
            meter.answered(asked_s.popleft())
            room.release()

    async with asyncio.TaskGroup() as group:
        group.create_task(send())
        group.create_task(receive())


async def read_answer(call: Any) -> bool:  # noqa: ANN401  # untyped
    """Takes the next answer of a stream; False at its end.

    Raises:
        UnansweredError: it carries no detections.
    """
    while True:
        answer = await call.read()
        if answer is grpc.aio.EOF:  # type: ignore[attr-defined]  # its stubs leave it out
            return False
        if answer.HasField("answer"):  # and not another window
            break
    if not answer.answer.result.detections:
        raise UnansweredError(f"nothing found in a frame: {answer}")
    return True


if __name__ == "__main__":
    main(generate, __doc__)
