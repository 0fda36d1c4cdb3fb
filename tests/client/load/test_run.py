"""Load on the real server, and on one that is not there or breaks."""

from collections.abc import Callable
from typing import Any

import pytest

from ocelli.client import Client, ImageError, NotFound, Unavailable
from ocelli.client.load import Plan, run_load


@pytest.fixture
def plan(client: Client, photo: Callable[[str], bytes]) -> Callable[..., Plan]:
    """A short plan for the shared server."""

    def make(**changes: Any) -> Plan:
        settings = {"images": (photo("cat"),), "duration_s": 0.8, "warm_up_s": 0.2, **changes}
        return Plan(client.address, **settings)

    return make


@pytest.mark.parametrize("mode", ["unary", "stream"])
@pytest.mark.parametrize("service", ["detect", "embed"])
async def test_a_closed_loop_measures(plan: Callable[..., Plan], mode: str, service: str) -> None:
    seen: list[tuple[float, int]] = []
    report = await run_load(
        plan(mode=mode, service=service, in_flight=4, connections=2, duration_s=2.0),
        lambda spent, answers: seen.append((spent, answers)),
    )
    assert report.results == report.requests > 0
    assert report.errors == {}
    assert report.unsent == report.dropped == 0
    assert report.results_per_s > 0
    latency = report.latency_ms
    assert latency is not None
    assert 0 < latency.p50 <= latency.p90 <= latency.p99 <= latency.p99_9 <= latency.max
    stages = report.server_ms
    assert 0 < stages["decode"] + stages["inference"] <= stages["total"] <= latency.mean
    assert report.mean_batch is not None
    assert 1 <= report.mean_batch <= 4
    assert report.frames_granted == (4 if mode == "stream" else None)
    assert report.client_cpu_ms is not None
    assert 0 < report.client_cpu_ms < 1000
    assert seen[-1][0] == 1
    assert seen[-1][1] >= report.results_per_s * 0.8


@pytest.mark.parametrize("mode", ["unary", "stream"])
@pytest.mark.parametrize("arrivals", ["steady", "poisson"])
async def test_an_open_loop_sends_at_its_rate(
    plan: Callable[..., Plan], mode: str, arrivals: str
) -> None:
    report = await run_load(
        plan(mode=mode, service="embed", rate=10, arrivals=arrivals, in_flight=64, duration_s=1.0)
    )
    if arrivals == "steady":
        assert report.requests == pytest.approx(10, abs=1)
    assert report.results == report.requests
    assert report.unsent == 0


async def test_an_open_loop_over_the_servers_means_tells_what_was_not_sent(
    plan: Callable[..., Plan],
) -> None:
    report = await run_load(plan(mode="stream", rate=2000, in_flight=2, warm_up_s=0))
    assert report.unsent > 500
    assert report.requests + report.unsent == pytest.approx(1600, abs=2)
    assert report.latency_ms is not None
    assert report.latency_ms.max > 300


async def test_frames_dropped_for_newer_ones_are_counted(plan: Callable[..., Plan]) -> None:
    report = await run_load(
        plan(mode="stream", overflow_policy="keep_latest", rate=300, in_flight=256, warm_up_s=0)
    )
    assert report.dropped > 0
    assert report.results > 0
    assert report.errors == {}


async def test_what_cannot_work_fails_at_once(plan: Callable[..., Plan]) -> None:
    with pytest.raises(NotFound, match="nope"):
        await run_load(plan(model="nope"))
    with pytest.raises(ImageError):
        await run_load(plan(images=(b"not an image",)))
    with pytest.raises(Unavailable):
        await run_load(Plan("127.0.0.1:1", (b"x",)))


async def test_errors_are_told_by_reason(plan: Callable[..., Plan]) -> None:
    good = plan().images[0]
    for mode in ("unary", "stream"):
        report = await run_load(plan(mode=mode, images=(good, b"not an image"), in_flight=2))
        assert set(report.errors) == {"IMAGE_FORMAT_UNKNOWN"}
        assert report.results > 0
