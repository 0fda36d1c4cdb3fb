"""Making changes of files and folders survive power loss (fsync(2))."""

import os
from pathlib import Path


def sync_path(path: Path) -> None:
    """Writes a file's content, or a folder's list of names, through to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Writes a folder and all below it through to disk."""
    for parent, _, names in os.walk(folder, topdown=False):
        for name in names:
            sync_path(Path(parent, name))
        sync_path(Path(parent))


def move(source: Path, target: Path) -> None:
    """Renames, atomically and for good."""
    source.rename(target)
    sync_path(target.parent)
    sync_path(source.parent)


def replace(path: Path, content: bytes) -> None:
    """Puts another file in place of one, atomically and for good."""
    fresh = path.with_name(path.name + ".new")
    fresh.write_bytes(content)
    sync_path(fresh)
    fresh.replace(path)
    sync_path(path.parent)
