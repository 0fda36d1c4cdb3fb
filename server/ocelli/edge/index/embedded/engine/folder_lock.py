"""The lock that lets one process at a time have a folder open."""

import fcntl
import os
import time
from pathlib import Path

_POLL_S = 0.02


class FolderTaken(Exception):  # noqa: N818  # reads as what happened
    """Another process has the folder open."""


def lock(folder: Path, timeout_s: float) -> int:
    """Takes the folder's lock (flock(2)); closing the returned descriptor lets go of it.

    Raises:
        FolderTaken: another process kept it for `timeout_s`.
    """
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    give_up_s = time.monotonic() + timeout_s
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() >= give_up_s:
                os.close(descriptor)
                raise FolderTaken(
                    f"another process has the folder {folder} open; stop it, or choose another "
                    "folder"
                ) from error
            time.sleep(_POLL_S)
        else:
            return descriptor
