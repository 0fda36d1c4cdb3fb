"""What is told of many images."""

import json

import pytest

from ocelli.client import IndexAnswer, OcelliError
from ocelli.client.cli.indexing.report import IndexReport
from ocelli.client.results import IndexResult


def test_of_many_failures_the_first_are_shown(capfd: pytest.CaptureFixture[str]) -> None:
    with IndexReport("photos", 40, has_detector=False, as_json=True) as report:
        report.answered(IndexAnswer("good", IndexResult("model", "1")))
        report.unchanged("old")
        for number in range(30):
            report.answered(IndexAnswer(f"bad{number}", error=OcelliError("why not")))
    assert report.failed == 30
    out, err = capfd.readouterr()
    assert len([line for line in map(json.loads, out.splitlines()) if "error" in line]) == 30
    *told, more, end = err.splitlines()
    assert told == [f"ocelli: bad{number}: why not" for number in range(20)]
    assert more == "ocelli: 10 more failed; --json prints all"
    assert end.startswith("1 images stored in photos, 1 unchanged, 30 failed, ")


def test_a_run_that_ends_early_says_so(capfd: pytest.CaptureFixture[str]) -> None:
    with (
        pytest.raises(KeyboardInterrupt),
        IndexReport("photos", 2, has_detector=True, as_json=False),
    ):
        raise KeyboardInterrupt
    assert capfd.readouterr().err.endswith("; run it again to go on\n")
