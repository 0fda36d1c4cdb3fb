"""What must hold of an edge that was under load: queries, rules, traces, exemplars, lines."""

import json
from pathlib import Path

from tests.observability.collector import Span, children
from tests.ops import load
from tests.ops.boards import Asked, has_data, queries
from tests.ops.prometheus import Prometheus

_STAGES = ["admission", "thread", "decode", "fit", "triton", "postprocess"]
_DETECT = "ocelli.v1.DetectService/Detect"


def empty_queries(prometheus: Prometheus) -> tuple[int, list[Asked]]:
    """How many queries the dashboards have, and those without data, GPUs' left out."""
    asked = [each for each in queries() if not each.needs_gpu]
    return len(asked), [each for each in asked if not has_data(prometheus, each)]


def bad_rules(prometheus: Prometheus) -> list[str]:
    """Rules that Prometheus cannot evaluate, and recorded series that do not come about."""
    bad = []
    for group in prometheus.ask("rules")["groups"]:
        for rule in group["rules"]:
            if rule["health"] != "ok":
                bad.append(f"{rule['name']}: {rule.get('lastError', rule['health'])}")
            elif (
                rule["type"] == "recording"
                and not prometheus.ask("query", query=rule["name"])["result"]
            ):
                bad.append(f"{rule['name']}: no data")
    return bad


def check_traces(spans: list[Span]) -> None:
    """Every call whose caller recorded is a whole tree; others were drawn by chance."""
    theirs = {load.trace_id(number) for number in range(load.TRACES)}
    answered = 0
    for wanted in theirs:
        (served,) = (s for s in spans if s.trace_id == wanted and s.name == _DETECT)
        assert served.parent_id == "cd" * 8
        if served.attributes["rpc.grpc.status_code"] != "OK":
            continue
        answered += 1
        within = children(spans, served)
        assert [span.name for span in within] == _STAGES, within
        assert all(served.began_ns <= span.began_ns for span in within)
        assert all(span.ended_ns <= served.ended_ns + 1_000_000 for span in within)
        assert served.attributes["ocelli.model"]
    assert answered, "none of the calls whose callers record was answered"
    by_chance = [span for span in spans if span.trace_id not in theirs and not span.parent_id]
    assert by_chance, "no call was drawn"
    assert any(span.name.startswith("index ") for span in spans)
    assert any(span.name.endswith("Stream frame") for span in by_chance)


def check_exemplars(prometheus: Prometheus, spans: list[Span], began_s: float) -> None:
    """Histograms name traces that the collector has."""
    ids = {span.trace_id for span in spans}
    for histogram in ("ocelli_call_seconds", "ocelli_stage_seconds", "ocelli_model_seconds"):
        found = prometheus.ask(
            "query_exemplars", query=f"{histogram}_bucket", start=began_s, end=began_s + 600
        )
        named = {each["labels"]["trace_id"] for series in found for each in series["exemplars"]}
        assert named, histogram
        assert named & ids, histogram


def check_lines(path: Path) -> None:
    """The access log has a line for each kind of end, and the traces that callers sent."""
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert {"OK", "NOT_FOUND", "INVALID_ARGUMENT", "RESOURCE_EXHAUSTED"} <= {
        line["code"] for line in lines
    }
    assert all(line["reason"] for line in lines if line["code"] == "NOT_FOUND")
    theirs = {load.trace_id(number) for number in range(load.TRACES)}
    assert theirs <= {line["trace_id"] for line in lines}
    done = next(line for line in lines if line["method"] == _DETECT and line["code"] == "OK")
    assert set(_STAGES) <= set(done["stages_us"])
    assert done["model"]
    assert done["received_bytes"] > 1000
    (*_, stream) = (line for line in lines if line["method"].endswith("DetectStream"))
    assert stream["frames"]["result"] > 0
