"""What the commands of docs/deploy.md come to."""

import json

from deploy.image.images import ROOT
from tests.cluster.guide import Guide
from tests.cluster.kubectl import objects, wait_until
from tests.ops.boards import queries
from tests.ops.prometheus import Prometheus

DASHBOARDS = ROOT / "deploy" / "dashboards" / "json"


def test_the_edge_says_that_it_serves(guide: Guide) -> None:
    assert guide.said_by("ocelli health").startswith("SERVING\n")


def test_a_call_with_the_key_is_answered(guide: Guide) -> None:
    assert "cat" in guide.said_by("ocelli detect")


def test_dashboards_are_where_grafana_looks(guide: Guide) -> None:
    found = {
        name: json.loads(text)
        for config in objects("configmaps", "--selector", "grafana_dashboard=1")
        for name, text in config["data"].items()
    }
    assert found == {path.name: json.loads(path.read_text()) for path in DASHBOARDS.glob("*.json")}


def test_prometheus_has_what_they_show(guide: Guide, prometheus: Prometheus) -> None:
    """Every query is one that it takes; calls and models have data, as calls were made."""
    wait_until(
        lambda: bool(
            prometheus.ask("query", query='ocelli_calls_total{method=~".*Detect"} > 0')["result"]
        ),
        60,
        "the edges are scraped",
    )
    for asked in queries():
        prometheus.ask("query", query=asked.expr)
    scraped = prometheus.ask("query", query="up == 1")["result"]
    services = {series["metric"]["service"] for series in scraped}
    assert services == {"ocelli-headless", "ocelli-triton"}
