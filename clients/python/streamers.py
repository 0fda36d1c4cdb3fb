"""Streams of frames that go on over restarts, and what became of each frame."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

from ocelli.client import Client, Frame, OcelliError
from pace import Pace

_RESUME_S = 60.0


@dataclass
class Streamed:
    """Frames of all streams.

    Attributes:
        sent: that were drawn from their source.
        answered: with a result.
        failed: with an error, or as dropped.
        twice: answers to a frame that had been answered before.
        lost: that have no answer.
    """

    sent: int = 0
    answered: int = 0
    failed: int = 0
    twice: int = 0
    lost: int = 0

    def add(self, other: "Streamed") -> None:
        """Adds the frames of another stream."""
        for name, count in asdict(other).items():
            setattr(self, name, getattr(self, name) + count)


def stream(
    client: Client,
    image: bytes,
    model: str,
    pace: Pace,
    failed: Callable[[OcelliError], None],
) -> Streamed:
    """Streams an image again and again until the pace is over.

    Args:
        client: of the server.
        image: a file's bytes.
        model: a detector.
        pace: when each frame is due.
        failed: is told of the error that ends the stream too early.
    """
    found, expected = Streamed(), 0
    lock = threading.Lock()  # the frames are drawn by another thread

    def frames() -> Iterator[Frame]:
        for number in pace.turns():
            with lock:
                found.sent += 1
            yield Frame(image, frame_id=number)

    try:
        for answer in client.detect_stream(frames(), model=model, resume_s=_RESUME_S):
            if answer.frame_id < expected:
                found.twice += 1
                continue
            found.lost += answer.frame_id - expected
            expected = answer.frame_id + 1
            if answer.result is not None and answer.result.detections:
                found.answered += 1
            else:
                found.failed += 1
    except OcelliError as error:
        failed(error)
    with lock:
        found.lost += found.sent - expected
    return found
