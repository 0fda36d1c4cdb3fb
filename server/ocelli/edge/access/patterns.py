"""Patterns of names, in which `*` stands for any number of characters."""

import re
from functools import lru_cache

ANY = ("*",)
_PATTERN = re.compile(r"[A-Za-z0-9._*-]{1,160}")
_MAX_NAME_CHARS = 255
"""Longer than any name that exists; what callers send may be a message long."""


def checked(pattern: str) -> str:
    """The pattern itself.

    Raises:
        ValueError: it has characters that no name has.
    """
    if not _PATTERN.fullmatch(pattern):
        raise ValueError(
            f"{pattern!r} is no pattern of names; expected letters, digits, '.', '_', '-' and '*'"
        )
    return pattern


def matches(patterns: tuple[str, ...], name: str) -> bool:
    """Whether one of the patterns is that of a whole name."""
    if patterns == ANY:
        return True
    if len(name) > _MAX_NAME_CHARS:
        return False
    return any(_fits(name, parts) for parts in _split(patterns))


def narrowed(patterns: tuple[str, ...], by: tuple[str, ...]) -> tuple[str, ...]:
    """Patterns of names that both have.

    Of two patterns that overlap without one covering the other, neither is kept: the outcome may be
    narrower than asked for and is never wider.
    """
    kept = [one for one in patterns if matches(by, one)]
    return tuple(dict.fromkeys([*kept, *(one for one in by if matches(patterns, one))]))


@lru_cache(maxsize=1024)
def _split(patterns: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(one.split("*")) for one in patterns)


def _fits(name: str, parts: tuple[str, ...]) -> bool:
    """Whether the parts stand in a name one after the other; in one pass, unlike what `re` does."""
    first, last = parts[0], parts[-1]
    if len(parts) == 1:
        return name == first
    at, end = len(first), len(name) - len(last)
    if at > end or not (name.startswith(first) and name.endswith(last)):
        return False
    for part in parts[1:-1]:
        at = name.find(part, at, end)
        if at < 0:
            return False
        at += len(part)
    return True
