"""Load on `DetectStream`: one stream with 16 frames in flight.

Frames are serialised once and sent as they are, so they carry no id of their own: answers come in
the order of sending. They are parsed, a few microseconds each, to see that they carry what was
found.
"""

import asyncio
import time
from collections import deque
from itertools import count
from typing import Any

import grpc

from bench.errors import UnansweredError
from bench.load import IN_FLIGHT, Meter, Plan, main
from bench.pictures import read_pictures
from ocelli.v1 import detect_pb2, picture_pb2, stream_pb2

_DETECT_STREAM = "/ocelli.v1.DetectService/DetectStream"


async def generate(plan: Plan) -> None:
    """Streams to `plan.target`, an edge, until the window is over."""
    config = detect_pb2.DetectStreamConfig(
        model=plan.model, stream=stream_pb2.StreamOptions(max_in_flight_frames=IN_FLIGHT)
    )
    async with grpc.aio.insecure_channel(plan.target) as channel:
        detect: Any = channel.stream_stream(
            _DETECT_STREAM, None, detect_pb2.DetectStreamResponse.FromString
        )
        call = detect()
        await call.write(detect_pb2.DetectStreamRequest(config=config).SerializeToString())
        window = (await call.read()).window
        if window.max_in_flight_frames != IN_FLIGHT:
            raise UnansweredError(f"the edge granted {window.max_in_flight_frames} frames")
        meter = Meter(plan)
        async with asyncio.TaskGroup() as group:
            group.create_task(meter.run())
            group.create_task(_exchange(call, _frames(plan), meter))


async def _exchange(call: Any, frames: list[bytes], meter: Meter) -> None:  # noqa: ANN401  # untyped
    room = asyncio.Semaphore(IN_FLIGHT)
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
        for number in count():
            answer = await call.read()
            if answer is grpc.aio.EOF:  # type: ignore[attr-defined]  # its stubs leave it out
                break
            if not answer.answer.result.detections:
                raise UnansweredError(f"nothing found in frame {number}: {answer}")
            meter.answered(asked_s.popleft())
            room.release()

    async with asyncio.TaskGroup() as group:
        group.create_task(send())
        group.create_task(receive())


def _frames(plan: Plan) -> list[bytes]:
    return [
        detect_pb2.DetectStreamRequest(
            frame=detect_pb2.DetectFrame(picture=picture_pb2.Picture(encoded=data))
        ).SerializeToString()
        for data in read_pictures(plan.pictures)
    ]


if __name__ == "__main__":
    main(generate, __doc__)
