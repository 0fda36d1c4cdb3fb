"""What an index takes of the machine."""

import contextlib
from pathlib import Path

import psutil

_ENGINE = "ocelli.edge.index.embedded.engine"


def memory_mib(edge: psutil.Process) -> dict[str, float]:
    """Of the engine's process of an edge: `memory_mib` and `mapped_mib`, as `Row` has them."""
    for process in edge.children(recursive=True):
        with contextlib.suppress(psutil.Error):
            command = process.cmdline()
            if command[1:3] == ["-m", _ENGINE]:
                used = process.memory_info()
                return {
                    "memory_mib": round((used.rss - used.shared) / 2**20, 1),
                    "mapped_mib": round(used.shared / 2**20, 1),
                }
    return {"memory_mib": 0.0, "mapped_mib": 0.0}


def disk_mib(folder: Path) -> float:
    """What the files in a folder occupy, which may be less than their sizes."""
    blocks = sum(path.stat().st_blocks for path in folder.rglob("*") if path.is_file())
    return round(blocks * 512 / 2**20, 1)
