import asyncio

import pytest

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.scheduling.memory_limiter import MemoryLimiter


async def test_room_is_given_first_come_first_served_and_comes_back() -> None:
    in_flight = MemoryLimiter(100)
    order: list[str] = []

    async def hold(name: str, size_bytes: int, turns: int) -> None:
        async with in_flight.reserve(size_bytes, wait=True):
            order.append(name)
            assert in_flight.bytes_held <= 100
            for _ in range(turns):
                await asyncio.sleep(0)

    await asyncio.gather(hold("a", 80, 9), hold("b", 90, 3), hold("c", 10, 1))
    assert order == ["a", "b", "c"]
    assert in_flight.bytes_held == 0


async def test_who_does_not_wait_is_refused_with_the_quota() -> None:
    in_flight = MemoryLimiter(100)
    async with in_flight.reserve(60, wait=False):
        with pytest.raises(OcelliError) as refused:
            async with in_flight.reserve(60, wait=False):
                pass
    assert refused.value.reason is Reason.OVERLOADED
    assert refused.value.quota == "max_inflight_bytes"
    async with in_flight.reserve(100, wait=False):
        pass


async def test_more_than_the_limit_never_waits() -> None:
    with pytest.raises(OcelliError):
        async with MemoryLimiter(100).reserve(101, wait=True):
            pass


async def test_who_leaves_while_waiting_holds_nothing_and_lets_the_next_in() -> None:
    in_flight = MemoryLimiter(100)

    async def hold(size_bytes: int) -> None:
        async with in_flight.reserve(size_bytes, wait=True):
            await asyncio.sleep(0)

    async with in_flight.reserve(50, wait=True):
        large = asyncio.create_task(hold(90))
        await asyncio.sleep(0)
        small = asyncio.create_task(hold(50))
        await asyncio.sleep(0)
        large.cancel()
        await asyncio.wait_for(small, 1)
    await asyncio.gather(large, return_exceptions=True)
    assert in_flight.bytes_held == 0


async def test_a_cancel_in_the_moment_of_admission_gives_the_room_back() -> None:
    in_flight = MemoryLimiter(100)

    async def hold() -> None:
        async with in_flight.reserve(100, wait=True):
            await asyncio.sleep(0)

    async with in_flight.reserve(100, wait=True):
        waiting = asyncio.create_task(hold())
        await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert in_flight.bytes_held == 0
