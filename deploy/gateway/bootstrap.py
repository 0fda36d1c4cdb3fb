"""Envoy's configuration: `deploy/envoy/envoy.yaml` with the addresses and samples of this run."""

import json
from pathlib import Path
from typing import Any

import yaml

from deploy.gateway.endpoint import Endpoint
from deploy.gateway.samples import Sample, find_samples, index_of

ROOT = Path(__file__).parents[2]
"""Where Envoy runs: the paths in its configuration start here."""
SOURCE = ROOT / "deploy" / "envoy" / "envoy.yaml"
"""The configuration as it stands in the repository."""
_INDEX_ROUTE = "/samples/index.json"


def bootstrap(listen: Endpoint, edge: Endpoint, media: Path, scratch: Path) -> str:
    """Reads the configuration, sets its addresses and adds the samples.

    Args:
        listen: where Envoy listens; the host is a number.
        edge: where the edge serves gRPC in the clear.
        media: folder of the samples. It may be missing.
        scratch: an empty folder, for what Envoy reads when it starts.

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
    _add_samples(listener, media, scratch)
    return json.dumps(config)


def _set(address: dict[str, Any], endpoint: Endpoint) -> None:
    address["socket_address"] = {"address": endpoint.host, "port_value": endpoint.port}


def _add_samples(listener: dict[str, Any], media: Path, scratch: Path) -> None:
    """Adds a route for each sample, and lists them in the one that is there already."""
    ((manager,),) = (chain["filters"] for chain in listener["filter_chains"])
    table = manager["typed_config"]["route_config"]
    (host,) = table["virtual_hosts"]
    samples = find_samples(media, table["max_direct_response_body_size_bytes"])
    index = scratch / "samples.json"
    index.write_text(index_of(samples, media))
    (listing,) = (route for route in host["routes"] if route["match"].get("path") == _INDEX_ROUTE)
    listing["direct_response"]["body"] = {"filename": str(index)}
    host["routes"] += [_route(sample) for sample in samples]


def _route(sample: Sample) -> dict[str, Any]:
    return {
        "match": {"path": sample.route},
        "direct_response": {"status": 200, "body": {"filename": str(sample.path)}},
        "response_headers_to_add": [
            {
                "append_action": "OVERWRITE_IF_EXISTS_OR_ADD",
                "header": {"key": "content-type", "value": sample.content_type},
            }
        ],
    }
