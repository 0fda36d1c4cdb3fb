import asyncio
import time

from ocelli.edge.scheduling.drain import Drain


async def test_nobody_to_tell_is_not_waited_for() -> None:
    drain = Drain()
    drain.start()
    began_s = time.monotonic()
    await drain.wait_heard(10)
    assert time.monotonic() - began_s < 0.1


async def test_the_wait_ends_a_moment_after_the_last_who_was_told() -> None:
    drain = Drain()
    ended_s: list[float] = []

    async def stream(lasts_s: float) -> None:
        told = asyncio.Event()
        with drain.notify(told.set):
            await told.wait()
            await asyncio.sleep(lasts_s)
        ended_s.append(time.monotonic())

    streams = [asyncio.create_task(stream(lasts_s)) for lasts_s in (0.01, 0.2)]
    await asyncio.sleep(0)
    drain.start()
    await drain.wait_heard(10)
    heard_s = time.monotonic()
    assert len(ended_s) == 2
    assert 0.1 < heard_s - ended_s[1] < 1
    await asyncio.gather(*streams)


async def test_who_does_not_end_is_waited_for_no_longer_than_told() -> None:
    drain = Drain()
    with drain.notify(lambda: None):
        drain.start()
        began_s = time.monotonic()
        await drain.wait_heard(0.1)
        assert 0.05 < time.monotonic() - began_s < 1
