"""Models that come, go and are loaded anew while they and others are under load.

What is lost may be retried: no answer is wrong, none is INTERNAL, and no process dies. Three rounds
here; a campaign of more tells how often, and what died:

    OCELLI_TEST_ROUNDS=200 pytest tests/triton/local/test_churn.py -s
"""

import asyncio
import logging
import os
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.scheduling.deadline import Deadline
from ocelli.edge.tasks.embed_head import EmbedHead
from ocelli.edge.tasks.registry import TASKS
from ocelli.edge.triton.access import TritonAccess
from ocelli.edge.triton.channel import TritonChannel
from ocelli.edge.triton.local.triton_process import LocalTriton
from ocelli.edge.triton.registry import ModelRegistry
from tests.triton.conftest import NO_GRACE_S

_log = logging.getLogger(__name__)

ROUNDS = int(os.environ.get("OCELLI_TEST_ROUNDS", "3"))
REPORT_EVERY = 20
SIDE = 224
CALLERS = {"steady": 16, "changing": 4, "coming_and_going": 4}
RETRYABLE = {
    Reason.MODEL_NOT_LOADED,
    Reason.MODEL_NOT_READY,
    Reason.TRITON_UNAVAILABLE,
    Reason.OVERLOADED,
}


@pytest_asyncio.fixture
async def triton(
    tmp_path: Path, make_home: Callable[[Path], Path], write_means: Callable[..., None]
) -> AsyncIterator[LocalTriton]:
    for name in CALLERS:
        write_means(tmp_path / "models" / name, SIDE)
    triton = LocalTriton(home=make_home(tmp_path / "home"), model_repository=tmp_path / "models")
    await triton.start()
    yield triton
    await triton.stop(NO_GRACE_S)


@pytest_asyncio.fixture
async def channel(triton: LocalTriton) -> AsyncIterator[TritonChannel]:
    channel = TritonChannel(TritonAccess(targets=(triton.address,)), 32 << 20, 8 << 20)
    yield channel
    await channel.close()


@pytest_asyncio.fixture
async def registry(channel: TritonChannel) -> AsyncIterator[ModelRegistry]:
    registry = ModelRegistry(channel, TASKS, 0.5, lambda: None)
    registry.start()
    assert await registry.wait_reachable(20)
    yield registry
    await registry.close()


class Load:
    """Callers in a closed loop, and what became of their calls."""

    def __init__(self, channel: TritonChannel, registry: ModelRegistry) -> None:
        self.found: Counter[tuple[str, str]] = Counter()
        self._channel = channel
        self._registry = registry

    async def call_on(self, model: str) -> None:
        while True:
            try:
                await self._ask(model)
                self.found[model, "answer"] += 1
            except OcelliError as error:
                self.found[model, error.reason.value] += 1
                if error.reason not in RETRYABLE:
                    _log.warning("%s: %s", model, error.message)
                await asyncio.sleep(0.02)

    def answers(self) -> dict[str, int]:
        return {model: self.found[model, "answer"] for model in CALLERS}

    async def _ask(self, model: str) -> None:
        spec = self._registry.choose(model, EmbedHead)
        slot = self._channel.lease(spec)
        tensor = np.full((1, SIDE, SIDE, 3), 7, np.uint8)
        if slot is not None:
            slot.memory[:] = 7
            tensor = slot.memory.reshape(tensor.shape)
        call = Call("test", Deadline.after(20, 60))
        outputs = await self._channel.infer(spec, spec.request(tensor, slot=slot), call)
        assert np.allclose(outputs["embedding"], 7)


@pytest.mark.slow
@pytest.mark.timeout(60 + 10 * ROUNDS)
async def test_models_may_come_go_and_change_under_load(
    channel: TritonChannel, registry: ModelRegistry, triton: LocalTriton, tmp_path: Path
) -> None:
    load = Load(channel, registry)
    callers = [
        asyncio.create_task(load.call_on(model))
        for model, count in CALLERS.items()
        for _ in range(count)
    ]
    refusals: Counter[str] = Counter()
    began_s = time.monotonic()
    config = tmp_path / "models" / "changing" / "config.pbtxt"

    async def order(what: str, model: str) -> None:
        try:
            call = Call("test", Deadline.after(60, 60))
            await (registry.load if what == "load" else registry.unload)(model, call)
        except OcelliError as error:
            refusals[f"{what} {model}: {error.message}"] += 1
            await asyncio.sleep(2)

    for turn in range(1, ROUNDS + 1):
        await order("unload", "coming_and_going")
        config.write_text(config.read_text() + "\n")
        await asyncio.gather(order("load", "coming_and_going"), order("load", "changing"))
        if turn % REPORT_EVERY == 0:
            _log.warning(
                "%d rounds in %.0f s, %d restarts, %s, %s",
                turn,
                time.monotonic() - began_s,
                triton.restarts,
                dict(load.found),
                dict(refusals),
            )
    before, until_s = load.answers(), time.monotonic() + 10
    while any(load.answers()[model] == count for model, count in before.items()):
        assert time.monotonic() < until_s, load.found
        await asyncio.sleep(0.02)
    assert not any(caller.done() for caller in callers), load.found
    for caller in callers:
        caller.cancel()
    await asyncio.gather(*callers, return_exceptions=True)
    assert triton.restarts == 0, (load.found, refusals)
    assert not refusals
    assert {reason for _, reason in load.found} <= {
        "answer",
        *(reason.value for reason in RETRYABLE),
    }
    assert {reason for model, reason in load.found if model == "steady"} == {"answer"}
