"""Writes what the image installs, with the digest of every file: `python -m deploy.supply.lock`.

The list is for the image's Python and machine, 3.11 and x86-64; run this with such a Python. The
image's build refuses a file that is not on it. constraints.txt has the versions; whoever changes
one there runs this again.
"""

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

from deploy.supply.requirements import requirements

_ROOT = Path(__file__).resolve().parents[2]
EXTRA = "server"
FILE = _ROOT / "deploy" / "image" / "build" / "requirements.lock"
NOTICE = "# Written by python -m deploy.supply.lock. The image holds these files and no others."
LEFT_OUT = {
    "huggingface-hub": "tokenizers imports it for downloads only, which no server makes",
    "pygments": "rich colours source code with it, of which no command prints any",
    "markdown-it-py": "rich prints Markdown with it, of which no command prints any",
}
"""What packages ask for and the server does not need, with all that it alone brings along."""


def lock(report: dict[str, Any], wanted: list[str]) -> list[str]:
    """A line for each package that is needed, by name: version and digest.

    Args:
        report: of `pip install --dry-run --report`, which has those that are not needed, too.
        wanted: requirements to begin with.
    """
    known = {canonicalize_name(item["metadata"]["name"]): item for item in report["install"]}
    seen: set[tuple[NormalizedName, str]] = set()  # package, extra
    due = [Requirement(text) for text in wanted]
    while due:
        requirement = due.pop()
        name = canonicalize_name(requirement.name)
        for extra in {"", *requirement.extras} if name not in LEFT_OUT else set():
            if (name, extra) not in seen:
                seen.add((name, extra))
                further = map(Requirement, known[name]["metadata"].get("requires_dist", []))
                due += [one for one in further if _applies(one, extra)]
    return [_line(name, known[name]) for name in sorted({name for name, _ in seen})]


def _applies(requirement: Requirement, extra: str) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": extra})


def _line(name: str, item: dict[str, Any]) -> str:
    digest = item["download_info"]["archive_info"]["hashes"]["sha256"]
    return f"{name}=={item['metadata']['version']} --hash=sha256:{digest}"


def _report(wanted: list[str]) -> dict[str, Any]:
    command = [
        *(sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed"),
        *("--disable-pip-version-check", "--only-binary", ":all:", "--report", "-"),
        *("--constraint", str(_ROOT / "constraints.txt"), *wanted),
    ]
    asked = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603  # pip
    found: dict[str, Any] = json.loads(asked.stdout)
    return found


if __name__ == "__main__":
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text())["project"]
    roots = requirements(project, EXTRA)
    FILE.write_text("\n".join([NOTICE, *lock(_report(roots), roots)]) + "\n")
