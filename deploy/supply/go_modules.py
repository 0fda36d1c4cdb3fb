"""The Go modules that the go.mod files require, with the licence texts that they carry."""

import json
import subprocess
from pathlib import Path
from typing import Any

from deploy.supply.component import Component, Survey
from deploy.supply.licence_text import licences_in

MODULES = ("clients/go", "gen/go", "scripts/tools", "deploy/nomad/check")
_FILES = ("LICENSE*", "LICENCE*", "License*", "license*", "COPYING*", "UNLICENSE*")


def survey(root: Path) -> Survey:
    """Those of a checkout. What the module cache lacks is fetched."""
    found: set[Component] = set()
    faults = []
    for folder in MODULES:
        for module in _required(root / folder, root / ".build" / "go" / "bin" / "go"):
            name, version = module["Path"], module["Version"]
            if "Error" in module:
                faults.append(f"{name} {version} of {folder}/go.mod: {module['Error']}")
            else:
                found.add(Component(name, version, licence_of(Path(module["Dir"]))))
    return Survey.of(found, faults=faults)


def licence_of(folder: Path) -> str:
    """What a module's licence files say together; empty if there is none, or one is not known."""
    files = sorted({path for pattern in _FILES for path in folder.glob(pattern) if path.is_file()})
    found = [licences_in(path.read_text(errors="replace")) for path in files]
    return " AND ".join(sorted(set().union(*found))) if all(found) else ""


def _required(folder: Path, go: Path) -> list[dict[str, Any]]:
    """What `go mod download` tells of the modules that a go.mod names; not of replaced ones."""
    told = subprocess.run(  # noqa: S603  # our own command, no shell
        [str(go), "mod", "download", "-json"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,  # the modules that it failed for have an Error
    )
    decoder, text, found = json.JSONDecoder(), told.stdout.strip(), []
    while text:
        module, end = decoder.raw_decode(text)
        found.append(module)
        text = text[end:].strip()
    if not found:
        raise RuntimeError(f"go mod download in {folder}: {told.stderr.strip()}")
    return found
