"""What a dashboard says, and how it becomes Grafana's JSON."""

import json
from dataclasses import dataclass

from grafana_foundation_sdk.builders import common, dashboard, prometheus, timeseries
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.common import LegendDisplayMode, LegendPlacement
from grafana_foundation_sdk.models.dashboard import (
    DashboardCursorSync,
    DataSourceRef,
    VariableRefresh,
)

RANGE = "$__rate_interval"
"""The range of rates, which Grafana sets to four scrapes at least."""
QUANTILES = (0.5, 0.95, 0.99)

_SOURCE = DataSourceRef(type_val="prometheus", uid="${source}")
_WIDTH, _HEIGHT = 8, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One query of a panel.

    Attributes:
        expr: PromQL.
        legend: how its series are called, `{{label}}` standing for a label's value.
        has_exemplars: it reads a histogram, whose exemplars name traces.
    """

    expr: str
    legend: str
    has_exemplars: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A graph over time.

    Attributes:
        title: what is shown.
        about: what it tells, and what to do about it.
        unit: Grafana's name of the unit: `s`, `bytes`, `reqps`, `percentunit`, `short`.
        queries: what is drawn.
    """

    title: str
    about: str
    unit: str
    queries: tuple[Query, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A dashboard.

    Attributes:
        uid: its place in Grafana, and the name of its file.
        title: of the dashboard.
        rows: panels under their headings.
    """

    uid: str
    title: str
    rows: tuple[tuple[str, tuple[Panel, ...]], ...]


def quantiles(histogram: str, by: str, selector: str) -> tuple[Query, ...]:
    """Queries for the median, the 95th and the 99th percentile of a histogram.

    What was not observed within the range has none, and is left out.

    Args:
        histogram: its name, without suffix.
        by: labels that are told apart, `method`.
        selector: of its series, `{…}`.
    """
    legend = " ".join(f"{{{{{label.strip()}}}}}" for label in by.split(","))
    rate = f"sum by (le, {by}) (rate({histogram}_bucket{selector}[{RANGE}]))"
    seen = f"sum by ({by}) (rate({histogram}_count{selector}[{RANGE}])) > 0"
    return tuple(
        Query(
            expr=f"histogram_quantile({quantile}, {rate}) and ({seen})",
            legend=f"{legend} p{quantile * 100:g}",
            has_exemplars=True,
        )
        for quantile in QUANTILES
    )


def to_json(board: Board) -> str:
    """The dashboard as Grafana imports it."""
    built = (
        dashboard.Dashboard(board.title)
        .uid(board.uid)
        .tags(["ocelli"])
        .editable()
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .refresh("30s")
        .time("now-1h", "now")
        .timezone("browser")
        .with_variable(dashboard.DatasourceVariable("source").label("Source").type("prometheus"))
        .with_variable(
            dashboard.QueryVariable("instance")
            .label("Edge")
            .datasource(_SOURCE)
            .query("label_values(ocelli_build_info, instance)")
            .refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
            .multi(True)
            .include_all(True)
            .all_value(".*")
        )
    )
    for heading, panels in board.rows:
        built = built.with_row(dashboard.Row(heading))
        for panel in panels:
            built = built.with_panel(_panel(panel))
    found = json.dumps(built.build(), cls=JSONEncoder, sort_keys=True, indent=1)
    return f"{found}\n"


def _panel(panel: Panel) -> timeseries.Panel:
    built = (
        timeseries.Panel()
        .title(panel.title)
        .description(panel.about)
        .datasource(_SOURCE)
        .unit(panel.unit)
        .min(0)
        .span(_WIDTH)
        .height(_HEIGHT)
        .fill_opacity(8)
        .legend(
            common.VizLegendOptions()
            .display_mode(LegendDisplayMode.LIST)
            .placement(LegendPlacement.BOTTOM)
            .show_legend(True)
        )
    )
    for number, query in enumerate(panel.queries):
        built = built.with_target(
            prometheus.Dataquery()
            .expr(query.expr)
            .legend_format(query.legend)
            .exemplar(query.has_exemplars)
            .ref_id(chr(ord("A") + number))
        )
    return built
