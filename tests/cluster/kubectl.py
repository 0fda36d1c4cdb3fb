"""kubectl, as the cluster's administrator."""

import json
import subprocess
import time
from collections.abc import Callable
from typing import Any

NAMESPACE = "vision"
EDGES = "app.kubernetes.io/component=edge"


def kubectl(*arguments: str, status: int = 0, timeout_s: float = 120, given: str = "") -> str:
    """What it prints, both streams; it must end with `status`."""
    ended = subprocess.run(
        ["kubectl", *arguments],
        input=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=timeout_s,
        check=False,
    )
    assert ended.returncode == status, ended.stdout
    return ended.stdout


def vision(*arguments: str, status: int = 0, timeout_s: float = 120) -> str:
    """The same in the release's namespace."""
    return kubectl("--namespace", NAMESPACE, *arguments, status=status, timeout_s=timeout_s)


def objects(kind: str, *arguments: str) -> list[dict[str, Any]]:
    """The objects of a kind in the release's namespace."""
    found: list[dict[str, Any]] = json.loads(vision("get", kind, *arguments, "-o", "json"))["items"]
    return found


def edges() -> list[dict[str, Any]]:
    """The edges' pods that nobody has told to end."""
    found = objects("pods", "--selector", EDGES)
    return [pod for pod in found if "deletionTimestamp" not in pod["metadata"]]


def is_ready(pod: dict[str, Any]) -> bool:
    """Whether its probes say that calls may come."""
    conditions = pod["status"].get("conditions", [])
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)


def addresses() -> set[str]:
    """Those that the headless service's name stands for."""
    slices = objects("endpointslices", "--selector", "kubernetes.io/service-name=ocelli-headless")
    return {
        address
        for each in slices
        for endpoint in each["endpoints"] or ()
        if endpoint["conditions"]["ready"]
        for address in endpoint["addresses"]
    }


def wait_until(holds: Callable[[], bool], timeout_s: float, what: str) -> float:
    """Waits for it; seconds that it took."""
    began_s = time.monotonic()
    while not holds():
        assert time.monotonic() - began_s < timeout_s, f"{what}: not after {timeout_s} s"
        time.sleep(0.5)
    return time.monotonic() - began_s
