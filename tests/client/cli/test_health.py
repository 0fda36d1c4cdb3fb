"""`ocelli health` as users run it."""

from collections.abc import Callable
from typing import Any

Ocelli = Callable[..., Any]


def test_health_is_told(ocelli: Ocelli) -> None:
    assert ocelli("health").out == "SERVING\n"
    assert ocelli("health", "ocelli.v1.DetectService", "--wait", 5).code == 0
    unknown = ocelli("health", "nope", "--json")
    assert (unknown.code, unknown.lines[0]["status"]) == (1, "SERVICE_UNKNOWN")
