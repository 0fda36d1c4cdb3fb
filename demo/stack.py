"""The whole stack, Triton included, as a user starts it: `ocelli serve` in a process."""

import queue
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

_ADDRESS = re.compile(r"Ocelli serves on (\S+)")
_REMARK = "ocelli: "
_FIRST_START_TIMEOUT_S = 900.0  # the first start on a machine fetches Triton
_STOP_TIMEOUT_S = 25.0
_GRACE_S = 20.0

Lines = queue.SimpleQueue[str | None]


class StackError(Exception):
    """The stack did not start, or did not end as it should; the message is one line."""


@contextmanager
def serving(
    *, home: Path, index: str, log: Path, on_remark: Callable[[str], None]
) -> Iterator[str]:
    """Runs a server on a free port for the length of a `with` block; yields its host:port.

    The reaper ends it, with its Triton and its index, when the block is left and also when this
    process dies in any way.

    Args:
        home: where models and Triton are installed.
        index: where vectors go, as `--index` takes it.
        log: gets everything that the server prints.
        on_remark: called with each line of progress until the server has its address.

    Raises:
        StackError: the server did not start, or its end was not a clean one.
    """
    ocelli = Path(sys.executable).with_name("ocelli")
    command = [
        *(sys.executable, "-m", "ocelli.edge.processes.reaper", "--grace-s", f"{_GRACE_S:g}", "--"),
        *(str(ocelli), "serve", "--address", "127.0.0.1:0"),
        *("--home", str(home), "--index", index),
    ]
    with subprocess.Popen(  # noqa: S603  our own command, no shell
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,  # a terminal's Ctrl-C reaches this process, which then ends it
    ) as process:
        lines: Lines = queue.SimpleQueue()
        reader = threading.Thread(target=_copy, args=(process.stdout, log, lines), daemon=True)
        reader.start()
        try:
            yield _wait_for_address(lines, log, on_remark)
        finally:
            status = _end(process)
            reader.join(_STOP_TIMEOUT_S)
        if status != 0:
            raise StackError(f"the server ended with status {status}; see {log}")


def _wait_for_address(lines: Lines, log: Path, on_remark: Callable[[str], None]) -> str:
    end_s = time.monotonic() + _FIRST_START_TIMEOUT_S
    last = "it ended without a word"
    while (left_s := end_s - time.monotonic()) > 0:
        try:
            line = lines.get(timeout=left_s)
        except queue.Empty:
            break
        if line is None:
            raise StackError(f"the server did not start: {last}; see {log}")
        if found := _ADDRESS.match(line):
            return found[1]
        if line.startswith(_REMARK):
            last = line.removeprefix(_REMARK)
            on_remark(last)
    raise StackError(f"the server did not start within {_FIRST_START_TIMEOUT_S:g} s; see {log}")


def _copy(output: IO[str], log: Path, lines: Lines) -> None:
    with log.open("w", encoding="utf-8") as kept:
        for line in output:
            kept.write(line)
            kept.flush()
            lines.put(line.rstrip())
    lines.put(None)


def _end(process: subprocess.Popen[str]) -> int:
    """Closes the input of the reaper, which ends the server, and waits; returns the exit status."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        return process.wait(_STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
