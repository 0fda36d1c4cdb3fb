"""What strangers may send before it is a request of anybody's."""

import socket
from typing import Any

import grpc
import psutil
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from tests.conftest import RunningEdge

DETECT = "/ocelli.v1.DetectService/Detect"
MB = 1 << 20
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"
"""The beginning of an HTTP/2 connection, with settings that are empty (RFC 9113, 3.4)."""
CONNECTIONS = 2000


def resident_bytes(edge: RunningEdge) -> int:
    return int(psutil.Process(edge.process.pid).memory_info().rss)


def serves(channel: grpc.Channel) -> bool:
    told = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=5)
    return bool(told.status == health_pb2.HealthCheckResponse.SERVING)


def test_a_message_that_inflates_takes_no_memory(edge: RunningEdge) -> None:
    options = [("grpc.max_send_message_length", -1)]
    with grpc.insecure_channel(edge.address, options=options) as channel:
        assert serves(channel)
        before = resident_bytes(edge)
        call = channel.unary_unary(DETECT, None, None)
        with pytest.raises(grpc.RpcError) as refused:
            call(bytes(512 * MB), timeout=60, compression=grpc.Compression.Gzip)
        assert refused.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert resident_bytes(edge) - before < 64 * MB
        assert serves(channel)


def test_a_megabyte_of_metadata_costs_its_caller_alone(edge: RunningEdge) -> None:
    with grpc.insecure_channel(edge.address) as channel:
        assert serves(channel)
        call = channel.unary_unary(DETECT, None, None)
        with pytest.raises(grpc.RpcError) as refused:
            call(b"", timeout=10, metadata=(("x-long", "x" * MB),))
        assert refused.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert serves(channel)


def test_idle_connections_leave_others_served(edge: RunningEdge) -> None:
    host, _, port = edge.address.rpartition(":")
    before = resident_bytes(edge)
    opened: list[Any] = []
    try:
        for _ in range(CONNECTIONS):
            connection = socket.create_connection((host, int(port)), timeout=10)
            connection.sendall(PREFACE)
            opened.append(connection)
        with grpc.insecure_channel(edge.address) as channel:
            assert serves(channel)
            call = channel.unary_unary(DETECT, None, None)
            with pytest.raises(grpc.RpcError) as answered:
                call(b"", timeout=10)
            assert answered.value.code() is grpc.StatusCode.INVALID_ARGUMENT
        grown = resident_bytes(edge) - before
        assert grown < CONNECTIONS * 128 * 1024
    finally:
        for connection in opened:
            connection.close()
