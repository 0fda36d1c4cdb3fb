"""What principals may use and who they are, on an edge of two serving processes."""

import itertools
import queue
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import grpc
import psutil
import pytest

from ocelli.edge.access.key_file import create_key, revoke_key
from ocelli.v1 import detect_pb2
from tests.conftest import RunningEdge, StartEdge
from tests.edge.guarded_edge import reason_of

LIST_MODELS = "/ocelli.v1.ModelService/ListModels"
STREAM = "/ocelli.v1.DetectService/DetectStream"
FLAGS = ("--workers", "2", "--metrics-address", "127.0.0.1:0")
WORKERS = ("0", "1")
CONNECTIONS = 24
"""That one of two workers meets none of them is rarer than 1 in 8 million."""
CALLS_PER_S = 20
STREAMS = 3
FLOOD_S = 4.0
FOLLOWED_S = 10.0
CONFIG = detect_pb2.DetectStreamRequest(config={}).SerializeToString()


class Keys:
    """The files that say who may call, and a key of each principal."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "keys.json"
        self.policy = folder / "policy.toml"
        self.write_policy(CALLS_PER_S)
        self.of = {
            name: self.create(name) for name in ("operator", "often", "streaming", "changing")
        }

    def create(self, name: str) -> str:
        return create_key(self.file, name)[0]

    def write_policy(self, calls_per_s: float, *, changing: str = "") -> None:
        self.policy.write_text(
            f"[principals.often]\nlimits = {{calls_per_s = {calls_per_s}}}\n"
            f"[principals.streaming]\nlimits = {{max_open_streams = {STREAMS}}}\n"
            f"[principals.changing]\n{changing}\n[principals.operator]\n"
        )

    @property
    def flags(self) -> tuple[str, ...]:
        return ("--keys-file", str(self.file), "--policy-file", str(self.policy))


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return Keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def edge(
    start_edge: StartEdge, keys: Keys, tmp_path_factory: pytest.TempPathFactory
) -> RunningEdge:
    edge = start_edge(tmp_path_factory.mktemp("edge"), *FLAGS, *keys.flags)
    until_both_serve(edge)
    return edge


@pytest.fixture
def channels(edge: RunningEdge) -> Iterator[list[grpc.Channel]]:
    options = [("grpc.use_local_subchannel_pool", 1), ("grpc.enable_retries", 0)]
    with ExitStack() as stack:
        yield [
            stack.enter_context(grpc.insecure_channel(edge.address, options))
            for _ in range(CONNECTIONS)
        ]


def until_both_serve(edge: RunningEdge) -> None:
    edge.scrape_until(
        lambda found: (
            found["ocelli_triton_reachable"] == 1
            and all(found[f'ocelli_worker_up{{worker="{number}"}}'] for number in WORKERS)
        ),
        60,
    )


def calls_of_workers(edge: RunningEdge) -> list[float]:
    found = edge.scrape()
    return [found[f'ocelli_worker_calls_total{{worker="{number}"}}'] for number in WORKERS]


def shown(key: str) -> tuple[tuple[str, str], ...]:
    return (("x-api-key", key),)


def outcome(channel: grpc.Channel, key: str) -> str:
    """Of a call: why it is refused, or "" if it is not."""
    try:
        channel.unary_unary(LIST_MODELS, None, None)(b"", timeout=20, metadata=shown(key))
    except grpc.RpcError as error:
        return reason_of(error)
    return ""


def until_all(channels: list[grpc.Channel], key: str, expected: str) -> float:
    """Waits until every connection gets the same outcome; how many seconds that took."""
    began_s = time.monotonic()
    while set(found := [outcome(channel, key) for channel in channels]) != {expected}:
        assert time.monotonic() < began_s + FOLLOWED_S, Counter(found)
        time.sleep(0.05)
    return time.monotonic() - began_s


class Stream:
    """A stream that stays open until it is closed.

    Attributes:
        refusal: why it was not opened; empty if it was.
    """

    def __init__(self, channel: grpc.Channel, key: str) -> None:
        self._requests: queue.Queue[bytes | None] = queue.Queue()
        self._requests.put(CONFIG)
        stream: Any = channel.stream_stream(STREAM, None, None)
        self._call = stream(iter(self._requests.get, None), timeout=120, metadata=shown(key))
        self.refusal = ""
        try:
            next(self._call)
        except grpc.RpcError as error:
            self.refusal = reason_of(error)
            self._requests.put(None)

    def close(self) -> None:
        self._requests.put(None)
        self._call.cancel()


def test_calls_a_second_are_those_of_all_workers_together(
    edge: RunningEdge, keys: Keys, channels: list[grpc.Channel]
) -> None:
    key = keys.of["often"]
    before = calls_of_workers(edge)
    counts: Counter[str] = Counter()
    counting = threading.Lock()
    began_s = time.monotonic()

    def flood(first: int) -> None:
        for channel in itertools.cycle(channels[first:] + channels[:first]):
            if time.monotonic() > began_s + FLOOD_S:
                return
            found = outcome(channel, key)
            with counting:
                counts[found] += 1

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(flood, range(0, CONNECTIONS, CONNECTIONS // 4)))
    seconds = time.monotonic() - began_s
    assert set(counts) == {"", "RATE_LIMITED"}
    assert counts[""] <= CALLS_PER_S * (1 + seconds)
    assert counts[""] >= 0.8 * CALLS_PER_S * (1 + FLOOD_S)
    after = calls_of_workers(edge)
    assert all(now - then > 5 for now, then in zip(after, before, strict=True))


def test_streams_in_flight_are_those_of_all_workers_together(
    edge: RunningEdge, keys: Keys, channels: list[grpc.Channel]
) -> None:
    key = keys.of["streaming"]
    for _ in range(2):  # what is closed is there again
        before = calls_of_workers(edge)
        streams = [Stream(channel, key) for channel in channels]
        found = Counter(stream.refusal for stream in streams)
        assert found == {"": STREAMS, "QUOTA_EXCEEDED": CONNECTIONS - STREAMS}
        until_counted(edge, before)
        for stream in streams:
            stream.close()
        until_closed(edge)


def until_counted(edge: RunningEdge, before: list[float]) -> None:
    """Waits until the refusals are counted: each worker made some of them."""
    edge.scrape_until(
        lambda found: all(
            found[f'ocelli_worker_calls_total{{worker="{number}"}}'] > then
            for number, then in zip(WORKERS, before, strict=True)
        )
    )


def until_closed(edge: RunningEdge) -> None:
    edge.scrape_until(
        lambda found: (
            not any(
                value for name, value in found.items() if name.startswith("ocelli_streams_open")
            )
        )
    )


def test_what_a_dead_worker_held_is_there_again(
    edge: RunningEdge, keys: Keys, channels: list[grpc.Channel]
) -> None:
    key = keys.of["streaming"]
    streams = [Stream(channel, key) for channel in channels]
    assert sum(not stream.refusal for stream in streams) == STREAMS
    for worker in edge.working("ocelli.edge.processes.workers"):
        killed: psutil.Process = worker
        killed.kill()
        killed.wait(10)
    for stream in streams:
        stream.close()
    until_both_serve(edge)
    until_all(channels, keys.of["operator"], "")
    again = [Stream(channel, key) for channel in channels]
    assert sum(not stream.refusal for stream in again) == STREAMS
    for stream in again:
        stream.close()
    until_closed(edge)


def test_all_workers_follow_the_keys(
    edge: RunningEdge, keys: Keys, channels: list[grpc.Channel]
) -> None:
    key = keys.create("operator")
    until_all(channels, key, "")
    revoke_key(keys.file, key.split("_")[1])
    until_all(channels, key, "CREDENTIALS_INVALID")
    assert {outcome(channel, keys.of["operator"]) for channel in channels} == {""}


def test_all_workers_follow_the_policy(
    edge: RunningEdge, keys: Keys, channels: list[grpc.Channel]
) -> None:
    key = keys.of["changing"]
    assert {outcome(channel, key) for channel in channels} == {""}
    keys.write_policy(CALLS_PER_S, changing='scopes = ["search:read"]')
    until_all(channels, key, "SCOPE_MISSING")
    keys.write_policy(CALLS_PER_S, changing="limits = {calls_per_s = 0.01}")
    # Until the last worker has followed, the other one lets through one call in a hundred seconds.
    until_all(channels, key, "RATE_LIMITED")
    keys.write_policy(CALLS_PER_S)
    until_all(channels, key, "")
