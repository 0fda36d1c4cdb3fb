"""What counts as a licence that is allowed, and where it is read."""

from importlib.metadata import Distribution
from os import PathLike
from pathlib import Path
from typing import Any

import pytest

from deploy.supply.allowed import EXCEPTIONS, fault_of, is_allowed
from deploy.supply.component import Component, Survey
from deploy.supply.licence import licence_of
from deploy.supply.licences import faults, table
from deploy.supply.python_packages import pinned, survey_pins
from deploy.supply.sbom import bill_of_materials

ROOT = Path(__file__).parents[2]


class Made(Distribution):
    """A distribution with these lines of metadata."""

    def __init__(self, *lines: str) -> None:
        self._text = "\n".join(("Metadata-Version: 2.4", *lines, "", ""))

    def read_text(self, filename: str) -> str | None:
        return self._text if filename == "METADATA" else None

    def locate_file(self, path: str | PathLike[str]) -> Any:
        raise NotImplementedError


@pytest.mark.parametrize(
    ("lines", "licence"),
    [
        (("License-Expression: MIT OR GPL-2.0", "License: whatever"), "MIT OR GPL-2.0"),
        (
            ("Classifier: License :: OSI Approved :: MIT License", "License: a whole text"),
            "MIT License",
        ),
        (("Classifier: License :: OSI Approved", "License: BSD-3-Clause"), "BSD-3-Clause"),
        ((f"License: {'x' * 81}",), ""),
        ((), ""),
    ],
)
def test_where_it_is_read(lines: tuple[str, ...], licence: str) -> None:
    assert licence_of(Made("Name: a", "Version: 1", *lines)) == licence


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("MIT", True),
        ("Apache-2.0 AND MIT", True),
        ("Apache-2.0 OR GPL-3.0", True),
        ("Apache-2.0 AND GPL-3.0", False),
        ("(MIT OR GPL-3.0) AND Unicode-3.0", True),
        ("MIT/GPL-3.0", True),
        ("MIT AND (GPL-3.0 OR LGPL-2.1)", False),
        ("GPL-3.0", False),
        ("", False),
    ],
)
def test_what_is_allowed(licence: str, allowed: bool) -> None:
    assert is_allowed(licence) is allowed


def test_a_package_that_is_not_there_or_another_is_a_fault() -> None:
    found = survey_pins({"no-such-package": "1", "numpy": "0.0.1"})
    assert [one.name for one in found.components] == ["numpy"]
    missing, other = found.faults
    assert missing.startswith("no-such-package is pinned and not installed")
    assert other.startswith("numpy is pinned at 0.0.1, installed is ")


def test_pins_are_read() -> None:
    assert pinned("# a\nnumpy==1.2\nruamel.yaml==3!1  # b\n") == {
        "numpy": "1.2",
        "ruamel.yaml": "3!1",
    }


def test_what_is_not_allowed_or_not_known_is_a_fault_whether_or_not_it_is_listed() -> None:
    survey = Survey.of(
        {Component("b", "2", "MIT"), Component("a", "1", "")},
        {Component("c", "3", "GPL-3.0")},
        ["cannot be read"],
    )
    assert faults(survey) == [
        "cannot be read",
        "a 1 has an unknown licence: not allowed here",
        "c 3 has 'GPL-3.0': not allowed here",
    ]
    assert table(survey.components).splitlines()[2:] == ["| a | 1 |  |", "| b | 2 | MIT |"]


def test_exceptions_are_needed() -> None:
    """That they are still used, the tables of the documents tell, which are checked."""
    listed = (ROOT / "docs" / "licences.md").read_text()
    for name in EXCEPTIONS:
        assert f"| {name} | " in listed
        assert not fault_of(Component(name, "1", "")), name


def test_a_bill_has_every_distribution_once_and_nothing_of_the_day() -> None:
    installed = [
        Made("Name: Some_Thing", "Version: 2", "License-Expression: MIT"),
        Made("Name: ocelli-vision", "Version: 3"),
        Made("Name: some.thing", "Version: 1"),
    ]
    bill = bill_of_materials(installed)
    assert bill == bill_of_materials(installed)
    assert bill["metadata"]["component"]["purl"] == "pkg:pypi/ocelli-vision@3"
    (component,) = bill["components"]
    assert component["purl"] == "pkg:pypi/some-thing@2"
    assert component["licenses"] == [{"license": {"name": "MIT"}}]
