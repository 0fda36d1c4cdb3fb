"""Two real Tritons behind one channel: one dies, one does not respond."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import numpy as np
import pytest_asyncio
from tritonclient.grpc import service_pb2

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.scheduling.deadline import Deadline
from ocelli.edge.tasks.embed import EmbedModel
from ocelli.edge.tasks.embed_head import EmbedHead
from ocelli.edge.tasks.registry import TASKS
from ocelli.edge.triton.access import TritonAccess
from ocelli.edge.triton.channel import TritonChannel
from ocelli.edge.triton.local.triton_process import LocalTriton
from ocelli.edge.triton.registry import ModelRegistry

IMAGE = np.full((1, 32, 32, 3), 7, np.uint8)
KEEPALIVE_S = 0.6


@pytest_asyncio.fixture
async def tritons(
    tmp_path: Path, make_home: Callable[[Path], Path], write_means: Callable[[Path], None]
) -> AsyncIterator[list[LocalTriton]]:
    write_means(tmp_path / "models" / "means")
    pair = [
        LocalTriton(home=make_home(tmp_path / name), model_repository=tmp_path / "models")
        for name in ("one", "two")
    ]
    await asyncio.gather(*(triton.start() for triton in pair))
    yield pair
    for triton in pair:
        if triton.pid is not None:
            os.kill(triton.pid, signal.SIGCONT)
    await asyncio.gather(*(triton.stop() for triton in pair))


@pytest_asyncio.fixture
async def channel(tritons: list[LocalTriton]) -> AsyncIterator[TritonChannel]:
    addresses = tuple(triton.address for triton in tritons)
    channel = TritonChannel(TritonAccess(targets=addresses), 32 << 20, keepalive_s=KEEPALIVE_S)
    yield channel
    await channel.close()


async def describe(channel: TritonChannel) -> EmbedModel:
    registry = ModelRegistry(channel, TASKS, 1.0, lambda: None)
    registry.start()
    assert await registry.wait_reachable(10)
    spec = registry.choose("means", EmbedHead)
    await registry.close()
    return spec


async def load(
    channel: TritonChannel, spec: EmbedModel, duration_s: float, deadline_s: float
) -> tuple[int, list[tuple[float, float, Reason]]]:
    """Eight callers in a closed loop; failures as (when it was sent, how long it took, why)."""
    began_s = time.monotonic()
    good = 0
    failures: list[tuple[float, float, Reason]] = []

    async def call_on() -> None:
        nonlocal good
        while (sent_s := time.monotonic()) < began_s + duration_s:
            try:
                outputs = await channel.infer(
                    spec, IMAGE, Call("test", Deadline.after(deadline_s, 60))
                )
                assert np.allclose(outputs["embedding"], 7)
                good += 1
            except OcelliError as error:
                failures.append((sent_s - began_s, time.monotonic() - sent_s, error.reason))
                await asyncio.sleep(0.01)

    await asyncio.gather(*(call_on() for _ in range(8)))
    return good, failures


async def counts(channel: TritonChannel) -> list[int]:
    request = service_pb2.ModelStatisticsRequest(name="means")
    answers = await channel.control.call_all("ModelStatistics", request, 5)
    return [answer.model_stats[0].inference_count for answer in answers]


async def test_each_of_two_gets_its_share(channel: TritonChannel) -> None:
    spec = await describe(channel)
    good, failures = await load(channel, spec, 1.5, 10)
    assert failures == []
    shares = await counts(channel)
    assert sum(shares) == good
    assert min(shares) > 0.4 * good


async def test_killing_one_of_two_loses_no_call_that_has_time_left(
    channel: TritonChannel, tritons: list[LocalTriton]
) -> None:
    spec = await describe(channel)
    running = asyncio.create_task(load(channel, spec, 4, 10))
    await asyncio.sleep(1)
    assert tritons[0].pid is not None
    os.kill(tritons[0].pid, signal.SIGKILL)
    good, failures = await running
    assert failures == []
    assert good > 100


async def test_a_unresponsive_one_costs_its_share_until_its_silence_is_noticed(
    channel: TritonChannel, tritons: list[LocalTriton]
) -> None:
    spec = await describe(channel)
    running = asyncio.create_task(load(channel, spec, 9, 6))
    await asyncio.sleep(1)
    assert tritons[0].pid is not None
    os.kill(tritons[0].pid, signal.SIGSTOP)
    await asyncio.sleep(5)
    os.kill(tritons[0].pid, signal.SIGCONT)
    good, failures = await running
    noticed_s = 1 + KEEPALIVE_S + 1.0 + 1.5
    assert all(sent_s < noticed_s for sent_s, _, _ in failures), failures
    assert len(failures) <= 8
    assert good > 200


async def test_one_that_comes_back_is_used_again(
    channel: TritonChannel, tritons: list[LocalTriton]
) -> None:
    spec = await describe(channel)
    assert tritons[0].pid is not None
    os.kill(tritons[0].pid, signal.SIGKILL)
    await load(channel, spec, 1, 10)
    until_s = time.monotonic() + 30
    while not tritons[0].running:
        assert time.monotonic() < until_s
        await asyncio.sleep(0.1)
    await asyncio.sleep(4)
    before = await counts(channel)
    await load(channel, spec, 2, 10)
    after = await counts(channel)
    assert len(before) == len(after) == 2
    assert min(now - then for now, then in zip(after, before, strict=True)) > 0


async def test_one_name_may_stand_for_a_triton(tritons: list[LocalTriton]) -> None:
    port = tritons[0].address.rpartition(":")[2]
    channel = TritonChannel(
        TritonAccess(targets=(f"dns:///localhost:{port}",)), 32 << 20, keepalive_s=KEEPALIVE_S
    )
    spec = await describe(channel)
    good, failures = await load(channel, spec, 0.5, 10)
    assert failures == []
    assert good > 10
    await channel.close()
