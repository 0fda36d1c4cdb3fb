"""What decides how the engine trades ingest, search and durability."""

from dataclasses import dataclass, replace
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """The defaults keep searches of a million points of 512 values within some milliseconds."""

    optimise_every_kib: int = 20_000
    """Vectors written or deleted before a graph is built over them, once writes pause: 10 000 of
    512 values. Until then searches compare them one by one, which takes some 2 ms. While writes go
    on, it is half of `max_unoptimised_kib`: each graph costs those before it a merge."""
    max_unoptimised_kib: int = 200_000
    """Beyond so many, 100 000 of 512 values, which searches compare in some 20 ms, writes are
    slowed down to what the optimiser builds; so twice as many may there be."""
    max_segments: int = 6
    """Graphs that a search visits, each some .5 ms; fewer make the optimiser merge, and so build
    anew, more often."""
    max_graph_kib: int = 400_000
    """Largest graph that is merged with others while there are writes: 200 000 of 512 values."""
    merge_after_s: float = 3.0
    """After so long without a write, graphs are merged until there are `max_idle_segments`, the one
    that takes new points included. What is written meanwhile may have the merge given up."""
    max_idle_segments: int = 2
    max_idle_graph_kib: int = 1_000_000
    """Largest graph that they are merged into: 500 000 of 512 values. Building takes longer than in
    proportion: 300 000 take 75 s of CPU, a million more than a thousand."""
    graph_build_width: int = 64
    """Candidates looked at for each new point (HNSW's ef_construct)."""
    quantise: bool = True
    """Graphs are built over, and searched by, 8-bit copies of the vectors, a quarter of their size;
    the best of what they find are compared as they are. Building and searching then take a third of
    the time. What is set anew holds for a collection once it is optimised again."""
    flush_interval_s: float = 1.0
    """Longest time that acknowledged writes stay without fsync."""
    flush_before_ack: bool = False
    """Fsync before each acknowledgement, for some 10 to 100 ms a write."""
    max_open_shards: int = 64
    """Shards kept open: each takes 6 MiB and up, some 30 mappings and a few threads. The one that
    was used longest ago is closed for another; opening it again takes some 20 ms."""
    max_queued_calls: int = 1024
    max_queued_bytes: int = 256 << 20
    """Bounds of what waits for the engine; beyond either, calls are refused as OVERLOADED."""
    lock_timeout_s: float = 5.0
    """How long to wait for a folder that another process has open, such as a predecessor that has
    not quite gone."""
    drain_timeout_s: float = 3.0
    """Longest that calls in the queue are served after SIGTERM; the flush comes on top."""

    def merging(self) -> Self:
        """What holds while nothing is written."""
        return replace(
            self, max_segments=self.max_idle_segments, max_graph_kib=self.max_idle_graph_kib
        )

    def flags(self) -> list[str]:
        """What is set, as the engine's command line takes it."""
        return [
            *("--flush-interval-s", str(self.flush_interval_s)),
            *(["--flush-before-ack"] if self.flush_before_ack else []),
            *("--max-unoptimised-kib", str(self.max_unoptimised_kib)),
            *("--merge-after-s", str(self.merge_after_s)),
            *("--max-idle-segments", str(self.max_idle_segments)),
            *("--max-idle-graph-kib", str(self.max_idle_graph_kib)),
            *self.graph_flags(),
            *("--max-open-shards", str(self.max_open_shards)),
            *("--lock-timeout-s", str(self.lock_timeout_s)),
        ]

    def graph_flags(self) -> list[str]:
        """Of `flags`, those that say how graphs are built."""
        return [
            *("--optimise-every-kib", str(self.optimise_every_kib)),
            *("--max-segments", str(self.max_segments)),
            *("--max-graph-kib", str(self.max_graph_kib)),
            *("--graph-build-width", str(self.graph_build_width)),
            "--quantise" if self.quantise else "--no-quantise",
        ]
