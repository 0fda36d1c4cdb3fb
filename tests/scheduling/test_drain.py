import asyncio

from ocelli.edge.scheduling.drain import Drain

TOO_LONG_S = 5.0


async def test_nobody_to_tell_is_not_waited_for() -> None:
    drain = Drain()
    drain.start()
    waiting = asyncio.create_task(drain.wait_heard(TOO_LONG_S))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert waiting.done()


async def test_the_wait_ends_after_the_last_who_was_told() -> None:
    drain = Drain()
    may_end = [asyncio.Event(), asyncio.Event()]

    async def stream(end: asyncio.Event) -> None:
        told = asyncio.Event()
        with drain.notify(told.set):
            await told.wait()
            await end.wait()

    streams = [asyncio.create_task(stream(end)) for end in may_end]
    await asyncio.sleep(0)
    drain.start()
    waiting = asyncio.create_task(drain.wait_heard(TOO_LONG_S))
    may_end[0].set()
    await streams[0]
    await asyncio.sleep(0.3)
    assert not waiting.done(), "the second stream goes on"
    may_end[1].set()
    await streams[1]
    await asyncio.sleep(0)
    assert not waiting.done(), "its last words need a moment to arrive"
    await asyncio.wait_for(waiting, TOO_LONG_S / 2)


async def test_who_does_not_end_is_waited_for_no_longer_than_told() -> None:
    drain = Drain()
    with drain.notify(lambda: None):
        drain.start()
        await asyncio.wait_for(drain.wait_heard(0.1), TOO_LONG_S)
