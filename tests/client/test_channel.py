"""Channel settings as gRPC lives them: what is tried again and what is not."""

import json
from collections.abc import Iterator
from concurrent import futures
from pathlib import Path

import grpc
import pytest

from ocelli.client import ChannelOptions, Unavailable, connect
from ocelli.client.channel import _IDEMPOTENT
from ocelli.v1 import detect_pb2, embed_pb2, model_pb2, search_pb2


class Draining(grpc.GenericRpcHandler):  # type: ignore[type-arg]  # not generic at run time
    """A server that is not there for its first calls, whatever they are, and counts them."""

    def __init__(self) -> None:
        self.address = ""
        self.failures = 1_000_000
        self.calls: list[str] = []

    def service(self, details: grpc.HandlerCallDetails) -> "grpc.RpcMethodHandler[bytes, bytes]":
        method = details.method.rpartition("/")[2]

        def handle(request: bytes, context: grpc.ServicerContext) -> bytes:
            self.calls.append(method)
            if len(self.calls) <= self.failures:
                context.abort(grpc.StatusCode.UNAVAILABLE, "draining")
            result = detect_pb2.DetectResult(width=len(request))
            return detect_pb2.DetectResponse(result=result).SerializeToString()

        return grpc.unary_unary_rpc_method_handler(handle)


@pytest.fixture
def server() -> Iterator[Draining]:
    handler = Draining()
    options = [("grpc.max_receive_message_length", 1 << 26)]
    running = grpc.server(futures.ThreadPoolExecutor(2), options=options)
    running.add_generic_rpc_handlers((handler,))
    handler.address = f"127.0.0.1:{running.add_insecure_port('127.0.0.1:0')}"
    running.start()
    yield handler
    running.stop(None).wait(5)


def test_reads_are_tried_three_times(server: Draining) -> None:
    with connect(server.address) as client, pytest.raises(Unavailable, match="draining"):
        client.detect(b"x")
    assert server.calls == ["Detect"] * 3


def test_a_image_larger_than_grpcs_retry_buffer_is_tried_again_too(server: Draining) -> None:
    server.failures = 2
    with connect(server.address) as client:
        assert client.detect(b"x" * 5_000_000).width > 5_000_000
    assert server.calls == ["Detect"] * 3


def test_what_leaves_another_state_behind_is_not_repeated(server: Draining) -> None:
    with connect(server.address) as client, pytest.raises(Unavailable):
        client.collections.create("c")
    assert server.calls == ["CreateCollection"]


def test_retries_can_be_turned_off(server: Draining) -> None:
    options = ChannelOptions(max_attempts=1)
    with connect(server.address, options=options) as client, pytest.raises(Unavailable):
        client.detect(b"x")
    assert server.calls == ["Detect"]


def test_the_repeated_methods_exist() -> None:
    files = (detect_pb2, embed_pb2, model_pb2, search_pb2)
    services = {
        service.full_name: service
        for file in files
        for service in file.DESCRIPTOR.services_by_name.values()
    }
    for name, methods in _IDEMPOTENT.items():
        assert set(methods) <= set(services[name].methods_by_name)


def test_pings_are_no_more_frequent_than_the_server_allows() -> None:
    arguments = dict(ChannelOptions().as_grpc())
    assert int(arguments["grpc.keepalive_time_ms"]) >= 30_000
    assert arguments["grpc.max_send_message_length"] == 32 * 1024 * 1024


def test_nothing_listening_is_said_at_once_and_how_to_mend_it() -> None:
    with connect("127.0.0.1:1") as client, pytest.raises(Unavailable) as caught:
        client.detect(b"x")
    assert "cannot reach 127.0.0.1:1" in str(caught.value)
    assert "ocelli serve" in str(caught.value)
    with connect("127.0.0.1:1") as client, pytest.raises(Unavailable, match="not ready within"):
        client.wait_until_ready(0.3)


def test_the_retries_are_those_that_all_clients_share() -> None:
    path = Path(__file__).parents[2] / "protos" / "service_config.json"
    shared = json.loads(path.read_text())
    own = json.loads(dict(ChannelOptions().as_grpc())["grpc.service_config"])  # type: ignore[arg-type]
    for config in (shared, own):
        for method in config["methodConfig"]:
            method["name"].sort(key=lambda name: (name["service"], name["method"]))
    assert own == shared
