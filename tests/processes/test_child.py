"""Children under a reaper, from the edge's side."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from ocelli.edge.processes.child import ChildError, describe_status, open_log, spawn

STUBBORN = "import signal, time; signal.signal(15, signal.SIG_IGN); print('up'); time.sleep(300)"


def said(log: Path, text: str) -> None:
    give_up_at = time.monotonic() + 10.0
    while text not in (log.read_text() if log.exists() else ""):
        assert time.monotonic() < give_up_at
        time.sleep(0.01)


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def test_wait_gives_the_status_to_every_waiter():
    child = await spawn(["sh", "-c", "sleep 0.2; exit 5"])
    assert child.returncode is None
    assert psutil.Process(child.pid).name() in {"sh", "dash", "bash"}
    assert await asyncio.gather(child.wait(), child.wait()) == [5, 5]
    assert child.returncode == 5


async def test_a_cancelled_waiter_leaves_it_running():
    child = await spawn(["sleep", "300"])
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(child.wait(), 0.05)
    assert psutil.pid_exists(child.pid)
    assert await child.stop(5.0) == 128 + signal.SIGTERM


async def test_stop_kills_what_does_not_heed(tmp_path: Path):
    child = await spawn([sys.executable, "-uc", STUBBORN], log=tmp_path / "log", grace_s=60.0)
    await asyncio.to_thread(said, tmp_path / "log", "up")
    async with asyncio.timeout(30):  # half of the grace given to `spawn`
        assert await child.stop(0.3) == 128 + signal.SIGKILL
    assert not psutil.pid_exists(child.pid)


async def test_a_cancelled_stop_kills(tmp_path: Path):
    child = await spawn([sys.executable, "-uc", STUBBORN], log=tmp_path / "log", grace_s=60.0)
    await asyncio.to_thread(said, tmp_path / "log", "up")
    stopping = asyncio.create_task(child.stop(60.0))
    await asyncio.sleep(0.05)
    stopping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await stopping
    async with asyncio.timeout(30):
        assert await child.wait() == 128 + signal.SIGKILL


async def test_stop_of_the_dead_gives_its_status():
    child = await spawn(["true"])
    await child.wait()
    assert await child.stop(1.0) == 0


async def test_environment_folder_and_descriptors_reach_it(tmp_path: Path):
    read_fd, write_fd = os.pipe()
    script = f'echo "$COLOUR $PWD" >/dev/fd/{write_fd}'
    env = {"COLOUR": "green", "PATH": os.environ["PATH"]}
    child = await spawn(["sh", "-c", script], env=env, cwd=tmp_path, pass_fds=[write_fd])
    os.close(write_fd)
    assert await child.wait() == 0
    with os.fdopen(read_fd) as pipe:
        assert pipe.read() == f"green {tmp_path}\n"


async def test_output_is_appended_to_the_log(tmp_path: Path):
    log = tmp_path / "log"
    log.write_text("before\n")
    child = await spawn(["sh", "-c", "echo out; echo err >&2"], log=log)
    await child.wait()
    assert log.read_text() == "before\nout\nerr\n"


async def test_a_program_that_does_not_exist():
    with pytest.raises(ChildError, match=r"could not start no-such: No such file or directory"):
        await spawn(["no-such"])


async def test_a_log_that_cannot_be_written(tmp_path: Path):
    with pytest.raises(ChildError, match=r"could not start true: its log: .*no-such-folder"):
        await spawn(["true"], log=tmp_path / "no-such-folder" / "log")


async def test_no_descriptor_is_left_open():
    before = open_descriptors()
    await (await spawn(["true"])).wait()
    with pytest.raises(ChildError):
        await spawn(["no-such"])
    assert open_descriptors() <= before


def test_it_goes_when_the_edge_is_killed():
    edge = """
import asyncio
from ocelli.edge.processes.child import spawn
async def main():
    child = await spawn(["sleep", "300"])
    print(child.pid, flush=True)
    await child.wait()
asyncio.run(main())
"""
    with subprocess.Popen([sys.executable, "-c", edge], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        child = psutil.Process(int(process.stdout.readline()))
        process.kill()
    assert not psutil.wait_procs([child], timeout=20.0)[1]


def test_a_long_log_is_set_aside(tmp_path: Path):
    path = open_log(tmp_path / "logs" / "x.log", max_bytes=10)
    assert path.parent.is_dir()
    path.write_text("0123456789")
    assert open_log(path, max_bytes=10).exists()
    path.write_text("0123456789+")
    assert not open_log(path, max_bytes=10).exists()
    assert path.with_name("x.log.1").read_text() == "0123456789+"


def test_status_in_words():
    assert [describe_status(n) for n in (0, 1, 137, -9, 200)] == [
        *("exit status 0", "exit status 1", "SIGKILL", "SIGKILL", "exit status 200")
    ]
