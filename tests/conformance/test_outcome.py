"""The matrix is green only if everything is."""

import io
from typing import Any

import pytest
from rich.console import Console

from tests.conformance import matrix
from tests.conformance.outcome import Results


def report(**outcomes: str) -> dict[str, Any]:
    return {
        "cases": [
            {"id": case, "outcome": outcome, "message": "why", "duration_ms": 1}
            for case, outcome in outcomes.items()
        ]
    }


def test_all_that_passed_is_green() -> None:
    results = Results(["a", "b"])
    results.take("go", report(a="passed", b="passed", unknown="failed"))
    assert results.all_passed
    assert results.to_json()["languages"] == {"go": {"passed": 2, "failed": 0, "skipped": 0}}


@pytest.mark.parametrize("outcome", ["failed", "skipped", "lost", None])
def test_one_case_that_did_not_pass_is_enough(outcome: str | None) -> None:
    results = Results(["a", "b"])
    results.take("go", report(a="passed", b="passed"))
    results.take("rust", report(a="passed", **({"b": outcome} if outcome else {})))
    assert not results.all_passed


def test_a_runner_that_broke_down_passed_nothing() -> None:
    results = Results(["a", "b"])
    results.fail("java", "it ended with status 1")
    assert results.counts("java") == {"passed": 0, "failed": 2, "skipped": 0}


def test_what_the_harness_judges_counts_too() -> None:
    results = Results([])
    results.take("go", report())
    results.add("crossing/decode", "go", {})
    assert results.all_passed
    results.add("crossing/encode", "go", {"one": "lost", "two": "lost"})
    assert not results.all_passed
    output = io.StringIO()
    matrix.show(results, Console(file=output, width=100))
    assert "go crossing/encode: one: lost; two: lost" in output.getvalue()
