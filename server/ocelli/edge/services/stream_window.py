"""The windows that a stream's client is told."""

import time

from ocelli.edge.scheduling.admission import Admission
from ocelli.edge.stream import WindowOptions
from ocelli.v1 import stream_pb2

_PAUSE_S = 1.0


class WindowMessages:
    """Makes the window of a stream, and another when it changed, a second apart at least.

    Args:
        model: the model that answers.
        max_message_bytes: largest message that the server reads.
    """

    def __init__(self, model: str, max_message_bytes: int) -> None:
        self._model = model
        self._max_message_bytes = max_message_bytes
        self._told_limit = 0
        self._told_s = 0.0

    def is_due(self, limit: int) -> bool:
        """Whether the client should hear that so many frames may be in flight now."""
        return limit != self._told_limit and time.monotonic() >= self._told_s + _PAUSE_S

    def make(self, granted: WindowOptions) -> stream_pb2.StreamWindow:
        """The window to send now."""
        self._told_limit, self._told_s = granted.limit, time.monotonic()
        policy = (
            stream_pb2.OVERFLOW_POLICY_KEEP_LATEST
            if granted.keep_latest
            else stream_pb2.OVERFLOW_POLICY_BLOCK
        )
        return stream_pb2.StreamWindow(
            max_in_flight_frames=granted.limit,
            max_unanswered_frames=granted.max_unanswered,
            max_message_bytes=self._max_message_bytes,
            model=self._model,
            overflow_policy=policy,
        )


def share(options: WindowOptions, admission: Admission, *, is_explicit: bool) -> int:
    """Frames that a stream should have in flight now.

    Args:
        options: what it asked for, within the server's limit.
        admission: of its model.
        is_explicit: it asked for a number, which then stands if it keeps the latest frame.
    """
    if options.keep_latest and is_explicit:
        return options.limit
    return admission.window(options.limit, keep_latest=options.keep_latest)
