"""The licences of what others made: listed, and held against those that are allowed.

`python -m deploy.supply.licences LANGUAGE…` prints the tables of docs/licences.md and fails if a
licence is not allowed or not known; with `--check FILE` it also fails if the file has other tables.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from deploy.supply import cargo_crates, go_modules, maven_artifacts, npm_packages, python_packages
from deploy.supply.allowed import EXCEPTIONS, fault_of
from deploy.supply.component import Component, Survey

_ROOT = Path(__file__).resolve().parents[2]
SURVEYS: dict[str, Callable[[Path], Survey]] = {
    "python": python_packages.survey,
    "npm": npm_packages.survey,
    "go": go_modules.survey,
    "maven": maven_artifacts.survey,
    "cargo": cargo_crates.survey,
}


def table(components: list[Component]) -> str:
    """As Markdown."""
    rows = ["| Name | Version | Licence |", "|---|---|---|"]
    rows += [
        f"| {one.name} | {one.version} | {one.licence or EXCEPTIONS.get(one.name, '')} |"
        for one in components
    ]
    return "\n".join(rows) + "\n"


def faults(survey: Survey) -> list[str]:
    """A line for everything that is wrong."""
    return survey.faults + [
        fault for one in survey.components + survey.unlisted if (fault := fault_of(one))
    ]


def main() -> int:
    """Prints or compares the tables; returns 1 if something is wrong."""
    parser = argparse.ArgumentParser(prog="python -m deploy.supply.licences", description=__doc__)
    parser.add_argument("--check", type=Path, metavar="FILE")
    parser.add_argument("languages", nargs="+", choices=SURVEYS)
    options = parser.parse_args()
    found = []
    for language in options.languages:
        survey = SURVEYS[language](_ROOT)
        found += faults(survey)
        count = len(survey.components) + len(survey.unlisted)
        if options.check is None:
            sys.stdout.write(table(survey.components))
            continue
        sys.stdout.write(f"{language}: {count} components\n")
        if table(survey.components) not in options.check.read_text():
            found.append(
                f"{options.check} has another table: python -m deploy.supply.licences {language} "
                "prints it"
            )
    for fault in found:
        sys.stderr.write(f"{fault}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
