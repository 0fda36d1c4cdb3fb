"""A program that ends when the gateway does."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

_STOP_TIMEOUT_S = 25.0


@contextmanager
def child(
    command: Sequence[str], *, folder: Path, log: Path, grace_s: float
) -> Iterator[subprocess.Popen[bytes]]:
    """Runs a program for the length of a `with` block.

    A reaper ends it when the block is left and also when this process dies in any way.

    Args:
        command: the program and its arguments.
        folder: where it runs.
        log: gets everything that it prints.
        grace_s: seconds between SIGTERM and SIGKILL.
    """
    reaper = (
        *(sys.executable, "-m", "ocelli.edge.processes.reaper"),
        *("--grace-s", f"{grace_s:g}", "--"),
    )
    log.parent.mkdir(parents=True, exist_ok=True)
    with (
        log.open("wb") as output,
        subprocess.Popen(  # noqa: S603  our own command, no shell
            [*reaper, *command],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a terminal's Ctrl-C reaches the gateway, which then ends it
        ) as process,
    ):
        try:
            yield process
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Has the reaper end it, and waits."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(_STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
