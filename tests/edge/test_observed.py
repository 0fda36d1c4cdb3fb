"""Traces and the access log of edges that serve, the one in front of the other."""

import itertools
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest

from ocelli.client import OcelliError, Point, connect
from ocelli.v1 import classify_pb2, classify_pb2_grpc, image_pb2
from tests import toy_models
from tests.observability.collector import Collector, Span, children

CLASSIFY = "ocelli.v1.ClassifyService/Classify"
INFER = "inference.GRPCInferenceService/ModelInfer"
TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
RED = np.full((20, 40, 3), (200, 50, 50), np.uint8)


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with Collector() as collector:
        yield collector


@pytest.fixture(scope="module")
def edge(start_shared_edge: Any, tmp_path_factory: Any, collector: Collector) -> Any:
    """An edge with a Triton of its own."""
    home = tmp_path_factory.mktemp("observed")
    toy_models.write_classifier(home / "models")
    traces = ("--otlp-endpoint", collector.endpoint, "--trace-ratio", "0")
    of_triton = ("--triton-otlp-endpoint", collector.http_endpoint)
    return start_shared_edge(home, *traces, *of_triton, "--access-log", str(home / "access.log"))


@pytest.fixture(scope="module")
def front(start_shared_edge: Any, edge: Any, tmp_path_factory: Any, collector: Collector) -> Any:
    """An edge in front of it, which takes it for a Triton."""
    home = tmp_path_factory.mktemp("front")
    traces = ("--otlp-endpoint", collector.endpoint, "--trace-ratio", "0")
    return start_shared_edge(home, *traces, "--triton", edge.address)


def classify(address: str, *metadata: tuple[str, str]) -> None:
    image = image_pb2.Image(
        raw={
            "data": RED.tobytes(),
            "width": RED.shape[1],
            "height": RED.shape[0],
            "format": image_pb2.PIXEL_FORMAT_RGB,
        }
    )
    request = classify_pb2.ClassifyRequest(image=image, model="colors")
    with grpc.insecure_channel(address) as channel:
        stub = classify_pb2_grpc.ClassifyServiceStub(channel)
        stub.Classify(request, timeout=30, metadata=metadata)


def lines_of(
    edge: Any, enough: int, method: str, trace_id: str | None = None
) -> list[dict[str, Any]]:
    path = Path(edge.home) / "access.log"
    deadline_s = time.monotonic() + 20
    while True:
        found = [json.loads(line) for line in path.read_text().splitlines()]
        found = [line for line in found if line["method"].endswith(method)]
        found = [line for line in found if trace_id in {None, line["trace_id"]}]
        if len(found) >= enough:
            return found
        assert time.monotonic() < deadline_s, found
        time.sleep(0.05)


def test_a_trace_goes_through_from_the_caller_to_what_stands_behind(
    front: Any, edge: Any, collector: Collector
) -> None:
    classify(front.address, ("traceparent", f"00-{TRACE}-{PARENT}-01"))

    def whole(spans: list[Span]) -> bool:
        ours = [span.name for span in spans if span.trace_id == TRACE]
        return {CLASSIFY, INFER, "InferRequest"} <= set(ours) and ours.count("triton") == 2

    spans = [span for span in collector.wait_for(whole) if span.trace_id == TRACE]
    (call,) = (span for span in spans if span.name == CLASSIFY)
    assert call.parent_id == PARENT
    assert call.attributes["ocelli.model"] == "colors"
    assert call.attributes["ocelli.model.version"] == "1"
    assert call.attributes["rpc.grpc.status_code"] == "OK"
    stages = children(spans, call)
    assert [span.name for span in stages] == [
        "admission",
        "thread",
        "decode",
        "fit",
        "triton",
        "postprocess",
    ]
    (sent,) = (span for span in stages if span.name == "triton")
    assert sent.attributes["server.address"] == edge.address
    (behind,) = children(spans, sent)
    assert behind.name == INFER
    _, passed = children(spans, behind)
    assert passed.name == "triton"
    (of_triton,) = children(spans, passed)
    assert of_triton.name == "InferRequest"
    assert children(spans, of_triton), "Triton says where its time went"
    assert all(
        one.ended_ns <= other.began_ns + 1_000_000 for one, other in itertools.pairwise(stages)
    )


def test_what_a_caller_does_not_record_is_not_recorded(
    front: Any, edge: Any, collector: Collector
) -> None:
    unsampled = "1" * 32
    classify(front.address, ("traceparent", f"00-{unsampled}-{PARENT}-00"))
    # It is passed on all the same.
    lines_of(edge, 1, "ModelInfer", trace_id=unsampled)
    assert unsampled not in {span.trace_id for span in collector.spans}


def test_the_index_and_failures_are_in_the_trace_and_in_the_log(
    edge: Any, collector: Collector
) -> None:
    with connect(edge.address) as client:
        client.collections.create("observed", dimension=3)
        client.points.upsert("observed", [Point("a", vector=np.ones(3, np.float32))])
        client.search("observed", vector=np.ones(3, np.float32))
        with pytest.raises(OcelliError):
            client.search("nowhere", vector=np.ones(3, np.float32))
    found, failed = lines_of(edge, 2, "SearchService/Search")[-2:]
    assert (found["code"], found["reason"]) == ("OK", "")
    assert found["stages_us"]["index"] > 0
    assert found["received_bytes"] > 12
    assert found["sent_bytes"] > 0
    assert found["duration_us"] >= found["stages_us"]["index"]
    assert (failed["code"], failed["reason"]) == ("NOT_FOUND", "COLLECTION_NOT_FOUND")
    assert failed["peer"].startswith("ipv")


def test_a_stream_has_one_line_with_its_frames(edge: Any) -> None:
    with connect(edge.address) as client:
        broken = b"\xff\xd8\xff no image"
        answers = list(client.classify_stream([RED, broken, RED], model="colors"))
    assert [answer.error is None for answer in answers] == [True, False, True]
    (line,) = lines_of(edge, 1, "ClassifyStream")
    assert line["frames"] == {"result": 2, "error": 1}
    assert (line["code"], line["model"]) == ("OK", "colors")
    assert line["received_bytes"] > 2 * RED.nbytes
    assert line["stages_us"]["triton"] > 0
