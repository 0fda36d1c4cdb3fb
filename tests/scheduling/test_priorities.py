"""What batch work does to interactive work: a simulated model, virtual time."""

import asyncio
from dataclasses import dataclass, field

import numpy as np
import pytest

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError
from ocelli.edge.principal import Priority
from ocelli.edge.scheduling.admission import Admission
from ocelli.edge.scheduling.deadline import Deadline
from ocelli.edge.scheduling.flow import Flow

SERVICE_S = 0.05
MAX_BATCH = 4
_TURNS = 6
"""Of the loop, until everything that an event sets off has happened."""


@dataclass
class Seen:
    refused: int = 0
    latencies_s: list[float] = field(default_factory=list)
    answered_at_s: list[float] = field(default_factory=list)

    def p99_s(self) -> float:
        return float(np.percentile(self.latencies_s, 99))


class Model:
    """Answers in batches of at most four of what waits; an image takes `SERVICE_S` of the whole."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.admission = Admission("simulated", lambda: self.now_s)
        self._queue: list[asyncio.Future[None]] = []
        self._running: list[asyncio.Future[None]] = []
        self._end_s = np.inf

    async def run(
        self, rates: dict[Priority, float], lasts_s: float, *, waits: bool = False
    ) -> dict[Priority, Seen]:
        """Poisson arrivals of each priority; frames of one stream each if `waits`, else calls."""
        random = np.random.default_rng(3)
        seen = {priority: Seen() for priority in rates}
        arrivals = sorted(
            (self.now_s + at_s, priority)
            for priority, rate in rates.items()
            for at_s in random.uniform(0, lasts_s, round(rate * lasts_s)).tolist()
        )
        tasks = []
        while arrivals or self._running:
            if self._running and (not arrivals or self._end_s <= arrivals[0][0]):
                self.now_s = self._end_s
                for answer in self._running:
                    answer.set_result(None)
                self._running = []
            else:
                self.now_s, priority = arrivals.pop(0)
                call = Call(
                    "test",
                    Deadline.after(60, 60),
                    flow=Flow(priority, priority=priority),
                    waits=waits,
                )
                tasks.append(asyncio.create_task(self._ask(call, seen[priority])))
            for _ in range(_TURNS):
                await asyncio.sleep(0)
            if self._queue and not self._running:
                self._running, self._queue = self._queue[:MAX_BATCH], self._queue[MAX_BATCH:]
                self._end_s = self.now_s + SERVICE_S * len(self._running)
        await asyncio.gather(*tasks)
        return seen

    async def _ask(self, call: Call, seen: Seen) -> None:
        arrived_s = self.now_s
        try:
            async with self.admission.enter(call):
                self._queue.append(asyncio.get_running_loop().create_future())
                await self._queue[-1]
        except OcelliError:
            seen.refused += 1
        else:
            seen.latencies_s.append(self.now_s - arrived_s)
            seen.answered_at_s.append(self.now_s)


@pytest.mark.parametrize("waits", [False, True])
@pytest.mark.parametrize("share", [0.3, 0.5])
async def test_batch_work_of_four_times_the_capacity_fills_what_is_left_and_delays_little(
    share: float, waits: bool
) -> None:
    lasts_s = 1500 * SERVICE_S
    interactive = {Priority.INTERACTIVE: share / SERVICE_S}
    model = Model()
    await model.run(interactive, lasts_s / 10)
    alone = await model.run(interactive, lasts_s, waits=waits)
    rates = {**interactive, Priority.BATCH: 4 / SERVICE_S}
    began_s = model.now_s
    both = await model.run(rates, lasts_s, waits=waits)
    calm, beside = alone[Priority.INTERACTIVE], both[Priority.INTERACTIVE]
    assert beside.refused == 0
    assert beside.p99_s() < 1.5 * calm.p99_s()
    answered_at_s = np.concatenate([seen.answered_at_s for seen in both.values()])
    assert np.sum(answered_at_s < began_s + lasts_s) * SERVICE_S / lasts_s > 0.9
