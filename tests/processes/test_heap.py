import subprocess
import sys

PROGRAM = """
import resource, sys
from ocelli.edge.processes.heap import configure_heap
if sys.argv[1] == "configured":
    configure_heap()
def hold():
    frames = [b"x" * (3 << 20) for _ in range(8)]
for _ in range(3):
    hold()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(10):
    hold()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def page_faults(heap: str) -> int:
    command = [sys.executable, "-c", PROGRAM, heap]
    return int(subprocess.run(command, check=True, capture_output=True, timeout=30).stdout)


def test_a_configured_heap_keeps_the_memory_of_frames() -> None:
    frames_pages = 10 * 8 * (3 << 20) // 4096
    assert page_faults("configured") < frames_pages / 20
    assert page_faults("as it is") > frames_pages / 2


BURST = """
import asyncio, contextlib
from ocelli.edge.processes.heap import configure_heap, return_idle_memory
from ocelli.edge.scheduling.memory_limiter import MemoryLimiter
from psutil import Process

def resident() -> int:
    return Process().memory_info().rss

async def main():
    configure_heap()
    images = MemoryLimiter(1 << 30)
    before = resident()
    async with images.reserve(256 << 20, wait=False):
        frames, kept = [], []
        for _ in range(64):
            frames.append(b"x" * (4 << 20))
            kept.append(b"y" * 100_000)
        frames.clear()
    held = resident() - before
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(return_idle_memory(images), 3)
    print(held, resident() - before)

asyncio.run(main())
"""


def test_what_a_burst_took_goes_back_when_there_is_quiet() -> None:
    command = [sys.executable, "-c", BURST]
    out = subprocess.run(command, check=True, capture_output=True, timeout=30).stdout
    held, at_rest = map(int, out.split())
    assert held > 100 << 20
    assert at_rest < 32 << 20


CONNECTIONS_GONE = """
import asyncio
from ocelli.edge.processes.heap import configure_heap, free_bytes, return_idle_memory
from ocelli.edge.scheduling.memory_limiter import MemoryLimiter
from psutil import Process

async def main():
    configure_heap()
    returning = asyncio.create_task(return_idle_memory(MemoryLimiter(1 << 30)))
    await asyncio.sleep(0.5)
    before = Process().memory_info().rss
    held = [bytearray(20_000) for _ in range(5000)]
    last = bytearray(20_000)  # what is in use at the end keeps the rest from being cut off
    assert free_bytes() < 90_000_000
    del held
    assert free_bytes() > 90_000_000
    await asyncio.sleep(3)
    print(Process().memory_info().rss - before)
    returning.cancel()

asyncio.run(main())
"""


def test_what_was_freed_without_an_image_goes_back_too() -> None:
    command = [sys.executable, "-c", CONNECTIONS_GONE]
    out = subprocess.run(command, check=True, capture_output=True, timeout=60).stdout
    assert int(out) < 32 << 20
