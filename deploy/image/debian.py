"""Debian's packages in a folder: downloaded with apt-get, unpacked, not installed."""

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.image.command import run
from deploy.image.failure import ImageError


def unpack(folder: Path, packages: Sequence[str], links: Mapping[str, str]) -> None:
    """Makes the folder unless it is there.

    Args:
        folder: it becomes the root that the packages are unpacked to.
        packages: their names.
        links: what each link of the folder points to; installation would have made them.

    Raises:
        ImageError: there is no apt-get, or a package cannot be had.
    """
    if folder.exists():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as work:
        _download(packages, Path(work))
        unpacked = Path(work, "root")
        for package in Path(work).glob("*.deb"):
            run(["dpkg-deb", "-x", str(package), str(unpacked)])
        for link, target in links.items():
            (unpacked / link).symlink_to(target)
        shutil.move(unpacked, folder)


def _download(packages: Sequence[str], folder: Path) -> None:
    download = ["apt-get", "download", "-q", *packages]
    try:
        run(download, folder=folder)
    except ImageError:  # a machine that is new has no lists yet
        run(["apt-get", "update", "-q"])
        run(download, folder=folder)
