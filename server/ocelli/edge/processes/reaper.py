"""Runs a command that cannot outlive its parent: `python -m ocelli.edge.processes.reaper -- CMD…`.

The command runs in a session of its own, so a terminal's Ctrl-C does not reach it. It ends when

- standard input reaches end of file: whoever held the pipe's write end is gone, by `kill -9` too;
- the reaper gets SIGTERM, SIGINT or SIGHUP; as above, the command's group then gets SIGTERM and,
  after a grace, SIGKILL;
- the reaper gets SIGQUIT: SIGKILL at once;
- the reaper itself is killed: the kernel then sends SIGKILL to the command (`PR_SET_PDEATHSIG`).

Being a subreaper (`PR_SET_CHILD_SUBREAPER`), it inherits every orphan below it and kills what the
command leaves behind. It exits with the command's status, or 128 + n if signal n ended
it, or 127 if the command could not be started. See prctl(2).

The module stands alone, on the standard library, so that it starts in milliseconds and can be run
as a plain file.
"""

import argparse
import contextlib
import ctypes
import os
import select
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_NOT_STARTED = 127
_UNKILLABLE_AFTER_S = 5.0
_SOFT = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def run_command(command: Sequence[str], *, grace_s: float, report_fd: int | None = None) -> int:
    """Runs `command` until it ends or has to end.

    Args:
        command: program and arguments; the program is looked up on PATH.
        grace_s: seconds between SIGTERM and SIGKILL.
        report_fd: gets the command's pid and a newline, then the reason if it could not be started,
            and is closed.

    Returns:
        The status to exit with.
    """
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    woken = _catch_signals()
    pid = _fork(command, report_fd)
    if report_fd is not None:
        with contextlib.suppress(BrokenPipeError):
            os.write(report_fd, f"{pid}\n".encode())
        os.close(report_fd)
    status = _watch(pid, woken, grace_s)
    _kill_descendants()
    return status


def _watch(pid: int, woken: int, grace_s: float) -> int:
    poller = select.poll()
    poller.register(woken, select.POLLIN)
    poller.register(0, select.POLLIN)
    kill_at: float | None = None
    while True:
        status = _reap(pid)
        if status is not None:
            return status
        timeout_s = None if kill_at is None else max(0.0, kill_at - time.monotonic())
        if timeout_s == 0.0:
            _signal_group(pid, signal.SIGKILL)
            kill_at, timeout_s = None, None
        ready = {fd for fd, _ in poller.poll(None if timeout_s is None else timeout_s * 1000)}
        got = set(os.read(woken, 4096)) if woken in ready else set()
        ending = not got.isdisjoint(_SOFT)
        if 0 in ready and _at_end(0):
            poller.unregister(0)
            ending = True
        if signal.SIGQUIT in got:
            kill_at = time.monotonic()
        elif ending and kill_at is None:
            _signal_group(pid, signal.SIGTERM)
            kill_at = time.monotonic() + grace_s


def _at_end(fd: int) -> bool:
    try:
        return not os.read(fd, 4096)
    except OSError:  # nothing was open there in the first place
        return True


def _fork(command: Sequence[str], report_fd: int | None) -> int:
    reaper = os.getpid()
    if report_fd is not None:
        # Closed by a successful exec, which is how the reader learns that there was one.
        os.set_inheritable(report_fd, False)
    pid = os.fork()
    if pid == 0:
        _become(command, reaper, report_fd)
    return pid


def _become(command: Sequence[str], reaper: int, report_fd: int | None) -> NoReturn:
    try:
        os.setsid()
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != reaper:  # it died before prctl was in force
            os._exit(_NOT_STARTED)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        os.execvp(command[0], list(command))  # noqa: S606 - a program and its arguments, no shell
    except OSError as error:
        reason = f"{command[0]}: {error.strerror}\n".encode()
        with contextlib.suppress(OSError):
            os.write(2 if report_fd is None else report_fd, reason)
    finally:
        os._exit(_NOT_STARTED)


def _catch_signals() -> int:
    """Turns signals into bytes on a pipe, whose read end is returned."""
    read_fd, write_fd = os.pipe()
    os.set_blocking(write_fd, False)
    signal.set_wakeup_fd(write_fd, warn_on_full_buffer=False)
    for number in (*_SOFT, signal.SIGQUIT, signal.SIGCHLD):
        signal.signal(number, lambda *_: None)
    return read_fd


def _reap(pid: int) -> int | None:
    """Collects the dead, orphans included; the status to exit with if `pid` is among them."""
    found: int | None = None
    while True:
        try:
            dead, raw = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return found
        if dead == 0:
            return found
        if dead == pid:
            code = os.waitstatus_to_exitcode(raw)
            found = code if code >= 0 else 128 - code


def _kill_descendants() -> None:
    """Kills what is left below the reaper; orphans of the killed come up as children and go too."""
    give_up_at = time.monotonic() + _UNKILLABLE_AFTER_S
    while time.monotonic() < give_up_at:
        for pid in _descendants(os.getpid()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        try:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                time.sleep(0.005)
        except ChildProcessError:
            return


def _descendants(root: int) -> Iterator[int]:
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):
                # The name in brackets may hold anything, a bracket included.
                parent = (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()[1]
                children.setdefault(int(parent), []).append(int(entry.name))
    waiting = [root]
    while waiting:
        below = children.get(waiting.pop(), [])
        yield from below
        waiting += below


def _signal_group(pid: int, number: signal.Signals) -> None:
    try:
        os.killpg(pid, number)
    except ProcessLookupError:  # it has not got as far as making its group
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def _prctl(option: int, value: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    unused = ctypes.c_ulong(0)
    if libc.prctl(option, ctypes.c_ulong(value), unused, unused, unused) != 0:
        raise OSError(ctypes.get_errno(), f"prctl({option}): {os.strerror(ctypes.get_errno())}")


def main() -> int:
    """Command line: `[--grace-s SECONDS] [--report-fd FD] -- CMD…`."""
    parser = argparse.ArgumentParser(prog="python -m ocelli.edge.processes.reaper")
    parser.add_argument("--grace-s", type=float, default=5.0, help="from SIGTERM to SIGKILL (5)")
    parser.add_argument("--report-fd", type=int, help="descriptor that gets the command's pid")
    parser.add_argument("command", nargs="+", metavar="CMD", help="program and its arguments")
    options = parser.parse_args()
    return run_command(options.command, grace_s=options.grace_s, report_fd=options.report_fd)


if __name__ == "__main__":
    sys.exit(main())
