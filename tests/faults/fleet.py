"""Several edges in front of several Tritons, each of which can be replaced at its address."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tritonclient.grpc.aio import InferenceServerClient

from bench import trivial_model
from ocelli.edge.triton.local.triton_process import LocalTriton
from tests.conftest import RunningEdge, launch
from tests.faults.ports import fixed_ports

MODEL = trivial_model.NAME
SERVICE = "ocelli.v1.DetectService"
_SIDE_PX = 64  # of the model's input: edges, Tritons and callers share the cores
_READY_TIMEOUT_S = 60.0
_EXIT_TIMEOUT_S = 30.0
_POLL_S = 0.1


@dataclass(frozen=True, slots=True)
class Replaced:
    """How long one replacement took.

    Attributes:
        exit_s: from SIGTERM until the old process had ended.
        ready_s: from the start of the new process until it was ready.
    """

    exit_s: float
    ready_s: float


class _Edge:
    """An edge that is started again and again at one address."""

    def __init__(self, installed: Path, home: Path, address: str, tritons: str) -> None:
        self._installed = installed
        self._home = home
        self._flags = ("--triton", tritons, "--access-log", str(home / "access.log"))
        self._running: RunningEdge | None = None
        self.address = address

    def start(self) -> None:
        models = self._installed / "models"
        flags = (*self._flags, "--access-log-ratio", "0")
        self._running = launch(self._installed, models, self._home, *flags, address=self.address)
        self._running.wait_ready(_READY_TIMEOUT_S, (SERVICE,))

    def drain(self) -> None:
        """Ends it as Kubernetes does, and takes nothing less than a graceful end."""
        edge = self._running
        assert edge is not None
        edge.process.terminate()
        assert edge.process.wait(_EXIT_TIMEOUT_S) == 0, "the stop was not graceful"

    def stop(self) -> None:
        if self._running is not None:
            self._running.stop()

    def not_ok(self) -> Counter[tuple[str, str]]:
        """Calls and streams that did not end OK, by method and reason or code."""
        path = self._home / "access.log"
        lines = path.read_text().splitlines() if path.exists() else []
        ended = map(json.loads, lines)
        return Counter((each["method"], each["reason"] or each["code"]) for each in ended)


class _Triton:
    """A Triton that is started again and again at one address."""

    def __init__(self, home: Path, models: Path, port: int) -> None:
        self._home, self._models, self._port = home, models, port
        self._running: LocalTriton | None = None
        self.address = f"127.0.0.1:{port}"

    async def start(self) -> None:
        self._running = LocalTriton(
            home=self._home, model_repository=self._models, grpc_port=self._port
        )
        await self._running.start()
        async with asyncio.timeout(_READY_TIMEOUT_S), InferenceServerClient(self.address) as client:
            while not await client.is_model_ready(MODEL):  # noqa: ASYNC110  # it tells nobody
                await asyncio.sleep(_POLL_S)

    async def stop(self) -> None:
        if self._running is not None:
            await self._running.stop()


class Fleet:
    """Edges and Tritons that run.

    Args:
        edges: which clients spread their calls over.
        tritons: which the edges spread theirs over.
    """

    def __init__(self, edges: list[_Edge], tritons: list[_Triton]) -> None:
        self._edges, self._tritons = edges, tritons

    @property
    def target(self) -> str:
        """All edges, as gRPC's naming has several addresses."""
        return "ipv4:" + ",".join(edge.address for edge in self._edges)

    async def replace_edges(self, pause_s: float) -> list[Replaced]:
        """Replaces one edge after the other, with a pause after each."""
        replaced = []
        for edge in self._edges:
            began_s = time.monotonic()
            await asyncio.to_thread(edge.drain)
            ended_s = time.monotonic()
            await asyncio.to_thread(edge.start)
            replaced.append(Replaced(ended_s - began_s, time.monotonic() - ended_s))
            await asyncio.sleep(pause_s)
        return replaced

    async def replace_tritons(self, pause_s: float) -> list[Replaced]:
        """Replaces one Triton after the other, with a pause after each."""
        replaced = []
        for triton in self._tritons:
            began_s = time.monotonic()
            await triton.stop()
            ended_s = time.monotonic()
            await triton.start()
            replaced.append(Replaced(ended_s - began_s, time.monotonic() - ended_s))
            await asyncio.sleep(pause_s)
        return replaced

    def not_ok(self) -> Counter[tuple[str, str]]:
        """What the edges have answered other than OK since they were first started."""
        return sum((edge.not_ok() for edge in self._edges), Counter())


@asynccontextmanager
async def running_fleet(
    installed: Path, scratch: Path, edges: int, tritons: int
) -> AsyncIterator[Fleet]:
    """Starts edges in front of Tritons, with a detector that costs little, and ends them.

    Args:
        installed: holds what is installed.
        scratch: an empty folder.
        edges: how many.
        tritons: how many.
    """
    models = scratch / "models"
    trivial_model.write(models, _SIDE_PX)
    ports = fixed_ports(edges + tritons)
    servers = [
        _Triton(_home(installed, scratch / f"triton_{number}"), models, ports.pop())
        for number in range(tritons)
    ]
    addresses = ",".join(server.address for server in servers)
    fleet = [
        _Edge(installed, scratch / f"edge_{number}", f"127.0.0.1:{ports.pop()}", addresses)
        for number in range(edges)
    ]
    async with AsyncExitStack() as stack:
        for server in servers:
            stack.push_async_callback(server.stop)
        await asyncio.gather(*(server.start() for server in servers))
        for edge in fleet:
            stack.callback(edge.stop)
            await asyncio.to_thread(edge.start)
        yield Fleet(fleet, servers)


def _home(installed: Path, home: Path) -> Path:
    (home / "triton").mkdir(parents=True)
    (home / "triton" / "env").symlink_to(installed / "triton" / "env")
    return home
