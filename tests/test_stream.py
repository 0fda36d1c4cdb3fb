import asyncio
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.principal import Limits, Principal
from ocelli.edge.scheduling.drain import Drain
from ocelli.edge.scheduling.quota.limited_quota import Quotas
from ocelli.edge.scheduling.quota.quota import UNLIMITED, Quota
from ocelli.edge.scheduling.quota.usage_table import UsageTable
from ocelli.edge.stream import DropCause, FrameWindow, FrameWork, WindowOptions

Answer = tuple[int, str]


class Stream:
    """A stream of numbers; each number's work takes as many loop turns as `turns` says."""

    def __init__(self, turns: list[int], failing: frozenset[int] = frozenset()) -> None:
        self.turns = turns
        self.failing = failing
        self.position = 0
        self.busy = self.most_busy = 0
        self.read_ahead = 0
        self.answers: list[Answer] = []
        self.drain = Drain()

    async def read(self) -> int | None:
        await asyncio.sleep(0)
        if self.position == len(self.turns):
            return None
        self.position += 1
        self.read_ahead = max(self.read_ahead, self.position - len(self.answers))
        return self.position - 1

    async def write(self, answer: Answer) -> None:
        await asyncio.sleep(0)
        self.answers.append(answer)

    async def answer(self, frame: int, check_active: Callable[[], None]) -> Answer:
        self.busy += 1
        self.most_busy = max(self.most_busy, self.busy)
        try:
            for _ in range(self.turns[frame]):
                await asyncio.sleep(0)
            check_active()
        finally:
            self.busy -= 1
        if frame in self.failing:
            raise OcelliError(Reason.IMAGE_CORRUPT, f"frame {frame}")
        return frame, "result"

    async def run(self, options: WindowOptions, quota: Quota = UNLIMITED) -> list[Answer]:
        work: FrameWork[int, Answer] = FrameWork(
            self.answer,
            lambda frame, error: (frame, error.reason.value),
            lambda frame, cause, _: (frame, cause.value),
        )
        window = FrameWindow(options, work, self.drain, quota=quota)
        await window.run(self.read, self.write)
        return self.answers


@settings(max_examples=150)
@given(
    turns=st.lists(st.integers(0, 12), max_size=60),
    limit=st.integers(1, 8),
    latest=st.booleans(),
    failing=st.frozensets(st.integers(0, 60)),
)
def test_any_stream_is_answered_once_each_in_order_within_its_window(
    turns: list[int], limit: int, latest: bool, failing: frozenset[int]
) -> None:
    stream = Stream(turns, failing)
    answers = asyncio.run(stream.run(WindowOptions(limit, keep_latest=latest)))
    assert [frame for frame, _ in answers] == list(range(len(turns)))
    assert stream.most_busy <= limit
    for frame, outcome in answers:
        wanted = "IMAGE_CORRUPT" if frame in failing else "result"
        assert outcome == wanted or (latest and outcome == DropCause.SUPERSEDED.value)
    if not latest:
        assert stream.read_ahead <= limit + 1


async def test_latest_answers_the_newest_frame_and_drops_the_oldest_waiting() -> None:
    stream = Stream([50] + [0] * 9)
    answers = await stream.run(WindowOptions(1, keep_latest=True))
    assert answers[0] == (0, "result")
    assert answers[-1] == (9, "result")
    assert {outcome for _, outcome in answers[1:-1]} == {DropCause.SUPERSEDED.value}


async def test_frames_older_than_allowed_are_dropped_before_work() -> None:
    stream = Stream([0, 0])

    async def slow(frame: int, check_active: Callable[[], None]) -> Answer:
        if frame == 0:
            await asyncio.sleep(0.05)
        check_active()
        return frame, "result"

    stream.answer = slow  # type: ignore[method-assign]  # this test's own work
    answers = await stream.run(WindowOptions(2, max_age_s=0.02))
    assert answers == [(0, DropCause.TOO_OLD.value), (1, "result")]


async def test_a_client_that_does_not_take_answers_stops_the_reading() -> None:
    for latest, most in ((False, 3), (True, 3 + 256 + 1)):
        stream = Stream([0] * 2000)
        taken = asyncio.Event()

        async def stuck(_: Answer, taken: asyncio.Event = taken) -> None:
            await taken.wait()

        stream.write = stuck  # type: ignore[method-assign]  # this test's own client
        task = asyncio.create_task(stream.run(WindowOptions(3, keep_latest=latest)))
        await asyncio.sleep(0.2)
        assert stream.position <= most
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert stream.busy == 0


async def test_a_bug_costs_its_frame_only(caplog: pytest.LogCaptureFixture) -> None:
    stream = Stream([0, 0])

    async def buggy(frame: int, check_active: Callable[[], None]) -> Answer:
        check_active()
        if frame == 0:
            raise ZeroDivisionError
        return frame, "result"

    stream.answer = buggy  # type: ignore[method-assign]  # this test's own work
    assert await stream.run(WindowOptions(2)) == [(0, "INTERNAL"), (1, "result")]
    assert "ZeroDivisionError" in caplog.text


async def test_a_drain_answers_what_was_read_and_then_ends_with_a_retryable_error() -> None:
    stream = Stream([20, 20])

    async def wait_forever() -> int | None:
        if stream.position < 2:
            return await Stream.read(stream)
        await asyncio.Event().wait()
        return None

    stream.read = wait_forever  # type: ignore[method-assign]  # this test's own client
    task = asyncio.create_task(stream.run(WindowOptions(4)))
    await asyncio.sleep(0.01)
    stream.drain.start()
    with pytest.raises(OcelliError) as failed:
        await task
    assert failed.value.reason is Reason.DRAINING
    assert stream.answers == [(0, "result"), (1, "result")]


async def test_an_error_of_the_reader_ends_the_stream_after_the_answers_that_are_due() -> None:
    stream = Stream([5])

    async def broken() -> int | None:
        if stream.position < 1:
            return await Stream.read(stream)
        raise OcelliError(Reason.STREAM_PROTOCOL, "config twice")

    stream.read = broken  # type: ignore[method-assign]  # this test's own client
    with pytest.raises(OcelliError, match="config twice"):
        await stream.run(WindowOptions(4))
    assert stream.answers == [(0, "result")]


def ten_images_a_second() -> Quota:
    limits = Limits(images_per_s=10)
    return Quotas(UsageTable.alone()).of(Principal(name="ten", limits=limits))


async def test_frames_beyond_a_rate_wait_if_the_stream_makes_its_sender_wait() -> None:
    stream = Stream([0] * 13)
    task = asyncio.create_task(stream.run(WindowOptions(8), ten_images_a_second()))
    await asyncio.sleep(0.05)
    assert stream.position == 11
    began_s = time.monotonic()
    assert await task == [(frame, "result") for frame in range(13)]
    assert time.monotonic() - began_s == pytest.approx(0.25, abs=0.1)


async def test_frames_beyond_a_rate_give_way_to_newer_ones_if_the_latest_is_kept() -> None:
    stream = Stream([0] * 30)
    began_s = time.monotonic()
    answers = await stream.run(WindowOptions(8, keep_latest=True), ten_images_a_second())
    assert time.monotonic() - began_s == pytest.approx(0.1, abs=0.08)
    assert [frame for frame, _ in answers] == list(range(30))
    assert answers[:10] == [(frame, "result") for frame in range(10)]
    assert answers[-1] == (29, "result")
    assert {outcome for _, outcome in answers[10:-1]} == {DropCause.SUPERSEDED.value}


async def test_a_stream_that_ends_while_a_frame_waits_for_its_turn_starts_it_no_more() -> None:
    stream = Stream([0] * 12)
    quota = ten_images_a_second()
    task = asyncio.create_task(stream.run(WindowOptions(8, keep_latest=True), quota))
    await asyncio.sleep(0.03)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    answered = len(stream.answers)
    await asyncio.sleep(0.15)
    assert len(stream.answers) == answered == 11
    assert quota.frame_delay_s() == 0
