"""Which versions of a module an advisory concerns."""

from itertools import pairwise
from typing import Any

import pytest

from deploy.supply.go_advisories import concerns, order

SORTED = (
    "0",
    "v0.0.0-20200101000000-abcdef",
    "v0.0.0",
    "0.9",
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-alpha.beta",
    "1.0.0-beta.2",
    "1.0.0-beta.11",
    "1.0.0-rc.1",
    "v1.0.0",
    "v1.0.1",
    "v1.2.0+incompatible",
    "v1.10.0",
    "v2",
)


@pytest.mark.parametrize(("earlier", "later"), list(pairwise(SORTED)))
def test_versions_sort_as_they_were_made(earlier: str, later: str) -> None:
    assert order(earlier) < order(later)


def advisory(*events: tuple[str, str], **more: Any) -> dict[str, Any]:
    ranges = [{"type": "SEMVER", "events": [{kind: version} for kind, version in events]}]
    return {"id": "GO-1", "affected": [{"package": {"name": "a/b"}, "ranges": ranges}], **more}


@pytest.mark.parametrize(
    ("version", "concerned"),
    [
        ("v0.9.9", False),
        ("v1.0.0", True),
        ("v1.4.9", True),
        ("v1.5.0-rc.1", True),
        ("v1.5.0", False),
        ("v2.0.0", True),
        ("v9.0.0", True),
    ],
)
def test_a_version_is_concerned_from_its_introduction_until_it_is_fixed(
    version: str, concerned: bool
) -> None:
    events = (("introduced", "2.0.0"), ("introduced", "1.0.0"), ("fixed", "1.5.0"))
    assert concerns(advisory(*events), "a/b", version) is concerned
    assert not concerns(advisory(*events), "a/b/v2", version)
    assert not concerns(advisory(*events, withdrawn="2026-01-01T00:00:00Z"), "a/b", version)


def test_what_is_not_fixed_concerns_all() -> None:
    assert concerns(advisory(("introduced", "0")), "a/b", "v0.0.0-20200101000000-abcdef")
