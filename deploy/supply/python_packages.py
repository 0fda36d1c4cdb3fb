"""The Python packages that constraints.txt pins, as they are installed."""

import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from deploy.supply.component import Component, Survey
from deploy.supply.licence import licence_of

_PIN = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>\S+)", re.MULTILINE)


def pinned(constraints: str) -> dict[str, str]:
    """Names and versions that a constraints file pins."""
    return {found["name"]: found["version"] for found in _PIN.finditer(constraints)}


def survey(root: Path) -> Survey:
    """Those of a checkout."""
    return survey_pins(pinned((root / "constraints.txt").read_text()))


def survey_pins(pins: dict[str, str]) -> Survey:
    """Those of these names and versions; one that is not installed, or in another, is a fault."""
    found: set[Component] = set()
    faults = []
    for name, version in pins.items():
        try:
            installed = distribution(name)
        except PackageNotFoundError:
            faults.append(f"{name} is pinned and not installed: its licence is unknown")
            continue
        if installed.version != version:
            faults.append(f"{name} is pinned at {version}, installed is {installed.version}")
        found.add(Component(name, version, licence_of(installed)))
    return Survey.of(found, faults=faults)
