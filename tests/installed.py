"""The two installed models that most tests look at, alone in a repository of their own.

`python -m tests.installed INSTALLED REPOSITORY` lays them out for scripts.
"""

import shutil
import sys
from pathlib import Path

DETECTOR = "nanodet_coco80"
EMBEDDER = "efficientnet_lite0"

_DEFAULT = 'parameters { key: "ocelli.default" value { string_value: "true" } }\n'


def lay_out(installed: Path, repository: Path) -> None:
    """Copies those that are not there yet; each is the default of its task.

    They are small and quick, and what tests expect of them stays true whatever is installed beside
    them and is the default there.

    Args:
        installed: folder of the installed models.
        repository: where they go.
    """
    for name in (DETECTOR, EMBEDDER):
        if not (repository / name).exists():
            shutil.copytree(installed / name, repository / name)
            with (repository / name / "config.pbtxt").open("a") as config:
                config.write(_DEFAULT)


if __name__ == "__main__":
    lay_out(*map(Path, sys.argv[1:]))
