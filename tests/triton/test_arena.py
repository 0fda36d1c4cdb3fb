"""Shared memory with a real Triton: same answers, no slot lost, nothing left behind."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
from grpc import StatusCode
from grpc.aio import AioRpcError, Metadata

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError
from ocelli.edge.scheduling.deadline import Deadline
from ocelli.edge.tasks.embed import EmbedModel
from ocelli.edge.tasks.embed_head import EmbedHead
from ocelli.edge.tasks.registry import TASKS
from ocelli.edge.triton import segment
from ocelli.edge.triton.access import TritonAccess
from ocelli.edge.triton.channel import TritonChannel
from ocelli.edge.triton.local.triton_process import LocalTriton
from ocelli.edge.triton.registry import ModelRegistry
from ocelli.edge.triton.segment import Segment, remove_leftovers

SHM = Path("/dev/shm")  # noqa: S108  # where Linux mounts POSIX shared memory
SIZE = 32 * 32 * 3


def sharing(triton: LocalTriton) -> TritonChannel:
    """A channel with room for eight tensors in shared memory."""
    access = TritonAccess(targets=(triton.address,))
    return TritonChannel(access, 32 << 20, max_arena_bytes=SIZE * 8)


@pytest_asyncio.fixture
async def channel(triton: LocalTriton) -> AsyncIterator[TritonChannel]:
    channel = sharing(triton)
    yield channel
    await channel.close()


@pytest_asyncio.fixture
async def registry(channel: TritonChannel) -> AsyncIterator[ModelRegistry]:
    registry = ModelRegistry(channel, TASKS, 0.2, lambda: None)
    registry.start()
    assert await registry.wait_reachable(10)
    yield registry
    await registry.close()


@asynccontextmanager
async def watching(triton: LocalTriton) -> AsyncIterator[tuple[TritonChannel, ModelRegistry]]:
    """Such a channel of one's own, and what it finds there."""
    channel = sharing(triton)
    registry = ModelRegistry(channel, TASKS, 0.2, lambda: None)
    registry.start()
    assert await registry.wait_reachable(10)
    yield channel, registry
    await registry.close()
    await channel.close()


async def ask(channel: TritonChannel, spec: EmbedModel, value: int, deadline_s: float = 10) -> bool:
    """Asks for the means of an image of one value; returns whether a slot carried it."""
    slot = channel.lease(spec)
    tensor = np.full((1, 32, 32, 3), value, np.uint8)
    if slot is not None:
        slot.memory[:] = value
        tensor = slot.memory.reshape(1, 32, 32, 3)
    outputs = await channel.infer(
        spec, spec.request(tensor, slot=slot), Call("test", Deadline.after(deadline_s, 60))
    )
    assert np.allclose(outputs["embedding"], value)
    return slot is not None


async def test_slots_carry_tensors_and_come_back_and_beyond_them_messages_do(
    channel: TritonChannel, registry: ModelRegistry
) -> None:
    spec = registry.choose("means", EmbedHead)
    assert channel.arena is not None
    assert channel.arena.slots == 8
    carried = await asyncio.gather(*(ask(channel, spec, value) for value in range(20)))
    assert carried.count(True) == 8
    assert channel.arena.leased == 0


async def test_cancelled_calls_give_their_slots_back(own_triton: LocalTriton) -> None:
    async with watching(own_triton) as (channel, registry):
        spec = registry.choose("means", EmbedHead)
        assert channel.arena is not None
        for turn in range(30):
            tasks = [asyncio.create_task(ask(channel, spec, value)) for value in range(8)]
            await asyncio.sleep(0.001 * (turn % 5))
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        until_s = time.monotonic() + 10
        while channel.arena.leased:
            assert time.monotonic() < until_s
            await asyncio.sleep(0.02)
        # Some of Triton's versions do not survive cancelled calls, which an edge never makes.
        while not await asked(channel, spec):
            assert time.monotonic() < until_s + 30
            await asyncio.sleep(0.1)


async def asked(channel: TritonChannel, spec: EmbedModel) -> bool:
    """Whether a slot carried a request that was answered."""
    try:
        return await ask(channel, spec, 9, deadline_s=2)
    except OcelliError:
        return False


async def test_a_restarted_triton_is_told_again_and_no_slot_is_lost(
    own_triton: LocalTriton,
) -> None:
    async with watching(own_triton) as (channel, registry):
        spec = registry.choose("means", EmbedHead)
        assert channel.arena is not None
        assert own_triton.pid is not None
        os.kill(own_triton.pid, signal.SIGKILL)
        failed = 0
        carried = False
        until_s = time.monotonic() + 40
        while not failed or not carried:
            assert time.monotonic() < until_s
            try:
                carried = await ask(channel, spec, 5, deadline_s=1)
            except OcelliError:
                failed += 1
                carried = False
            await asyncio.sleep(0.05)
        assert own_triton.restarts == 1
        assert channel.arena.leased == 0


async def test_without_shared_memory_tensors_travel_in_messages(
    triton: LocalTriton, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "posix_fallocate", _disk_full)
    async with watching(triton) as (channel, registry):
        assert not await ask(channel, registry.choose("means", EmbedHead), 3)


async def test_segments_that_triton_refuses_are_let_go(
    triton: LocalTriton, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it does in another IPC namespace: it does not find them where it looks."""
    elsewhere = tmp_path / "shm"
    elsewhere.mkdir()
    monkeypatch.setattr(segment, "_FOLDER", elsewhere)
    async with watching(triton) as (channel, registry):
        assert channel.arena is not None
        assert (channel.arena.refused, channel.arena.slots) == (True, 0)
        assert list(elsewhere.iterdir()) == []
        assert not await ask(channel, registry.choose("means", EmbedHead), 3)


async def test_a_slot_that_is_out_when_its_segment_is_let_go_may_still_come_back(
    channel: TritonChannel, registry: ModelRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = registry.choose("means", EmbedHead)
    slot = channel.lease(spec)
    assert slot is not None
    assert channel.arena is not None
    monkeypatch.setattr(channel.control, "call_any", _refuse)
    channel.arena.forget()
    await channel.arena.ensure({SIZE}, 0)
    assert not (SHM / slot.segment).exists()
    slot.memory[:] = 1
    channel.release(slot)
    assert channel.lease(spec) is None


async def _refuse(*_: object) -> None:
    raise AioRpcError(
        StatusCode.INTERNAL, Metadata(), Metadata(), "cannot be opened", debug_error_string=None
    )


def _disk_full(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_segments_of_the_dead_are_removed_and_those_of_the_living_stay() -> None:
    code = "from ocelli.edge.triton.segment import Segment; print(Segment(4096).name, flush=True)"
    command = [sys.executable, "-c", f"{code}; import time; time.sleep(60)"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        name = other.stdout.readline().strip()
        mine = Segment(4096)
        assert name not in remove_leftovers()
        other.kill()
        other.wait(5)
    assert name in remove_leftovers()
    assert not (SHM / name).exists()
    assert (SHM / mine.name).exists()
    mine.unlink()
    assert not (SHM / mine.name).exists()


async def test_nothing_is_left_after_close(triton: LocalTriton) -> None:
    before = set(SHM.glob("ocelli-*"))
    async with watching(triton):
        assert set(SHM.glob("ocelli-*")) - before
    assert not {path for path in SHM.glob("ocelli-*") if f"-{os.getpid()}-" in path.name} - before
