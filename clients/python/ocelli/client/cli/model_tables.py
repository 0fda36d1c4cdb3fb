"""What people see of the server's models: one a row, or all that is known of one."""

from collections.abc import Iterator, Sequence

from rich.table import Table

from ocelli.client.cli.output import add_row, table
from ocelli.client.model import ModelInfo, ModelStatistics, ModelVersion

_LABELS_SHOWN = 8


def overview(found: Sequence[ModelInfo]) -> Table:
    """A row for each model."""
    rows = table("name", "task", "state", ">version", "input", "output", ">batch", "")
    for one in found:
        remark = "the default" if one.is_default else one.message
        task = "" if one.task == "unspecified" else one.task
        cells = (one.name, task, one.state, one.version, _size(one), _output(one), _batch(one))
        add_row(rows, *cells, remark)
    return rows


def description(one: ModelInfo) -> Iterator[Table]:
    """What is known of a model, then its versions, then how long batches took, if there are any."""
    rows = Table(box=None, show_header=False, pad_edge=False)
    rows.add_column(style="dim")
    rows.add_column(overflow="fold")
    for name, value in _facts(one):
        if value:
            add_row(rows, name, value)
    yield rows
    if one.state == "ready" and one.versions:
        yield _versions(one)
    if one.batch_latencies:
        yield _latencies(one)


def _facts(one: ModelInfo) -> Iterator[tuple[str, str]]:
    yield "name", one.name
    yield "state", one.state
    yield "why", one.message
    # Of a model that can be used there is a table of versions.
    yield "version", "" if one.state == "ready" else one.version
    if one.task != "unspecified":
        default = ", the default" if one.is_default else ""
        yield "task", f"{one.task}{default}"
    yield "adapter", one.adapter
    yield "input", _input(one)
    yield "output", _output(one)
    yield "labels", _first(one.labels)
    yield "keypoints", ", ".join(one.keypoint_names)
    yield "space", one.space
    if one.score_threshold is not None:
        yield "lowest score", f"{one.score_threshold:g}"
    if one.iou_threshold is not None:
        yield "largest overlap", f"{one.iou_threshold:g}"
    yield "batch", _batch(one)


def _versions(one: ModelInfo) -> Table:
    """Each version, with its share of the requests that name none."""
    columns = (">share", ">inferred", ">mean batch", ">failed", ">queue ms", ">compute ms")
    rows = table(">version", *columns, "")
    for version in one.versions:
        tried = one.canary is not None and version.version == one.canary.version
        counts = _counts(version.statistics) if version.statistics else ("",) * 5
        add_row(rows, version.version, _share(one, version), *counts, "canary" if tried else "")
    return rows


def _share(one: ModelInfo, version: ModelVersion) -> str:
    """A version's share of the requests that name none: the canary's, or the newest other's."""
    canary = one.canary
    if canary is not None and version.version == canary.version:
        share = canary.share
    else:
        left = 1 if canary is None else 1 - canary.share
        others = (v for v in one.versions if canary is None or v.version != canary.version)
        share = left if version == next(others) else 0
    return f"{100 * share:g} %"


def _counts(counted: ModelStatistics) -> tuple[str, ...]:
    """What was counted; times are for one image or text, queue and model apart."""
    inferred = counted.inference_count
    each_ms = (counted.queue_us, counted.compute_us)
    return (
        str(inferred),
        f"{counted.mean_batch:.1f}" if inferred else "",
        str(counted.failure_count),
        *(f"{total / inferred / 1000:.1f}" if inferred else "" for total in each_ms),
    )


def _latencies(one: ModelInfo) -> Table:
    """What batches took when the model was tried at load."""
    rows = table(">batch", ">ms when loaded", ">per second")
    for tried in one.batch_latencies:
        per_second = tried.batch_size * 1e6 / max(1, tried.latency_us)
        add_row(rows, tried.batch_size, f"{tried.latency_us / 1000:.1f}", f"{per_second:.0f}")
    return rows


def _size(one: ModelInfo) -> str:
    if one.input is not None:
        return f"{one.input.width}×{one.input.height}"
    return "" if one.input_kind in ("unspecified", "pixels") else one.input_kind


def _input(one: ModelInfo) -> str:
    if one.input is None:
        return _size(one)
    if one.input_kind == "encoded":
        return f"whole files, seen as {_size(one)}"
    taken = one.input
    how = (taken.color_order, taken.datatype, taken.layout, taken.resize)
    return " ".join((_size(one), *(word for word in how if word != "unspecified")))


def _output(one: ModelInfo) -> str:
    if one.dimension:
        return f"{one.dimension} values"
    count = len(one.labels)
    return f"{count} label{'s' if count > 1 else ''}" if count else ""


def _first(labels: Sequence[str]) -> str:
    more = len(labels) - _LABELS_SHOWN
    shown = ", ".join(labels[:_LABELS_SHOWN])
    return f"{shown} and {more} more" if more > 0 else shown


def _batch(one: ModelInfo) -> str:
    return f"≤ {one.max_batch_size}" if one.max_batch_size else ""
