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
"""Of images; they come again."""
_FREED_BYTES = 32 << 20
"""Of whatever else."""


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
    """Gives what a burst took back to the kernel, once there is quiet; runs for ever.

    malloc keeps up to its threshold in each of its arenas, and the holes between what is still in
    use beyond that: gigabytes after a burst of large images, or what thousands of connections that
    have gone took. glibc only.
    """
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except AttributeError:
        return
    trimmed_bytes = seen_bytes = 0
    kept_bytes = await asyncio.to_thread(free_bytes)
    while True:
        await asyncio.sleep(_IDLE_S)
        quiet = images.bytes_held == 0 and images.total_bytes == seen_bytes
        seen_bytes = images.total_bytes
        if not quiet:
            continue
        now_free_bytes = await asyncio.to_thread(free_bytes)
        # What was trimmed still counts as free: only what was freed since is worth another trim.
        kept_bytes = min(kept_bytes, now_free_bytes)
        freed = now_free_bytes - kept_bytes >= _FREED_BYTES
        if freed or seen_bytes - trimmed_bytes >= _WORTH_BYTES:
            trimmed_bytes = seen_bytes
            await asyncio.to_thread(trim, 0)
            kept_bytes = await asyncio.to_thread(free_bytes)


class _MallInfo(ctypes.Structure):
    """`struct mallinfo2` (mallinfo(3))."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in (
            *("arena", "ordblks", "smblks", "hblks", "hblkhd"),
            *("usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"),
        )
    ]


def free_bytes() -> int:
    """What malloc holds and nobody uses, in all arenas; 0 where the C library does not tell."""
    try:
        mallinfo = ctypes.CDLL(None).mallinfo2
    except AttributeError:
        return 0
    mallinfo.restype = _MallInfo
    return int(mallinfo().fordblks)
