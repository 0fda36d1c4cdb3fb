"""Where the engine of a folder listens."""

import hashlib
import os
import tempfile
from pathlib import Path

_MAX_SOCKET_PATH_BYTES = 100
"""sun_path of unix(7) holds 108, other systems a few less."""


def socket_path(folder: Path) -> Path:
    """The engine's socket: in its folder, or in a private temporary one if that path is too long.

    The same for every process of one user.

    Raises:
        PermissionError: the temporary folder exists and belongs to somebody else.
    """
    inside = folder.resolve() / "engine.sock"
    if len(os.fsencode(inside)) <= _MAX_SOCKET_PATH_BYTES:
        return inside
    digest = hashlib.sha256(os.fsencode(inside)).hexdigest()[:16]
    private = Path(tempfile.gettempdir(), f"ocelli-{os.getuid()}-{digest}")
    private.mkdir(mode=0o700, exist_ok=True)
    status = private.lstat()
    if status.st_uid != os.getuid() or status.st_mode & 0o077:
        raise PermissionError(f"{private} must belong to this user alone; remove it")
    return private / "engine.sock"
