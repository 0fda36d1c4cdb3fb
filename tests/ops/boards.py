"""The committed dashboards, and what Prometheus answers to their queries."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.ops.prometheus import Prometheus

FOLDER = Path(__file__).parents[2] / "deploy" / "dashboards" / "json"
_RANGE = "15s"


@dataclass(frozen=True)
class Asked:
    """One query of a panel.

    Attributes:
        board: title of its dashboard.
        panel: title of the panel.
        unit: Grafana's name of the panel's unit.
        legend: with `{{label}}` for a label's value.
        expr: PromQL, with what Grafana would put in place of its variables.
    """

    board: str
    panel: str
    unit: str
    legend: str
    expr: str

    @property
    def needs_gpu(self) -> bool:
        """Whether only a Triton with a GPU has data for it."""
        return self.panel.startswith("GPU ")


def queries() -> list[Asked]:
    """Every query of every dashboard."""
    return [asked for path in sorted(FOLDER.glob("*.json")) for asked in _of(path)]


def has_data(prometheus: Prometheus, asked: Asked) -> bool:
    """Whether a query has an answer now in which there is a number."""
    found = prometheus.ask("query", query=asked.expr)["result"]
    return any(series["value"][1] != "NaN" for series in found)


def drawn(prometheus: Prometheus, asked: Asked, began_s: float, ended_s: float) -> dict[str, Any]:
    """What a panel would draw: (times, values) by legend."""
    parameters = {"query": asked.expr, "start": began_s, "end": ended_s, "step": 1}
    lines = {}
    for series in prometheus.ask("query_range", **parameters)["result"]:
        legend = asked.legend
        for label, value in series["metric"].items():
            legend = legend.replace(f"{{{{{label}}}}}", value)
        points = [(at - began_s, float(value)) for at, value in series["values"]]
        lines[legend] = tuple(zip(*points, strict=True))
    return lines


def _of(path: Path) -> Iterator[Asked]:
    board = json.loads(path.read_text())
    for panel in board["panels"]:
        for target in panel.get("targets", ()):
            expr = target["expr"].replace("$__rate_interval", _RANGE).replace("$instance", ".*")
            unit = panel["fieldConfig"]["defaults"]["unit"]
            yield Asked(board["title"], panel["title"], unit, target["legendFormat"], expr)
