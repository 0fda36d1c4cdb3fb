"""The Maven artifacts on the classpaths of the Java client, with what their POMs state."""

from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

from deploy.supply.component import Component, Survey

CLASSPATHS = (
    "clients/java/sdk/target/test-classpath",
    "clients/java/conformance/target/classpath",
    "clients/java/examples/target/classpath",
    "clients/java/load/target/classpath",
)
"""Written by the build."""


class _Coordinates(NamedTuple):
    group: str
    artifact: str
    version: str

    def pom(self, repository: Path) -> Path:
        folder = repository.joinpath(*self.group.split("."), self.artifact, self.version)
        return folder / f"{self.artifact}-{self.version}.pom"


def survey(root: Path) -> Survey:
    """Those of a checkout whose Java client is built."""
    jars = {
        Path(jar)
        for classpath in CLASSPATHS
        for jar in (root / classpath).read_text().strip().split(":")
        if jar and not Path(jar).is_relative_to(root)
    }
    return Survey.of({component_of(jar) for jar in jars})


def component_of(jar: Path) -> Component:
    """An artifact of a local repository: its folders are those of its coordinates."""
    version, artifact = jar.parent.name, jar.parent.parent.name
    pom = _read(jar.parent / f"{artifact}-{version}.pom")
    group = _text(pom, "groupId") or _text(pom, "parent/groupId")
    repository = jar.parents[2 + len(group.split("."))]
    return Component(f"{group}:{artifact}", version, _licence(pom, repository))


def _licence(pom: ET.Element, repository: Path) -> str:
    """Its own or, if it states none, that of its parent (Maven, "Inheritance Assembly")."""
    names = [" ".join((found.text or "").split()) for found in _all(pom, "licenses/license/name")]
    if names:
        return " OR ".join(names)  # of several, one may choose (Maven, "POM Reference")
    parent = _Coordinates(*(_text(pom, f"parent/{part}") for part in _PARTS))
    return _licence(_read(parent.pom(repository)), repository) if parent.artifact else ""


_PARTS = ("groupId", "artifactId", "version")


def _read(pom: Path) -> ET.Element:
    return ET.parse(pom).getroot()  # noqa: S314  # Maven has read it before


def _all(pom: ET.Element, path: str) -> list[ET.Element]:
    return pom.findall("/".join(f"{{*}}{part}" for part in path.split("/")))


def _text(pom: ET.Element, path: str) -> str:
    found = _all(pom, path)
    return (found[0].text or "").strip() if found else ""
