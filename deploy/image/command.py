"""Runs a program, and says what it said if it fails."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.image.failure import ImageError

_TAIL_LINES = 15


def run(
    command: Sequence[str],
    *,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    timeout_s: float = 900,
) -> str:
    """What a program writes to its standard output.

    Raises:
        ImageError: it failed, took longer than `timeout_s`, or is not there.
    """
    try:
        ended = subprocess.run(  # noqa: S603  # our own commands, no shell
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ImageError(f"{command[0]}: {error}") from error
    if ended.returncode:
        tail = "\n".join((ended.stdout + ended.stderr).splitlines()[-_TAIL_LINES:])
        raise ImageError(f"{' '.join(command[:3])} failed with {ended.returncode}:\n{tail}")
    return ended.stdout
