"""What the edge holds for clients, and that it lets go: bytes, slots, frames, streams."""

import concurrent.futures
import subprocess
import sys
import time
from typing import Any

import cv2
import numpy as np
import pytest

from ocelli.client import OcelliError

FLOOD = """
import sys
from ocelli.client import connect
frame = open(sys.argv[2], "rb").read()
def endless():
    while True:
        yield frame
with connect(sys.argv[1]) as client:
    for number, _ in enumerate(client.detect_stream(endless())):
        if number == 20:
            print("streaming", flush=True)
"""


@pytest.fixture(scope="module")
def own_edge(start_shared_edge: Any, tmp_path_factory: Any) -> Any:
    """An edge whose gauges only these tests move."""
    return start_shared_edge(tmp_path_factory.mktemp("holding"), "--metrics-address", "127.0.0.1:0")


@pytest.fixture(scope="module")
def large(tmp_path_factory: Any) -> Any:
    """A 4K JPEG."""
    rows = np.random.default_rng(5).integers(0, 255, (108, 192, 3)).astype(np.uint8)
    path = tmp_path_factory.mktemp("images") / "large.jpg"
    cv2.imwrite(str(path), cv2.resize(rows, (3840, 2160)))
    return path


def nothing_held(metrics: dict[str, float]) -> bool:
    return all(
        sum(value for name, value in metrics.items() if name.partition("{")[0] == gauge) == 0
        for gauge in (
            "ocelli_in_flight_bytes",
            "ocelli_arena_slots_leased",
            "ocelli_frames_in_flight",
            "ocelli_streams_open",
            "ocelli_threads_waiting",
        )
    )


def test_tensors_travel_in_shared_memory_of_which_every_slot_comes_back(
    own_edge: Any, photo: Any
) -> None:
    with own_edge.connect() as client:
        client.detect(photo("cat"))
    metrics = own_edge.scrape_until(nothing_held)
    assert metrics["ocelli_arena_slots"] > 0


@pytest.mark.parametrize("ending", ["kill", "terminate"])
def test_a_client_that_dies_mid_stream_is_gone_from_the_gauges_within_seconds(
    own_edge: Any, large: Any, ending: str
) -> None:
    command = [sys.executable, "-c", FLOOD, own_edge.address, str(large)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as flood:
        assert flood.stdout is not None
        assert flood.stdout.readline() == "streaming\n"
        assert own_edge.scrape_until(lambda found: not nothing_held(found))
        getattr(flood, ending)()
        flood.wait(10)
    own_edge.scrape_until(nothing_held, timeout_s=8)


def test_work_that_cannot_make_its_deadline_is_shed_before_it_is_decoded(
    own_edge: Any, large: Any
) -> None:
    image = large.read_bytes()
    before = own_edge.scrape_until(nothing_held)["ocelli_images_decoded_total"]

    def ask(_: int) -> str:
        try:
            client.detect(image, timeout_s=0.15)
        except OcelliError as error:
            return error.reason
        return "result"

    with own_edge.connect() as client, concurrent.futures.ThreadPoolExecutor(48) as threads:
        client.detect(image)
        outcomes = list(threads.map(ask, range(96)))
    late = len(outcomes) - outcomes.count("result")
    assert set(outcomes) <= {"DEADLINE_EXCEEDED", "OVERLOADED", "result"}
    assert late > 20
    decoded = own_edge.scrape_until(nothing_held)["ocelli_images_decoded_total"] - before
    assert decoded < 97 - late / 2


def test_cancelled_calls_hold_nothing_and_the_next_one_is_served(
    own_edge: Any, large: Any, photo: Any
) -> None:
    image = large.read_bytes()
    for turn in range(6):
        with own_edge.connect() as client, concurrent.futures.ThreadPoolExecutor(16) as threads:
            calls = [threads.submit(client.detect, image) for _ in range(16)]
            time.sleep(0.02 * turn)
            client.close()
            concurrent.futures.wait(calls, timeout=20)
    own_edge.scrape_until(nothing_held, timeout_s=20)
    with own_edge.connect() as client:
        assert client.detect(photo("cat")).detections[0].label == "cat"
