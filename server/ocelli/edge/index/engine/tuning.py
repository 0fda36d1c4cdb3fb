"""What decides how the engine trades ingest, search and durability."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """Defaults measured on 100 000 vectors of 512 values."""

    optimise_every_points: int = 4500
    """Points written or deleted before their segments are optimised. Until then searches compare
    them one by one; more of them make the pause for the optimiser longer."""
    max_segment_kib: int = 50_000
    """Bounds one run of the optimiser, which nothing can interrupt: at 50 000 up to 2.5 s on two
    busy cores and searches of 1 ms, at 20 000 up to 1.7 s and searches of 3 ms."""
    flush_interval_s: float = 1.0
    """Longest time that acknowledged writes stay without fsync."""
    flush_before_ack: bool = False
    """Fsync before each acknowledgement, for some 10 to 100 ms a write."""
    max_queued_calls: int = 1024
    max_queued_bytes: int = 256 << 20
    """Bounds of what waits for the engine; beyond either, calls are refused as OVERLOADED."""
    drain_timeout_s: float = 3.0
    """Longest that calls in the queue are served after SIGTERM; the flush comes on top."""
