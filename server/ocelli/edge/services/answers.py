"""The answers to the frames of a stream: a result, an error of their own, or dropped."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from ocelli.edge.errors import OcelliError
from ocelli.edge.stream import DropCause
from ocelli.v1 import stream_pb2, timings_pb2

ResponseT = TypeVar("ResponseT")

_DROP_REASONS = {
    DropCause.SUPERSEDED: stream_pb2.DROP_REASON_SUPERSEDED,
    DropCause.TOO_OLD: stream_pb2.DROP_REASON_TOO_OLD,
}


class FrameAnswers(Generic[ResponseT]):
    """Makes the answers of one rpc, each with its frame's id and capture time.

    Args:
        response: the rpc's response message.
        answer: the message in its field `answer`.
    """

    def __init__(self, response: Callable[..., ResponseT], answer: Callable[..., Any]) -> None:
        self._response = response
        self._answer = answer

    def found(self, frame: Any, result: Any, timings: timings_pb2.Timings) -> ResponseT:
        """The answer to a frame that was looked at."""
        return self._make(frame, result=result, timings=timings)

    def failed(self, frame: Any, error: OcelliError) -> ResponseT:
        """The answer to a frame that failed."""
        return self._make(frame, error=error.to_status())

    def dropped(self, frame: Any, cause: DropCause, age_s: float) -> ResponseT:
        """The answer to a frame that was not looked at, of this age in seconds."""
        message = stream_pb2.Dropped(reason=_DROP_REASONS[cause], age_us=int(age_s * 1e6))
        return self._make(frame, dropped=message)

    def _make(self, frame: Any, **outcome: Any) -> ResponseT:
        answer = self._answer(
            frame_id=frame.frame_id, capture_time_us=frame.capture_time_us, **outcome
        )
        return self._response(answer=answer)
