"""`python -m tests.conformance`: runs every language's cases against live servers."""

import argparse
import asyncio
import json
import logging
import os
import shutil
import signal
import sys
from pathlib import Path

from rich.console import Console

from ocelli.edge.processes.child import ChildError
from ocelli.edge.triton.local.interpreter import SetupError
from tests.conformance import images, matrix
from tests.conformance.edge import StartError
from tests.conformance.languages import Runner
from tests.conformance.outcome import Results
from tests.conformance.rounds import run_all
from tests.conformance.targets import running
from tests.conformance.vectors import Case, read_cases, read_golden

_ROOT = Path(__file__).parents[2]
_STOPPED = 130


def main() -> int:
    """Runs; 0 if every case of every language passed."""
    asked = _arguments()
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
    home = Path(os.environ.get("OCELLI_HOME", _ROOT / ".ocelli"))
    out = asked.out / "conformance"
    try:
        runners = [Runner.parse(text, out) for text in asked.runner]
    except ValueError as error:
        console.print(f"[red]{error}[/]")
        return 2
    if asked.only:
        runners = [runner for runner in runners if runner.language in asked.only.split(",")]
    cases = read_cases(asked.case)
    if not (runners and cases):
        console.print("[red]there is nothing to run: no such runner, or no such case[/]")
        return 2
    try:
        results = asyncio.run(_run(home, out, runners, cases, console))
    except (StartError, SetupError, ChildError) as error:
        console.print(f"[red]{error}[/]")
        return 2
    except (KeyboardInterrupt, asyncio.CancelledError):
        return _STOPPED
    (asked.out / "conformance.json").write_text(json.dumps(results.to_json(), indent=1) + "\n")
    matrix.show(results, console)
    return 0 if results.all_passed else 1


async def _run(
    home: Path, out: Path, runners: list[Runner], cases: list[Case], console: Console
) -> Results:
    this = asyncio.current_task()
    assert this is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, this.cancel)
    files = out / "files"
    images.write_files(home / "media", files)
    scratch = out / "servers"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    logging.basicConfig(filename=scratch / "faulty.log")
    used = {case["target"] for case in cases}
    async with running(home, scratch, used, console.print) as targets:
        return await run_all(runners, cases, read_golden(), targets, files, console.print)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance", description=__doc__)
    parser.add_argument(
        "--runner",
        action="append",
        default=[],
        metavar="LANGUAGE=COMMAND",
        help="a language and the command of its runner; once for each",
    )
    parser.add_argument("--only", metavar="LANGUAGES", help="run only these, with commas between")
    parser.add_argument(
        "--case", default="*", metavar="PATTERN", help="run only cases such as 'detect/*'"
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=_ROOT / "out",
        metavar="FOLDER",
        help="where conformance.json goes, and conformance/ with all else",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
