"""Known weaknesses of the Go modules, by the Go vulnerability database of one day.

`python -m deploy.supply.go_advisories` fails if a module that a go.mod requires is in the range of
an advisory, in the OSV format, that is not among those below. The database is itself a Go module,
so its version and digest can be pinned, and no service is asked. Whoever wants to know of what was
found since raises the version.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deploy.supply import go_modules

_ROOT = Path(__file__).resolve().parents[2]
DATABASE = "golang.org/x/vulndb@v0.0.0-20261105234957-e22db6528018"
DIGEST = "h1:mfngRv0Yoh0VApsXKEN82CjD99kl7mtparN3bs3JnqI="
ACCEPTED = {
    "GO-2026-5932": "of golang.org/x/crypto/openpgp, which nothing here is built with: go mod why",
}
"""Advisories that do not concern us, and why."""
_VERSION = re.compile(r"v?(?P<core>\d+(?:\.\d+){0,2})(?:-(?P<pre>[\w.-]+))?")


def main() -> int:
    """Prints what was looked at; returns 1 if something is wrong."""
    modules = {(one.name, one.version) for one in go_modules.survey(_ROOT).components}
    advisories = 0
    found: dict[str, str] = {}
    for advisory in _database():
        advisories += 1
        for name, version in sorted(modules):
            if concerns(advisory, name, version):
                found[advisory["id"]] = f"{name} {version}: {advisory['summary']}"
    sys.stdout.write(f"{len(modules)} Go modules, {advisories} advisories of {DATABASE}\n")
    for id_, what in found.items():
        if id_ not in ACCEPTED:
            sys.stderr.write(f"{id_}: {what}\n")
    for id_ in ACCEPTED.keys() - found.keys():
        sys.stderr.write(f"{id_} is accepted and concerns nothing any more\n")
    return 1 if found.keys() != ACCEPTED.keys() else 0


def concerns(advisory: dict[str, Any], name: str, version: str) -> bool:
    """Whether a module's version is in a range of an advisory (OSV schema, "Evaluation")."""
    return not advisory.get("withdrawn") and any(
        _is_within(range_["events"], version)
        for affected in advisory["affected"]
        if affected["package"]["name"] == name
        for range_ in affected.get("ranges", [])
    )


def _is_within(events: list[dict[str, str]], version: str) -> bool:
    at = order(version)
    within = False
    for event in sorted(events, key=lambda event: order(next(iter(event.values())))):
        ((kind, limit),) = event.items()
        if at >= order(limit):
            within = kind == "introduced"
    return within


def order(version: str) -> tuple[Any, ...]:
    """A key by which versions sort (Semantic Versioning 2.0.0, 11); "0" is before them all."""
    if version == "0":
        return (-1,)
    read = _VERSION.match(version)
    if read is None:
        raise ValueError(version)
    core = [int(part) for part in read["core"].split(".")]
    parts = [
        (0, int(part), "") if part.isdecimal() else (1, 0, part)
        for part in (read["pre"] or "").split(".")
        if part
    ]
    return (*core, *[0] * (3 - len(core)), not parts, parts)


def _database() -> Iterator[dict[str, Any]]:
    told = subprocess.run(  # noqa: S603  # our own command, no shell
        [str(_ROOT / ".build" / "go" / "bin" / "go"), "mod", "download", "-json", DATABASE],
        capture_output=True,
        text=True,
        check=True,
    )
    module = json.loads(told.stdout)
    if module["Sum"] != DIGEST:
        raise RuntimeError(f"{DATABASE} has the digest {module['Sum']}, not {DIGEST}")
    for path in sorted(Path(module["Dir"], "data", "osv").glob("*.json")):
        yield json.loads(path.read_text())


if __name__ == "__main__":
    sys.exit(main())
