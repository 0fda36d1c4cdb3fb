"""What strangers may send before it is a request of anybody's, and what it costs the others."""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import grpc
import psutil
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from tests.conftest import REPOSITORY_ROOT, RunningEdge
from tests.edge import attacker
from tests.edge.neighbour import Neighbour

DETECT = "/ocelli.v1.DetectService/Detect"
MB = 1 << 20
CALLS = 20
"""Of the neighbour, at least, while an attack holds what it holds."""
MAX_MEDIAN_S = 1.0
MAX_WAIT_S = 8.0
"""Of the neighbour, for 99 of 100 of its calls: with room for a machine that does much else."""
LEFT_MB = 48
"""That may be held when an attack is over: for what comes next, whoever sends it."""
SETTLE_S = 20
ROUNDS = 2
"""Of connections: what the first leaves is there for the second one."""
PROCESSES = 4
DESCRIPTORS = 200


def resident_bytes(edge: RunningEdge) -> int:
    return int(psutil.Process(edge.process.pid).memory_info().rss)


def cpu_s(edge: RunningEdge) -> float:
    used = psutil.Process(edge.process.pid).cpu_times()
    return float(used.user + used.system)


def serves(channel: grpc.Channel) -> bool:
    told = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=5)
    return bool(told.status == health_pb2.HealthCheckResponse.SERVING)


def until_released(edge: RunningEdge, before: int) -> None:
    """Waits until memory is what it was."""
    until_s = time.monotonic() + SETTLE_S
    while (left := resident_bytes(edge) - before) > LEFT_MB * MB:
        assert time.monotonic() < until_s, f"{left / MB:.0f} MB are still held"
        time.sleep(0.2)


def unharmed(neighbour: Neighbour) -> None:
    """The neighbour's calls were answered, and not late."""
    assert neighbour.failures == []
    assert len(neighbour.seconds) >= CALLS
    assert neighbour.percentile_s(50) < MAX_MEDIAN_S
    assert neighbour.percentile_s(99) < MAX_WAIT_S


@contextmanager
def attack(name: str, edge: RunningEdge, processes: int = 1) -> Iterator[list[dict[str, Any]]]:
    """Holds what an attack holds, once it has done its share: for each process, what that was."""
    command = [sys.executable, "-m", "tests.edge.attacker", name, edge.address]
    with ExitStack() as stack:
        started = [
            stack.enter_context(
                subprocess.Popen(
                    command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                    cwd=REPOSITORY_ROOT,
                )
            )
            for _ in range(processes)
        ]
        try:
            yield [json.loads(one.stdout.readline()) for one in started if one.stdout]
        finally:
            for one in started:
                one.kill()


@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    ("name", "most_mb", "most_cpu_s"),
    [
        ("rapid_resets", 96, 60),
        ("settings", 64, 30),
        ("pings", 64, 30),
        ("continuations", 64, 30),
        ("halves", 64, 10),
        ("unread_answers", 64, 10),
    ],
)
def test_an_attack_costs_the_others_little(
    edge: RunningEdge, name: str, most_mb: int, most_cpu_s: float
) -> None:
    assert name in {one.__name__ for one in attacker.ATTACKS}
    with Neighbour(edge.address) as neighbour:
        before, cpu_before = resident_bytes(edge), cpu_s(edge)
        with attack(name, edge) as (done,):
            neighbour.wait_for(CALLS)
            grown = resident_bytes(edge) - before
            used_s = cpu_s(edge) - cpu_before
        with grpc.insecure_channel(edge.address) as channel:
            assert serves(channel)
        until_released(edge, before)
    measured = {
        **done,
        "grown_mb": round(grown / MB, 1),
        "cpu_s": round(used_s, 2),
        "p50_ms": round(1e3 * neighbour.percentile_s(50), 1),
        "p99_ms": round(1e3 * neighbour.percentile_s(99), 1),
    }
    print(name, measured)  # for `pytest -s`
    unharmed(neighbour)
    assert grown < most_mb * MB, measured
    assert used_s < most_cpu_s, measured


@pytest.mark.timeout(180)
def test_ten_thousand_idle_connections_leave_others_served(edge: RunningEdge) -> None:
    connections = PROCESSES * attacker.IDLE_CONNECTIONS
    assert connections == 10_000
    needed = connections + 1000
    limit = psutil.Process(edge.process.pid).rlimit(psutil.RLIMIT_NOFILE)[0]
    if limit < needed:
        pytest.skip(f"this machine gives a process {limit} file descriptors, and it takes {needed}")
    with Neighbour(edge.address) as neighbour:
        for _ in range(ROUNDS):
            before = resident_bytes(edge)
            with attack("idle", edge, PROCESSES) as opened:
                assert sum(one["connections"] for one in opened) == connections
                neighbour.wait_for(CALLS)
                assert len(psutil.Process(edge.process.pid).net_connections("tcp")) > connections
                each = (resident_bytes(edge) - before) / connections
                with grpc.insecure_channel(edge.address) as channel:
                    assert serves(channel)
                    call = channel.unary_unary(DETECT, None, None)
                    with pytest.raises(grpc.RpcError) as answered:
                        call(b"", timeout=10)
                    assert answered.value.code() is grpc.StatusCode.INVALID_ARGUMENT
            print(f"{each / 1024:.1f} KB each, p99 {1e3 * neighbour.percentile_s(99):.1f} ms")
            assert each < 64 * 1024
        until_released(edge, before)
    unharmed(neighbour)


@pytest.mark.timeout(120)
def test_without_descriptors_connections_wait_and_calls_go_on(edge: RunningEdge) -> None:
    process = psutil.Process(edge.process.pid)
    limits = process.rlimit(psutil.RLIMIT_NOFILE)
    with Neighbour(edge.address) as neighbour:
        resource.prlimit(
            edge.process.pid, resource.RLIMIT_NOFILE, (process.num_fds() + DESCRIPTORS, limits[1])
        )
        try:
            with attack("idle", edge):
                before_s = cpu_s(edge)
                neighbour.wait_for(CALLS)
                time.sleep(2)
                assert cpu_s(edge) - before_s < 2
        finally:
            resource.prlimit(edge.process.pid, resource.RLIMIT_NOFILE, limits)
        with grpc.insecure_channel(edge.address) as channel:
            grpc.channel_ready_future(channel).result(20)
            assert serves(channel)
    unharmed(neighbour)


def test_a_message_that_inflates_takes_no_memory(edge: RunningEdge) -> None:
    options = [("grpc.max_send_message_length", -1)]
    with Neighbour(edge.address) as neighbour, grpc.insecure_channel(edge.address, options) as own:
        assert serves(own)
        before = resident_bytes(edge)
        call = own.unary_unary(DETECT, None, None)
        with pytest.raises(grpc.RpcError) as refused:
            call(bytes(512 * MB), timeout=60, compression=grpc.Compression.Gzip)
        assert refused.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert resident_bytes(edge) - before < 64 * MB
        assert serves(own)
        neighbour.wait_for(CALLS)
    unharmed(neighbour)


def test_a_megabyte_of_metadata_costs_its_caller_alone(edge: RunningEdge) -> None:
    with Neighbour(edge.address) as neighbour, grpc.insecure_channel(edge.address) as channel:
        assert serves(channel)
        before = resident_bytes(edge)
        call = channel.unary_unary(DETECT, None, None)
        for _ in range(20):
            with pytest.raises(grpc.RpcError) as refused:
                call(b"", timeout=10, metadata=(("x-long", "x" * MB),))
            assert refused.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert resident_bytes(edge) - before < 64 * MB
        assert serves(channel)
        neighbour.wait_for(CALLS)
    unharmed(neighbour)
