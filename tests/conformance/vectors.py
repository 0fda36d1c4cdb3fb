"""The cases and golden messages as they stand in `vectors/`."""

import fnmatch
import json
from pathlib import Path
from typing import Any, TypeAlias

FOLDER = Path(__file__).with_name("vectors")
GOLDEN = FOLDER / "golden.json"

Case: TypeAlias = dict[str, Any]
Golden: TypeAlias = dict[str, Any]

_CANARY = "canary/"

_LAST = "drain.json"
"""It stops a server, so it comes after all that might be hurt by that."""


def read_cases(pattern: str = "*") -> list[Case]:
    """The cases whose id matches a shell pattern, in the order of their execution."""
    paths = sorted(set(FOLDER.glob("*.json")) - {GOLDEN})
    paths.sort(key=lambda path: path.name == _LAST)
    cases: list[Case] = [case for path in paths for case in json.loads(path.read_text())]
    return [case for case in cases if fnmatch.fnmatchcase(case["id"], pattern)]


def is_canary(case_id: str) -> bool:
    """Whether a case expects what does not come, so that a runner must report it as failed."""
    return case_id.startswith(_CANARY)


def read_golden() -> list[Golden]:
    """The golden messages."""
    found: list[Golden] = json.loads(GOLDEN.read_text())
    return found
