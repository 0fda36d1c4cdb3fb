"""The vector index."""

from deploy.dashboards.board import RANGE, Board, Panel, Query, quantiles

_EDGE = '{instance=~"$instance"}'
_SEARCHES = '{instance=~"$instance",method=~"ocelli.v1.SearchService/.*"}'

INDEX = Board(
    uid="ocelli-index",
    title="Ocelli: index",
    rows=(
        (
            "Index",
            (
                Panel(
                    title="Ready",
                    about="Whether the vector engine answers: 1, or 0.",
                    unit="short",
                    queries=(Query(expr=f"ocelli_index_ready{_EDGE}", legend="{{instance}}"),),
                ),
                Panel(
                    title="Points",
                    about="Points in all collections. Edges that share a cluster see the same.",
                    unit="short",
                    queries=(Query(expr=f"ocelli_index_points{_EDGE}", legend="{{instance}}"),),
                ),
                Panel(
                    title="Collections",
                    about="Collections in the engine.",
                    unit="short",
                    queries=(
                        Query(expr=f"ocelli_index_collections{_EDGE}", legend="{{instance}}"),
                    ),
                ),
                Panel(
                    title="Requests by operation",
                    about="Requests to the engine, per second.",
                    unit="reqps",
                    queries=(
                        Query(
                            expr="sum by (operation) (rate(ocelli_index_seconds_count"
                            f"{_EDGE}[{RANGE}])) > 0",
                            legend="{{operation}}",
                        ),
                    ),
                ),
                Panel(
                    title="Latency by operation",
                    about="Time of a request in the engine, its queue included. Points are traces.",
                    unit="s",
                    queries=quantiles("ocelli_index_seconds", "operation", _EDGE),
                ),
                Panel(
                    title="Requests that were not answered",
                    about="The engine was away, late or overloaded; per second.",
                    unit="ops",
                    queries=(
                        Query(
                            expr="sum by (operation) (rate(ocelli_index_failures_total"
                            f"{_EDGE}[{RANGE}]))",
                            legend="{{operation}}",
                        ),
                    ),
                ),
                Panel(
                    title="Latency of searches",
                    about="Of whole calls: embedding what is searched with, and the engine.",
                    unit="s",
                    queries=quantiles("ocelli_call_seconds", "method", _SEARCHES),
                ),
            ),
        ),
    ),
)
