"""Several serving processes behind one address, as a user runs them: `ocelli serve --workers 2`."""

import os
import queue
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import psutil
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from ocelli.client import HealthStatus, Point
from ocelli.v1 import (
    detect_pb2,
    detect_pb2_grpc,
    image_pb2,
    model_pb2,
    model_pb2_grpc,
    search_pb2,
    search_pb2_grpc,
)
from tests.docs.test_tables import rows, section, text_of

OCELLI = str(Path(sys.executable).with_name("ocelli"))
FLAGS = ("--workers", "2", "--metrics-address", "127.0.0.1:0")
WORKERS = ("0", "1")
CONNECTIONS = 40
"""That one of two workers meets fewer than five of them is rarer than 1 in 5 million."""
SERVICES = ("", "ocelli.v1.DetectService", "ocelli.v1.SearchService", "model/nanodet_coco80")


@pytest.fixture(scope="module")
def edge(start_shared_edge: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    edge = start_shared_edge(tmp_path_factory.mktemp("workers"), *FLAGS)
    until_all_serve(edge)
    return edge


@pytest.fixture
def channels(edge: Any) -> Iterator[list[grpc.Channel]]:
    """Many connections of their own; gRPC would share one between channels that look alike."""
    with ExitStack() as stack:
        options = [("grpc.use_local_subchannel_pool", 1)]
        yield [
            stack.enter_context(grpc.insecure_channel(edge.address, options=options))
            for _ in range(CONNECTIONS)
        ]


def until_all_serve(edge: Any) -> None:
    edge.scrape_until(
        lambda found: (
            found["ocelli_triton_reachable"] == 1
            and all(found[f'ocelli_worker_up{{worker="{number}"}}'] for number in WORKERS)
        )
    )


def each(found: dict[str, float], name: str) -> list[float]:
    return [found[f'{name}{{worker="{number}"}}'] for number in WORKERS]


def pids(edge: Any, name: str) -> set[int]:
    return {process.pid for process in edge.working(name)}


def until(true: Callable[[], bool], timeout_s: float = 20) -> None:
    deadline_s = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < deadline_s
        time.sleep(0.05)


def test_connections_spread_over_the_workers(edge: Any, channels: list[grpc.Channel]) -> None:
    before = edge.scrape()
    for channel in channels:
        stub = model_pb2_grpc.ModelServiceStub(channel)
        stub.ListModels(model_pb2.ListModelsRequest(), timeout=10)
    after = edge.scrape()
    calls = np.subtract(
        each(after, "ocelli_worker_calls_total"), each(before, "ocelli_worker_calls_total")
    )
    assert calls.sum() == CONNECTIONS
    assert calls.min() >= 5
    listed = 'ocelli_calls_total{code="OK",method="ocelli.v1.ModelService/ListModels"}'
    assert after[listed] - before.get(listed, 0) == CONNECTIONS


def test_every_connection_gets_the_same_health_and_the_same_boxes(
    channels: list[grpc.Channel], photo: Any
) -> None:
    cat = image_pb2.Image(encoded=photo("cat"))
    for channel in channels[:16]:
        for service in SERVICES:
            request = health_pb2.HealthCheckRequest(service=service)
            answer = health_pb2_grpc.HealthStub(channel).Check(request, timeout=5)
            assert answer.status == health_pb2.HealthCheckResponse.SERVING
        stub = detect_pb2_grpc.DetectServiceStub(channel)
        answer = stub.Detect(detect_pb2.DetectRequest(image=cat), timeout=20)
        assert [found.label for found in answer.result.detections] == ["cat"]


def test_every_worker_searches_the_same_collections(
    edge: Any, channels: list[grpc.Channel]
) -> None:
    stubs = [search_pb2_grpc.SearchServiceStub(channel) for channel in channels]

    def nearest(stub: search_pb2_grpc.SearchServiceStub, vector: list[float]) -> str:
        request = search_pb2.SearchRequest(collection="shared", limit=1, vector={"values": vector})
        return stub.Search(request, timeout=10).hits[0].id

    with edge.connect() as client:
        client.collections.create("shared", dimension=4)
        client.points.upsert("shared", [Point("east", [1, 0, 0, 0]), Point("north", [0, 1, 0, 0])])
        assert {nearest(stub, [1, 0.1, 0, 0]) for stub in stubs} == {"east"}
        client.collections.delete("shared")
        client.collections.create("shared", dimension=2)
        client.points.upsert("shared", [Point("new", [1, 0])])
        assert {nearest(stub, [1, 0]) for stub in stubs} == {"new"}
        client.collections.delete("shared")


class Stream:
    """A DetectStream that sends when it is told to."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._requests: queue.Queue[detect_pb2.DetectStreamRequest | None] = queue.Queue()
        self._requests.put(detect_pb2.DetectStreamRequest(config=detect_pb2.DetectStreamConfig()))
        stub = detect_pb2_grpc.DetectServiceStub(channel)
        self._call = stub.DetectStream(iter(self._requests.get, None), timeout=60)
        next(self._call)

    def serves(self, image: bytes) -> bool:
        """Whether a frame is answered with a result."""
        request = detect_pb2.DetectStreamRequest()
        request.frame.image.encoded = image
        self._requests.put(request)
        try:
            while True:
                response = next(self._call)
                if response.HasField("answer"):
                    return bool(response.answer.HasField("result"))
        except grpc.RpcError:
            return False

    def end(self) -> None:
        self._requests.put(None)
        self._call.cancel()


def test_a_killed_worker_is_replaced_and_costs_nobody_elses_stream(
    edge: Any, channels: list[grpc.Channel], photo: Any
) -> None:
    cat = photo("cat")
    streams = [Stream(channel) for channel in channels[:24]]
    before = edge.scrape_until(
        lambda found: sum(each(found, "ocelli_worker_streams_open")) == len(streams)
    )
    apart = [pids(edge, "tritonserver"), pids(edge, "ocelli.edge.index.embedded.engine")]
    victim = min(pids(edge, "ocelli.edge.processes.workers"))
    os.kill(victim, signal.SIGKILL)
    survivors = [stream for stream in streams if stream.serves(cat)]
    after = edge.scrape()
    assert 0 < len(survivors) < len(streams)
    assert len(survivors) in each(before, "ocelli_worker_streams_open")
    assert sorted(each(after, "ocelli_worker_streams_open")) == [0, len(survivors)]
    open_ = 'ocelli_streams_open{method="ocelli.v1.DetectService/DetectStream"}'
    assert after[open_] == len(survivors)
    until_all_serve(edge)
    replaced = edge.scrape()
    assert sum(each(replaced, "ocelli_worker_restarts_total")) == 1
    assert all(replaced[name] >= before[name] for name in before if name.endswith("_total"))
    assert victim not in pids(edge, "ocelli.edge.processes.workers")
    assert len(pids(edge, "ocelli.edge.processes.workers")) == 2
    assert apart == [pids(edge, "tritonserver"), pids(edge, "ocelli.edge.index.embedded.engine")]
    assert all(stream.serves(cat) for stream in survivors)
    for stream in streams:
        stream.end()
    edge.scrape_until(lambda found: found[open_] == 0)


def test_a_worker_that_hangs_is_not_up_and_its_counts_stay(
    edge: Any, channels: list[grpc.Channel]
) -> None:
    for channel in channels:
        stub = model_pb2_grpc.ModelServiceStub(channel)
        stub.ListModels(model_pb2.ListModelsRequest(), timeout=10)
    before = edge.scrape()
    hung = psutil.Process(max(pids(edge, "ocelli.edge.processes.workers")))
    hung.suspend()
    try:
        during = edge.scrape()
    finally:
        hung.resume()
    assert sorted(each(during, "ocelli_worker_up")) == [0, 1]
    assert all(during[name] >= before[name] for name in before if name.endswith("_total"))
    assert during["ocelli_triton_reachable"] == 1
    until_all_serve(edge)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_an_address_that_workers_serve_is_taken(edge: Any, tmp_path: Path, workers: str) -> None:
    flags = ["--address", edge.address, "--home", str(tmp_path), "--triton", "127.0.0.1:9"]
    result = subprocess.run(
        [OCELLI, "serve", *flags, "--workers", workers],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert result.returncode == 1
    assert f"cannot listen on {edge.address}" in result.stderr
    assert "Traceback" not in result.stderr


def test_triton_and_the_engine_come_back_for_all_workers_and_a_drain_leaves_nothing(
    start_edge: Any, tmp_path: Path, photo: Any
) -> None:
    edge = start_edge(tmp_path, *FLAGS)
    until_all_serve(edge)
    workers = pids(edge, "ocelli.edge.processes.workers")
    (engine,) = pids(edge, "ocelli.edge.index.embedded.engine")
    triton = next(p for p in edge.named("tritonserver") if p.name() == "tritonserver")
    os.kill(engine, signal.SIGKILL)
    triton.kill()
    edge.scrape_until(lambda found: found["ocelli_triton_reachable"] == 0)
    edge.scrape_until(
        lambda found: found["ocelli_triton_reachable"] == found["ocelli_index_ready"] == 1, 60
    )
    assert pids(edge, "ocelli.edge.processes.workers") == workers
    with edge.connect() as client:
        client.wait_until_ready(40, service="ocelli.v1.DetectService")
        assert [found.label for found in client.detect(photo("cat")).detections] == ["cat"]
        assert client.health("ocelli.v1.SearchService") is HealthStatus.SERVING
    assert len(edge.family()) >= 9
    edge.process.terminate()
    assert edge.process.wait(20) == 0
    assert edge.wait_gone(5) == []
    assert "Traceback" not in edge.log.read_text()


def test_nothing_outlives_a_killed_supervisor_for_long(start_edge: Any, tmp_path: Path) -> None:
    edge = start_edge(tmp_path, *FLAGS)
    assert len(edge.family()) >= 9
    edge.process.kill()
    edge.process.wait(5)
    assert edge.wait_gone(8) == []


def test_every_worker_follows_an_alias_at_once(edge: Any, channels: list[grpc.Channel]) -> None:
    searches = [search_pb2_grpc.SearchServiceStub(channel) for channel in channels]
    query = search_pb2.SearchRequest(collection="of-workers", vector={"values": [1, 0]})
    with edge.connect() as client:
        for name in ("left", "right"):
            client.collections.create(name, dimension=2)
            client.points.upsert(name, [Point(name, np.array([1, 0]))])
        for name in ("left", "right", "left"):
            client.collections.set_alias("of-workers", name)
            for search in searches:
                assert [hit.id for hit in search.Search(query).hits] == [name]
        for name in ("left", "right"):
            client.collections.delete(name)
    for search in searches:
        with pytest.raises(grpc.RpcError, match="there is no collection 'of-workers'"):
            search.Search(query)


def test_every_metric_is_documented_and_there_from_the_start(edge: Any) -> None:
    listed = set(rows(section(text_of("docs/observability.md"), "Metrics")))
    scraped = {name.partition("{")[0] for name in edge.scrape()}
    histograms = {name.removesuffix("_bucket") for name in scraped if name.endswith("_bucket")}
    parts = {f"{name}_{part}" for name in histograms for part in ("bucket", "sum", "count")}
    assert (scraped - parts) | histograms == listed
