"""The case of a server that stops in the middle of a stream and comes back."""

import base64
import itertools
import queue
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from conformance import messages, seen
from conformance.link import Link
from conformance.opening import detect_stream, frame
from conformance.seen import Seen
from ocelli.client import Frame, OcelliError

_MAX_RETRY_S = 30.0
_PAUSE_S = 0.1


def run(link: Link, case: dict[str, Any], files: Path) -> Seen:
    """Sends frame by frame until the server drains, then repeats a call until it succeeds."""
    found = Seen()
    described = [messages.with_bytes(one, files) for one in case["frames"]]
    made = [frame(one, None) for one in described]
    may_send: queue.SimpleQueue[bool] = queue.SimpleQueue()
    stream = link.connection.stream(
        detect_stream(case.get("config", {})), _one_by_one(made, may_send), link.timeout_s
    )
    may_send.put(True)
    try:
        for answer in stream:
            found.answers.append(seen.frame_answer(answer))
            if len(found.answers) == case["drain_after"]:
                print("drain", flush=True)
            may_send.put(True)
    except OcelliError as error:
        found.error = error
    finally:
        may_send.put(False)
        stream.close()
    _repeat(link, base64.b64decode(described[0]["image"]["encoded"]))
    return found


def _one_by_one(frames: list[Frame], may_send: "queue.SimpleQueue[bool]") -> Iterator[Frame]:
    for one in itertools.cycle(frames):
        if not may_send.get():
            return
        yield one


def _repeat(link: Link, image: bytes) -> None:
    """Detects on the same connection until it works.

    Raises:
        OcelliError: it did not in time.
    """
    end_s = time.monotonic() + _MAX_RETRY_S
    while True:
        try:
            link.client.detect(image)
        except OcelliError:
            if time.monotonic() > end_s:
                raise
            time.sleep(_PAUSE_S)
        else:
            return
