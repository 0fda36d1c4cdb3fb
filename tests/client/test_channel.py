"""Channel settings as gRPC lives them: what is tried again and what is not."""

import json
import time
from collections.abc import Iterator
from concurrent import futures
from contextlib import contextmanager

import grpc
import pytest

from ocelli.client import ChannelOptions, Unavailable, connect, connect_async
from ocelli.v1 import detect_pb2
from ocelli.v1.sdk import IDEMPOTENT_METHODS, SERVICE_CONFIG, UNREACHABLE_HINT

pytestmark = pytest.mark.system


class Draining(grpc.GenericRpcHandler):  # type: ignore[type-arg]  # not generic at run time
    """A server that is not there for its first calls, whatever they are, and counts them."""

    def __init__(self) -> None:
        self.address = ""
        self.failures = 1_000_000
        self.pushback_ms: int | None = None
        self.calls: list[str] = []
        self.called_s: list[float] = []

    def service(self, details: grpc.HandlerCallDetails) -> "grpc.RpcMethodHandler[bytes, bytes]":
        method = details.method.rpartition("/")[2]

        def handle(request: bytes, context: grpc.ServicerContext) -> bytes:
            self.calls.append(method)
            self.called_s.append(time.monotonic())
            if len(self.calls) <= self.failures:
                if self.pushback_ms is not None:
                    context.set_trailing_metadata(
                        (("grpc-retry-pushback-ms", str(self.pushback_ms)),)
                    )
                context.abort(grpc.StatusCode.UNAVAILABLE, "draining")
            result = detect_pb2.DetectResult(width=len(request))
            return detect_pb2.DetectResponse(result=result).SerializeToString()

        return grpc.unary_unary_rpc_method_handler(handle)


@contextmanager
def serving() -> Iterator[Draining]:
    handler = Draining()
    options = [("grpc.max_receive_message_length", 1 << 26)]
    running = grpc.server(futures.ThreadPoolExecutor(2), options=options)
    running.add_generic_rpc_handlers((handler,))
    handler.address = f"127.0.0.1:{running.add_insecure_port('127.0.0.1:0')}"
    running.start()
    try:
        yield handler
    finally:
        running.stop(None).wait(5)


@pytest.fixture
def server() -> Iterator[Draining]:
    with serving() as handler:
        yield handler


def test_reads_are_tried_three_times(server: Draining) -> None:
    with connect(server.address) as client, pytest.raises(Unavailable, match="draining"):
        client.detect(b"x")
    assert server.calls == ["Detect"] * 3


def test_an_image_larger_than_grpcs_retry_buffer_is_tried_again_too(server: Draining) -> None:
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


@pytest.mark.parametrize("max_attempts", [1, 3])
def test_calls_go_to_every_server_of_a_name_in_turn(max_attempts: int) -> None:
    """A client that stays with the first leaves the replicas of a headless service idle."""
    with serving() as one, serving() as other:
        one.failures = other.failures = 0
        both = f"ipv4:{one.address},{other.address}"
        with connect(both, options=ChannelOptions(max_attempts=max_attempts)) as client:
            until_s = time.monotonic() + 5
            while not (one.calls and other.calls) and time.monotonic() < until_s:
                client.detect(b"x")
            one.calls.clear()
            other.calls.clear()
            for _ in range(20):
                client.detect(b"x")
    assert (len(one.calls), len(other.calls)) == (10, 10)


def test_pings_are_no_more_frequent_than_the_server_allows() -> None:
    arguments = dict(ChannelOptions().as_grpc())
    assert int(arguments["grpc.keepalive_time_ms"]) >= 30_000
    assert arguments["grpc.max_send_message_length"] == 32 * 1024 * 1024


# What gRPC waits by itself before the second attempt at most: 0.1 s and a fifth of it.
LONGEST_BACKOFF_S = 0.12


@pytest.mark.parametrize("pushback_ms", [600, 1100])
def test_a_second_attempt_waits_as_long_as_the_server_says(
    server: Draining, pushback_ms: int
) -> None:
    server.failures, server.pushback_ms = 1, pushback_ms
    with connect(server.address) as client:
        assert client.detect(b"x").width
    first_s, second_s = server.called_s
    assert second_s - first_s >= pushback_ms / 1000 > LONGEST_BACKOFF_S


async def test_so_it_does_with_asyncio(server: Draining) -> None:
    server.failures, server.pushback_ms = 1, 600
    async with connect_async(server.address) as client:
        assert (await client.detect(b"x")).width
    first_s, second_s = server.called_s
    assert second_s - first_s >= 0.6


def test_a_server_may_say_that_there_is_to_be_no_second_attempt(server: Draining) -> None:
    server.pushback_ms = -1
    with connect(server.address) as client, pytest.raises(Unavailable, match="draining"):
        client.detect(b"x")
    assert server.calls == ["Detect"]


def test_nothing_listening_is_told_at_once_with_what_to_do() -> None:
    with connect("127.0.0.1:1") as client, pytest.raises(Unavailable) as caught:
        client.detect(b"x")
    assert caught.value.message.startswith("cannot reach 127.0.0.1:1: ")
    assert caught.value.hint == UNREACHABLE_HINT
    with connect("127.0.0.1:1") as client, pytest.raises(Unavailable, match="not ready within"):
        client.wait_until_ready(0.3)


def test_the_retries_are_those_that_all_clients_share() -> None:
    own = json.loads(str(dict(ChannelOptions().as_grpc())["grpc.service_config"]))
    assert own == json.loads(SERVICE_CONFIG)
    (method,) = own["methodConfig"]
    names = {f"{name['service']}/{name['method']}" for name in method["name"]}
    assert names == IDEMPOTENT_METHODS


def test_only_the_number_of_attempts_can_be_changed() -> None:
    options = ChannelOptions(max_attempts=5)
    own = json.loads(str(dict(options.as_grpc())["grpc.service_config"]))
    policy = own["methodConfig"][0]["retryPolicy"]
    assert policy.pop("maxAttempts") == 5
    shared = json.loads(SERVICE_CONFIG)["methodConfig"][0]["retryPolicy"]
    assert shared.pop("maxAttempts") == ChannelOptions().max_attempts
    assert policy == shared
