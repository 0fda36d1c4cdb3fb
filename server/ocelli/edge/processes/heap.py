"""How malloc treats the memory of images."""

import contextlib
import ctypes

# Parameters of mallopt(3) and their values in bytes. To set one stops glibc from choosing the rest.
_HEAP = {
    "M_TRIM_THRESHOLD": (-1, 128 << 20),
    "M_TOP_PAD": (-2, 16 << 20),
    "M_MMAP_THRESHOLD": (-3, 32 << 20),
}


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
