"""Fetches artifacts with Maven, from whatever repository it is set up for."""

import shutil
import subprocess
from pathlib import Path

from deploy.cluster.artifacts import FOLDERS, KNN
from deploy.cluster.failure import ClusterError

_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"
_POM = """\
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  {parent}
  <groupId>cluster</groupId><artifactId>{name}</artifactId><version>1</version>
  <packaging>pom</packaging>
  {body}
</project>
"""
_PARENT = (
    "<parent><groupId>cluster</groupId><artifactId>all</artifactId><version>1</version></parent>"
)


def download(work: Path) -> None:
    """Puts the jars of each folder of a home, and the plugin's zip, into folders below `work`.

    One run of Maven fetches all of them: an aggregator, with a child for each folder.

    Raises:
        ClusterError: there is no Maven, or it failed.
    """
    if shutil.which("mvn") is None:
        raise ClusterError("mvn is needed to fetch OpenSearch; install Maven 3.8 or newer")
    names = {folder: folder.replace("/", "_") for folder in FOLDERS}
    for folder, name in names.items():
        dependencies = "".join(map(_dependency, FOLDERS[folder]))
        body = (
            f"<properties><to>{work / 'home' / folder}</to></properties>"
            f"<dependencies>{dependencies}</dependencies>"
        )
        _write(work / "poms" / name, name, body, parent=_PARENT)
    modules = "".join(f"<module>{name}</module>" for name in names.values())
    _write(work / "poms", "all", f"<modules>{modules}</modules>")
    _maven(
        work, f"{_PLUGIN}:copy-dependencies", "-DincludeScope=runtime", "-DoutputDirectory=${to}"
    )
    _maven(work, "-N", f"{_PLUGIN}:copy", f"-Dartifact={KNN}", f"-DoutputDirectory={work}")


def _dependency(artifact: str) -> str:
    group, name, version = artifact.split(":")
    return (
        f"<dependency><groupId>{group}</groupId><artifactId>{name}</artifactId>"
        f"<version>{version}</version></dependency>"
    )


def _write(folder: Path, name: str, body: str, parent: str = "") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pom.xml").write_text(_POM.format(name=name, body=body, parent=parent))


def _maven(work: Path, *arguments: str) -> None:
    command = ["mvn", "-q", "-B", "-f", str(work / "poms" / "pom.xml"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # our own
    if done.returncode:
        lines = [line for line in done.stdout.splitlines() if "ERROR" in line]
        raise ClusterError(f"mvn failed: {(lines or ['no reason given'])[0][:300]}")
