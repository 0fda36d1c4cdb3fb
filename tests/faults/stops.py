"""Graceful stops under callers of the SDK: no call may be lost."""

import signal
import threading
import time
from collections.abc import Callable

from ocelli.client import connect
from tests.conftest import RunningEdge
from tests.faults.case import Case

_CALLERS = 16


def stop_in_turn(
    start: Callable[[str], RunningEdge], image: bytes, model: str, rounds: int
) -> Case:
    """Two edges behind one target; one after the other stops under load and is started again.

    Args:
        start: starts an edge by name and waits until it is ready.
        image: what callers send.
        model: what they ask.
        rounds: how many stops.
    """
    case = Case("calls during graceful stops")
    edges = [start("0"), start("1")]
    for number in range(rounds):
        target = "ipv4:" + ",".join(edge.address for edge in edges)
        stop = threading.Event()
        callers = [
            threading.Thread(target=_call, args=(target, image, model, stop, case), daemon=True)
            for _ in range(_CALLERS)
        ]
        for caller in callers:
            caller.start()
        time.sleep(1)
        edges[0].process.send_signal(signal.SIGTERM)
        edges[0].process.wait(30)
        time.sleep(0.5)
        stop.set()
        for caller in callers:
            caller.join(30)
        edges = [edges[1], start(str(number + 2))]
    return case


def _call(target: str, image: bytes, model: str, stop: threading.Event, case: Case) -> None:
    with connect(target, timeout_s=20) as client:
        while not stop.is_set():
            with case.one_try():
                client.detect(image, model=model)
