"""What a measurement found."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Latency:
    """Latency of the results, in milliseconds: in an open loop from when a request was due."""

    p50: float
    p90: float
    p99: float
    p99_9: float
    max: float
    mean: float


@dataclass(frozen=True, slots=True)
class Report:
    """What a measurement found."""

    model: str
    """The model that answered."""
    duration_s: float
    """How long was measured."""
    requests: int
    """Requests that were due or begun in that time and sent."""
    results: int
    """Of those, how many got a result."""
    dropped: int
    """Of those, how many the server dropped for newer ones."""
    errors: Mapping[str, int]
    """Of those, how many failed, by reason."""
    unsent: int
    """Requests that were due and never sent, because too many were under way until the end."""
    results_per_s: float
    """Results that came in that time, per second."""
    latency_ms: Latency | None
    """None if there are no results."""
    server_ms: Mapping[str, float]
    """Mean time of a result at the server by stage."""
    mean_batch: float | None
    """Images per run of the model at Triton, other callers' included; None if it did not run."""
    frames_granted: int | None
    """Frames that the server let all streams together have unanswered; None for calls."""
    client_cores: float
    """CPU time of this process per second."""
    client_cpu_ms: float | None
    """CPU time of this process per answer, in milliseconds; None if there are no answers."""
