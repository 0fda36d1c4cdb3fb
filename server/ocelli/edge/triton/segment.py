"""Named shared memory that leaves nothing behind.

A segment's name carries the process that made it, so that whoever starts next can tell the segments
of the dead from those of the living (shm_overview(7): POSIX shared memory persists until unlinked).
"""

import mmap
import os
import re
import secrets
from pathlib import Path

_FOLDER = Path("/dev/shm")  # noqa: S108  # where Linux mounts POSIX shared memory
_NAME = re.compile(r"ocelli-(\d+)-(\d+)-[0-9a-f]{16}")


class Segment:
    """Shared memory of a fixed size, mapped here and open to others by name.

    Its pages are reserved at once: a full /dev/shm fails here, not as a SIGBUS in the middle of a
    frame.

    Attributes:
        name: for `shm_open`, without the leading slash.
        memory: the mapping, writable.

    Raises:
        OSError: there is no shared memory, or not enough.
    """

    def __init__(self, size_bytes: int) -> None:
        self.name = f"ocelli-{os.getpid()}-{_start_ticks(os.getpid())}-{secrets.token_hex(8)}"
        path = _FOLDER / self.name
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.posix_fallocate(descriptor, 0, size_bytes)
            self.memory = mmap.mmap(descriptor, size_bytes)
        except OSError:
            path.unlink()
            raise
        finally:
            os.close(descriptor)

    def unlink(self) -> None:
        """Takes the name away; the memory goes when the last mapping does."""
        (_FOLDER / self.name).unlink(missing_ok=True)


def free_bytes() -> int:
    """Shared memory that is free; 0 if there is none at all."""
    try:
        found = os.statvfs(_FOLDER)
    except OSError:
        return 0
    return found.f_bavail * found.f_frsize


def remove_leftovers() -> list[str]:
    """Unlinks the segments of processes that are no more; returns their names."""
    removed = []
    for path in _FOLDER.glob("ocelli-*") if _FOLDER.is_dir() else ():
        match = _NAME.fullmatch(path.name)
        if match and _start_ticks(int(match[1])) != int(match[2]):
            path.unlink(missing_ok=True)
            removed.append(path.name)
    return removed


def _start_ticks(pid: int) -> int:
    """When a process started, in ticks since boot (proc(5), stat field 22); -1 if it is gone."""
    try:
        stat = Path("/proc", str(pid), "stat").read_text()
    except OSError:
        return -1
    return int(stat.rpartition(")")[2].split()[19])
