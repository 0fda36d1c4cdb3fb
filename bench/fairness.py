"""What one greedy sender does to the polite ones."""

import asyncio
from dataclasses import dataclass, replace
from statistics import median

from bench.measure import Scenario, Window, measure, module
from bench.stack import Stack
from bench.trivial_model import NAME as TRIVIAL_MODEL

POLITE_STREAMS = 15
_SHARE = 0.4
# The flood begins before the polite window opens and ends after it.
_LEAD_S = 1.0


@dataclass(frozen=True, slots=True)
class Fairness:
    """The latency of polite streams in one round.

    Attributes:
        frames_per_s: what all the polite streams send together.
        alone_p99_ms: 99th percentile without the flood.
        flooded_p99_ms: the same with it.
        flood_frames_per_s: what the flooding stream got.
    """

    frames_per_s: float
    alone_p99_ms: float
    flooded_p99_ms: float
    flood_frames_per_s: float


async def measure_fairness(stack: Stack, window: Window, capacity: float) -> Fairness:
    """Measures 15 polite streams with the trivial model, alone and beside one that floods.

    Args:
        stack: what runs.
        window: for how long.
        capacity: frames per second that one flooding stream gets alone; the polite ones send two
            fifths of it.
    """
    frames_per_s = _SHARE * capacity
    options = ("--streams", str(POLITE_STREAMS), "--frames-per-s", str(frames_per_s))
    edge, triton = stack.edge, stack.triton.address
    polite = Scenario("polite", module("bench.load_polite"), edge.address, edge.pid, options)
    flood = Scenario("flood", module("bench.load_stream"), edge.address, edge.pid)
    alone = await measure(polite, TRIVIAL_MODEL, window, triton)
    later = replace(window, warm_up_s=window.warm_up_s + _LEAD_S)
    longer = replace(window, duration_s=window.duration_s + 2 * _LEAD_S)
    flooded, flooding = await asyncio.gather(
        measure(polite, TRIVIAL_MODEL, later, triton),
        measure(flood, TRIVIAL_MODEL, longer, triton),
    )
    return Fairness(frames_per_s, alone.p99_ms, flooded.p99_ms, flooding.frames_per_s)


def p99_ratio(rounds: list[Fairness]) -> float:
    """99th percentile beside the flood against the one without, the median of the rounds."""
    return median(each.flooded_p99_ms / each.alone_p99_ms for each in rounds)
