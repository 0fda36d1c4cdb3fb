"""Counts the frames of streams."""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

from ocelli.edge.errors import OcelliError
from ocelli.edge.observability.definitions import (
    DROP_CAUSES,
    FRAME_OUTCOMES,
    FRAME_SECONDS,
    FRAMES,
    FRAMES_DROPPED,
    FRAMES_IN_FLIGHT,
)
from ocelli.edge.observability.error_metrics import count_error
from ocelli.edge.observability.trace_context import exemplar
from ocelli.edge.stream import DropCause, FrameWork

FrameT = TypeVar("FrameT")
AnswerT = TypeVar("AnswerT")


def counted(
    work: FrameWork[FrameT, AnswerT], method: str, outcomes: dict[str, int] | None = None
) -> FrameWork[FrameT, AnswerT]:
    """The same work, counted.

    Args:
        work: what a stream does with its frames.
        method: the stream's rpc, `ocelli.v1.DetectService/DetectStream`.
        outcomes: where to count this stream's frames as well, by outcome; None: nowhere.
    """
    in_flight = FRAMES_IN_FLIGHT.labels(method)
    seconds = FRAME_SECONDS.labels(method)
    total = {outcome: FRAMES.labels(method, outcome) for outcome in FRAME_OUTCOMES}
    dropped_for = {cause: FRAMES_DROPPED.labels(method, cause) for cause in DROP_CAUSES}
    of_stream = {} if outcomes is None else outcomes

    def count(outcome: str) -> None:
        total[outcome].inc()
        of_stream[outcome] = of_stream.get(outcome, 0) + 1

    async def answer(frame: FrameT, check_active: Callable[[], None]) -> AnswerT:
        began_s = time.perf_counter()
        in_flight.inc()
        try:
            result = await work.answer(frame, check_active)
        except asyncio.CancelledError:
            count("cancelled")
            raise
        finally:
            in_flight.dec()
        count("result")
        seconds.observe(time.perf_counter() - began_s, exemplar())
        return result

    def failed(frame: FrameT, error: OcelliError) -> AnswerT:
        count("error")
        count_error("frame", error)
        return work.failed(frame, error)

    def dropped(frame: FrameT, cause: DropCause, age_s: float) -> AnswerT:
        count("dropped")
        dropped_for[cause.value].inc()
        return work.dropped(frame, cause, age_s)

    return FrameWork(answer, failed, dropped)
