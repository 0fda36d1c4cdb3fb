"""The folder that a server keeps what must outlive it in: can it be written to?"""

import os
import tempfile
from pathlib import Path

from ocelli.edge.config import Config, ConfigError


def check_home(config: Config) -> None:
    """Refuses a home, or a folder of vectors, that this user cannot write to.

    A container's volume often belongs to root, or to whoever ran the image before. Found here, it
    is one line before anything was started; found by the vector engine, a traceback in its log.

    Raises:
        ConfigError: which folder, who may not write, and what to do.
    """
    folders: list[tuple[str, Path]] = []
    if config.triton == "local" or config.index_url is None:  # else nothing of it is written
        folders.append(("home", Path(config.home)))
    if config.index_url is None:
        folders.append(("index", config.index_dir))
    for setting, folder in folders:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            raise ConfigError(
                f"{setting}: cannot write to {folder} as user {os.geteuid()}, group "
                f"{os.getegid()}: {error.strerror}; give the folder to that user (a volume in "
                "Kubernetes: by fsGroup)"
            ) from error
