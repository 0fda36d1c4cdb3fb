"""The metrics of a whole server, and the connections that it replaces."""

import time
from typing import Any

import grpc
import numpy as np
import psutil
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from ocelli.client import HealthStatus, OcelliError

DETECT = "ocelli.v1.DetectService"


def test_metrics_are_there_while_triton_is_down(start_edge: Any, tmp_path: Any) -> None:
    flags = ["--triton", "127.0.0.1:9", "--metrics-address", "127.0.0.1:0"]
    edge = start_edge(tmp_path, *flags, wait=False)
    found = edge.scrape_until(lambda found: found["ocelli_index_ready"] == 1)
    assert found[f'ocelli_calls_total{{code="OK",method="{DETECT}/Detect"}}'] == 0
    assert found[f'ocelli_calls_in_flight{{method="{DETECT}/Detect"}}'] == 0
    with edge.connect() as client:
        assert client.health(DETECT) is HealthStatus.NOT_SERVING
        with pytest.raises(OcelliError):
            client.detect(np.zeros((8, 8, 3), np.uint8), timeout_s=5)
    found = edge.scrape()
    assert found["ocelli_triton_reachable"] == 0
    # More than one: the client tries again.
    assert found[f'ocelli_calls_total{{code="UNAVAILABLE",method="{DETECT}/Detect"}}'] >= 1
    assert not [name for name in found if name.startswith("ocelli_worker")]


def test_old_connections_are_replaced_without_a_failed_call(start_edge: Any, tmp_path: Any) -> None:
    flags = ["--triton", "127.0.0.1:9", "--max-connection-age-s", "0.4"]
    edge = start_edge(tmp_path, *flags, wait=False)
    port = int(edge.address.rpartition(":")[2])
    ours: set[int] = set()
    with edge.connect() as client, grpc.insecure_channel(edge.address) as other:
        client.wait_until_ready(20, service="")
        watch = health_pb2_grpc.HealthStub(other).Watch(health_pb2.HealthCheckRequest())
        deadline_s = time.monotonic() + 30
        while len(ours) < 3:
            assert time.monotonic() < deadline_s
            assert client.health("") is HealthStatus.SERVING
            ours |= {
                connection.laddr.port
                for connection in psutil.Process().net_connections("tcp")
                if connection.raddr and connection.raddr.port == port
            }
            time.sleep(0.02)
        assert watch.is_active(), "a stream may go on as long as it takes"
        watch.cancel()
