"""Open loops: calls at random moments, whatever the server does, at one rate after another.

Arrivals are Poisson's, of which each phase has as many as are due on average; the seed is fixed, so
that every server meets the same ones. A call counts
as answered if its result came within its deadline. Prints one line of JSON.
"""

import argparse
import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path

import grpc
import numpy as np

from bench.errors import UnansweredError
from bench.images import read_images, read_messages
from bench.load_http import Connection, http_request
from ocelli.v1 import detect_pb2

_DETECT = "/ocelli.v1.DetectService/Detect"
_MAX_UNDER_WAY = 4096

Ask = Callable[[int], Awaitable[None]]


@dataclass(slots=True)
class Phase:
    """What became of the calls of one rate.

    Attributes:
        rate: calls per second, on average.
        duration_s: how long they were sent.
        began_s: when, since the first phase began.
        due: calls that were due.
        unsent: calls that this side did not send, as too many were under way.
        refused: calls that were answered with an error before their deadline.
        late: calls whose deadline passed.
        answered: moments, since the first phase began, and latencies of the others, in seconds.
    """

    rate: float
    duration_s: float
    began_s: float = 0.0
    due: int = 0
    unsent: int = 0
    refused: int = 0
    late: int = 0
    answered: list[tuple[float, float]] = field(default_factory=list)


async def run(phases: list[Phase], ask: Ask, timeout_s: float) -> None:
    """Sends every phase and waits for the last call."""
    random = np.random.default_rng(7)
    under_way: set[asyncio.Task[None]] = set()
    began_s = time.perf_counter()
    number = 0

    async def call(phase: Phase, number: int, due_at_s: float) -> None:
        try:
            await ask(number)
        except UnansweredError:
            late = time.perf_counter() - due_at_s >= timeout_s
            phase.late += late
            phase.refused += not late
        else:
            now_s = time.perf_counter()
            if now_s - due_at_s <= timeout_s:
                phase.answered.append((now_s - began_s, now_s - due_at_s))
            else:
                phase.late += 1

    end_s = 0.0
    for phase in phases:
        phase.began_s = end_s
        end_s += phase.duration_s
        # Given their number, the moments of a Poisson process are uniform.
        moments = random.uniform(phase.began_s, end_s, round(phase.rate * phase.duration_s))
        for due_s in sorted(moments.tolist()):
            ahead_s = began_s + due_s - time.perf_counter()
            # Sleeping costs a turn of the loop: what is due is sent in one go.
            if ahead_s > 0:
                await asyncio.sleep(ahead_s)
            phase.due += 1
            number += 1
            if len(under_way) >= _MAX_UNDER_WAY:
                phase.unsent += 1
                continue
            task = asyncio.create_task(call(phase, number, began_s + due_s))
            under_way.add(task)
            task.add_done_callback(under_way.discard)
    await asyncio.gather(*under_way)


async def grpc_asker(stack: AsyncExitStack, options: argparse.Namespace) -> Ask:
    """Calls Detect of an edge."""
    requests = [
        detect_pb2.DetectRequest(image=image, model=options.model).SerializeToString()
        for image in read_messages(options.images)
    ]
    metadata = (("ocelli-priority", options.priority),)
    channel = await stack.enter_async_context(grpc.aio.insecure_channel(options.target))
    detect = channel.unary_unary(_DETECT, None, detect_pb2.DetectResponse.FromString)

    async def ask(number: int) -> None:
        try:
            await detect(
                requests[number % len(requests)], timeout=options.timeout_s, metadata=metadata
            )
        except grpc.aio.AioRpcError as error:
            raise UnansweredError(error.code().name) from None

    return ask


async def http_asker(stack: AsyncExitStack, options: argparse.Namespace) -> Ask:
    """Posts to an HTTP service, each call on a connection of its own, kept for the next one."""
    requests = [
        http_request(options.target, options.model, data) for data in read_images(options.images)
    ]
    free: list[Connection] = []

    async def ask(number: int) -> None:
        try:
            async with asyncio.timeout(options.timeout_s):
                connection = free.pop() if free else await Connection.open(options.target)
                await connection.ask(requests[number % len(requests)])
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            raise UnansweredError(str(error)) from None
        free.append(connection)

    async def close() -> None:
        for connection in free:
            await connection.close()

    stack.push_async_callback(close)
    return ask


async def main() -> None:
    """Runs as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m bench.load_open", description=__doc__)
    parser.add_argument("--target", required=True)
    parser.add_argument("--protocol", choices=("grpc", "http"), required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--images", required=True, type=Path)
    parser.add_argument("--timeout-s", required=True, type=float)
    parser.add_argument("--priority", choices=("interactive", "batch"), default="interactive")
    parser.add_argument("--phase", action="append", required=True, metavar="RATE:SECONDS")
    options = parser.parse_args()
    phases = [
        Phase(rate=float(rate), duration_s=float(lasts_s))
        for rate, _, lasts_s in (phase.partition(":") for phase in options.phase)
    ]
    async with AsyncExitStack() as stack:
        make = grpc_asker if options.protocol == "grpc" else http_asker
        await run(phases, await make(stack, options), options.timeout_s)
    print(json.dumps([asdict(phase) for phase in phases]))


if __name__ == "__main__":
    asyncio.run(main())
