"""What counts as a licence that is allowed, and where it is read."""

from importlib.metadata import Distribution
from os import PathLike
from pathlib import Path
from typing import Any

import pytest

from deploy.supply.licence import licence_of
from deploy.supply.licences import EXCEPTIONS, is_allowed, pinned, survey
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
        ("GPL-3.0", False),
        ("", False),
    ],
)
def test_what_is_allowed(licence: str, allowed: bool) -> None:
    assert is_allowed(licence) is allowed


def test_a_package_that_is_not_there_or_another_is_a_fault() -> None:
    rows, faults = survey("no-such-package==1\nnumpy==0.0.1\n")
    assert [row for row in rows if row.startswith("| numpy |")]
    assert any(fault.startswith("no-such-package is pinned and not installed") for fault in faults)
    assert any(fault.startswith("numpy is pinned at 0.0.1, installed is ") for fault in faults)


def test_exceptions_are_pinned_and_needed() -> None:
    pins = pinned((ROOT / "constraints.txt").read_text())
    assert set(EXCEPTIONS) <= set(pins)


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
