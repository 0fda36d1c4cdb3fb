"""The harness as `make conformance` runs it, on a few cases: a runner that lies is found out."""

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.system, pytest.mark.slow]

REPOSITORY_ROOT = Path(__file__).parents[2]
LIAR = """
import json, sys

mode, plan, report = sys.argv[1:]
plan = json.load(open(plan))
cases = [{"id": case["id"], "outcome": "passed", "message": "", "duration_ms": 0}
         for case in plan.get("cases", [])]
json.dump({"language": "liar", "cases": cases, "encoded": {}, "messages": []}, open(report, "w"))
"""


def test_a_runner_that_passes_everything_unseen_is_found_out(tmp_path: Path) -> None:
    liar = tmp_path / "liar.py"
    liar.write_text(LIAR)
    python = shlex.quote(sys.executable)
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "tests.conformance", "--out", str(tmp_path)),
            *("--runner", f"python={python} -m conformance"),
            *("--runner", f"liar={python} {shlex.quote(str(liar))}"),
            *("--case", "[chm]*"),
        ],
        cwd=REPOSITORY_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1, ended.stdout + ended.stderr
    report = json.loads((tmp_path / "conformance.json").read_text())
    counts = report["languages"]
    assert counts["python"]["failed"] == counts["python"]["skipped"] == 0, ended.stdout
    assert counts["python"]["passed"] > 25
    found_out = {
        case for case, found in report["cases"].items() if found["liar"]["outcome"] == "failed"
    }
    assert found_out == {"runner/fails-what-is-wrong", "crossing/encode", "crossing/decode"}
    assert "canary/string" in report["cases"]["runner/fails-what-is-wrong"]["liar"]["message"]
