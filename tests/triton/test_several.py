"""Two real Tritons behind one channel: one exits, dies, does not respond, or lacks a model."""

import asyncio
import contextlib
import os
import signal
import socket
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import grpc
import numpy as np
import pytest
import pytest_asyncio
import trustme
from tritonclient.grpc import service_pb2, service_pb2_grpc

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.scheduling.deadline import Deadline
from ocelli.edge.tasks.embed import EmbedModel
from ocelli.edge.tasks.embed_head import EmbedHead
from ocelli.edge.tasks.registry import TASKS
from ocelli.edge.triton import balancing
from ocelli.edge.triton.access import TritonAccess
from ocelli.edge.triton.channel import TritonChannel
from ocelli.edge.triton.local.triton_process import LocalTriton
from ocelli.edge.triton.passthrough import Passthrough
from ocelli.edge.triton.registry import ModelRegistry
from tests.triton.conftest import NO_GRACE_S
from tests.triton.means import describe_means

IMAGE = np.full((1, 32, 32, 3), 7, np.uint8)
KEEPALIVE_S = 0.6
ROUNDS = int(os.environ.get("OCELLI_TEST_ROUNDS", "1"))
"""How often one of two is ended under load: five are as many as one wants to see, one in CI."""


@contextlib.asynccontextmanager
async def two(
    folder: Path, make_home: Callable[[Path], Path], write_means: Callable[[Path], None]
) -> AsyncIterator[list[LocalTriton]]:
    write_means(folder / "models" / "means")
    pair = [
        LocalTriton(home=make_home(folder / name), model_repository=folder / "models")
        for name in ("one", "two")
    ]
    await asyncio.gather(*(triton.start() for triton in pair))
    try:
        yield pair
    finally:
        await asyncio.gather(*(triton.stop(NO_GRACE_S) for triton in pair))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def tritons(
    tmp_path_factory: pytest.TempPathFactory,
    make_home: Callable[[Path], Path],
    write_means: Callable[[Path], None],
) -> AsyncIterator[list[LocalTriton]]:
    """Two for all tests that leave them as they found them."""
    async with two(tmp_path_factory.mktemp("tritons"), make_home, write_means) as pair:
        yield pair


@pytest_asyncio.fixture
async def own_tritons(
    tmp_path: Path, make_home: Callable[[Path], Path], write_means: Callable[[Path], None]
) -> AsyncIterator[list[LocalTriton]]:
    """Two that the test may end."""
    async with two(tmp_path, make_home, write_means) as pair:
        yield pair


def to(tritons: list[LocalTriton]) -> TritonChannel:
    addresses = tuple(triton.address for triton in tritons)
    return TritonChannel(TritonAccess(targets=addresses), 32 << 20, keepalive_s=KEEPALIVE_S)


@pytest_asyncio.fixture
async def channel(tritons: list[LocalTriton]) -> AsyncIterator[TritonChannel]:
    channel = to(tritons)
    yield channel
    await channel.close()


@pytest_asyncio.fixture
async def own_channel(own_tritons: list[LocalTriton]) -> AsyncIterator[TritonChannel]:
    channel = to(own_tritons)
    yield channel
    await channel.close()


async def load(
    channel: TritonChannel, spec: EmbedModel, duration_s: float, deadline_s: float
) -> tuple[int, list[tuple[float, float, Reason]]]:
    """Eight callers in a closed loop; failures as (when it was sent, how long it took, why)."""
    began_s = time.monotonic()
    good = 0
    failures: list[tuple[float, float, Reason]] = []

    async def call_on() -> None:
        nonlocal good
        while (sent_s := time.monotonic()) < began_s + duration_s:
            try:
                outputs = await channel.infer(
                    spec, spec.request(IMAGE), Call("test", Deadline.after(deadline_s, 60))
                )
                assert np.allclose(outputs["embedding"], 7)
                good += 1
            except OcelliError as error:
                failures.append((sent_s - began_s, time.monotonic() - sent_s, error.reason))
                await asyncio.sleep(0.01)

    await asyncio.gather(*(call_on() for _ in range(8)))
    return good, failures


async def offer(
    channel: TritonChannel, spec: EmbedModel, count: int, rate: float
) -> list[tuple[float, Reason, str]]:
    """Calls at a fixed rate, whatever becomes of them; failures as (when it was sent, why)."""
    failures: list[tuple[float, Reason, str]] = []
    began_s = time.monotonic()

    async def call() -> None:
        sent_s = time.monotonic() - began_s
        try:
            outputs = await channel.infer(
                spec, spec.request(IMAGE), Call("test", Deadline.after(10, 60))
            )
            assert np.allclose(outputs["embedding"], 7)
        except OcelliError as error:
            failures.append((sent_s, error.reason, error.message))

    calls = []
    for number in range(count):
        calls.append(asyncio.create_task(call()))
        await asyncio.sleep(max(0.0, began_s + (number + 1) / rate - time.monotonic()))
    await asyncio.gather(*calls)
    return failures


async def wait_running(triton: LocalTriton, timeout_s: float = 30) -> None:
    until_s = time.monotonic() + timeout_s
    while not triton.running:
        assert time.monotonic() < until_s
        await asyncio.sleep(0.1)


async def counts(channel: TritonChannel) -> list[int]:
    request = service_pb2.ModelStatisticsRequest(name="means")
    answers = await channel.control.call_all("ModelStatistics", request, 5)
    return [answer.model_stats[0].inference_count for answer in answers]


async def test_each_of_two_gets_its_share(channel: TritonChannel) -> None:
    spec = await describe_means(channel)
    before = await counts(channel)
    good, failures = await load(channel, spec, 1.5, 10)
    assert failures == []
    after = await counts(channel)
    shares = [now - then for now, then in zip(after, before, strict=True)]
    assert sum(shares) == good
    assert min(shares) > 0.4 * good


@pytest.mark.slow
async def test_killing_one_of_two_loses_no_call_that_has_time_left(
    own_channel: TritonChannel, own_tritons: list[LocalTriton]
) -> None:
    spec = await describe_means(own_channel)
    running = asyncio.create_task(load(own_channel, spec, 4, 10))
    await asyncio.sleep(1)
    assert own_tritons[0].pid is not None
    os.kill(own_tritons[0].pid, signal.SIGKILL)
    good, failures = await running
    assert failures == []
    assert good > 100


@pytest.mark.slow
@pytest.mark.timeout(60 + 30 * ROUNDS)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
async def test_ending_one_of_two_under_load_loses_no_call(
    own_channel: TritonChannel, own_tritons: list[LocalTriton], number: signal.Signals
) -> None:
    spec = await describe_means(own_channel)
    for turn in range(ROUNDS):
        victim = own_tritons[turn % 2]
        running = asyncio.create_task(offer(own_channel, spec, 600, 100))
        await asyncio.sleep(1)
        assert victim.pid is not None
        os.kill(victim.pid, number)
        assert await running == []
        await wait_running(victim)
        await asyncio.sleep(1)


async def test_one_that_is_about_to_exit_gets_no_calls(
    own_channel: TritonChannel, own_tritons: list[LocalTriton], caplog: pytest.LogCaptureFixture
) -> None:
    """Not even those that it would refuse: each costs its caller a round trip."""
    spec = await describe_means(own_channel)
    await load(own_channel, spec, 0.5, 10)
    assert own_tritons[0].pid is not None
    os.kill(own_tritons[0].pid, signal.SIGTERM)
    leaving, staying = await own_channel.balancer.targets()
    if leaving.address != own_tritons[0].address:
        leaving, staying = staying, leaving
    until_s = time.monotonic() + 1
    while leaving.fit:  # nobody calls it: a probe tells
        assert time.monotonic() < until_s
        await asyncio.sleep(0.02)
    assert {own_channel.balancer.pick("means") for _ in range(10)} == {staying}
    assert "Server exiting" in caplog.text


async def test_a_model_that_one_of_two_lacks_is_asked_of_the_other(
    channel: TritonChannel, tritons: list[LocalTriton]
) -> None:
    registry = ModelRegistry(channel, TASKS, 0.2, lambda: None)
    registry.start()
    assert await registry.wait_reachable(10)
    spec = registry.choose("means", EmbedHead)
    targets = {target.address: target for target in await channel.balancer.targets()}
    lacking = targets[tritons[0].address]
    request = service_pb2.RepositoryModelUnloadRequest(model_name="means")
    running = asyncio.create_task(offer(channel, spec, 300, 100))
    await asyncio.sleep(0.5)
    await lacking.call("RepositoryModelUnload", request, 10)
    assert await running == []
    assert not lacking.serves("means")
    assert registry.choose("means", EmbedHead) is spec
    load_again = service_pb2.RepositoryModelLoadRequest(model_name="means")
    await lacking.call("RepositoryModelLoad", load_again, 30)
    until_s = time.monotonic() + 5
    while not lacking.serves("means"):
        assert time.monotonic() < until_s
        await asyncio.sleep(0.05)
    assert await offer(channel, spec, 20, 100) == []
    await registry.close()


async def test_a_call_of_tritons_own_protocol_finds_both_gone(
    own_channel: TritonChannel, own_tritons: list[LocalTriton]
) -> None:
    await describe_means(own_channel)
    for target in await own_channel.balancer.targets():
        await target.call("ServerLive", service_pb2.ServerLiveRequest(), 5)
    for triton in own_tritons:
        assert triton.pid is not None
        os.kill(triton.pid, signal.SIGKILL)
    passthrough = Passthrough(own_channel.balancer, own_channel.metadata)
    with pytest.raises(OcelliError) as failed:
        await passthrough.call("ServerLive", b"", 5)
    assert failed.value.reason is Reason.TRITON_UNAVAILABLE


async def test_a_single_one_that_was_gone_is_not_given_up(
    own_tritons: list[LocalTriton], caplog: pytest.LogCaptureFixture
) -> None:
    channel = TritonChannel(TritonAccess(targets=(own_tritons[0].address,)), 32 << 20)
    passthrough = Passthrough(channel.balancer, channel.metadata)
    live = service_pb2.ServerLiveResponse(live=True).SerializeToString()
    assert await passthrough.call("ServerLive", b"", 5) == live
    assert own_tritons[0].pid is not None
    os.kill(own_tritons[0].pid, signal.SIGKILL)
    with pytest.raises(OcelliError) as failed:
        await passthrough.call("ServerLive", b"", 5)
    assert failed.value.reason is Reason.TRITON_UNAVAILABLE
    assert "takes no calls" not in caplog.text
    await wait_running(own_tritons[0])
    await asyncio.sleep(2)
    assert await passthrough.call("ServerLive", b"", 5) == live
    await channel.close()


@pytest.mark.slow
async def test_an_unresponsive_one_costs_its_share_until_its_silence_is_noticed(
    channel: TritonChannel, tritons: list[LocalTriton]
) -> None:
    spec = await describe_means(channel)
    running = asyncio.create_task(load(channel, spec, 9, 6))
    await asyncio.sleep(1)
    assert tritons[0].pid is not None
    os.kill(tritons[0].pid, signal.SIGSTOP)
    try:
        await asyncio.sleep(5)
    finally:
        os.kill(tritons[0].pid, signal.SIGCONT)
    good, failures = await running
    noticed_s = 1 + KEEPALIVE_S + 1.0 + 1.5
    assert all(sent_s < noticed_s for sent_s, _, _ in failures), failures
    assert len(failures) <= 8
    assert good > 200


@pytest.mark.slow
async def test_one_that_comes_back_is_used_again(
    own_channel: TritonChannel, own_tritons: list[LocalTriton]
) -> None:
    spec = await describe_means(own_channel)
    assert own_tritons[0].pid is not None
    os.kill(own_tritons[0].pid, signal.SIGKILL)
    await load(own_channel, spec, 1, 10)
    await wait_running(own_tritons[0])
    await asyncio.sleep(2)
    before = await counts(own_channel)
    await load(own_channel, spec, 2, 10)
    after = await counts(own_channel)
    assert len(before) == len(after) == 2
    assert min(now - then for now, then in zip(after, before, strict=True)) > 0


async def test_one_name_may_stand_for_a_triton(tritons: list[LocalTriton]) -> None:
    port = tritons[0].address.rpartition(":")[2]
    channel = TritonChannel(
        TritonAccess(targets=(f"dns:///localhost:{port}",)), 32 << 20, keepalive_s=KEEPALIVE_S
    )
    spec = await describe_means(channel)
    good, failures = await load(channel, spec, 0.5, 10)
    assert failures == []
    assert good > 10
    await channel.close()


async def test_a_name_stands_for_all_its_addresses_as_they_change(
    tritons: list[LocalTriton], monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = [f"ipv4:{triton.address}" for triton in tritons]
    answers = [addresses]

    async def look_up(host: str, port: int) -> list[str]:
        assert (host, port) == ("tritons", 8001)
        if not answers[-1]:
            raise socket.gaierror("no such name")
        return answers[-1]

    monkeypatch.setattr(balancing, "_look_up", look_up)
    monkeypatch.setattr(balancing, "_LOOKUP_INTERVAL_S", 0.1)
    channel = TritonChannel(TritonAccess(targets=("dns:///tritons:8001",)), 32 << 20)
    spec = await describe_means(channel)
    running = asyncio.create_task(offer(channel, spec, 300, 100))
    await asyncio.sleep(1)
    assert len(await channel.balancer.targets()) == 2
    answers.append(addresses[1:])
    await asyncio.sleep(0.5)
    (left,) = await channel.balancer.targets()
    assert left.address == addresses[1]
    answers.append([])
    await asyncio.sleep(0.5)
    assert await running == []
    assert await channel.balancer.targets() == [left]
    await channel.close()


async def test_the_addresses_of_a_name_show_the_certificate_of_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ca = trustme.CA()
    (tmp_path / "ca.pem").write_bytes(ca.cert_pem.bytes())
    leaf = ca.issue_cert("tritons.test")
    server = grpc.aio.server()
    service_pb2_grpc.add_GRPCInferenceServiceServicer_to_server(Live(), server)
    pair = (leaf.private_key_pem.bytes(), leaf.cert_chain_pems[0].bytes())
    port = server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([pair]))
    await server.start()

    async def look_up(_host: str, _port: int) -> list[str]:
        return [f"ipv4:127.0.0.1:{port}"]

    monkeypatch.setattr(balancing, "_look_up", look_up)
    access = TritonAccess(
        targets=(f"dns:///tritons.test:{port}",), tls=True, ca=str(tmp_path / "ca.pem")
    )
    channel = TritonChannel(access, 32 << 20)
    request = service_pb2.ServerLiveRequest()
    assert (await channel.control.call_any("ServerLive", request, 5)).live
    await channel.close()
    await server.stop(None)


class Live(service_pb2_grpc.GRPCInferenceServiceServicer):
    """A Triton that is live."""

    async def ServerLive(self, request: object, context: object) -> object:  # noqa: N802
        return service_pb2.ServerLiveResponse(live=True)
