"""The size of what a program needs at run time."""

import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

_DISTRIBUTION = "distribution:"


def size_bytes(what: str) -> int:
    """Bytes of a file, of a folder with all in it, or of `distribution:NAME` with what it requires.

    Args:
        what: a path, or the name of an installed Python distribution; its extras are left out.

    Raises:
        FileNotFoundError: there is no such file.
    """
    if what.startswith(_DISTRIBUTION):
        return sum(_own_bytes(name) for name in _required(what.removeprefix(_DISTRIBUTION), set()))
    path = Path(what)
    if path.is_dir():
        return sum(each.stat().st_size for each in path.rglob("*") if each.is_file())
    return path.stat().st_size


def _required(name: str, seen: set[str]) -> set[str]:
    if name in seen:
        return seen
    try:
        requirements = distribution(name).requires or []
    except PackageNotFoundError:  # for another platform or Python
        return seen
    seen.add(name)
    for requirement in requirements:
        if "extra ==" not in requirement:
            _required(re.split(r"[^\w.-]", requirement, maxsplit=1)[0].lower(), seen)
    return seen


def _own_bytes(name: str) -> int:
    files = (Path(str(each.locate())) for each in distribution(name).files or ())
    return sum(each.stat().st_size for each in files if each.is_file())
