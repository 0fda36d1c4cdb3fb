"""The npm packages of the lock files, which state the licence of each."""

import json
from pathlib import Path
from typing import Any

from deploy.supply.component import Component, Survey

LOCKS = (
    "clients/typescript/package-lock.json",
    "deploy/web/package-lock.json",
    "gen/typescript/generator/package-lock.json",
)
_FOLDER = "node_modules/"


def survey(root: Path) -> Survey:
    """Those of a checkout, for all machines that any of them is made for."""
    return Survey.of(
        {
            component
            for lock in LOCKS
            for component in components(json.loads((root / lock).read_text())["packages"])
        }
    )


def components(packages: dict[str, dict[str, Any]]) -> list[Component]:
    """The packages of a lock file, by the folders that they are installed into; not our own."""
    return [
        Component(folder.rpartition(_FOLDER)[2], found["version"], found.get("license", ""))
        for folder, found in packages.items()
        if _FOLDER in folder and not found.get("link") and not _is_ours(found)
    ]


def _is_ours(found: dict[str, Any]) -> bool:
    return str(found.get("resolved", "")).startswith("file:")
