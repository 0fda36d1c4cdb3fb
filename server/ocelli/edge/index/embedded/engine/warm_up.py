"""Opens at start the shards that take long to open, so that no search has to wait for it."""

import contextlib
import logging
import time
from pathlib import Path

from ocelli.edge.errors import OcelliError
from ocelli.edge.index.embedded.engine.catalogue import Catalogue

_log = logging.getLogger(__name__)

_BUDGET_S = 3.0
_MIN_SHARD_BYTES = 64 << 20
"""Smaller ones open in some 20 ms at their first use."""
_MAX_LOOKED_AT = 64
_BLOCK_BYTES = 512
"""What `st_blocks` counts, whatever the file system's own blocks are (stat(2))."""


def warm_up(catalogue: Catalogue, marker: Path) -> None:
    """Opens shards, the largest first, and begins with none after some seconds.

    Args:
        catalogue: whose shards.
        marker: a file that is there while shards are opened. If it is there before, the process
            was ended by that, and nothing is opened this time: a damaged shard does not take down
            the collections beside it at every start.
    """
    if marker.exists():
        _log.warning(
            "no collection is opened ahead of its use: the start before ended while it did"
        )
        marker.unlink()
        return
    until_s = time.monotonic() + _BUDGET_S
    sizes_bytes = {name: _size_bytes(path) for name, path in catalogue.recent(_MAX_LOOKED_AT)}
    large = [name for name, size_bytes in sizes_bytes.items() if size_bytes >= _MIN_SHARD_BYTES]
    if not large:
        return
    marker.touch()
    for name in sorted(large, key=sizes_bytes.__getitem__, reverse=True):
        if time.monotonic() < until_s:
            with contextlib.suppress(OcelliError):  # its next use will tell
                catalogue.open_store(name)
    marker.unlink()


def _size_bytes(folder: Path) -> int:
    return sum(path.stat().st_blocks for path in folder.rglob("*")) * _BLOCK_BYTES
