"""Real photographs and a street video for the demo and the tests."""

import shutil
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from ocelli.models import package
from ocelli.models.errors import InstallError
from ocelli.models.fetch import digest, exclusive, fetch
from ocelli.models.progress import Progress, silent

VIDEO_SUFFIX = ".mp4"


@dataclass(frozen=True)
class Medium:
    """An image or a video on disk."""

    path: Path
    licence: str
    """SPDX name, `public domain`, or the package whose licence covers it."""
    credit: str


@dataclass(frozen=True)
class Media:
    """What the demo looks at."""

    photos: Sequence[Medium]
    video: Medium
    """640×272, 250 frames at 25 frames per second."""


def install_media(media_dir: Path, downloads_dir: Path, progress: Progress = silent) -> Media:
    """Puts the images and the video into a folder, fetching those that are missing.

    Args:
        media_dir: where they go; made if it does not exist.
        downloads_dir: where the source files are kept; made if it does not exist.
        progress: told of every step.

    Raises:
        InstallError: if a source cannot be had or a folder cannot be written.
    """
    text = (resources.files("ocelli.models") / "media.toml").read_text(encoding="utf-8")
    media: list[Medium] = []
    try:
        with exclusive(downloads_dir):
            media_dir.mkdir(parents=True, exist_ok=True)
            for table in tomllib.loads(text)["packages"]:
                folder = fetch(package.parse(table), downloads_dir, progress)
                for entry in table["files"]:
                    path = media_dir / entry["save_as"]
                    if not path.is_file() or digest(path) != entry["sha256"]:
                        shutil.copyfile(folder / entry["save_as"], path)
                    media.append(Medium(path, entry["licence"], entry["credit"]))
    except OSError as error:
        raise InstallError(f"cannot write the media: {error}") from error
    (video,) = (medium for medium in media if medium.path.suffix == VIDEO_SUFFIX)
    return Media([medium for medium in media if medium is not video], video)
