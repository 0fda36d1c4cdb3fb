"""The drawing of `bench.scaling`."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from matplotlib.figure import Figure

Points: TypeAlias = Sequence[tuple[float, float]]


def plot(by_streams: Mapping[str, Points], by_size: Points, path: Path) -> None:
    """Writes a PNG of 1000×380 pixels with two panels.

    Args:
        by_streams: lines of (streams, CPU ms per frame), by label.
        by_size: (megapixels, CPU ms per frame), in order.
        path: the file.
    """
    figure = Figure(figsize=(10, 3.8), dpi=100, layout="constrained")
    left, right = figure.subplots(1, 2)
    for label, points in by_streams.items():
        left.plot(*zip(*points, strict=True), marker="o", label=label)
    counts = sorted({count for points in by_streams.values() for count, _ in points})
    left.set_xscale("log", base=2)
    left.set_xticks(counts, [f"{count:.0f}" for count in counts])
    left.set_xlabel("streams of 1080p JPEGs")
    left.legend()
    right.plot(*zip(*by_size, strict=True), marker="o")
    right.set_xlabel("megapixels of a JPEG, one stream")
    for axes in (left, right):
        axes.set_ylabel("edge CPU per frame, ms")
        axes.set_ylim(0, 1.05 * axes.get_ylim()[1])
        axes.grid(visible=True, alpha=0.3)
    figure.savefig(path)
