"""What a stream survives: a Triton that dies, one that stops, a model that is loaded anew."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

RETRYABLE = {"TRITON_UNAVAILABLE", "MODEL_NOT_READY", "DEADLINE_EXCEEDED"}


@pytest.fixture(scope="module")
def own_edge(start_shared_edge: Any, tmp_path_factory: Any) -> Any:
    """An edge whose Triton these tests may hurt."""
    return start_shared_edge(tmp_path_factory.mktemp("faults"), "--max-deadline-s", "4")


@pytest.fixture(scope="module")
def frame() -> bytes:
    pixels = np.random.default_rng(3).integers(0, 255, (40, 60, 3)).astype(np.uint8)
    return cv2.imencode(".jpg", cv2.resize(pixels, (640, 360)))[1].tobytes()


def paced(frame: bytes, duration_s: float, pause_s: float = 0.05) -> Iterator[bytes]:
    until_s = time.monotonic() + duration_s
    while time.monotonic() < until_s:
        yield frame
        time.sleep(pause_s)


def triton_of(edge: Any) -> int:
    (pid,) = (
        member.pid for member in edge.named("tritonserver") if member.name() == "tritonserver"
    )
    return int(pid)


def outcomes(answers: list[Any]) -> list[str]:
    return [answer.error.reason if answer.error else "result" for answer in answers]


def later(delay_s: float, act: Any) -> threading.Timer:
    timer = threading.Timer(delay_s, act)
    timer.start()
    return timer


def test_a_triton_that_dies_costs_the_frames_in_flight_and_not_the_stream(
    own_edge: Any, frame: bytes
) -> None:
    pid = triton_of(own_edge)
    with own_edge.connect() as client:
        timer = later(2, lambda: os.kill(pid, signal.SIGKILL))
        answers = list(client.detect_stream(paced(frame, 15)))
        timer.join()
    found = outcomes(answers)
    assert found[0] == found[-1] == "result"
    assert set(found) > {"result"}
    assert set(found) <= {"result", *RETRYABLE}
    assert all(answer.error.retry_after_s for answer in answers if answer.error)


def test_a_triton_that_stops_for_a_while_costs_frames_their_deadline_and_not_the_stream(
    own_edge: Any, frame: bytes
) -> None:
    own_edge.wait_ready()
    pid = triton_of(own_edge)
    with own_edge.connect() as client:
        stop = later(1, lambda: os.kill(pid, signal.SIGSTOP))
        go_on = later(6, lambda: os.kill(pid, signal.SIGCONT))
        began_s = time.monotonic()
        answers = list(client.detect_stream(paced(frame, 12)))
        stop.join()
        go_on.join()
    found = outcomes(answers)
    assert found[0] == found[-1] == "result"
    assert set(found) <= {"result", *RETRYABLE}
    assert time.monotonic() - began_s < 25


def test_a_model_that_is_loaded_anew_costs_no_more_than_retryable_errors(
    own_edge: Any, frame: bytes
) -> None:
    own_edge.wait_ready()
    config = Path(own_edge.models_dir, "nanodet_coco80", "config.pbtxt")
    with own_edge.connect() as client, own_edge.connect() as other:

        def load_anew() -> None:
            config.write_text(config.read_text() + "\n")
            other.models.load("nanodet_coco80")

        timer = later(1.5, load_anew)
        answers = list(client.detect_stream(paced(frame, 10)))
        timer.join()
    found = outcomes(answers)
    assert found[0] == found[-1] == "result"
    assert set(found) <= {"result", *RETRYABLE}
