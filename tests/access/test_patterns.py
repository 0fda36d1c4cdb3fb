"""Patterns of names: what they match, and what two of them have in common."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocelli.edge.access.patterns import ANY, checked, matches, narrowed

NAMES = st.text("ab-", max_size=6)
PATTERNS = st.lists(st.text("ab-*", min_size=1, max_size=4), max_size=3).map(tuple)


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("*", "", True),
        ("team-a-*", "team-a-photos", True),
        ("team-a-*", "team-a-", True),
        ("team-a-*", "team-a", False),
        ("team-a-*", "xteam-a-photos", False),
        ("team-a-*", "team-a-\nteam-b", True),
        ("photos", "photos", True),
        ("photos", "photos2", False),
        ("p.1", "px1", False),
        ("*-v2", "photos-v2", True),
        ("a*c*e", "abcde", True),
        ("a*c*e", "abde", False),
        ("a*a", "a", False),
        ("**a**", "ba", True),
    ],
)
def test_an_asterisk_stands_for_anything_and_nothing_else_does(
    pattern: str, name: str, *, expected: bool
) -> None:
    assert matches((pattern,), name) is expected


def test_no_patterns_match_nothing() -> None:
    assert not matches((), "")
    assert not matches((), "a")


def test_a_name_of_any_length_is_told_at_once() -> None:
    slow = ("*a" * 20 + "b",)
    began_s = time.process_time()
    assert not matches(slow, "a" * 255)
    assert not matches(slow, "a" * (1 << 22))
    assert time.process_time() - began_s < 0.1


@given(PATTERNS, PATTERNS, NAMES)
def test_what_two_have_in_common_is_never_more_than_either(
    one: tuple[str, ...], other: tuple[str, ...], name: str
) -> None:
    if matches(narrowed(one, other), name):
        assert matches(one, name)
        assert matches(other, name)


@given(PATTERNS, NAMES)
def test_all_narrow_nothing(patterns: tuple[str, ...], name: str) -> None:
    for both in (narrowed(patterns, ANY), narrowed(ANY, patterns)):
        assert matches(both, name) is matches(patterns, name)


@pytest.mark.parametrize("pattern", ["", "a b", "a/b", "[ab]", "a?", "ä", "a" * 161])
def test_what_no_name_has_is_no_pattern(pattern: str) -> None:
    with pytest.raises(ValueError, match="no pattern of names"):
        checked(pattern)
