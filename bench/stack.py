"""The processes that are measured: one Triton for all, the edge, two FastAPI services."""

import asyncio
import os
import shutil
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from bench import trivial_model
from bench.errors import BenchError
from bench.load_http import Connection
from ocelli.edge.processes.child import SupervisedProcess, open_log, spawn
from ocelli.edge.triton.local.device import choose_device
from ocelli.edge.triton.local.environment import Report, ensure_environment
from ocelli.edge.triton.local.triton_process import LocalTriton

REAL_MODEL = "nanodet_coco80"
MODELS = (trivial_model.NAME, REAL_MODEL)

_START_TIMEOUT_S = 60.0
_LOG_BYTES = 16 << 20
_LOGS = "logs are in .build/bench/home*/logs"


@dataclass(frozen=True, slots=True)
class Server:
    """A server under test: its `host:port` and its process."""

    address: str
    pid: int


@dataclass(frozen=True, slots=True)
class Stack:
    """What runs.

    Attributes:
        triton: Triton.
        edge: the edge.
        fastapi: the FastAPI service.
        fastapi_half: the FastAPI service, decoding at half size.
    """

    triton: Server
    edge: Server
    fastapi: Server
    fastapi_half: Server


@asynccontextmanager
async def running(home: Path, scratch: Path, report: Report) -> AsyncIterator[Stack]:
    """Starts everything, waits until it serves, and ends it.

    Args:
        home: holds the installed models and Triton's environment; neither is changed.
        scratch: where the models under test, the logs and all other files go.
        report: gets lines of progress.

    Raises:
        BenchError: a server ended at once.
        SetupError: Triton cannot be installed or started.
    """
    async with AsyncExitStack() as stack:
        triton = await _start_triton(stack, home, scratch, report)
        report("starting the edge and the FastAPI services")
        own_home, address = scratch / "home", triton.address
        yield Stack(
            triton,
            await _start_edge(stack, own_home, address),
            await _start_fastapi(stack, own_home, address, shrink=1),
            await _start_fastapi(stack, own_home, address, shrink=2),
        )


@asynccontextmanager
async def running_edges(
    home: Path, scratch: Path, report: Report, workers: tuple[int, ...]
) -> AsyncIterator[tuple[Server, list[Server]]]:
    """Like `running`: Triton, and one edge in front of it for each number of workers."""
    async with AsyncExitStack() as stack:
        triton = await _start_triton(stack, home, scratch, report)
        report("starting the edge")
        edges = [
            await _start_edge(stack, scratch / f"home_{number}", triton.address, number)
            for number in workers
        ]
        yield triton, edges


@asynccontextmanager
async def running_variants(
    home: Path, scratch: Path, report: Report, flags: Mapping[str, Sequence[str]]
) -> AsyncIterator[tuple[Server, dict[str, Server]]]:
    """Like `running`: Triton, and one edge in front of it for each set of flags, by its name."""
    async with AsyncExitStack() as stack:
        triton = await _start_triton(stack, home, scratch, report)
        report("starting the edges")
        yield (
            triton,
            {
                name: await _start_edge(
                    stack, scratch / f"home_of_{number}", triton.address, more=more
                )
                for number, (name, more) in enumerate(flags.items())
            },
        )


async def _start_triton(stack: AsyncExitStack, home: Path, scratch: Path, report: Report) -> Server:
    device = os.environ.get("OCELLI_TRITON_DEVICE", "auto")
    chosen = await choose_device(device)
    environment = await ensure_environment(home, report, chosen.device)
    own_home = scratch / "home"
    (own_home / "triton").mkdir(parents=True, exist_ok=True)
    link = own_home / "triton" / environment.root.name
    link.unlink(missing_ok=True)
    link.symlink_to(environment.root)
    triton = LocalTriton(
        home=own_home,
        model_repository=_lay_out_models(home, scratch),
        device=device,
        report=report,
    )
    stack.push_async_callback(triton.stop)
    await triton.start()
    assert triton.pid is not None
    return Server(triton.address, triton.pid)


def _lay_out_models(home: Path, scratch: Path) -> Path:
    models = scratch / "models"
    if models.exists():
        shutil.rmtree(models)
    shutil.copytree(home / "models" / REAL_MODEL, models / REAL_MODEL)
    trivial_model.write(models)
    return models


async def _start_edge(
    stack: AsyncExitStack, home: Path, triton: str, workers: int = 1, more: Sequence[str] = ()
) -> Server:
    address = free_address()
    flags = ["--address", address, "--home", str(home), "--triton", triton]
    flags += ["--workers", str(workers), *more]
    program = str(Path(sys.executable).with_name("ocelli"))
    process = await _spawn(stack, [program, "serve", *flags], home / "logs" / "edge.log")
    async with grpc.aio.insecure_channel(address) as channel:
        health = health_pb2_grpc.HealthStub(channel)

        async def serves() -> bool:
            for model in MODELS:
                request = health_pb2.HealthCheckRequest(service=f"model/{model}")
                answer = await health.Check(request, timeout=_START_TIMEOUT_S, wait_for_ready=True)
                if answer.status != health_pb2.HealthCheckResponse.SERVING:
                    return False
            return True

        await _until(serves, process, grpc.aio.AioRpcError)
    return Server(address, process.pid)


async def _start_fastapi(stack: AsyncExitStack, home: Path, triton: str, *, shrink: int) -> Server:
    address = free_address()
    host, _, port = address.rpartition(":")
    flags = ["--host", host, "--port", port, "--loop", "uvloop", "--http", "httptools"]
    quiet = ["--no-access-log", "--log-level", "warning"]
    process = await _spawn(
        stack,
        [sys.executable, "-m", "uvicorn", "bench.fastapi_service:app", *flags, *quiet],
        home / "logs" / f"fastapi_{shrink}.log",
        BENCH_TRITON=triton,
        BENCH_SHRINK=str(shrink),
    )

    async def serves() -> bool:
        connection = await Connection.open(address)
        await connection.ask(f"GET /health HTTP/1.1\r\nHost: {address}\r\n\r\n".encode())
        await connection.close()
        return True

    await _until(serves, process, OSError)
    return Server(address, process.pid)


async def _spawn(
    stack: AsyncExitStack, command: list[str], log: Path, **variables: str
) -> SupervisedProcess:
    process = await spawn(
        command, env={**os.environ, **variables}, log=open_log(log, max_bytes=_LOG_BYTES)
    )
    stack.push_async_callback(process.stop, 10.0)
    return process


async def _until(
    serves: Callable[[], Awaitable[bool]], process: SupervisedProcess, not_yet: type[Exception]
) -> None:
    try:
        async with asyncio.timeout(_START_TIMEOUT_S):
            while process.returncode is None:
                try:
                    if await serves():
                        return
                except not_yet:
                    pass
                await asyncio.sleep(0.2)
    except TimeoutError:
        raise BenchError(
            f"a server under test did not serve within {_START_TIMEOUT_S:g} s; {_LOGS}"
        ) from None
    raise BenchError(f"a server under test ended; {_LOGS}")


@asynccontextmanager
async def spawn_program(command: list[str], log: Path) -> AsyncIterator[SupervisedProcess]:
    """Runs another program for the length of an `async with`."""
    async with AsyncExitStack() as stack:
        yield await _spawn(stack, command, log)


def free_address() -> str:
    """A `host:port` of this machine that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"
