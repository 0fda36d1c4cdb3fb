"""The crates that the Rust client is built of, as cargo resolved them."""

import json
import subprocess
from pathlib import Path
from typing import Any

from deploy.supply.component import Component, Survey

WORKSPACE = "clients/rust"


def survey(root: Path) -> Survey:
    """Those of a checkout, for this machine. What cargo has not fetched yet it fetches.

    The manifests fix the versions of what they name, which is listed; what that in turn asks for is
    resolved anew in each clone.
    """
    command = ["cargo", "metadata", "--format-version=1", "--filter-platform", _host()]
    told = subprocess.run(  # noqa: S603  # our own command, no shell
        command, cwd=root / WORKSPACE, capture_output=True, text=True, check=True
    )
    return survey_packages(json.loads(told.stdout)["packages"])


def survey_packages(packages: list[dict[str, Any]]) -> Survey:
    """Those that cargo tells of; what has no source is our own."""
    named = {
        dependency["name"]
        for package in packages
        if package["source"] is None
        for dependency in package["dependencies"]
    }
    crates = {
        Component(package["name"], package["version"], package["license"] or "")
        for package in packages
        if package["source"] is not None
    }
    listed = {crate for crate in crates if crate.name in named}
    return Survey.of(listed, crates - listed)


def _host() -> str:
    told = subprocess.run(
        ["rustc", "--version", "--verbose"],  # noqa: S607  # rustc, wherever it is
        capture_output=True,
        text=True,
        check=True,
    )
    return next(
        line.partition("host: ")[2] for line in told.stdout.splitlines() if "host: " in line
    )
