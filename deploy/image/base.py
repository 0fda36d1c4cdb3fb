"""A stand-in for the base image that the Dockerfile names: Debian 12 with its own Python 3.11."""

import os
import tempfile
from pathlib import Path

from deploy.image import engine
from deploy.image.command import run

NAME = "python:3.11-slim-bookworm"
_INCLUDE = "ca-certificates,netbase,tzdata,python3,python3-venv"
_LEFT_OUT = ("man", "doc", "locale", "info")
_AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"


def make_root(archive: Path, engine_folder: Path) -> None:
    """Makes the root folder's archive unless it is there; three minutes.

    Raises:
        ImageError: Debian cannot be had.
    """
    if archive.exists():
        return
    left_out = [f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in _LEFT_OUT]
    # As in the original, Python is in /usr/local/bin; and downloads trust whom this machine trusts.
    hooks = [
        'ln -s /usr/bin/python3 "$1/usr/local/bin/python3"',
        'ln -s /usr/bin/python3 "$1/usr/local/bin/python"',
        f'cp {_AUTHORITIES} "$1{_AUTHORITIES}"',
        'rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/*',
    ]
    with tempfile.TemporaryDirectory(dir="/dev/shm") as memory:  # dpkg syncs every file
        made = archive.with_suffix(".part.tar")
        run(
            [
                *("mmdebstrap", "--mode=root", "--variant=minbase", f"--include={_INCLUDE}"),
                *left_out,
                "--dpkgopt=force-unsafe-io",
                '--aptopt=Apt::Install-Recommends "false"',
                *(f"--customize-hook={hook}" for hook in hooks),
                *("bookworm", str(made)),
            ],
            environment={**engine.environment(engine_folder), "TMPDIR": memory},
        )
        os.replace(made, archive)  # noqa: PTH105  # the same file system


def add(archive: Path, client: dict[str, str]) -> None:
    """Makes the image from the archive, unless the engine has it.

    Raises:
        ImageError: the engine refuses it.
    """
    if run(["docker", "images", "-q", NAME], environment=client):
        return
    settings = (
        "ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin",
        "ENV LANG=C.UTF-8",
        f"ENV PIP_CERT={_AUTHORITIES}",
    )
    changes = [part for setting in settings for part in ("--change", setting)]
    run(["docker", "import", *changes, str(archive), NAME], environment=client)
