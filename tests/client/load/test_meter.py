"""What is counted, and when."""

import pytest

from ocelli.client.load.answer import Answer
from ocelli.client.load.meter import Meter
from ocelli.v1 import timings_pb2

RESULT = Answer("result", timings_pb2.Timings(decode_us=2000, total_us=8000))


@pytest.fixture
def now_s(monkeypatch: pytest.MonkeyPatch) -> float:
    """The time, which stands still."""
    monkeypatch.setattr("time.monotonic", lambda: 1000.0)
    return 1000.0


def test_only_requests_of_the_window_are_counted(now_s: float) -> None:
    meter = Meter(now_s - 1, now_s + 60)
    meter.add(now_s - 2, RESULT)
    meter.add(now_s - 0.5, RESULT)
    meter.add(now_s, Answer("dropped"))
    meter.add(now_s, Answer("error", reason="OVERLOADED"))
    assert meter.answered == 4
    assert meter.results_in_window == 2
    assert meter.outcomes == {"result": 1, "dropped": 1, "error": 1}
    assert meter.errors == {"OVERLOADED": 1}
    assert meter.latency.count == 1
    assert meter.latency.max_s == pytest.approx(0.5)
    assert meter.mean_server_ms["decode"] == 2
    assert meter.mean_server_ms["total"] == 8


def test_answers_after_the_window_count_for_latency_but_not_for_the_rate(now_s: float) -> None:
    meter = Meter(now_s - 2, now_s - 1)
    meter.add(now_s - 1.5, RESULT)
    assert meter.results_in_window == 0
    assert meter.outcomes["result"] == 1


def test_no_results_have_no_means() -> None:
    assert Meter(0, 1).mean_server_ms == {}
