"""A child process that cannot outlive the edge: `spawn` starts it under a reaper.

    child = await spawn([sys.executable, "-m", "some.engine"], log=home / "logs" / "engine.log")
    ...
    status = await child.stop(grace_s=5.0)

The reaper (`ocelli.edge.processes.reaper`) ends the command, and everything the command started,
when the edge dies in whatever way, when it is told to, and when the command itself dies and leaves
processes behind.
"""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from ocelli.edge.processes import reaper

_REPORT_TIMEOUT_S = 10.0
_REAP_TIMEOUT_S = 10.0
_LOG_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_APPEND


class ChildError(Exception):
    """A child process could not be started; the message names the program and the reason."""


class SupervisedProcess:
    """A running command and its reaper. Made by `spawn`.

    Attributes:
        pid: process id of the command itself (not of the reaper); it leads its own process group.
    """

    def __init__(self, pid: int, process: asyncio.subprocess.Process, stdin: int) -> None:
        self.pid = pid
        self._process = process
        self._stdin: int | None = stdin

    @property
    def returncode(self) -> int | None:
        """None while it runs; then its exit status, 128 + n if signal n ended it.

        -n says that signal n ended the reaper, which takes the command down with SIGKILL.
        """
        return self._process.returncode

    async def wait(self) -> int:
        """Waits until the command and all it started are gone; returns `returncode`.

        Any number of tasks may wait, and a waiting task may be cancelled: the command runs on.
        """
        status = await self._process.wait()
        self._close_stdin()
        return status

    def terminate(self) -> None:
        """Asks it to end: SIGTERM to its group, then SIGKILL after `spawn`'s `grace_s`."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """Sends SIGKILL to it and to everything it started."""
        self._signal(signal.SIGQUIT)

    async def stop(self, grace_s: float) -> int:
        """Ends it: SIGTERM, and SIGKILL if it still runs after `grace_s` seconds.

        `grace_s` only shortens the grace given to `spawn`. Cancelled meanwhile, it kills at once.

        Returns:
            `returncode`.

        Raises:
            TimeoutError: the kernel did not let go of it within ten seconds after SIGKILL.
        """
        self.terminate()
        try:
            async with asyncio.timeout(grace_s):
                return await self.wait()
        except TimeoutError:
            self.kill()
        except asyncio.CancelledError:
            self.kill()
            raise
        async with asyncio.timeout(_REAP_TIMEOUT_S):
            return await self.wait()

    def _signal(self, number: signal.Signals) -> None:
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(number)

    def _close_stdin(self) -> None:
        if self._stdin is not None:
            os.close(self._stdin)
            self._stdin = None


async def spawn(
    command: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    log: Path | None = None,
    pass_fds: Sequence[int] = (),
    grace_s: float = 5.0,
) -> SupervisedProcess:
    """Starts `command` under a reaper.

    Its standard input is empty. It runs in a session of its own: no signal of the edge's terminal
    reaches it.

    Args:
        command: program (looked up on `env`'s PATH) and arguments.
        env: its whole environment; the edge's own if None.
        cwd: its working directory; the edge's own if None.
        log: file that its standard output and error are appended to (see `open_log`); the edge's
            own standard error if None.
        pass_fds: descriptors it inherits, under the same numbers.
        grace_s: seconds it has between SIGTERM and SIGKILL, also when the edge dies.

    Raises:
        ChildError: it could not be started.
    """
    try:
        output = os.dup(2) if log is None else os.open(log, _LOG_FLAGS, 0o644)
    except OSError as error:
        raise ChildError(f"could not start {command[0]}: its log: {error}") from error
    reaper_stdin, stdin = os.pipe()
    report, report_end = os.pipe()
    try:
        process = await asyncio.create_subprocess_exec(
            # As a file and without site packages: milliseconds, and no import of the edge.
            *(sys.executable, "-IS", reaper.__file__),
            *("--grace-s", str(grace_s), "--report-fd", str(report_end), "--", *command),
            stdin=reaper_stdin,
            stdout=output,
            stderr=output,
            env=env,
            cwd=cwd,
            pass_fds=(report_end, *pass_fds),
            start_new_session=True,
        )
        os.close(report_end)
        report_end = -1
        pid, reason = await _read_report(report)
        if reason:
            await process.wait()
            raise ChildError(f"could not start {reason}")
    except BaseException as error:
        os.close(stdin)  # a reaper that is already up sees end of file and ends the command
        if isinstance(error, OSError):
            raise ChildError(f"could not start {command[0]}: {error}") from error
        raise
    finally:
        for fd in (reaper_stdin, output, report, report_end):
            if fd >= 0:
                os.close(fd)
    return SupervisedProcess(pid, process, stdin)


async def _read_report(fd: int) -> tuple[int, str]:
    """What the reaper reports: the command's pid, and why it could not be started, if so."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    transport, _ = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(os.dup(fd), "rb", buffering=0)
    )
    try:
        async with asyncio.timeout(_REPORT_TIMEOUT_S):
            pid, _, reason = (await reader.read()).decode(errors="replace").partition("\n")
    except TimeoutError as error:
        raise ChildError(f"the reaper reported nothing for {_REPORT_TIMEOUT_S:g} s") from error
    finally:
        transport.close()
    if not pid.isdecimal():
        raise ChildError(f"the reaper ended at once: {pid} {reason}".rstrip())
    return int(pid), reason.strip()


def describe_status(status: int) -> str:
    """An exit status in words: `exit status 1`, `SIGKILL`."""
    number = -status if status < 0 else status - 128
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"exit status {status}"


def open_log(path: Path, *, max_bytes: int) -> Path:
    """Readies a log for `spawn`: makes its folder; one over `max_bytes` becomes `<path>.1`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > max_bytes:
        path.replace(path.with_name(path.name + ".1"))
    return path
