"""Readiness and liveness, by the kubelet's own probes."""

import time

from tests.cluster.conftest import REPLICAS
from tests.cluster.kubectl import addresses, edges, vision, wait_until

TRITON = "statefulset/ocelli-triton"
LIVENESS_S = 20
"""Two of its periods."""


def restarts() -> list[int]:
    return [pod["status"]["containerStatuses"][0]["restartCount"] for pod in edges()]


def test_without_triton_edges_get_no_calls_and_are_not_restarted(settled: None) -> None:
    before = restarts()
    vision("scale", TRITON, "--replicas=0")
    try:
        wait_until(lambda: not addresses(), 60, "no edge is ready")
        time.sleep(LIVENESS_S)
        assert restarts() == before
        assert not addresses()
    finally:
        vision("scale", TRITON, "--replicas=1")
    wait_until(lambda: len(addresses()) == REPLICAS, 120, "the edges are ready again")
    assert restarts() == before
