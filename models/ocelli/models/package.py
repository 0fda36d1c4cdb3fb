"""What is taken from a package of a public registry, pinned to the byte."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any


@dataclass(frozen=True)
class PackagedFile:
    """One file inside a package's archive."""

    path: str
    """Full name inside the archive."""
    save_as: str
    """Name that it gets on disk, without folders."""
    size_bytes: int
    sha256: str


@dataclass(frozen=True)
class Package:
    """One archive of one release of a package."""

    registry: str
    """`npm`, `pypi` or `maven`."""
    name: str
    """As its registry writes it; for Maven group and artifact, with a colon between."""
    version: str
    archive: str
    """File name of the archive as the registry serves it."""
    size_bytes: int
    sha256: str
    files: Sequence[PackagedFile]
    """What is needed of it."""

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    @property
    def folder(self) -> str:
        """Name of the folder that holds its files on disk."""
        name = self.name.removeprefix("@").replace("/", "-").replace(":", "-")
        return f"{name}-{self.version}"


def parse(table: Mapping[str, Any]) -> Package:
    """Reads a package from a card's TOML table.

    Raises:
        ValueError: if a file would be saved anywhere but in its folder.
    """
    files = [_parse_file(entry) for entry in table["files"]]
    keys = ("registry", "name", "version", "archive", "size_bytes", "sha256")
    return Package(**{key: table[key] for key in keys}, files=tuple(files))


def _parse_file(entry: Mapping[str, Any]) -> PackagedFile:
    path = entry["path"]
    save_as = entry.get("save_as", PurePosixPath(path).name)
    if save_as != PurePosixPath(save_as).name or save_as.startswith("."):
        raise ValueError(f"{path}: save_as must be a plain file name, not {save_as!r}")
    return PackagedFile(path, save_as, entry["size_bytes"], entry["sha256"])
