"""What `ocelli bench` prints."""

import dataclasses
import io

from rich.console import Console

from ocelli.client import Tls
from ocelli.client.cli.bench_report import show, to_json
from ocelli.client.load import Plan, Report
from ocelli.client.load.report import Latency

PLAN = Plan("here:1", (b"xx", b"xxxx"), tls=Tls(ca="ca.pem"), in_flight=4)
REPORT = Report(
    model="m",
    duration_s=10,
    requests=100,
    results=90,
    dropped=0,
    errors={"OVERLOADED": 10},
    unsent=0,
    results_per_s=9.0,
    latency_ms=Latency(p50=1, p90=2, p99=3, p99_9=4, max=5, mean=1.5),
    server_ms={"decode": 0.5, "total": 1.2},
    mean_batch=2.5,
    frames_granted=None,
    client_cores=0.1,
    client_cpu_ms=1.0,
)


def _shown(plan: Plan, report: Report) -> str:
    out = io.StringIO()
    show(Console(file=out, width=200), plan, report)
    return out.getvalue()


def test_a_report_for_people() -> None:
    shown = _shown(PLAN, REPORT)
    for text in (
        "here:1  detect unary  m",
        "4 in flight",
        "2 images",
        "p99.9",
        "OVERLOADED",
        "2.50",
    ):
        assert text in shown
    assert "latency" not in _shown(PLAN, dataclasses.replace(REPORT, latency_ms=None))


def test_what_makes_figures_doubtful_is_said() -> None:
    busy = dataclasses.replace(REPORT, client_cores=0.99, unsent=7, frames_granted=2)
    shown = _shown(PLAN, busy)
    for text in ("short of CPU", "did not keep up with the rate", "granted 2 frames"):
        assert text in shown
    latest = dataclasses.replace(PLAN, overflow_policy="keep_latest")
    assert "dropped for newer frames" in _shown(latest, REPORT)


def test_a_report_in_json_has_no_images_and_no_files() -> None:
    line = to_json(PLAN, REPORT)
    plan, report = line["plan"], line["report"]
    assert isinstance(plan, dict)
    assert isinstance(report, dict)
    assert (plan["images"], plan["mean_image_bytes"], plan["tls"]) == (2, 3, True)
    assert (plan["overflow_policy"], plan["model"]) == ("block", "m")
    assert report["latency_ms"]["p99_9"] == 4
