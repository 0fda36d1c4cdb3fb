"""What a stream survives: a Triton that dies, one that stops, a model that is loaded anew."""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from bench import trivial_model
from ocelli.client import Client

pytestmark = pytest.mark.slow

DEADLINE_S = 2
PAUSE_S = 0.05
STEADY = 20
RETRYABLE = {"TRITON_UNAVAILABLE", "MODEL_NOT_READY", "DEADLINE_EXCEEDED"}


@pytest.fixture(scope="module")
def own_edge(start_shared_edge: Any, tmp_path_factory: Any) -> Any:
    """An edge whose Triton these tests may hurt."""
    home = tmp_path_factory.mktemp("faults")
    trivial_model.write(home / "models")  # so that frames in time are no question of the machine
    return start_shared_edge(home, "--max-deadline-s", str(DEADLINE_S))


@pytest.fixture(scope="module")
def frame() -> bytes:
    pixels = np.random.default_rng(3).integers(0, 255, (40, 60, 3)).astype(np.uint8)
    return cv2.imencode(".jpg", cv2.resize(pixels, (640, 360)))[1].tobytes()


def stream(client: Client, frame: bytes, acted: threading.Event) -> list[Any]:
    """Streams until so many results in a row have come since something was done; all answers."""
    answers: list[Any] = []
    steady = 0

    def frames() -> Iterator[bytes]:
        until_s = time.monotonic() + 40
        while steady < STEADY:
            assert time.monotonic() < until_s, outcomes(answers)
            yield frame
            time.sleep(PAUSE_S)

    for answer in client.detect_stream(frames(), model=trivial_model.NAME):
        answers.append(answer)
        steady = steady + 1 if acted.is_set() and not answer.error else 0
    return answers


def triton_of(edge: Any) -> int:
    (pid,) = (
        member.pid for member in edge.named("tritonserver") if member.name() == "tritonserver"
    )
    return int(pid)


def outcomes(answers: list[Any]) -> list[str]:
    return [answer.error.reason if answer.error else "result" for answer in answers]


@contextlib.contextmanager
def later(delay_s: float, *acts: Callable[[], object]) -> Iterator[threading.Event]:
    """Does one thing after the other, each after the delay; the event tells that all is done."""
    done = threading.Event()

    def act() -> None:
        for one in acts:
            time.sleep(delay_s)
            one()
        done.set()

    thread = threading.Thread(target=act)
    thread.start()
    yield done
    thread.join()


def test_a_triton_that_dies_costs_the_frames_in_flight_and_not_the_stream(
    own_edge: Any, frame: bytes
) -> None:
    pid = triton_of(own_edge)
    with own_edge.connect() as client, later(1, lambda: os.kill(pid, signal.SIGKILL)) as killed:
        answers = stream(client, frame, killed)
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
    stop_and_go_on = (partial(os.kill, pid, signal.SIGSTOP), partial(os.kill, pid, signal.SIGCONT))
    with own_edge.connect() as client, later(DEADLINE_S + 1, *stop_and_go_on) as went_on:
        answers = stream(client, frame, went_on)
    found = outcomes(answers)
    assert found[0] == found[-1] == "result"
    assert "DEADLINE_EXCEEDED" in found
    assert set(found) <= {"result", *RETRYABLE}


def test_a_model_that_is_loaded_anew_costs_no_more_than_retryable_errors(
    own_edge: Any, frame: bytes
) -> None:
    own_edge.wait_ready()
    config = Path(own_edge.models_dir, trivial_model.NAME, "config.pbtxt")
    with own_edge.connect() as client, own_edge.connect() as other:

        def load_anew() -> None:
            config.write_text(config.read_text() + "\n")
            other.models.load(trivial_model.NAME)

        with later(1, load_anew) as loaded:
            answers = stream(client, frame, loaded)
    found = outcomes(answers)
    assert found[0] == found[-1] == "result"
    assert set(found) <= {"result", *RETRYABLE}
