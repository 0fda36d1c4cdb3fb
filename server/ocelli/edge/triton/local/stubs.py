"""Finds stub processes that died under a Triton which lives on.

Triton does not start a dead stub again (its model answers "Stub process is not healthy" from then
on), nor does it collect it: it stays a zombie.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

_STUB = "triton_python_b"  # the kernel keeps 15 characters of a name


def dead_stubs(triton_pid: int) -> frozenset[int]:
    """Process ids of the stubs of a Triton that have ended and were not collected.

    One that Triton is just unloading may be among them for a moment.
    """
    return frozenset(pid for pid in _children(triton_pid) if _is_dead_stub(pid))


def _children(pid: int) -> Iterator[int]:
    # Without the costs of pathlib: Triton has ten threads and more for every model.
    with contextlib.suppress(OSError):  # it ended meanwhile
        for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208  # as above
            path = f"/proc/{pid}/task/{thread}/children"
            with contextlib.suppress(OSError), open(path, "rb", 0) as file:  # noqa: PTH123
                yield from map(int, file.read().split())


def _is_dead_stub(pid: int) -> bool:
    with contextlib.suppress(OSError):
        name, _, rest = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")
        return name.endswith(f"({_STUB}") and rest.split()[0] == "Z"
    return False
