"""What `ocelli bench` prints."""

import dataclasses
from collections.abc import Mapping

from rich.console import Console

from ocelli.client.cli.output import Json, add_row, table
from ocelli.client.load import Plan, Report

_BUSY_CORES = 0.85


def show(out: Console, plan: Plan, report: Report) -> None:
    """Prints what was asked and what was found."""
    out.print(_title(plan, report), style="bold", markup=False, soft_wrap=True)
    latency = report.latency_ms
    if latency is not None:
        from_when = "from sending" if plan.rate is None else "from when due"
        rows = table(f"latency, ms, {from_when}", *(f">{name}" for name in _LATENCY))
        add_row(rows, "", *(f"{getattr(latency, name):.1f}" for name in _LATENCY.values()))
        out.print(rows)
        rows = table("at the server, mean ms", *(f">{stage}" for stage in report.server_ms))
        add_row(rows, "", *(f"{value:.1f}" for value in report.server_ms.values()))
        out.print(rows)
    rows = table("", ">")
    for name, value in _facts(plan, report):
        add_row(rows, name, value)
    out.print(rows)
    for remark in _remarks(plan, report):
        out.print(remark, style="yellow", markup=False, soft_wrap=True)


def to_json(plan: Plan, report: Report) -> Json:
    """Makes the line of JSON."""
    asked = {
        field.name: getattr(plan, field.name)
        for field in dataclasses.fields(plan)
        if field.name not in ("images", "tls")
    }
    asked["tls"] = bool(plan.tls)
    sizes = [len(image) for image in plan.images]
    asked["images"] = len(sizes)
    asked["mean_image_bytes"] = round(sum(sizes) / len(sizes))
    return {
        "plan": {**asked, "model": report.model},
        "report": _rounded(dataclasses.asdict(report)),
    }


_LATENCY: Mapping[str, str] = {
    "p50": "p50",
    "p90": "p90",
    "p99": "p99",
    "p99.9": "p99_9",
    "max": "max",
    "mean": "mean",
}


def _title(plan: Plan, report: Report) -> str:
    sizes = [len(image) for image in plan.images]
    loop = (
        f"{plan.in_flight} in flight"
        if plan.rate is None
        else f"{plan.rate:g}/s due, {plan.arrivals}"
    )
    mean_kb = sum(sizes) / len(sizes) / 1000
    return (
        f"{plan.address}  {plan.service} {plan.mode}  {report.model}  {loop}  "
        f"{_count(plan.connections, 'connection')}  "
        f"{_count(len(sizes), 'image')} of {mean_kb:.0f} kB"
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _facts(plan: Plan, report: Report) -> list[tuple[str, str]]:
    facts = [
        ("results per second", f"{report.results_per_s:.1f}"),
        ("requests", f"{report.requests}"),
        ("results", f"{report.results}"),
    ]
    if plan.overflow_policy == "keep_latest" or report.dropped:
        facts.append(("dropped for newer frames", f"{report.dropped}"))
    if plan.rate is not None:
        facts.append(("due and never sent", f"{report.unsent}"))
    facts.append(("errors", f"{sum(report.errors.values())}"))
    facts += [(f"  {reason}", f"{number}") for reason, number in report.errors.items()]
    if report.mean_batch is not None:
        facts.append(("images per run at Triton", f"{report.mean_batch:.2f}"))
    if report.frames_granted is not None:
        facts.append(("frames in flight granted", f"{report.frames_granted}"))
    facts.append(("CPU of this client, cores", f"{report.client_cores:.2f}"))
    if report.client_cpu_ms is not None:
        facts.append(("CPU of this client, ms per answer", f"{report.client_cpu_ms:.2f}"))
    return facts


def _remarks(plan: Plan, report: Report) -> list[str]:
    remarks = []
    if report.client_cores > _BUSY_CORES:
        remarks.append(
            "This client is short of CPU, so the figures are as much its own as the server's: run "
            "several, or send smaller images."
        )
    if report.unsent:
        remarks.append(
            "The server did not keep up with the rate. Requests that were never sent are not in "
            "the percentiles; they would be worse."
        )
    granted = report.frames_granted
    if plan.rate is None and granted is not None and granted < plan.in_flight:
        remarks.append(
            f"The server granted {granted} frames in flight instead of {plan.in_flight}; "
            "more connections, or its stream_window, allow more."
        )
    return remarks


def _rounded(value: object) -> object:
    match value:
        case float():
            return round(value, 3)
        case dict():
            return {key: _rounded(inner) for key, inner in value.items()}
        case _:
            return value
