"""Pictures of dashboards, drawn from what Prometheus answered; Grafana itself is not needed."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from matplotlib.axes import Axes
from matplotlib.figure import Figure

Lines: TypeAlias = Mapping[str, tuple[Sequence[float], Sequence[float]]]

_COLUMNS = 3
_MAX_NAMED = 6
_UNITS = {
    "s": "seconds",
    "bytes": "bytes",
    "reqps": "per second",
    "ops": "per second",
    "percentunit": "share",
    "watt": "watts",
    "short": "",
}


def draw(panels: Sequence[tuple[str, str, Lines]], path: Path) -> None:
    """Writes a PNG of a dashboard, three panels in a row.

    Args:
        panels: title, unit and lines of each; one without lines says so.
        path: the file.
    """
    rows = -(-len(panels) // _COLUMNS)
    figure = Figure(figsize=(12, 2.6 * rows), dpi=80, layout="constrained")
    all_axes = figure.subplots(rows, _COLUMNS, squeeze=False).flat
    for axes, panel in zip(all_axes, panels, strict=False):
        _draw(axes, *panel)
    for axes in all_axes[len(panels) :]:
        axes.axis("off")
    figure.savefig(path)


def _draw(axes: Axes, title: str, unit: str, lines: Lines) -> None:
    axes.set_title(title, fontsize=9)
    axes.set_ylabel(_UNITS[unit], fontsize=7)
    axes.tick_params(labelsize=7)
    axes.grid(visible=True, alpha=0.3)
    if not lines:
        axes.text(0.5, 0.5, "no data", ha="center", va="center", transform=axes.transAxes)
        return
    # The largest are named; a legend of all would hide the panel.
    by_size = sorted(lines.items(), key=lambda line: -max(line[1][1]))
    for number, (legend, (times, values)) in enumerate(by_size):
        name = legend.replace("ocelli.v1.", "")
        axes.plot(times, values, linewidth=1, label=name if number < _MAX_NAMED else None)
    axes.set_ylim(bottom=0)
    axes.legend(fontsize=6, loc="upper left", framealpha=0.6)
