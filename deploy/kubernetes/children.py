"""Programs that run beside this one, each with a log."""

import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.image.daemon import stop
from deploy.kubernetes.failure import ClusterError

_POLL_S = 0.2
_TAIL_LINES = 15


@dataclass
class Children:
    """What was started and has to be ended.

    Attributes:
        logs: the folder of their logs.
        environment: their variables.
    """

    logs: Path
    environment: Mapping[str, str]
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, *command: str) -> None:
        """Starts a program and returns at once."""
        self.logs.mkdir(parents=True, exist_ok=True)
        with self.log(name).open("wb") as output:
            self._running[name] = subprocess.Popen(  # noqa: S603  # our own commands, no shell
                command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a terminal's Ctrl-C is for the launcher, which ends them
            )

    def wait_until(self, name: str, is_up: Callable[[], bool], timeout_s: float) -> None:
        """Waits for a program to do what it is for.

        Raises:
            ClusterError: it ended, or took longer; with the end of its log.
        """
        until_s = time.monotonic() + timeout_s
        while not is_up():
            if self._running[name].poll() is not None or time.monotonic() > until_s:
                tail = self.log(name).read_text(errors="replace").splitlines()[-_TAIL_LINES:]
                raise ClusterError("\n".join([f"{name} does not come up:", *tail]))
            time.sleep(_POLL_S)

    def log(self, name: str) -> Path:
        """Where a program writes what it says."""
        return self.logs / f"{name}.log"

    def stop(self, timeout_s: float = 5) -> None:
        """Ends all, the last to start first; at once whatever takes longer than that."""
        for process in reversed(self._running.values()):
            stop(process, timeout_s)
        self._running.clear()
