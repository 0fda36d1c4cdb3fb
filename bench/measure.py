"""One measurement: a load generator's window, and other processes' clocks at its two ends."""

import asyncio
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import grpc
import psutil
from tritonclient.grpc import service_pb2, service_pb2_grpc

from bench.errors import BenchError
from bench.load import MEASURING, Counted

_SLACK_S = 60.0


@dataclass(frozen=True, slots=True)
class Scenario:
    """A way to get images to Triton.

    Attributes:
        name: what the report calls it.
        generator: command of the load generator; see `module`.
        target: `host:port` that it asks.
        server_pid: whose CPU counts; None for the generator's own.
        options: more of the generator's command line.
        images: folder of what it sends; None for the window's.
        model: the only model it is for; None for any.
    """

    name: str
    generator: tuple[str, ...]
    target: str
    server_pid: int | None
    options: tuple[str, ...] = ()
    images: Path | None = None
    model: str | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """How long a generator warms up and measures, and what it sends."""

    images: Path
    warm_up_s: float
    duration_s: float


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one window showed.

    Attributes:
        frames_per_s: answered frames.
        p50_ms: median latency that the client saw.
        p99_ms: 99th percentile of it.
        edge_cpu_ms_per_frame: user and system time of the server's processes, Triton's and the
            load generator's left out.
        mean_batch: images per run of the model; 0 if it did not run.
        generator_cpu_ms_per_frame: user and system time of the load generator.
    """

    frames_per_s: float
    p50_ms: float
    p99_ms: float
    edge_cpu_ms_per_frame: float
    mean_batch: float
    generator_cpu_ms_per_frame: float


def module(name: str) -> tuple[str, ...]:
    """The command of a load generator of ours."""
    return sys.executable, "-m", name


async def measure(scenario: Scenario, model: str, window: Window, triton: str) -> Measurement:
    """Runs one window.

    Args:
        scenario: whom to load, and how.
        model: for what.
        window: for how long.
        triton: address of the Triton that counts its batches.

    Raises:
        BenchError: the load generator failed; its reason is on stderr.
    """
    command = [
        *scenario.generator,
        *("--target", scenario.target, "--model", model),
        *("--images", str(scenario.images or window.images)),
        *("--warm-up-s", str(window.warm_up_s), "--duration-s", str(window.duration_s)),
        *scenario.options,
    ]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    pid = scenario.server_pid or process.pid
    try:
        async with (
            asyncio.timeout(window.warm_up_s + window.duration_s + _SLACK_S),
            grpc.aio.insecure_channel(triton) as channel,
        ):
            if (await process.stdout.readline()).decode().strip() != MEASURING:
                raise BenchError(f"{scenario.name} failed with {model}")
            cpu_s, (images, runs) = _cpu_s(pid), await _batches(channel, model)
            line = await process.stdout.readline()
            cpu_s = _cpu_s(pid) - cpu_s
            images_after, runs_after = await _batches(channel, model)
            if not line or await process.wait() != 0:
                raise BenchError(f"{scenario.name} failed with {model}")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    seen = Counted(**json.loads(line))
    return Measurement(
        frames_per_s=seen.frames / seen.seconds,
        p50_ms=seen.p50_ms,
        p99_ms=seen.p99_ms,
        edge_cpu_ms_per_frame=cpu_s * 1e3 / seen.frames,
        mean_batch=(images_after - images) / max(1, runs_after - runs),
        generator_cpu_ms_per_frame=seen.cpu_s * 1e3 / seen.frames,
    )


def _cpu_s(pid: int) -> float:
    """CPU time of a process and its descendants so far."""
    process = psutil.Process(pid)
    times = [each.cpu_times() for each in (process, *process.children(recursive=True))]
    return sum(each.user + each.system for each in times)


async def _batches(channel: grpc.aio.Channel, model: str) -> tuple[int, int]:
    """Images that the model has looked at so far, and times it ran."""
    stub = service_pb2_grpc.GRPCInferenceServiceStub(channel)
    request = service_pb2.ModelStatisticsRequest(name=model)
    answer = await stub.ModelStatistics(request, timeout=_SLACK_S)
    (counts,) = answer.model_stats
    return counts.inference_count, counts.execution_count
