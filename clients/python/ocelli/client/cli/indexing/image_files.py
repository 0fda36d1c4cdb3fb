"""The images that are to be indexed, each read once, ahead of the stream."""

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import click

T = TypeVar("T")

_THREADS = 4
_FILES_AHEAD = 8


@dataclass(frozen=True, slots=True)
class ImageFile:
    """A file and the id of its image."""

    id: str
    path: Path


@dataclass(frozen=True, slots=True, eq=False)
class Contents:
    """What was in a file."""

    encoded: bytes
    sha256: str
    """In hexadecimal digits, as `sha256sum` prints it."""


def distinct(found: Iterable[tuple[Path, str]]) -> list[ImageFile]:
    """The images, in their order, a file that is found twice under one id once.

    Raises:
        click.ClickException: two files have the same id, so that one would replace the other.
    """
    files: dict[str, Path] = {}
    for path, id_ in found:
        known = files.setdefault(id_, path)
        if known != path:
            raise click.ClickException(
                f"{known} and {path} have the same id, {id_}; index a folder that holds both"
            )
    return [ImageFile(id_, path) for id_, path in files.items()]


def read_ahead(files: Iterable[tuple[ImageFile, T]]) -> "Iterator[Read[T]]":
    """Reads files in threads, a few before they are asked for; yields them in their order."""
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="read") as threads:
        ahead: deque[tuple[ImageFile, T, Future[Contents | None]]] = deque()
        for file, beside in files:
            ahead.append((file, beside, threads.submit(_read, file.path)))
            if len(ahead) > _FILES_AHEAD:
                yield _next(ahead)
        while ahead:
            yield _next(ahead)


@dataclass(frozen=True, slots=True, eq=False)
class Read(Generic[T]):
    """A file that was read, and what was said of it."""

    file: ImageFile
    beside: T
    contents: Contents | None
    """None if it cannot be read."""


def _next(ahead: deque[tuple[ImageFile, T, Future[Contents | None]]]) -> Read[T]:
    file, beside, reading = ahead.popleft()
    return Read(file, beside, reading.result())


def _read(path: Path) -> Contents | None:
    try:
        encoded = path.read_bytes()
    except OSError:
        return None
    return Contents(encoded, hashlib.sha256(encoded).hexdigest())
