"""Evictions, as a drained node makes them, against the disruption budget."""

import json

from tests.cluster.kubectl import NAMESPACE, edges, kubectl, objects, wait_until


def evict(pod: str, status: int = 0) -> str:
    eviction = {
        "apiVersion": "policy/v1",
        "kind": "Eviction",
        "metadata": {"name": pod, "namespace": NAMESPACE},
    }
    path = f"/api/v1/namespaces/{NAMESPACE}/pods/{pod}/eviction"
    return kubectl(
        "create", "--raw", path, "--filename=-", status=status, given=json.dumps(eviction)
    )


def allowed() -> int:
    (budget,) = objects("poddisruptionbudgets", "--selector", "app.kubernetes.io/component=edge")
    return int(budget["status"]["disruptionsAllowed"])


def test_one_edge_at_a_time_may_be_evicted(settled: None) -> None:
    wait_until(lambda: allowed() == 1, 30, "one disruption is allowed")
    first, second = (pod["metadata"]["name"] for pod in edges())
    assert "Success" in evict(first)
    assert "disruption budget" in evict(second, status=1)
    wait_until(lambda: allowed() == 1, 120, "the evicted edge is replaced")
    assert second in {pod["metadata"]["name"] for pod in edges()}
