"""The shared memory between Triton and its Python stubs, which a killed Triton leaves behind."""

import contextlib
import hashlib
import itertools
import os
from pathlib import Path

_SHM = Path("/dev/shm")  # noqa: S108 - where POSIX shared memory lives on Linux
_counter = itertools.count()


def claim_prefix(home: Path) -> str:
    """A name prefix for one Triton's regions: unlike any other's, and tells whose they are."""
    return f"{_family(home)}{os.getpid()}_{next(_counter)}_"


def remove_regions(prefix: str) -> None:
    """Removes the regions of a Triton that is gone."""
    for path in _SHM.glob(f"{prefix}*"):
        path.unlink(missing_ok=True)


def remove_stale_regions(home: Path) -> None:
    """Removes the regions left by edges with the same home that are gone."""
    family = _family(home)
    for path in _SHM.glob(f"{family}*"):
        owner = path.name.removeprefix(family).partition("_")[0]
        if owner.isdecimal() and not _is_alive(int(owner)):
            path.unlink(missing_ok=True)


def _family(home: Path) -> str:
    return f"ocelli_{hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:8]}_"


def _is_alive(pid: int) -> bool:
    with contextlib.suppress(PermissionError):  # alive, and somebody else's
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
    return True
