"""Triton counts as reachable once what carries inference is connected: a relay holds it up."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import numpy as np

from ocelli.edge.call import Call
from ocelli.edge.scheduling.deadline import Deadline
from ocelli.edge.tasks.embed_head import EmbedHead
from ocelli.edge.tasks.registry import TASKS
from ocelli.edge.triton.access import TritonAccess
from ocelli.edge.triton.channel import TritonChannel
from ocelli.edge.triton.local.triton_process import LocalTriton
from ocelli.edge.triton.registry import ModelRegistry

HELD_S = 3.0
IMAGE = np.full((1, 32, 32, 3), 7, np.uint8)


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def relay(target: str, held_s: Callable[[int], float]) -> AsyncIterator[str]:
    """Passes connections on to `target`, each after a while that depends on its number."""
    host, _, port = target.rpartition(":")
    accepted = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal accepted
        accepted += 1
        await asyncio.sleep(held_s(accepted))
        there = await asyncio.open_connection(host, int(port))
        await asyncio.gather(pump(reader, there[1]), pump(there[0], writer))

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield "127.0.0.1:{1}".format(*server.sockets[0].getsockname())


@asynccontextmanager
async def watching(*targets: str) -> AsyncIterator[tuple[TritonChannel, ModelRegistry]]:
    channel = TritonChannel(TritonAccess(targets=targets), 32 << 20)
    registry = ModelRegistry(channel, TASKS, 0.1, lambda: None)
    registry.start()
    yield channel, registry
    await registry.close()
    await channel.close()


async def ask(channel: TritonChannel, registry: ModelRegistry) -> float:
    """How long a call takes."""
    spec = registry.choose("means", EmbedHead)
    began_s = time.monotonic()
    await channel.infer(spec, spec.request(IMAGE), Call("test", Deadline.after(20, 60)))
    return time.monotonic() - began_s


async def test_the_first_call_finds_a_connection(triton: LocalTriton) -> None:
    async with (
        relay(triton.address, lambda number: 0 if number == 1 else HELD_S) as address,
        watching(address) as (channel, registry),
    ):
        assert await registry.wait_reachable(10)
        assert await ask(channel, registry) < HELD_S / 2


async def test_a_triton_that_is_not_connected_is_not_reachable(triton: LocalTriton) -> None:
    async with (
        relay(triton.address, lambda _: HELD_S) as address,
        watching(address) as (channel, registry),
    ):
        assert not await registry.wait_reachable(HELD_S / 3)
        assert await registry.wait_reachable(20)
        assert await ask(channel, registry) < HELD_S / 2


async def test_of_several_the_first_call_goes_to_one_that_is_connected(triton: LocalTriton) -> None:
    async with (
        relay(triton.address, lambda _: HELD_S) as slow,
        watching(slow, triton.address) as (channel, registry),
    ):
        assert await registry.wait_reachable(10)
        assert max([await ask(channel, registry) for _ in range(4)]) < HELD_S / 2
