"""A client that searches, with pauses, while others write.

In a process of its own, as it would be: beside a writer on one event loop it would wait for the
writer's packing, and that is none of the index's time. Prints the milliseconds that its searches
took, as JSON, when its standard input ends.
"""

import argparse
import asyncio
import contextlib
import json
import sys
import time
from collections.abc import AsyncIterator

from bench.errors import BenchError
from bench.search_asked import NAME, TIMEOUT_S
from bench.search_data import vectors
from ocelli.client import connect_async

_PAUSE_S = 0.05


@contextlib.asynccontextmanager
async def searching(address: str) -> AsyncIterator[list[float]]:
    """Has an edge searched during the `async with`; the list is filled at its end, in ms."""
    program = (sys.executable, "-m", "bench.search_meanwhile", address)
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*program, stdin=pipe, stdout=pipe)
    took_ms: list[float] = []
    try:
        yield took_ms
        output, _ = await process.communicate(b"")  # ends its standard input
        if process.returncode != 0:
            raise BenchError("the searches meanwhile failed")
        took_ms.extend(json.loads(output))
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def main() -> None:
    """Searches until the end of standard input."""
    parser = argparse.ArgumentParser(prog="python -m bench.search_meanwhile", description=__doc__)
    parser.add_argument("address")
    print(json.dumps(asyncio.run(_search(parser.parse_args().address))))


async def _search(address: str) -> list[float]:
    queries = vectors(1000, 2)
    ended = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
    took_ms: list[float] = []
    async with connect_async(address) as client:
        while not ended.done():
            query = queries[len(took_ms) % len(queries)]
            began_s = time.perf_counter()
            await client.search(NAME, vector=query, timeout_s=TIMEOUT_S)
            took_ms.append((time.perf_counter() - began_s) * 1e3)
            await asyncio.sleep(_PAUSE_S)
    return took_ms


if __name__ == "__main__":
    main()
