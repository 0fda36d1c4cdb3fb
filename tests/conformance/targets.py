"""Everything that cases run against: one Triton, edges that share it, and servers with a fault."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from ocelli.client import Tls, connect_async
from ocelli.edge.triton.local.environment import Report, ensure_environment
from ocelli.edge.triton.local.triton_process import LocalTriton
from tests.conformance import models
from tests.conformance.certificates import Certificates, issue
from tests.conformance.edge import Edge
from tests.conformance.faults import faulty_service, http_server, nobody
from tests.conformance.guard import set_up

_DETECT = "ocelli.v1.DetectService"
_TINY = ["--max-inflight-bytes", "65536", "--max-message-bytes", "65536"]
_NO_TRITON = ["--triton", "127.0.0.1:1"]


@dataclass(frozen=True, slots=True)
class Targets:
    """The running servers.

    Attributes:
        addresses: `host:port` by the name that cases use.
        certificates: of those with TLS.
        tokens: what callers may show to `guarded`, by name.
    """

    addresses: dict[str, str]
    certificates: Certificates
    tokens: dict[str, str]
    main: Edge
    drained: Edge | None

    async def restart_drained(self) -> None:
        """Stops the server `drain`, which drains, and starts another one on its address."""
        assert self.drained is not None, "no case uses it"
        await self.drained.stop()
        await self.drained.start()

    async def reset(self) -> None:
        """Puts back what the cases of a language may have changed.

        Raises:
            StartError: the server `drain` does not come back.
            OcelliError: a model cannot be unloaded.
        """
        if self.drained is not None:
            await self.drained.start()
            await self.drained.wait_ready()
        async with connect_async(self.main.address) as client:
            await client.models.unload(models.SPARE)


@asynccontextmanager
async def running(
    home: Path, scratch: Path, used: Collection[str], report: Report
) -> AsyncIterator[Targets]:
    """Starts what is used, waits until it serves, and ends it.

    Args:
        home: holds the installed models and Triton; neither is changed.
        scratch: where the servers keep what they write.
        used: names of the servers that cases use; `main` runs in any case.
        report: gets lines of progress.

    Raises:
        StartError: a server did not start.
        SetupError: Triton cannot be installed or started.
    """
    async with AsyncExitStack() as stack:
        certificates = issue(scratch / "certificates")
        report("starting Triton")
        repository = scratch / "models"
        # Tokenizers are read from the repository, which the edges see beside Triton.
        triton = ["--triton", await _start_triton(stack, home, scratch, repository)]
        triton += ["--models", str(repository)]
        report("starting the servers")
        files = certificates.of_plan
        known = Tls(ca=files["ca"], cert=files["client_cert"], key=files["client_key"])
        guard = set_up(scratch / "guard")
        edges = [
            Edge("main", triton, scratch / "main", _DETECT),
            Edge("down", _NO_TRITON, _damage(scratch / "down"), ""),
            Edge("tiny", [*triton, *_TINY], scratch / "tiny", _DETECT),
            Edge("drain", triton, scratch / "drain", _DETECT),
            Edge("tls", [*triton, *certificates.serving], scratch / "tls", _DETECT, known),
            Edge("mtls", [*triton, *certificates.asking], scratch / "mtls", _DETECT, known),
            Edge("guarded", [*triton, *guard.flags], scratch / "guarded", _DETECT),
        ]
        edges = [edge for edge in edges if edge.name in {"main", *used}]
        for edge in edges:
            stack.push_async_callback(edge.stop)
            await edge.start()
        await asyncio.gather(*(edge.wait_ready() for edge in edges))
        named = {edge.name: edge for edge in edges}
        addresses = {name: edge.address for name, edge in named.items()} | {
            "faulty": await stack.enter_async_context(faulty_service()),
            "http": stack.enter_context(http_server()),
            "nobody": stack.enter_context(nobody()),
        }
        yield Targets(addresses, certificates, guard.tokens, named["main"], named.get("drain"))


async def _start_triton(stack: AsyncExitStack, home: Path, scratch: Path, repository: Path) -> str:
    environment = await ensure_environment(home, lambda _: None)
    own_home = scratch / "triton_home"
    (own_home / "triton").mkdir(parents=True)
    (own_home / "triton" / "env").symlink_to(environment.root)
    models.lay_out(home / "models", repository)
    triton = LocalTriton(home=own_home, model_repository=repository)
    stack.push_async_callback(triton.stop)
    await triton.start()
    return triton.address


def _damage(folder: Path) -> Path:
    """A home with a collection whose description cannot be read."""
    collection = folder / "index" / "collections" / "damaged"
    collection.mkdir(parents=True)
    (collection / "collection.json").write_text("{")
    return folder
