"""The JDK that nodes run on."""

import os
import subprocess
from pathlib import Path

from deploy.cluster.failure import ClusterError

_LOWEST = 21
_FOLDERS = Path("/usr/lib/jvm")


def program(name: str) -> str:
    """A program of the JDK that OPENSEARCH_JAVA_HOME names, or the newest that is installed.

    Raises:
        ClusterError: there is none that is new enough.
    """
    given = os.environ.get("OPENSEARCH_JAVA_HOME")
    found = [Path(given)] if given else sorted(_FOLDERS.glob("*"), key=_version, reverse=True)
    for folder in found:
        path = folder / "bin" / name
        if path.exists() and (given or _version(folder) >= _LOWEST):
            return str(path)
    raise ClusterError(
        f"OpenSearch needs a JDK of version {_LOWEST} or newer; name one by OPENSEARCH_JAVA_HOME"
    )


def compile_jar(sources: Path, jar: Path) -> None:
    """Compiles all Java files below a folder into a jar."""
    classes = sources.with_name("classes")
    files = [str(path) for path in sources.rglob("*.java")]
    for command in (
        [program("javac"), "-d", str(classes), *files],
        [program("jar"), "--create", "--file", str(jar), "-C", str(classes), "."],
    ):
        subprocess.run(command, check=True)  # noqa: S603  # our own


def _version(folder: Path) -> int:
    numbers = [int(part) for part in folder.name.split("-") if part.isdecimal()]
    return max(numbers, default=0)
