"""A stop under load, as the callers see it: no call ends without an answer or a reason."""

import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from ocelli.client import OcelliError, connect
from ocelli.client.status import from_rpc_error
from ocelli.v1 import detect_pb2_grpc
from tests.faults.calls import OWN_CHANNEL, detect_request

CALLERS = 64
DEADLINE_S = 90.0
PATIENT = ("--max-deadline-s", str(DEADLINE_S))  # a loaded machine is too slow for the default


@pytest.fixture
def image() -> np.ndarray[Any, Any]:
    return np.full((120, 160, 3), 127, np.uint8)


def in_threads(number: int, work: Callable[[], None]) -> list[threading.Thread]:
    threads = [threading.Thread(target=work, daemon=True) for _ in range(number)]
    for thread in threads:
        thread.start()
    return threads


@pytest.mark.slow
def test_every_caller_of_a_stopping_edge_is_told_that_it_drains(
    start_edge: Any, tmp_path: Path, photo: Callable[[str], bytes]
) -> None:
    """Callers that repeat nothing, each until its first refusal."""
    told(stop_under_load(start_edge(tmp_path, *PATIENT, "--drain-grace-s", "60"), photo("cat")))


@pytest.mark.slow
def test_calls_that_outlast_the_grace_are_told_that_it_drains(
    start_edge: Any, tmp_path: Path, photo: Callable[[str], bytes]
) -> None:
    edge = start_edge(tmp_path, *PATIENT, "--drain-notice-s", "0", "--drain-grace-s", "0.1")
    told(stop_under_load(edge, photo("cat")))


def told(ends: Counter[str]) -> None:
    """Asserts that every caller was told, or found the listener closed after its last answer.

    A call that arrives in the very moment in which gRPC stops listening ends as CANCELLED, which
    nothing here can change and the SDKs repeat.
    """
    assert ends.pop("CANCELLED", 0) <= CALLERS // 16
    assert set(ends) <= {"DRAINING", "failed to connect"}
    assert ends.total() >= CALLERS - CALLERS // 16


def stop_under_load(edge: Any, image: bytes) -> Counter[str]:
    """Stops an edge under callers that repeat nothing; how the last call of each ended."""
    ends: Counter[str] = Counter()
    request = detect_request("", image)

    def call_until_refused() -> None:
        with grpc.insecure_channel(edge.address, OWN_CHANNEL) as channel:
            detect = detect_pb2_grpc.DetectServiceStub(channel).Detect
            while True:
                try:
                    detect(request, timeout=DEADLINE_S)
                except grpc.RpcError as error:
                    reason = from_rpc_error(error, address=edge.address).reason
                    if reason == "OVERLOADED":
                        time.sleep(0.05)
                        continue
                    ends[reason or (error.details() or "")[:17]] += 1
                    return

    callers = in_threads(CALLERS, call_until_refused)
    time.sleep(2)
    edge.process.send_signal(signal.SIGTERM)
    for caller in callers:
        caller.join(70)
    assert edge.process.wait(20) == 0
    return ends


@pytest.mark.slow
def test_no_call_of_the_sdk_is_lost_when_one_of_two_edges_stops(
    start_edge: Any, tmp_path: Path, image: np.ndarray[Any, Any]
) -> None:
    first, second = start_edge(tmp_path / "first"), start_edge(tmp_path / "second")
    target = f"ipv4:{first.address},{second.address}"
    stop = threading.Event()
    failed: list[OcelliError] = []
    served = [0]

    def call() -> None:
        with connect(target, timeout_s=20) as client:
            while not stop.is_set():
                try:
                    client.models.get("efficientnet_lite0")
                    client.detect(image)
                except OcelliError as error:
                    if error.reason != "OVERLOADED":
                        failed.append(error)
                else:
                    served[0] += 1

    callers = in_threads(16, call)
    time.sleep(2)
    first.process.send_signal(signal.SIGTERM)
    assert first.process.wait(20) == 0
    before = served[0]
    time.sleep(2)
    stop.set()
    for caller in callers:
        caller.join(30)
    assert not failed
    assert served[0] > before


def test_who_watches_health_does_not_hold_up_the_drain(start_edge: Any, tmp_path: Path) -> None:
    edge = start_edge(tmp_path, "--triton", "127.0.0.1:9", wait=False)
    edge.wait_ready(services=("",))
    with grpc.insecure_channel(edge.address) as channel:
        watch = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest())
        assert next(watch).status == health_pb2.HealthCheckResponse.SERVING
        began_s = time.monotonic()
        edge.process.send_signal(signal.SIGTERM)
        assert next(watch).status == health_pb2.HealthCheckResponse.NOT_SERVING
        with pytest.raises(grpc.RpcError):
            next(watch)
        assert time.monotonic() - began_s < 3
    assert edge.process.wait(10) == 0
