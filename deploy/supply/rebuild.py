"""Builds the wheel twice, from two copies at different times, and compares.

`python -m deploy.supply.rebuild` fails if they differ: then whoever builds the tagged sources could
not tell whether a published wheel is made of them.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
EPOCH = "1577836800"
"""SOURCE_DATE_EPOCH: the time of every file in the wheel, the same for all versions."""


def build(folder: Path, out: Path) -> Path:
    """The wheel of a folder of sources.

    Raises:
        CalledProcessError: it cannot be built.
    """
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir"]
    subprocess.run(  # noqa: S603  # our own command, no shell
        [*command, str(out), str(folder)],
        env={**os.environ, "SOURCE_DATE_EPOCH": EPOCH, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
        check=True,
    )
    (wheel,) = out.glob("*.whl")
    return wheel


def copy_of(sources: Path, folder: Path) -> None:
    """Copies what git knows of, as a clone has it."""
    archive = subprocess.run(  # noqa: S603  # our own command, no shell
        ["git", "-C", str(sources), "archive", "HEAD"],  # noqa: S607  # git, wherever it is
        capture_output=True,
        check=True,
    ).stdout
    folder.mkdir()
    subprocess.run(  # noqa: S603  # our own command, no shell
        ["tar", "-x", "--touch", "-C", str(folder)],  # noqa: S607  # tar, wherever it is
        input=archive,
        check=True,
    )


def main() -> int:
    """Prints the wheel's name and digest; returns 1 if two builds differ."""
    digests = []
    with tempfile.TemporaryDirectory() as work:
        for name in ("first", "a/longer/second"):
            sources = Path(work, name, "sources")
            sources.parent.mkdir(parents=True)
            copy_of(_ROOT, sources)
            wheel = build(sources, sources.parent / "out")
            digests.append(hashlib.sha256(wheel.read_bytes()).hexdigest())
    sys.stdout.write(f"{wheel.name} sha256:{digests[0]}\n")
    if len(set(digests)) > 1:
        sys.stderr.write(f"built again it has sha256:{digests[1]}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
