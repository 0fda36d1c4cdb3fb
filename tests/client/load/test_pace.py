"""When requests go out, and from when their latency counts."""

import asyncio
import time

import pytest

from ocelli.client.load.arrivals import steady
from ocelli.client.load.pace import ClosedPace, OpenPace


async def test_a_request_is_sent_when_it_is_due() -> None:
    begin_s = time.monotonic()
    pace = OpenPace(steady(50), begin_s, begin_s + 0.2)
    sent = []
    while (since_s := await pace.next()) is not None:
        sent.append((since_s - begin_s, time.monotonic() - begin_s))
    assert len(sent) == 10
    for number, (since_s, now_s) in enumerate(sent):
        assert number / 50 - 0.0015 <= since_s <= number / 50 + 1e-6
        assert since_s <= now_s
    assert pace.unsent == 0


async def test_latency_counts_from_when_a_late_request_was_due() -> None:
    begin_s = time.monotonic()
    pace = OpenPace(steady(100), begin_s, begin_s + 10)
    await pace.next()
    await asyncio.sleep(0.1)
    late = [await pace.next() for _ in range(9)]
    assert time.monotonic() - begin_s < 0.2
    assert late == pytest.approx([begin_s + number / 100 for number in range(1, 10)])


async def test_what_was_due_and_never_sent_is_counted() -> None:
    begin_s = time.monotonic()
    pace = OpenPace(steady(100), begin_s, begin_s + 0.1)
    await pace.next()
    await asyncio.sleep(0.12)
    assert await pace.next() is None
    assert pace.unsent == 9


async def test_one_who_is_cancelled_while_waiting_loses_no_request() -> None:
    begin_s = time.monotonic()
    pace = OpenPace(iter([0.05, 0.06, 9.0]), begin_s, begin_s + 1)
    waiting = asyncio.create_task(pace.next())
    await asyncio.sleep(0.01)
    waiting.cancel()
    await asyncio.wait([waiting])
    since_s = await pace.next()
    assert since_s is not None
    assert since_s - begin_s == pytest.approx(0.05, abs=0.0015)


async def test_a_closed_loop_sends_at_once_until_the_end() -> None:
    pace = ClosedPace(time.monotonic() + 0.05)
    since_s = await pace.next()
    assert since_s == pytest.approx(time.monotonic(), abs=0.01)
    await asyncio.sleep(0.06)
    assert await pace.next() is None
    assert pace.unsent == 0
