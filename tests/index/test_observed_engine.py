"""What is observed of a vector engine's requests."""

import inspect
from typing import Any

import pytest

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index.observed_engine import OPERATIONS, observed
from ocelli.edge.index.port import IndexEngine
from ocelli.edge.observability.call_record import CallRecord
from ocelli.edge.observability.definitions import REGISTRY
from ocelli.edge.scheduling.deadline import Deadline


def value(name: str, operation: str) -> float:
    return REGISTRY.get_sample_value(name, {"operation": operation}) or 0.0


def test_every_operation_of_the_port_is_observed() -> None:
    with_call = {
        name
        for name, method in inspect.getmembers(IndexEngine, inspect.isfunction)
        if "call" in inspect.signature(method).parameters
    }
    assert set(OPERATIONS) == with_call


class Failing:
    """An engine whose every operation raises what it is made with."""

    ready = True

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __getattr__(self, name: str) -> Any:
        async def operation(*, call: Call) -> None:
            raise self.error

        return operation


@pytest.mark.parametrize(
    ("reason", "is_failure"),
    [(Reason.INDEX_UNAVAILABLE, 1), (Reason.OVERLOADED, 1), (Reason.COLLECTION_NOT_FOUND, 0)],
)
async def test_a_request_counts_and_is_timed_whatever_comes_of_it(
    reason: Reason, is_failure: int
) -> None:
    engine: Any = observed(Failing(OcelliError(reason, "no")))  # type: ignore[arg-type]
    assert engine.ready
    asked = value("ocelli_index_seconds_count", "count")
    failed = value("ocelli_index_failures_total", "count")
    call = Call("m", Deadline.after(None, 5), record=CallRecord())
    with pytest.raises(OcelliError):
        await engine.count(call=call)
    assert value("ocelli_index_seconds_count", "count") == asked + 1
    assert value("ocelli_index_failures_total", "count") == failed + is_failure
    assert call.record is not None
    assert list(call.record.stages_s) == ["index"]
