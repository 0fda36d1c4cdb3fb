"""Start, stop and the death of each part, with real processes."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ocelli.client import ChannelOptions, HealthStatus, OcelliError, Point

OCELLI = str(Path(sys.executable).with_name("ocelli"))
DETECT = "ocelli.v1.DetectService"


@pytest.fixture
def own_edge(start_edge: Any, tmp_path: Path) -> Any:
    """An edge that the test may hurt."""
    edge = start_edge(tmp_path)
    assert edge.named("tritonserver")
    assert edge.named("ocelli.edge.index.embedded.engine")
    return edge


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_drains_and_leaves_no_process(own_edge: Any, number: signal.Signals) -> None:
    family = own_edge.family()
    assert len(family) >= 4
    own_edge.process.send_signal(number)
    assert own_edge.process.wait(20) == 0
    assert own_edge.wait_gone(5) == []
    assert "draining" in own_edge.log.read_text()


def test_nothing_outlives_a_killed_edge_for_long(own_edge: Any) -> None:
    own_edge.family()
    own_edge.process.kill()
    own_edge.process.wait(5)
    assert own_edge.wait_gone(8) == []


def test_triton_is_restarted_and_health_tells_the_truth_meanwhile(
    own_edge: Any, photo: Any
) -> None:
    # Triton may be back before a client has tried a second time.
    once = ChannelOptions(max_attempts=1)
    with own_edge.connect() as client, own_edge.connect(options=once) as impatient:
        client.detect(photo("cat"))
        impatient.models.list()
        (triton,) = [p for p in own_edge.named("tritonserver") if p.name() == "tritonserver"]
        triton.kill()
        deadline_s = time.monotonic() + 5
        while client.health(DETECT) is HealthStatus.SERVING:
            assert time.monotonic() < deadline_s, "health did not notice"
            time.sleep(0.02)
        assert client.health() is HealthStatus.SERVING
        with pytest.raises(OcelliError) as failed:
            impatient.models.list(timeout_s=5)
        assert failed.value.reason == "TRITON_UNAVAILABLE"
        client.wait_until_ready(40, service=DETECT)
        assert [found.label for found in client.detect(photo("cat")).detections] == ["cat"]


def test_the_edge_is_live_while_a_remote_triton_is_down(start_edge: Any, tmp_path: Path) -> None:
    edge = start_edge(tmp_path, "--triton", "127.0.0.1:9", wait=False)
    with edge.connect() as client:
        client.wait_until_ready(20, service="")
        client.wait_until_ready(20, service="ocelli.v1.SearchService")
        assert client.health(DETECT) is HealthStatus.NOT_SERVING
        with pytest.raises(OcelliError) as failed:
            client.detect(np.zeros((8, 8, 3), np.uint8), timeout_s=5)
        assert failed.value.reason == "TRITON_UNAVAILABLE"
        assert failed.value.retry_after_s is not None


def test_acknowledged_points_survive_the_death_of_the_edge_and_of_the_engine(
    start_edge: Any, tmp_path: Path
) -> None:
    edge = without_triton(start_edge, tmp_path)
    stored: list[str] = []
    with edge.connect() as client:
        client.collections.create("kept", dimension=8)
        for batch in range(6):
            ids = [f"{batch}-{number}" for number in range(50)]
            vectors = np.random.default_rng(batch).normal(size=(50, 8)).astype(np.float32)
            points = [Point(id_, vector) for id_, vector in zip(ids, vectors, strict=True)]
            client.points.upsert("kept", points)
            stored += ids
            if batch == 2:
                (engine,) = engine_processes(edge)
                os.kill(engine, signal.SIGKILL)
        (engine,) = engine_processes(edge)
    edge.family()
    edge.process.kill()
    os.kill(engine, signal.SIGKILL)
    edge.process.wait(5)
    assert edge.wait_gone(8) == []
    again = without_triton(start_edge, tmp_path)
    with again.connect() as client:
        assert client.points.count("kept") == len(stored)
        found = client.points.get("kept", stored)
        assert [point.id for point in found.points] == stored


def without_triton(start_edge: Any, home: Path) -> Any:
    """An edge that keeps vectors and nothing else."""
    edge = start_edge(home, "--triton", "127.0.0.1:9", wait=False)
    edge.wait_ready(services=("ocelli.v1.SearchService",))
    return edge


def engine_processes(edge: Any) -> list[int]:
    """Process ids of the vector engine, as soon as it runs."""
    deadline_s = time.monotonic() + 10
    while time.monotonic() < deadline_s:
        found = [process.pid for process in edge.working("ocelli.edge.index.embedded.engine")]
        if found:
            return found
        time.sleep(0.05)
    return []


def test_a_port_in_use_is_one_line_with_what_to_do(edge: Any, tmp_path: Path) -> None:
    command = [OCELLI, "serve"]
    flags = ["--address", edge.address, "--home", str(tmp_path), "--triton", "127.0.0.1:9"]
    result = subprocess.run(
        [*command, *flags], capture_output=True, text=True, timeout=30, check=False
    )
    assert result.returncode == 1
    assert f"cannot listen on {edge.address}" in result.stderr
    assert "Traceback" not in result.stderr


def test_shared_memory_that_was_asked_for_and_cannot_be_had_is_one_line(
    edge: Any, tmp_path: Path
) -> None:
    address = next(
        argument.partition("=")[2]
        for process in edge.named("tritonserver")
        for argument in process.cmdline()
        if argument.startswith("--grpc-port=")
    )
    twice = f"127.0.0.1:{address},127.0.0.1:{address}"
    flags = ["--triton", twice, "--home", str(tmp_path), "--address", "127.0.0.1:0"]
    command = [OCELLI, "serve", "--tensor-transport", "shm", *flags]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 1
    assert "does not share memory with the edge" in result.stderr
    assert "Traceback" not in result.stderr
