"""Progress, where stderr is no terminal."""

import pytest

from ocelli.client.cli.progress import Steps, counting, spending, watching


def test_bars_print_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    for progress, task in (
        counting("x", 3),
        watching("x", 3, lambda: "now"),
        watching("x", None, lambda: "now"),
        spending("x"),
    ):
        with progress:
            progress.advance(task)
    assert capfd.readouterr() == ("", "")


def test_steps_are_told_once_each(capfd: pytest.CaptureFixture[str]) -> None:
    with Steps() as steps:
        for done in (1, 2, 3):
            steps("fetching", done, 3)
        steps("unpacking", 1, 1)
    assert capfd.readouterr().err == "fetching …\nunpacking …\n"
