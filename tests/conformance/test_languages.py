"""Runners that misbehave: each is told apart in one line, and none is left running."""

import json
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.conformance.languages import Runner, RunnerError

pytestmark = pytest.mark.system


def runner(folder: Path, program: str) -> Runner:
    script = folder / "runner.py"
    script.write_text(
        "import json, pathlib, sys, time\nmode, plan, report = sys.argv[1:]\n" + program
    )
    return Runner("x", [sys.executable, str(script)], folder / "x")


async def never() -> None:
    raise AssertionError("nothing asked for a drain")


async def test_the_plan_goes_in_and_the_report_comes_out(tmp_path: Path) -> None:
    echo = runner(tmp_path, "pathlib.Path(report).write_text(pathlib.Path(plan).read_text())")
    assert await echo.run({"language": "x"}, never) == {"language": "x"}
    assert await echo.decode({"messages": []}) == {"messages": []}


async def test_the_line_drain_is_answered_as_often_as_it_comes(tmp_path: Path) -> None:
    drained = []

    async def on_drain() -> None:
        drained.append(time.monotonic())

    program = "print('drain'); print('drains'); print('drain', flush=True); "
    report = "pathlib.Path(report).write_text('{}')"
    assert await runner(tmp_path, program + report).run({}, on_drain) == {}
    assert len(drained) == 2


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ("sys.exit(3)", "ended with status 3"),
        ("pass", "report cannot be read"),
        ("pathlib.Path(report).write_text('{')", "report cannot be read"),
    ],
)
async def test_what_goes_wrong_is_told(tmp_path: Path, program: str, told: str) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "run_report.json").write_text(json.dumps({"of": "an earlier run"}))
    with pytest.raises(RunnerError, match=told) as failed:
        await runner(tmp_path, program).run({}, never)
    assert "\n" not in str(failed.value)


async def test_a_program_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(RunnerError, match="cannot start nosuch"):
        await Runner("x", ["nosuch"], tmp_path).run({}, never)


async def test_one_that_hangs_ends_with_all_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.conformance.languages._RUN_TIMEOUT_S", 1.5)
    started = tmp_path / "pid"
    program = (
        "import subprocess\n"
        "child = subprocess.Popen(['sleep', '60'])\n"
        f"pathlib.Path({str(started)!r}).write_text(str(child.pid))\n"
        "time.sleep(60)"
    )
    with pytest.raises(RunnerError, match="did not end within"):
        await runner(tmp_path, program).run({}, never)
    _, alive = psutil.wait_procs(
        [psutil.Process(pid) for pid in [int(started.read_text())] if psutil.pid_exists(pid)], 5
    )
    assert not alive


@pytest.mark.parametrize("text", ["go", "=run", "go="])
def test_a_runner_that_is_misspelled_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="expected LANGUAGE=COMMAND"):
        Runner.parse(text, tmp_path)
