"""What only other clocks and counters know of a measurement."""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass

from ocelli.client.aio import AsyncClient
from ocelli.client.errors import OcelliError
from ocelli.client.load.meter import Meter
from ocelli.client.model import ModelStatistics

_MIN_TIMEOUT_S = 1.0


@dataclass(frozen=True, slots=True)
class Observed:
    """What happened between the beginning and the end of a window."""

    mean_batch: float | None
    """Images per run of the model; None if it did not run or was loaded anew."""
    client_cores: float
    """CPU time of this process per second."""
    client_cpu_ms: float | None
    """CPU time of this process per answer, in milliseconds; None if there are no answers."""


async def observe(
    client: AsyncClient, model: str, meter: Meter, begin_s: float, end_s: float
) -> Observed:
    """Waits for the window's beginning and end, by `time.monotonic`, and compares."""
    # Under load Triton's counters come late: they get their time, but not all of it.
    timeout_s = max(_MIN_TIMEOUT_S, (end_s - begin_s) / 2)
    await asyncio.sleep(begin_s - time.monotonic())
    began_s, began_cpu_s, began_answers = time.monotonic(), time.process_time(), meter.answered
    before = await _statistics(client, model, timeout_s)
    await asyncio.sleep(end_s - time.monotonic())
    spent_s, cpu_s = time.monotonic() - began_s, time.process_time() - began_cpu_s
    answers = meter.answered - began_answers
    after = await _statistics(client, model, timeout_s)
    return Observed(
        mean_batch=_mean_batch(before, after),
        client_cores=cpu_s / spent_s if spent_s > 0 else 0.0,
        client_cpu_ms=cpu_s / answers * 1000 if answers else None,
    )


async def _statistics(client: AsyncClient, model: str, timeout_s: float) -> ModelStatistics | None:
    # The load may be more than the server can take; its figures count without this one.
    with suppress(OcelliError):
        return (await client.models.get(model, timeout_s=timeout_s)).statistics
    return None


def _mean_batch(before: ModelStatistics | None, after: ModelStatistics | None) -> float | None:
    if before is None or after is None:
        return None
    images = after.inference_count - before.inference_count
    runs = after.execution_count - before.execution_count
    return images / runs if images > 0 and runs > 0 else None
