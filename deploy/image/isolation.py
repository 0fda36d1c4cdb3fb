"""A program of ours in namespaces of its own."""

import signal
import subprocess
import sys
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

_ALONE = (
    *("unshare", "--mount", "--net", "--pid", "--mount-proc", "--propagation", "private"),
    # Whatever it has started ends with it, and it ends with this program.
    *("--fork", "--kill-child"),
)


def isolated(module: str, command: Sequence[str]) -> int:
    """Runs `python -m MODULE --isolated -- COMMAND` with mounts, links and processes of its own.

    Returns:
        its exit status.
    """
    again = [*_ALONE, sys.executable, "-m", module, "--isolated", "--", *command]
    return subprocess.run(again, check=False).returncode  # noqa: S603  # this program


def end_on_signals() -> None:
    """Has the usual signals end this program, which ignores them as the first of a namespace."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)


def _end(number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)
