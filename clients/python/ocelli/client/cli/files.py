"""Which images a command reads and which files it writes."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click

_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif", ".bmp", ".tif", ".tiff"}


def images_under(paths: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    """Finds images: files as named, and all in folders, by their suffix, in order of name.

    Yields:
        The file, and its name relative to the folder that was given (a file given: as given).

    Raises:
        click.ClickException: there is no such file or folder.
    """
    for path in paths:
        if path.is_dir():
            for found in sorted(path.rglob("*")):
                if found.suffix.lower() in _SUFFIXES and found.is_file():
                    yield found, found.relative_to(path).as_posix()
        elif path.is_file():
            yield path, path.as_posix()
        else:
            raise click.ClickException(f"no such file or folder: {path}")


def output_files(images: Sequence[Path], out: Path) -> list[Path]:
    """Chooses where the drawn copy of each image goes.

    Args:
        images: what is read.
        out: a file for one image, or a folder, which is made, for any number.

    Raises:
        click.ClickException: a copy would replace its original, or the folder cannot be made.
    """
    if len(images) == 1 and out.suffix and not out.is_dir():
        chosen, folder = [out], out.parent
    else:
        chosen, folder = [out / name for name in _distinct(images)], out
    for image, target in zip(images, chosen, strict=True):
        if target.exists() and image.exists() and target.samefile(image):
            raise click.ClickException(f"{target} would replace the image itself; choose another")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.ClickException(f"cannot make {folder}: {error.strerror}") from error
    return chosen


def _distinct(images: Sequence[Path]) -> list[str]:
    """The images' names, numbered where two are the same."""
    taken: set[str] = set()
    names = []
    for image in images:
        name, number = image.name, 1
        while name in taken:
            number += 1
            name = f"{image.stem}-{number}{image.suffix}"
        taken.add(name)
        names.append(name)
    return names
