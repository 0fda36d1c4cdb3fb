"""A bill of materials: every installed distribution, in CycloneDX 1.5 JSON on standard output.

`python -m deploy.supply.sbom` describes the environment that runs it. It needs the standard library
only, so that the image's build can use it, and holds no time and no random id: the same environment
gives the same document.
"""

import json
import sys
from collections.abc import Iterable
from importlib.metadata import Distribution, distributions
from typing import Any

from deploy.supply.licence import licence_of

OURS = "ocelli-vision"


def bill_of_materials(installed: Iterable[Distribution]) -> dict[str, Any]:
    """The document: `OURS` as what it is about, if installed, and the others as its components.

    Args:
        installed: distributions; of several with one name the first counts, as for an import.
    """
    found: dict[str, dict[str, Any]] = {}
    for distribution in installed:
        name = _normalised(distribution.metadata["Name"])
        found.setdefault(name, _component(name, distribution))
    about = found.pop(OURS, None)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {**about, "type": "application"}} if about else {},
        "components": [found[name] for name in sorted(found)],
    }


def _component(name: str, distribution: Distribution) -> dict[str, Any]:
    purl = f"pkg:pypi/{name}@{distribution.version}"
    licence = licence_of(distribution)
    return {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": distribution.version,
        "purl": purl,
        "licenses": [{"license": {"name": licence}}] if licence else [],
    }


def _normalised(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


if __name__ == "__main__":
    json.dump(bill_of_materials(distributions()), sys.stdout, indent=1)
    sys.stdout.write("\n")
