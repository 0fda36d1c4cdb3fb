"""Calls that are cancelled, cut and sent by the thousand, and whether the others notice."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import grpc
import numpy as np

from ocelli.client.status import from_rpc_error
from ocelli.v1 import detect_pb2, detect_pb2_grpc
from tests.conftest import RunningEdge
from tests.faults.case import Case

OWN_CHANNEL = [("grpc.use_local_subchannel_pool", 1), ("grpc.enable_retries", 0)]
"""Options of a channel with a connection of its own, which repeats nothing."""
_DETECT = "/ocelli.v1.DetectService/Detect"
_TIMEOUT_S = 60.0


def detect_request(model: str, image: bytes) -> detect_pb2.DetectRequest:
    """A request to find what is in an image."""
    request = detect_pb2.DetectRequest(model=model)
    request.image.encoded = image
    return request


@contextmanager
def polite_caller(edge: RunningEdge, model: str, image: bytes, case: Case) -> Iterator[None]:
    """Somebody who calls all the while, every 50 ms, and must be answered."""
    stop = threading.Event()

    def call() -> None:
        with edge.connect(timeout_s=30) as client:
            while not stop.wait(0.05):
                with case.one_try():
                    client.detect(image, model=model)

    caller = threading.Thread(target=call, daemon=True)
    caller.start()
    try:
        yield
    finally:
        stop.set()
        caller.join(_TIMEOUT_S)


def cancel_calls(edge: RunningEdge, model: str, image: bytes, count: int, seed: int) -> Case:
    """Calls that are cancelled at any moment leave nothing behind."""
    case = Case("cancelled calls")
    waits_s = np.random.default_rng(seed).uniform(0, 0.005, count)
    request = detect_request(model, image)
    with grpc.insecure_channel(edge.address, OWN_CHANNEL) as channel:
        detect = detect_pb2_grpc.DetectServiceStub(channel).Detect
        for wait_s in waits_s:
            call: Any = detect.future(request, timeout=_TIMEOUT_S)
            time.sleep(wait_s)
            call.cancel()
            case.note("ok")
    nothing_left(edge, case)
    return case


def cut_connections(edge: RunningEdge, model: str, image: bytes, count: int) -> Case:
    """Connections that are closed with calls in flight leave nothing behind."""
    case = Case("cut connections")
    request = detect_request(model, image)
    for number in range(count):
        with grpc.insecure_channel(edge.address, OWN_CHANNEL) as channel:
            detect = detect_pb2_grpc.DetectServiceStub(channel).Detect
            calls = [detect.future(request, timeout=_TIMEOUT_S) for _ in range(8)]
            grpc.channel_ready_future(channel).result(_TIMEOUT_S)
            time.sleep(0.001 * (number % 10))
            del calls
        case.note("ok")
    nothing_left(edge, case)
    return case


def nothing_left(edge: RunningEdge, case: Case) -> None:
    """Takes it for a failure if calls or their bytes are still held after a while."""
    held = (
        "ocelli_in_flight_bytes",
        'ocelli_calls_in_flight{method="ocelli.v1.DetectService/Detect"}',
    )
    try:
        edge.scrape_until(lambda found: not any(found[name] for name in held))
    except AssertionError:
        case.note("still held", failed=True)


def burst(edge: RunningEdge, count: int) -> Case:
    """Thousands of calls at once: answered, or refused with a reason."""
    case = Case("calls of a burst")
    request = detect_pb2.DetectRequest(model="nosuch").SerializeToString()
    done = threading.Semaphore(0)
    fine = {"MODEL_NOT_FOUND", "OVERLOADED"}

    def ended(call: Any) -> None:  # the stubs have no type for it
        error = call.exception()
        failure = from_rpc_error(error, address=edge.address) if error else None
        reason = failure.reason or failure.code.name if failure else "ok"
        case.note(reason, failed=reason not in fine)
        done.release()

    with grpc.insecure_channel(edge.address, OWN_CHANNEL) as channel:
        send = channel.unary_unary(_DETECT, None, None).future
        for _ in range(count):
            send(request, timeout=_TIMEOUT_S).add_done_callback(ended)
        for _ in range(count):
            done.acquire(timeout=_TIMEOUT_S)
    return case
