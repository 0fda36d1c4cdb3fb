"""The runners of the languages, each a program."""

import asyncio
import contextlib
import json
import os
import shlex
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_RUN_TIMEOUT_S = 300.0
_DECODE_TIMEOUT_S = 60.0
_DRAIN_LINE = b"drain"


class RunnerError(Exception):
    """A runner failed as a whole; the message is one line."""


@dataclass(frozen=True, slots=True)
class Runner:
    """A language's runner.

    Attributes:
        language: its name.
        command: how it is started.
        folder: where its plans, reports and log go.
    """

    language: str
    command: list[str]
    folder: Path

    @classmethod
    def parse(cls, text: str, folder: Path) -> "Runner":
        """Reads `language=command`."""
        language, _, command = text.partition("=")
        if not (language and command):
            raise ValueError(f"{text!r} is no runner; expected LANGUAGE=COMMAND")
        return cls(language, shlex.split(command), folder / language)

    async def run(
        self, plan: dict[str, Any], on_drain: Callable[[], Awaitable[None]]
    ) -> dict[str, Any]:
        """Executes the cases of a plan.

        Args:
            plan: as the README says.
            on_drain: awaited for each line `drain` that the runner prints.

        Returns:
            Its report.

        Raises:
            RunnerError: it did not end well or in time, or wrote no report.
        """
        return await self._start("run", plan, on_drain, _RUN_TIMEOUT_S)

    async def decode(self, plan: dict[str, Any]) -> dict[str, Any]:
        """Parses messages; raises as `run` does."""

        async def unexpected() -> None:
            raise RunnerError(f"{self.language}: it printed 'drain' while decoding")

        return await self._start("decode", plan, unexpected, _DECODE_TIMEOUT_S)

    async def _start(
        self,
        mode: str,
        plan: dict[str, Any],
        on_drain: Callable[[], Awaitable[None]],
        timeout_s: float,
    ) -> dict[str, Any]:
        self.folder.mkdir(parents=True, exist_ok=True)
        plan_path, report_path = (
            self.folder / f"{mode}_{name}.json" for name in ("plan", "report")
        )
        plan_path.write_text(json.dumps(plan))
        report_path.unlink(missing_ok=True)
        log = self.folder / f"{mode}.log"
        with log.open("wb") as output:
            try:
                process = await asyncio.create_subprocess_exec(
                    *self.command,
                    mode,
                    str(plan_path),
                    str(report_path),
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=asyncio.subprocess.PIPE,
                    stderr=output,
                    start_new_session=True,
                )
            except OSError as error:
                raise RunnerError(
                    f"{self.language}: cannot start {self.command[0]}: {error}"
                ) from error
            try:
                async with asyncio.timeout(timeout_s):
                    assert process.stdout is not None
                    async for line in process.stdout:
                        output.write(line)
                        if line.strip() == _DRAIN_LINE:
                            await on_drain()
                    status = await process.wait()
            except TimeoutError:
                raise RunnerError(
                    f"{self.language}: it did not end within {timeout_s:.0f} s; see {log}"
                ) from None
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)  # what it started, too
                await process.wait()
        if status != 0:
            raise RunnerError(f"{self.language}: it ended with status {status}; see {log}")
        try:
            found: dict[str, Any] = json.loads(report_path.read_text())
        except (OSError, ValueError) as error:
            raise RunnerError(f"{self.language}: its report cannot be read: {error}") from error
        return found
