"""`ocelli health` as users run it."""

from collections.abc import Callable
from typing import Any

Ocelli = Callable[..., Any]


def test_health_is_told(ocelli: Ocelli) -> None:
    assert ocelli("health").out == "SERVING\n"
    assert ocelli("health", "ocelli.v1.DetectService", "--wait", 5).code == 0
    unknown = ocelli("health", "nope", "--json")
    assert (unknown.code, unknown.lines[0]["status"]) == (1, "SERVICE_UNKNOWN")


def test_several_services_serve_only_if_each_does(ocelli: Ocelli) -> None:
    names = ("ocelli.v1.DetectService", "ocelli.v1.SearchService")
    both = ocelli("health", *names)
    assert (both.code, both.out) == (0, "".join(f"{name}: SERVING\n" for name in names))
    one = ocelli("health", *names, "nope")
    assert (one.code, one.out.splitlines()[-1]) == (1, "nope: SERVICE_UNKNOWN")
