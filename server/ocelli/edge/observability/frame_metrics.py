"""Counts the frames of streams."""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

from ocelli.edge.errors import OcelliError
from ocelli.edge.observability.definitions import (
    FRAME_OUTCOMES,
    FRAME_SECONDS,
    FRAMES,
    FRAMES_IN_FLIGHT,
)
from ocelli.edge.stream import DropCause, FrameWork

FrameT = TypeVar("FrameT")
AnswerT = TypeVar("AnswerT")


def counted(work: FrameWork[FrameT, AnswerT], method: str) -> FrameWork[FrameT, AnswerT]:
    """The same work, counted.

    Args:
        work: what a stream does with its frames.
        method: the stream's rpc, `ocelli.v1.DetectService/DetectStream`.
    """
    in_flight = FRAMES_IN_FLIGHT.labels(method)
    seconds = FRAME_SECONDS.labels(method)
    results, errors, drops, cancels = (FRAMES.labels(method, outcome) for outcome in FRAME_OUTCOMES)

    async def answer(frame: FrameT, check_active: Callable[[], None]) -> AnswerT:
        began_s = time.perf_counter()
        in_flight.inc()
        try:
            result = await work.answer(frame, check_active)
        except asyncio.CancelledError:
            cancels.inc()
            raise
        finally:
            in_flight.dec()
        results.inc()
        seconds.observe(time.perf_counter() - began_s)
        return result

    def failed(frame: FrameT, error: OcelliError) -> AnswerT:
        errors.inc()
        return work.failed(frame, error)

    def dropped(frame: FrameT, cause: DropCause, age_s: float) -> AnswerT:
        drops.inc()
        return work.dropped(frame, cause, age_s)

    return FrameWork(answer, failed, dropped)
