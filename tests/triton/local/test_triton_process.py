"""The managed Triton through its life: start, crash, restart, end."""

import asyncio
import shutil
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import psutil
import pytest
from tritonclient.grpc.aio import InferenceServerClient

from ocelli.edge.triton.local.environment import TritonEnvironment
from ocelli.edge.triton.local.interpreter import SetupError
from ocelli.edge.triton.local.triton_process import LocalTriton

MakeHome = Callable[[Path], Path]
Infer = Callable[..., Awaitable[np.ndarray]]
ROW = np.ones((1, 4), np.float32)


@pytest.fixture
def home(make_home: MakeHome, tmp_path: Path) -> Path:
    return make_home(tmp_path / "home")


@pytest.fixture
def repository(write_model: Callable[..., None], tmp_path: Path) -> Path:
    write_model(tmp_path / "models" / "double")
    return tmp_path / "models"


@asynccontextmanager
async def running(triton: LocalTriton) -> AsyncIterator[InferenceServerClient]:
    try:
        await triton.start()
        async with InferenceServerClient(triton.address) as client:
            yield client
    finally:
        await triton.stop()


def stubs(triton: LocalTriton) -> list[psutil.Process]:
    assert triton.pid is not None
    return psutil.Process(triton.pid).children()


def regions(triton: LocalTriton) -> list[Path]:
    return regions_of(triton._shm_prefix)


def regions_of(prefix: str) -> list[Path]:
    return list(Path("/dev/shm").glob(f"{prefix}*"))  # noqa: S108 - where they lie


async def until(condition: Callable[[], bool], within_s: float) -> None:
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110 - what is awaited is another process's doing
            await asyncio.sleep(0.02)


async def test_a_life(home: Path, repository: Path, infer: Infer):
    (repository / "broken" / "1").mkdir(parents=True)
    said: list[str] = []
    changes: list[bool] = []
    others = psutil.Process().children(recursive=True)
    triton = LocalTriton(
        home=home, model_repository=repository, report=said.append, on_change=changes.append
    )
    async with running(triton) as client:
        assert triton.running
        np.testing.assert_array_equal(await infer(client, "double", ROW), 2 * ROW)
        (stub,) = stubs(triton)
        assert regions(triton)
        # Models come and go without being taken for crashed ones.
        await client.unload_model("double")
        await until(lambda: not stub.is_running(), 30.0)
        await client.load_model("double")
        np.testing.assert_array_equal(await infer(client, "double", ROW), 2 * ROW)
        processes = set(psutil.Process().children(recursive=True)) - set(others)
        assert len(processes) >= 3
    assert (triton.running, triton.restarts, changes) == (False, 0, [True, False])
    assert said == ["Triton serves on the CPU, as triton_device says", "starting Triton"]
    assert not [one for one in processes if one.is_running()]
    assert not regions(triton)
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind(("127.0.0.1", int(triton.address.partition(":")[2])))
    await triton.stop()


@pytest.mark.parametrize("victim", ["tritonserver", "stub", "reaper"])
async def test_it_comes_back_at_the_same_address(
    home: Path, repository: Path, infer: Infer, victim: str
):
    changes: list[bool] = []
    triton = LocalTriton(home=home, model_repository=repository, on_change=changes.append)
    async with running(triton) as client:
        address = triton.address
        server = psutil.Process(triton.pid)
        (stub,) = stubs(triton)
        reaper = server.parent()
        assert reaper is not None
        {"tritonserver": server, "stub": stub, "reaper": reaper}[victim].kill()
        await until(lambda: changes == [True, False], 30.0)
        assert not triton.running
        await until(lambda: triton.running, 30.0)
        await until(lambda: not any(one.is_running() for one in (server, stub, reaper)), 30.0)
        np.testing.assert_array_equal(await infer(client, "double", ROW), 2 * ROW)
        assert (triton.address, triton.restarts) == (address, 1)
        assert len(stubs(triton)) == len(regions(triton)) == 1


def test_a_killed_edge_takes_it_along(home: Path, repository: Path):
    edge = f"""
import asyncio
from pathlib import Path
from ocelli.edge.triton.local.triton_process import LocalTriton
async def main():
    triton = LocalTriton(home=Path({str(home)!r}), model_repository=Path({str(repository)!r}))
    await triton.start()
    print(triton._shm_prefix, flush=True)
    await asyncio.sleep(300)
asyncio.run(main())
"""
    with subprocess.Popen([sys.executable, "-c", edge], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        prefix = process.stdout.readline().decode().strip()
        assert prefix
        below = psutil.Process(process.pid).children(recursive=True)
        names = {one.name()[:15] for one in below}
        assert {"tritonserver", "triton_python_b"} <= names
        process.kill()
    assert not psutil.wait_procs(below, timeout=30.0)[1]
    assert not regions_of(prefix)


async def test_an_abandoned_start_leaves_nothing(home: Path, repository: Path):
    triton = LocalTriton(home=home, model_repository=repository)
    starting = asyncio.create_task(triton.start())
    await until(lambda: triton.pid is not None, 30.0)
    below = [psutil.Process(triton.pid), *stubs(triton)]
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert not [one for one in below if one.is_running()]
    assert triton.pid is None
    await triton.stop()


async def test_it_says_that_it_took_too_long_and_may_be_started_again(
    home: Path, repository: Path, infer: Infer
):
    triton = LocalTriton(home=home, model_repository=repository, start_timeout_s=0.1)
    with pytest.raises(SetupError, match=r"^Triton did not answer within 0\.1 s: .*triton\.log\)$"):
        await triton.start()
    assert triton.pid is None
    triton._start_timeout_s = 60.0
    async with running(triton) as client:
        np.testing.assert_array_equal(await infer(client, "double", ROW), 2 * ROW)


async def test_it_says_why_it_died(
    tmp_path: Path, repository: Path, triton_environment: TritonEnvironment
):
    root = tmp_path / "home" / "triton" / "env"
    wheel = root / triton_environment.wheel.relative_to(triton_environment.root)
    (wheel / "bin").mkdir(parents=True)
    shutil.copy(triton_environment.wheel / "bin" / "tritonserver", wheel / "bin")
    for name in ("backends", "python_backend_stubs"):
        (wheel / name).symlink_to(triton_environment.wheel / name)
    shutil.copy(triton_environment.root / "ocelli.stamp", root)
    triton = LocalTriton(home=tmp_path / "home", model_repository=repository)
    async with asyncio.timeout(triton._start_timeout_s / 2):
        with pytest.raises(SetupError, match=r"ended with exit status 127 .*shared libraries"):
            await triton.start()
    await triton.stop()


def test_a_port_that_is_taken_is_refused(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SetupError, match=f"port {port} of 127.0.0.1 cannot be had"):
            LocalTriton(home=tmp_path, model_repository=tmp_path, grpc_port=port)


async def test_a_repository_that_cannot_be(home: Path, tmp_path: Path):
    (tmp_path / "file").write_text("")
    triton = LocalTriton(home=home, model_repository=tmp_path / "file")
    with pytest.raises(SetupError, match="folders cannot be made"):
        await triton.start()
    await triton.stop()
