"""When requests go out, and from when their latency counts; on a clock of the test's own."""

import asyncio

import pytest

from ocelli.client.load.arrivals import steady
from ocelli.client.load.pace import ClosedPace, OpenPace


class Clock:
    """Time that passes only where the code under test sleeps, or the test lets it."""

    def __init__(self) -> None:
        self.now_s = 1000.0
        self.late_s = 0.0
        """How much later than asked for one who sleeps wakes up."""

    def monotonic(self) -> float:
        return self.now_s

    async def sleep(self, duration_s: float) -> None:
        self.now_s += duration_s + self.late_s


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr("ocelli.client.load.pace.time", made)
    monkeypatch.setattr("ocelli.client.load.pace.asyncio", made)
    return made


async def test_a_request_is_sent_when_it_is_due(clock: Clock) -> None:
    begin_s = clock.now_s
    pace = OpenPace(steady(50), begin_s, begin_s + 0.2)
    sent = []
    while (since_s := await pace.next()) is not None:
        sent.append((since_s - begin_s, clock.now_s - begin_s))
    assert len(sent) == 10
    for number, (since_s, now_s) in enumerate(sent):
        # Up to a millisecond early, and then latency counts from the sending.
        assert number / 50 - 0.001 - 1e-9 <= since_s <= number / 50 + 1e-9
        assert since_s == pytest.approx(now_s)
    assert pace.unsent == 0


async def test_latency_counts_from_when_a_late_request_was_due(clock: Clock) -> None:
    begin_s = clock.now_s
    pace = OpenPace(steady(100), begin_s, begin_s + 10)
    await pace.next()
    clock.now_s += 0.1
    late = [await pace.next() for _ in range(9)]
    assert clock.now_s == begin_s + 0.1
    assert late == pytest.approx([begin_s + number / 100 for number in range(1, 10)])


async def test_one_who_wakes_late_counts_from_when_it_was_due(clock: Clock) -> None:
    begin_s = clock.now_s
    clock.late_s = 0.05
    pace = OpenPace(iter([0.1, 9.0]), begin_s, begin_s + 1)
    assert await pace.next() == pytest.approx(begin_s + 0.1)
    assert clock.now_s > begin_s + 0.14


async def test_what_was_due_and_never_sent_is_counted(clock: Clock) -> None:
    begin_s = clock.now_s
    pace = OpenPace(steady(100), begin_s, begin_s + 0.095)
    await pace.next()
    clock.now_s += 0.12
    assert await pace.next() is None
    assert pace.unsent == 9


async def test_one_who_is_cancelled_while_waiting_loses_no_request() -> None:
    loop = asyncio.get_running_loop()
    begin_s = loop.time()
    pace = OpenPace(iter([0.05, 0.06, 9.0]), begin_s, begin_s + 5)
    waiting = asyncio.create_task(pace.next())
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    since_s = await pace.next()
    assert since_s is not None
    assert begin_s + 0.05 - 0.002 <= since_s <= begin_s + 0.05


async def test_a_closed_loop_sends_at_once_until_the_end(clock: Clock) -> None:
    pace = ClosedPace(clock.now_s + 0.05)
    assert await pace.next() == clock.now_s
    clock.now_s += 0.06
    assert await pace.next() is None
    assert pace.unsent == 0
