"""Envoy's configuration: `deploy/envoy/envoy.yaml` with the addresses of this run."""

import json
from pathlib import Path
from typing import Any

import yaml

from deploy.gateway.endpoint import Endpoint

ROOT = Path(__file__).parents[2]
"""Where Envoy runs: the paths in its configuration start here."""
SOURCE = ROOT / "deploy" / "envoy" / "envoy.yaml"
"""The configuration as it stands in the repository."""


def bootstrap(listen: Endpoint, edge: Endpoint) -> str:
    """Reads the configuration and sets its addresses.

    Args:
        listen: where Envoy listens; the host is a number.
        edge: where the edge serves gRPC in the clear.

    Returns:
        The configuration as JSON. Its admin interface gets a free port of the loopback, so that
        several gateways can run side by side.
    """
    config: dict[str, Any] = yaml.safe_load(SOURCE.read_text())
    (listener,) = config["static_resources"]["listeners"]
    (cluster,) = config["static_resources"]["clusters"]
    (locality,) = cluster["load_assignment"]["endpoints"]
    (upstream,) = locality["lb_endpoints"]
    _set(listener["address"], listen)
    _set(upstream["endpoint"]["address"], edge)
    _set(config["admin"]["address"], Endpoint("127.0.0.1", 0))
    return json.dumps(config)


def _set(address: dict[str, Any], endpoint: Endpoint) -> None:
    address["socket_address"] = {"address": endpoint.host, "port_value": endpoint.port}
