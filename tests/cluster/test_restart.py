"""Edges that are replaced and ended while calls go on."""

import contextlib
import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc

from tests.cluster.calls import Caller, calling
from tests.cluster.kubectl import NAMESPACE, addresses, edges, vision

NOTICE_S = 5  # drain.notice_s of the chart
GRACE_S = 20


def test_no_call_fails_in_a_rolling_restart(settled: None, key: str, diners: bytes) -> None:
    before = {pod["metadata"]["name"] for pod in edges()}
    with calling(key, diners, callers=3, pause_s=0.05) as calls:
        time.sleep(3)
        vision("rollout", "restart", "deployment/ocelli")
        vision("rollout", "status", "deployment/ocelli", "--timeout=240s", timeout_s=260)
        time.sleep(NOTICE_S + GRACE_S)  # until the last one has ended
    print(f"{calls.answered} calls answered, {len(calls.failed)} failed")
    assert calls.failed == []
    assert calls.answered > 100
    assert before.isdisjoint(pod["metadata"]["name"] for pod in edges())


@contextlib.contextmanager
def watched(pod: str, output: Path) -> Iterator[None]:
    """Writes every state of a pod to a file until it is gone."""
    with output.open("wb") as states:
        watch = subprocess.Popen(
            ["kubectl", "--namespace", NAMESPACE, "get", "pod", pod, "--watch", "-o", "json"],
            stdout=states,
        )
    try:
        yield
    finally:
        watch.terminate()
        watch.wait(10)


def states_of(output: Path) -> list[dict[str, Any]]:
    text, states = output.read_text(), []
    while text.strip():
        state, end = json.JSONDecoder().raw_decode(text.lstrip())
        states.append(state)
        text = text.lstrip()[end:]
    return states


def test_an_edge_ends_in_order(settled: None, key: str, diners: bytes, tmp_path: Path) -> None:
    """Out of the service's addresses first, then without new calls, then ended, with status 0."""
    pod = edges()[0]
    name, address = pod["metadata"]["name"], pod["status"]["podIP"]
    caller = Caller(f"{address}:8500", key, diners, max_attempts=1)
    with watched(name, tmp_path / "states"), caller.channel:
        caller.detect()
        began_s = time.monotonic()
        vision("delete", "pod", name, "--wait=false")
        gone_after_s = last_answer_s = refused_as = None
        while time.monotonic() - began_s < NOTICE_S + GRACE_S:
            try:
                caller.detect()
            except grpc.RpcError as refused:
                refused_as = refused.code()
                break
            last_answer_s = time.monotonic() - began_s
            if gone_after_s is None and address not in addresses():
                gone_after_s = time.monotonic() - began_s
        vision("wait", "--for=delete", f"pod/{name}", "--timeout=60s")
    assert refused_as is grpc.StatusCode.UNAVAILABLE
    assert gone_after_s is not None
    assert last_answer_s is not None
    assert gone_after_s < NOTICE_S - 1 < last_answer_s
    ended = [
        container["state"]["terminated"]["exitCode"]
        for state in states_of(tmp_path / "states")
        for container in state["status"]["containerStatuses"]
        if "terminated" in container["state"]
    ]
    assert ended
    assert set(ended) == {0}
