"""The limits that services apply."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ServiceLimits:
    """What one call may take.

    Attributes:
        max_deadline_s: longest a call or frame may take, whatever its deadline.
        max_message_bytes: largest message read or sent; told to streams.
        stream_window: most frames of one stream in flight.
    """

    max_deadline_s: float
    max_message_bytes: int
    stream_window: int
