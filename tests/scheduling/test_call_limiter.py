import asyncio

import pytest

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.scheduling.call_limiter import CallLimiter


async def test_calls_beyond_the_limit_are_refused_and_places_come_back() -> None:
    limiter = CallLimiter(2, 2)
    with limiter.enter("a"), limiter.enter("b"):
        assert limiter.active == 2
        with pytest.raises(OcelliError) as refused, limiter.enter("c"):
            pass
        assert refused.value.reason is Reason.OVERLOADED
        assert refused.value.quota == "max_concurrent_calls"
    with limiter.enter("c"):
        assert limiter.active == 1


async def test_a_connection_leaves_places_to_others() -> None:
    limiter = CallLimiter(4, 2)
    with limiter.enter("greedy"), limiter.enter("greedy"):
        with pytest.raises(OcelliError) as refused, limiter.enter("greedy"):
            pass
        assert refused.value.quota == "max_calls_per_connection"
        with limiter.enter("polite"):
            assert limiter.active == 3


async def test_it_tells_when_the_last_call_has_ended() -> None:
    limiter = CallLimiter(4, 4)
    assert await limiter.wait_idle(0)
    with limiter.enter("a"):
        assert not await limiter.wait_idle(0.01)
        waiting = asyncio.create_task(limiter.wait_idle(10))
        await asyncio.sleep(0)
        assert not waiting.done()
    assert await waiting


async def test_calls_under_way_can_be_ended() -> None:
    limiter = CallLimiter(8, 8)
    ended: list[bool] = []

    async def call() -> None:
        with limiter.enter("a") as end:
            try:
                async with end:
                    await asyncio.sleep(60)
            except TimeoutError:
                ended.append(end.expired())

    calls = [asyncio.create_task(call()) for _ in range(3)]
    await asyncio.sleep(0)
    assert limiter.active == 3
    limiter.end_calls()
    await asyncio.gather(*calls)
    assert ended == [True] * 3
    assert await limiter.wait_idle(0)
