"""An `ocelli serve` that cases run against."""

import socket
import sys
from dataclasses import dataclass, field
from pathlib import Path

from ocelli.client import OcelliError, Tls, connect_async
from ocelli.edge.processes.child import SupervisedProcess, open_log, spawn

HOST = "127.0.0.1"
_START_TIMEOUT_S = 60.0
_GRACE_S = 15.0
_LOG_BYTES = 16 << 20


class StartError(Exception):
    """A server did not start; the message is one line."""


@dataclass(slots=True)
class Edge:
    """An edge, which may be stopped and started anew on its address.

    Attributes:
        name: of the target.
        flags: what it is started with, beyond its address and home.
        folder: its home.
        ready: the service that tells that it is up; empty for the server itself.
        tls: how to connect to it.
        address: `host:port`.
    """

    name: str
    flags: list[str]
    folder: Path
    ready: str
    tls: Tls | bool = False
    address: str = field(default_factory=lambda: f"{HOST}:{_free_port()}")
    _process: SupervisedProcess | None = None

    async def start(self) -> None:
        """Starts it, unless it runs."""
        if self._process is not None and self._process.returncode is None:
            return
        program = str(Path(sys.executable).with_name("ocelli"))
        self._process = await spawn(
            [program, "serve", "--address", self.address, "--home", str(self.folder), *self.flags],
            log=open_log(self._log, max_bytes=_LOG_BYTES),
            grace_s=_GRACE_S,
        )

    async def wait_ready(self) -> None:
        """Waits until it serves.

        Raises:
            StartError: it does not.
        """
        async with connect_async(self.address, tls=self.tls) as client:
            try:
                await client.wait_until_ready(_START_TIMEOUT_S, service=self.ready)
            except OcelliError as error:
                raise StartError(f"{self.name} did not start: {error}; see {self._log}") from error

    async def stop(self) -> None:
        """Ends it: it drains, then it is gone."""
        if self._process is not None:
            await self._process.stop(_GRACE_S)
            self._process = None

    @property
    def _log(self) -> Path:
        return self.folder / "edge.log"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
