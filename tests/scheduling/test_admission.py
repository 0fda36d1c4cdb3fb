"""Admission against a simulated model: one server, a fixed time for each image, virtual time."""

import asyncio
import heapq
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

import numpy as np
import pytest

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.principal import Priority
from ocelli.edge.scheduling.admission import Admission
from ocelli.edge.scheduling.deadline import Deadline
from ocelli.edge.scheduling.flow import Flow

TIMEOUT_S = 1.0
BATCH = Flow("batch", priority=Priority.BATCH)
MAX_BATCH = 4


@dataclass
class Outcome:
    offered: int = 0
    in_time: int = 0
    late: int = 0
    refused: int = 0
    latencies_s: list[float] = field(default_factory=list)
    answered_at_s: list[float] = field(default_factory=list)

    def p99_s(self) -> float:
        return float(np.percentile(self.latencies_s, 99))


@dataclass
class Model:
    """Answers in batches of at most four of what waits; an image takes `service_s` of the whole."""

    service_s: float
    now_s: float = 0.0

    def __post_init__(self) -> None:
        self.admission = Admission("simulated", lambda: self.now_s)

    @property
    def capacity(self) -> float:
        return 1 / self.service_s

    async def run(
        self, loads: list[tuple[float, float]], timeout_s: float = TIMEOUT_S
    ) -> list[Outcome]:
        """Poisson arrivals; an outcome for each (arrivals per second, seconds)."""
        random = np.random.default_rng(1)
        arrivals: list[tuple[float, int]] = []
        at_s = 0.0
        for phase, (rate, lasts_s) in enumerate(loads):
            until_s = at_s + lasts_s
            while (at_s := at_s + random.exponential(1 / rate)) < until_s:
                arrivals.append((at_s, phase))
            at_s = until_s
        outcomes = [Outcome() for _ in loads]
        queue: list[tuple[float, int, AbstractAsyncContextManager[None]]] = []
        batch: list[tuple[float, int, AbstractAsyncContextManager[None]]] = []
        ends: list[float] = []
        heapq.heapify(arrivals)
        while arrivals or ends:
            if ends and (not arrivals or ends[0] <= arrivals[0][0]):
                self.now_s = heapq.heappop(ends)
                for arrived_s, phase, place in batch:
                    await place.__aexit__(None, None, None)
                    took_s = self.now_s - arrived_s
                    outcome = outcomes[phase]
                    outcome.latencies_s.append(took_s)
                    outcome.answered_at_s.append(self.now_s)
                    if took_s <= TIMEOUT_S:
                        outcome.in_time += 1
                    else:
                        outcome.late += 1
                batch, queue = queue[:MAX_BATCH], queue[MAX_BATCH:]
            else:
                self.now_s, phase = heapq.heappop(arrivals)
                outcomes[phase].offered += 1
                place = self.admission.enter(Call("test", Deadline.after(TIMEOUT_S, 60)))
                try:
                    await place.__aenter__()
                except OcelliError:
                    outcomes[phase].refused += 1
                    continue
                (queue if batch else batch).append((self.now_s, phase, place))
            if batch and not ends:
                heapq.heappush(ends, self.now_s + self.service_s * len(batch))
        return outcomes


@pytest.mark.parametrize("service_s", [0.0565, 0.004])
async def test_goodput_holds_under_overload_and_what_is_admitted_is_quick(
    service_s: float,
) -> None:
    lasts_s = 3000 * service_s
    model = Model(service_s)
    half, *loads = await model.run([(x * model.capacity, lasts_s) for x in (0.5, 0.9, 1.2, 2, 4)])
    goodput = [outcome.in_time / lasts_s / model.capacity for outcome in loads]
    assert goodput[0] > 0.88
    assert min(goodput[2:]) > 0.9
    assert not any(outcome.late for outcome in loads)
    assert half.refused <= 0.001 * half.offered
    # What is admitted waits for those admitted before it and for the batch under way, at most.
    longest_s = (model.admission.limit + MAX_BATCH) * service_s
    assert max(outcome.p99_s() for outcome in loads) < longest_s


async def test_after_a_flood_calls_are_served_as_before() -> None:
    model = Model(0.05)
    before, _, after = await model.run([(6, 30), (200, 30), (6, 30)])
    assert after.refused <= before.refused + 4
    assert np.median(after.latencies_s) < 1.5 * np.median(before.latencies_s)


async def test_patient_callers_may_come_all_at_once() -> None:
    model = Model(0.05)
    await model.run([(5, 10)])
    places = [model.admission.enter(Call("test", Deadline.after(30, 60))) for _ in range(100)]
    for place in places:
        await place.__aenter__()
    assert model.admission.under_way == 100
    for place in places:
        await place.__aexit__(None, None, None)


async def test_a_refusal_says_when_to_come_again() -> None:
    model = Model(0.05)
    (flood,) = await model.run([(200, 5)])
    assert flood.refused
    places = []
    with pytest.raises(OcelliError) as refused:
        while True:
            place = model.admission.enter(Call("test", Deadline.after(1, 60)))
            await place.__aenter__()
            places.append(place)
    assert refused.value.reason is Reason.OVERLOADED
    assert refused.value.quota == "model_capacity"
    assert refused.value.retry_after_s == pytest.approx(0.05 * len(places) / 2, rel=0.5)
    for place in places:
        await place.__aexit__(None, None, None)


def frame(flow: str) -> Call:
    return Call("test", Deadline.after(30, 60), flow=Flow(flow), waits=True)


async def test_a_first_batch_of_many_is_not_taken_for_the_speed_of_one() -> None:
    """Sixteen callers without hurry, from the first moment on, of whom none is ever alone."""
    model = Model(0.05)
    admission, refused = model.admission, 0
    for turn in range(12):
        places = []
        for _ in range(16):
            place = admission.enter(Call("test", Deadline.after(60, 60)))
            try:
                await place.__aenter__()
                places.append(place)
            except OcelliError:
                refused += 1
        model.now_s += 16 * model.service_s
        for place in places:
            await place.__aexit__(None, None, None)
        assert refused == 0, turn
    assert admission.capacity == pytest.approx(20, rel=0.1)


async def test_frames_wait_in_turns_and_leave_places_to_calls() -> None:
    model = Model(0.05)
    await model.run([(5, 10)])
    admission = model.admission
    admitted: list[str] = []
    release = asyncio.Event()

    async def work(flow: str) -> None:
        async with admission.enter(frame(flow)):
            admitted.append(flow)
            await release.wait()

    tasks = [asyncio.create_task(work("flood")) for _ in range(40)]
    tasks += [asyncio.create_task(work(f"polite {n}")) for n in range(2)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert admission.under_way < admission.limit
    assert admission.waiting == len(tasks) - admission.under_way
    async with admission.enter(Call("test", Deadline.after(1, 60))):
        pass
    release.set()
    await asyncio.gather(*tasks)
    first = admission.limit
    assert {f"polite {n}" for n in range(2)} <= set(admitted[: first + 4])
    assert admission.under_way == 0


async def test_who_stops_waiting_takes_no_place() -> None:
    model = Model(0.05)
    await model.run([(5, 10)])
    admission = model.admission
    async with admission.enter(frame("a")):
        places = [admission.enter(frame("a")) for _ in range(30)]
        waiting = [asyncio.create_task(place.__aenter__()) for place in places]
        await asyncio.sleep(0)
        held = [task for task in waiting if task.done()]
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        assert admission.under_way == 1 + len(held)


async def test_live_streams_have_as_few_frames_in_flight_as_keep_the_model_busy() -> None:
    model = Model(0.05)
    admission = model.admission
    assert admission.window(16, keep_latest=True) == 2
    assert admission.window(16, keep_latest=False) == 16
    await model.run([(5, 20)])
    admission.streams = 1
    assert admission.window(16, keep_latest=True) == 2
    assert admission.window(16, keep_latest=False) <= admission.limit
    admission.streams = 8
    assert admission.window(16, keep_latest=True) == 1
    assert admission.window(16, keep_latest=False) == 2


def batch_call(timeout_s: float = 30.0) -> Call:
    return Call("test", Deadline.after(timeout_s, 60), flow=BATCH)


async def test_batch_calls_wait_until_the_model_would_be_idle() -> None:
    model = Model(0.05)
    await model.run([(5, 10)])
    admission = model.admission
    assert admission.batch_limit == 1
    admitted: list[str] = []
    release = asyncio.Event()

    async def work(name: str, call: Call) -> None:
        async with admission.enter(call):
            admitted.append(name)
            await release.wait()

    tasks = [asyncio.create_task(work(f"batch {n}", batch_call())) for n in range(3)]
    await asyncio.sleep(0)
    tasks += [asyncio.create_task(work("interactive", frame("a"))) for _ in range(4)]
    await asyncio.sleep(0)
    assert admitted == ["batch 0", *["interactive"] * 4]
    assert admission.waiting == 2
    release.set()
    await asyncio.gather(*tasks)
    assert admitted[-2:] == ["batch 1", "batch 2"]
    assert admission.under_way == admission.waiting == 0


async def test_no_more_batch_calls_wait_than_calls_may_be_under_way() -> None:
    model = Model(0.05)
    await model.run([(5, 10)])
    admission = model.admission
    calls = [admission.enter(batch_call(1)) for _ in range(3 * admission.limit)]
    entering = [asyncio.create_task(call.__aenter__()) for call in calls]
    await asyncio.sleep(0)
    refused = [task for task in entering if task.done() and task.exception()]
    assert admission.under_way + admission.waiting == admission.limit
    assert len(refused) == len(calls) - admission.limit
    async with admission.enter(Call("test", Deadline.after(1, 60))):
        assert admission.under_way == 2
    for task in entering:
        task.cancel()
    await asyncio.gather(*entering, return_exceptions=True)
    assert admission.waiting == 0


async def test_a_batch_call_waits_no_longer_than_its_deadline() -> None:
    model = Model(0.05)
    await model.run([(5, 10)])
    async with model.admission.enter(frame("a")):
        with pytest.raises(OcelliError) as late:
            async with model.admission.enter(batch_call(0.2)):
                pass
    assert late.value.reason is Reason.DEADLINE_EXCEEDED
    assert model.admission.waiting == 0


async def test_of_calls_that_leave_at_the_moment_of_their_turn_none_keeps_a_place() -> None:
    model = Model(0.05)
    await model.run([(5, 10)])
    admission = model.admission
    for before in (True, False):
        async with admission.enter(frame("a")):
            waiting = asyncio.create_task(admission.enter(batch_call()).__aenter__())
            await asyncio.sleep(0)
            if before:
                waiting.cancel()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert (admission.under_way, admission.waiting) == (0, 0)
