"""A Prometheus that scrapes what ServiceMonitors name, and custom metrics from it."""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from deploy.kubernetes.layout import NODE_ADDRESS, PKI
from tests.cluster import custom_metrics
from tests.cluster.guide import DOCUMENT
from tests.cluster.kubectl import kubectl, objects
from tests.ops.prometheus import ROOT, Prometheus, running_prometheus

_MANIFEST = Path(__file__).with_name("monitoring.yaml")
_PROGRAMS = ROOT / ".build" / "prometheus" / "usr" / "bin"
_METRICS_PORT = 6444
_LOOK_EVERY_S = 2.0


@contextmanager
def monitored(folder: Path) -> Iterator[Prometheus]:
    """Installs the kinds and runs the servers until the end of the body."""
    bundle = base64.b64encode((PKI / "ca.crt").read_bytes()).decode()
    manifest = _MANIFEST.read_text().replace("CA_BUNDLE", bundle)
    kubectl("apply", "--filename=-", given=manifest.replace("NODE_ADDRESS", NODE_ADDRESS))
    targets = folder / "targets.json"
    targets.write_text("[]")
    found = [{"files": [str(targets)], "refresh_interval": "1s"}]
    job = {"job_name": "monitors", "file_sd_configs": found}
    rule = custom_metrics.rule_of(DOCUMENT)
    with running_prometheus(_PROGRAMS, folder / "prometheus", [job]) as prometheus:
        address = (NODE_ADDRESS, _METRICS_PORT)
        certificate, key = PKI / "metrics.crt", PKI / "metrics.key"
        with custom_metrics.served(rule, prometheus, address, certificate, key), _followed(targets):
            yield prometheus


@contextmanager
def _followed(targets: Path) -> Iterator[None]:
    """Writes the targets anew as pods come and go, which the operator leaves to Prometheus.

    Debian's is built without the discovery of pods.
    """
    stopped = threading.Event()

    def follow() -> None:
        while not stopped.wait(_LOOK_EVERY_S):
            new = targets.with_suffix(".new")
            new.write_text(
                json.dumps([one for each in objects("servicemonitors") for one in _of(each)])
            )
            new.rename(targets)

    thread = threading.Thread(target=follow)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


def _of(monitor: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The targets of one ServiceMonitor, with the labels that the operator has them given."""
    spec = monitor["spec"]
    wanted = [f"{key}={value}" for key, value in spec["selector"]["matchLabels"].items()]
    for one in spec["selector"]["matchExpressions"]:
        assert one["operator"] == "In"
        wanted.append(f"{one['key']} in ({','.join(one['values'])})")
    ports = {endpoint["port"] for endpoint in spec["endpoints"]}
    for service in objects("services", "--selector", ",".join(wanted)):
        name = service["metadata"]["name"]
        for each in objects("endpointslices", "--selector", f"kubernetes.io/service-name={name}"):
            for port in each["ports"] or ():
                if port["name"] not in ports:
                    continue
                for endpoint in each["endpoints"] or ():
                    labels = {
                        "namespace": each["metadata"]["namespace"],
                        "pod": endpoint["targetRef"]["name"],
                        "service": name,
                        "job": name,
                    }
                    target = f"{endpoint['addresses'][0]}:{port['port']}"
                    yield {"targets": [target], "labels": labels}
