"""What a refused call brought into the engine's process goes with its answer, uncollected."""

import asyncio
import gc
import time
import weakref
from pathlib import Path
from typing import Any

import pytest

from ocelli.edge.errors import OcelliError
from ocelli.edge.index.embedded import wire
from ocelli.edge.index.embedded.engine.catalogue import Catalogue
from ocelli.edge.index.embedded.engine.engine_loop import EngineLoop
from ocelli.edge.index.embedded.engine.jobs import Job, JobQueue
from ocelli.edge.index.embedded.engine.tuning import Tuning
from ocelli.edge.index.schema import Collection, Metric

pytestmark = pytest.mark.embedded
NOWHERE = wire.Target("nowhere", "generation")


class Points(list[wire.NewPoint]):
    """Points that one can watch go."""


class OneRead:
    """An outcome, read and let go of."""

    def __init__(self) -> None:
        self.said = ""

    def __call__(self, outcome: object) -> None:
        self.said = outcome.reason if isinstance(outcome, OcelliError) else type(outcome).__name__


def upsert(target: wire.Target) -> wire.Upsert:
    return wire.Upsert(target, 1, Points([wire.NewPoint("a", bytes(16), "{}", {})]))


@pytest.mark.parametrize(
    ("stale", "said"), [(False, "COLLECTION_NOT_FOUND"), (True, "Stale")], ids=["gone", "stale"]
)
async def test_points_that_are_refused_are_let_go(tmp_path: Path, stale: bool, said: str) -> None:
    tuning = Tuning()
    catalogue = Catalogue(tmp_path, tuning)
    queue = JobQueue(max_calls=10, max_bytes=1 << 20)
    loop = EngineLoop(queue, catalogue, tuning)
    target = NOWHERE
    if stale:
        made: Any = Collection(name="made", dimension=4, metric=Metric.DOT, fields={})
        catalogue.create(made)
        target = wire.Target("made", "another generation")
    running = asyncio.create_task(loop.run())
    gc.collect()
    gc.disable()
    try:
        answer = OneRead()
        call = upsert(target)
        points = weakref.ref(call.points)
        queue.put(Job(wire.Request(time.monotonic() + 10, call), 64, answer))
        del call
        for _ in range(100):
            await asyncio.sleep(0.01)
            if answer.said:
                break
        await asyncio.sleep(0.05)
        assert answer.said == said
        assert points() is None
    finally:
        gc.enable()
        loop.drain()
        await running
        catalogue.close()
