"""The HorizontalPodAutoscaler on the images that edges have under way."""

from typing import Any

from tests.cluster.calls import calling
from tests.cluster.conftest import REPLICAS
from tests.cluster.kubectl import edges, objects, wait_until
from tests.image.conftest import FIGURES
from tests.ops.figures import note

MOST = 3
"""autoscaling.maxReplicas of values.yaml, whose imagesUnderWay the callers exceed."""
CALLERS = 16


def autoscaler() -> dict[str, Any]:
    (found,) = objects("horizontalpodautoscalers")
    return found


def is_active() -> bool:
    conditions = autoscaler()["status"].get("conditions", [])
    return any(one["type"] == "ScalingActive" and one["status"] == "True" for one in conditions)


def test_edges_come_with_load_and_go_without(settled: None, key: str, diners: bytes) -> None:
    wait_until(is_active, 60, "the autoscaler has its metric")
    assert len(edges()) == REPLICAS
    # Taking over, it found as many as there were, and not one.
    assert "SuccessfulRescale" not in {event["reason"] for event in objects("events")}
    with calling(key, diners, CALLERS) as calls:
        up_s = wait_until(lambda: len(edges()) == MOST, 90, f"{MOST} edges are wanted")
    assert calls.answered
    down_s = wait_until(lambda: len(edges()) == REPLICAS, 180, f"{REPLICAS} edges are left")
    hpa = {"up": MOST, "down": REPLICAS, "up_s": round(up_s), "down_s": round(down_s)}
    note(FIGURES, {"hpa": hpa})
    print(f"hpa: {hpa}")
