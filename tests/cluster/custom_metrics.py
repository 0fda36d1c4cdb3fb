"""An API server of custom metrics that follows the rule of docs/deploy.md.

The rule is for prometheus-adapter, which is in no registry of packages. This answers the same
question, the value of a metric for each pod of a selector, by the same template.
"""

import json
import re
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlparse

import yaml

from tests.cluster.kubectl import kubectl
from tests.ops.prometheus import Prometheus

GROUP = "custom.metrics.k8s.io"
VERSION = f"{GROUP}/v1beta2"
_RULE = re.compile(r"^```yaml\n(- seriesQuery.*?)^```$", re.MULTILINE | re.DOTALL)
_ASKED = re.compile(rf"/apis/{re.escape(VERSION)}/namespaces/([^/]+)/pods/\*/([^/]+)")


@dataclass(frozen=True)
class Rule:
    """One of prometheus-adapter's rules.

    Attributes:
        metric: the name that autoscalers ask for.
        series: the name of Prometheus.
        template: of the query.
    """

    metric: str
    series: str
    template: str

    def query(self, namespace: str, pods: list[str]) -> str:
        """The query for some pods."""
        matchers = f'namespace="{namespace}",pod=~"{"|".join(pods)}"'
        values = {"Series": self.series, "LabelMatchers": matchers, "GroupBy": "pod"}
        return re.sub(r"<<\.(\w+)>>", lambda found: values[found[1]], self.template)


def rule_of(document: Path) -> Rule:
    """The rule that a document shows."""
    shown = _RULE.search(document.read_text())
    assert shown is not None
    (rule,) = yaml.safe_load(shown[1])
    series, _, _ = rule["seriesQuery"].partition("{")
    return Rule(rule["name"]["as"], series, rule["metricsQuery"])


@contextmanager
def served(
    rule: Rule, prometheus: Prometheus, address: tuple[str, int], certificate: Path, key: Path
) -> Iterator[None]:
    """Answers the API server until the end of the body."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            found = _answer(self.path, rule, prometheus)
            status = 404 if found is None else 200
            body = json.dumps(found or {"kind": "Status", "apiVersion": "v1", "code": 404}).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002  # its own name
            """Says nothing."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = ThreadingHTTPServer(address, Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


def _answer(path: str, rule: Rule, prometheus: Prometheus) -> dict[str, Any] | None:
    asked = urlparse(path)
    if asked.path == f"/apis/{GROUP}":
        version = {"groupVersion": VERSION, "version": "v1beta2"}
        return {"kind": "APIGroup", "apiVersion": "v1", "name": GROUP, "versions": [version]}
    if asked.path == f"/apis/{VERSION}":
        resource = {
            "name": f"pods/{rule.metric}",
            "singularName": "",
            "namespaced": True,
            "kind": "MetricValueList",
            "verbs": ["get"],
        }
        kind = {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": VERSION}
        return {**kind, "resources": [resource]}
    of_pods = _ASKED.fullmatch(unquote(asked.path))
    if of_pods is None or of_pods[2] != rule.metric:
        return None
    selector = parse_qs(asked.query).get("labelSelector", [""])[0]
    return {
        "kind": "MetricValueList",
        "apiVersion": VERSION,
        "metadata": {},
        "items": _items(rule, prometheus, of_pods[1], selector),
    }


def _items(
    rule: Rule, prometheus: Prometheus, namespace: str, selector: str
) -> list[dict[str, Any]]:
    listed = kubectl("--namespace", namespace, "get", "pods", "--selector", selector, "-o", "name")
    pods = [name.removeprefix("pod/") for name in listed.split()]
    found = prometheus.ask("query", query=rule.query(namespace, pods))["result"]
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return [
        {
            "describedObject": {
                "kind": "Pod",
                "apiVersion": "v1",
                "namespace": namespace,
                "name": series["metric"]["pod"],
            },
            "metric": {"name": rule.metric},
            "timestamp": now,
            "value": f"{round(float(series['value'][1]) * 1000)}m",
        }
        for series in found
    ]
