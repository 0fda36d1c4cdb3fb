"""How malloc treats the memory of images."""

import asyncio
import contextlib
import ctypes

from ocelli.edge.scheduling.memory_limiter import MemoryLimiter

# Parameters of mallopt(3) and their values in bytes. To set one stops glibc from choosing the rest.
_HEAP = {
    "M_TRIM_THRESHOLD": (-1, 128 << 20),
    "M_TOP_PAD": (-2, 16 << 20),
    "M_MMAP_THRESHOLD": (-3, 32 << 20),
}

_IDLE_S = 1.0
_WORTH_BYTES = 64 << 20


def configure_heap() -> None:
    """Has malloc keep the memory of images for the next ones. Call once, before any image.

    An image is several allocations of megabytes, and malloc would give each of them back to the
    kernel and have its pages cleared anew: a third of the CPU of a raw frame. glibc only; other C
    libraries are left as they are.
    """
    with contextlib.suppress(AttributeError):
        mallopt = ctypes.CDLL(None).mallopt
        for parameter, value in _HEAP.values():
            mallopt(parameter, value)


async def return_idle_memory(images: MemoryLimiter) -> None:
    """Gives what a burst of images took back to the kernel, once there is quiet; runs for ever.

    malloc keeps up to its threshold in each of its arenas, and the holes between what is still in
    use beyond that: gigabytes after a burst of large images. glibc only.
    """
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except AttributeError:
        return
    trimmed_bytes = seen_bytes = 0
    while True:
        await asyncio.sleep(_IDLE_S)
        quiet = images.bytes_held == 0 and images.total_bytes == seen_bytes
        seen_bytes = images.total_bytes
        if quiet and seen_bytes - trimmed_bytes >= _WORTH_BYTES:
            trimmed_bytes = seen_bytes
            await asyncio.to_thread(trim, 0)
