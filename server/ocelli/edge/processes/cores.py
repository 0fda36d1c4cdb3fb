"""How many cores this process may use."""

import os


def usable_cores() -> int:
    """Cores of the process's affinity mask, at least 1."""
    return max(1, len(os.sched_getaffinity(0)))
