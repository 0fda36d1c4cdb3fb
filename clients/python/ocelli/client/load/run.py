"""Runs a plan against a server."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import grpc
import grpc.aio

from ocelli.client.aio import AsyncClient, connect_async
from ocelli.client.channel import ChannelOptions
from ocelli.client.errors import NotPossible
from ocelli.client.histogram import Histogram
from ocelli.client.load import requests
from ocelli.client.load.arrivals import poisson, steady
from ocelli.client.load.meter import Meter
from ocelli.client.load.observer import Observed, observe
from ocelli.client.load.pace import ClosedPace, OpenPace, Pace
from ocelli.client.load.plan import Plan
from ocelli.client.load.report import Latency, Report
from ocelli.client.load.stream import FrameDriver
from ocelli.client.load.unary import CallDriver
from ocelli.client.metadata_channel import MetadataChannel
from ocelli.client.security import secure

_PERCENTS = (50, 90, 99, 99.9)
_WATCH_S = 0.2

Watch = Callable[[float, int], None]


async def run_load(plan: Plan, watch: Watch | None = None) -> Report:
    """Puts load on a server and measures.

    The first image is sent once before, so that what cannot work at all fails at once.

    Args:
        plan: what to do.
        watch: called several times a second with the share of the time that is spent, 0 to 1, and
            the number of answers so far.

    Raises:
        OcelliError: the server cannot be reached, has no such model, or refuses the first image.
    """
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(
            connect_async(plan.address, timeout_s=plan.timeout_s, tls=plan.tls, token=plan.api_key)
        )
        model = await _model(client, plan)
        call = client.detect if plan.service == "detect" else client.embed
        await call(plan.images[0], model=model)
        channels = [
            await stack.enter_async_context(_channel(plan)) for _ in range(plan.connections)
        ]
        return await _measure(plan, client, model, channels, watch)


async def _measure(
    plan: Plan,
    client: AsyncClient,
    model: str,
    channels: Sequence[grpc.aio.Channel],
    watch: Watch | None,
) -> Report:
    start_s = time.monotonic()
    begin_s = start_s + plan.warm_up_s
    end_s = begin_s + plan.duration_s
    meter = Meter(begin_s, end_s)
    paces = [_pace(plan, lane, start_s, end_s) for lane in range(plan.connections)]
    drivers = _drivers(plan, model, channels=channels, paces=paces, meter=meter, end_s=end_s)
    async with asyncio.TaskGroup() as group:
        observing = group.create_task(observe(client, model, meter, begin_s, end_s))
        if watch is not None:
            group.create_task(_keep_telling(watch, meter, start_s, end_s))
        for driver in drivers:
            group.create_task(driver.run())
    return _report(
        plan, model, meter=meter, observed=observing.result(), paces=paces, drivers=drivers
    )


async def _model(client: AsyncClient, plan: Plan) -> str:
    """The model that the plan names, or the service's default.

    Raises:
        OcelliError: there is none, or it cannot be used.
    """
    if plan.model:
        return (await client.models.get(plan.model)).name
    for found in await client.models.list():
        if found.task == plan.service and found.is_default:
            return found.name
    raise NotPossible(
        f"the server has no default model for {plan.service}",
        hint="name one that `ocelli models list` shows as ready",
    )


@asynccontextmanager
async def _channel(plan: Plan) -> AsyncIterator[grpc.aio.Channel]:
    # Retries would hide failures, and channels that share a subchannel share its connection.
    security = secure(plan.tls, plan.api_key, address=plan.address)
    arguments = [
        *ChannelOptions(max_attempts=1).as_grpc(),
        ("grpc.enable_retries", 0),
        ("grpc.use_local_subchannel_pool", 1),
        *security.arguments,
    ]
    if security.credentials is None:
        channel = grpc.aio.insecure_channel(plan.address, arguments)
    else:
        channel = grpc.aio.secure_channel(plan.address, security.credentials, arguments)
    async with channel:
        keyed: Any = MetadataChannel(channel, security.metadata) if security.metadata else channel
        yield keyed


def _pace(plan: Plan, lane: int, start_s: float, end_s: float) -> Pace:
    """The pace of one of the connections; together they make the plan's."""
    if plan.rate is None:
        return ClosedPace(end_s)
    rate = plan.rate / plan.connections
    dues_s = steady(rate, lane / plan.rate) if plan.arrivals == "steady" else poisson(rate, lane)
    return OpenPace(dues_s, start_s, end_s)


def _drivers(
    plan: Plan,
    model: str,
    *,
    channels: Sequence[grpc.aio.Channel],
    paces: Sequence[Pace],
    meter: Meter,
    end_s: float,
) -> Sequence[CallDriver | FrameDriver]:
    each, over = divmod(plan.in_flight, plan.connections)
    shares = [each + (lane < over) for lane in range(plan.connections)]
    lanes = zip(channels, paces, shares, strict=True)
    if plan.mode == "unary":
        calls = requests.calls(plan, model)
        return [
            CallDriver(
                channel,
                calls,
                pace,
                meter,
                in_flight=share,
                timeout_s=plan.timeout_s,
                address=plan.address,
            )
            for channel, pace, share in lanes
        ]
    frames = requests.frames(plan, model)
    return [
        FrameDriver(
            channel,
            frames,
            pace,
            meter,
            in_flight=share,
            end_s=end_s,
            timeout_s=plan.timeout_s,
            address=plan.address,
        )
        for channel, pace, share in lanes
    ]


async def _keep_telling(watch: Watch, meter: Meter, start_s: float, end_s: float) -> None:
    while (now_s := time.monotonic()) < end_s:
        watch((now_s - start_s) / (end_s - start_s), meter.answered)
        await asyncio.sleep(min(_WATCH_S, end_s - now_s))
    watch(1.0, meter.answered)


def _report(
    plan: Plan,
    model: str,
    *,
    meter: Meter,
    observed: Observed,
    paces: Sequence[Pace],
    drivers: Sequence[CallDriver | FrameDriver],
) -> Report:
    return Report(
        model=model,
        duration_s=plan.duration_s,
        requests=meter.outcomes.total(),
        results=meter.outcomes["result"],
        dropped=meter.outcomes["dropped"],
        errors=dict(meter.errors.most_common()),
        unsent=sum(pace.unsent for pace in paces),
        results_per_s=meter.results_in_window / plan.duration_s,
        latency_ms=_latency_ms(meter.latency) if meter.latency.count else None,
        server_ms=meter.mean_server_ms,
        mean_batch=observed.mean_batch,
        frames_granted=sum(driver.granted for driver in drivers) if plan.mode == "stream" else None,
        client_cores=observed.client_cores,
        client_cpu_ms=observed.client_cpu_ms,
    )


def _latency_ms(latency: Histogram) -> Latency:
    p50, p90, p99, p99_9 = (value_s * 1000 for value_s in latency.percentiles_s(_PERCENTS))
    return Latency(
        p50=p50,
        p90=p90,
        p99=p99,
        p99_9=p99_9,
        max=latency.max_s * 1000,
        mean=latency.mean_s * 1000,
    )
