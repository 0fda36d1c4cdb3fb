"""Copies a shard's folder while the engine has it open and writes nothing to it."""

import os
import shutil
from pathlib import Path

_NEVER_CHANGED = (
    *("matrix.dat", "quantized.data"),
    *("links.bin", "links_compressed.bin", "graph.bin"),
)
"""Vectors and links under a graph, most of a shard: the engine writes them once. What is deleted is
noted beside them, and what is changed is moved to a segment without a graph."""


def copy_shard(source: Path, target: Path) -> None:
    """Makes `target` a copy of `source`, which must be flushed.

    Raises:
        OSError: the disk is full or fails; what was copied is left.
    """
    target.mkdir()
    for parent, folders, names in os.walk(source):
        into = target / Path(parent).relative_to(source)
        for folder in folders:
            (into / folder).mkdir()
        for name in names:
            if name in _NEVER_CHANGED:
                (into / name).hardlink_to(Path(parent, name))
            else:
                shutil.copyfile(Path(parent, name), into / name)
