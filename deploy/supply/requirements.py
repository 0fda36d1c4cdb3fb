"""What an extra of the package needs, as pyproject.toml states it."""

import re
from typing import Any

_OWN = re.compile(r"(?P<name>[\w.-]+)\[(?P<extras>[\w,-]+)\]")


def requirements(project: dict[str, Any], extra: str) -> list[str]:
    """What an extra needs, with the plain installation and the extras that it names in turn.

    Args:
        project: table `[project]` of a pyproject.toml.
        extra: key of its `optional-dependencies`.

    Raises:
        KeyError: there is no such extra.
    """
    found: dict[str, None] = dict.fromkeys(project["dependencies"])
    for requirement in project["optional-dependencies"][extra]:
        own = _OWN.fullmatch(requirement)
        if own and own["name"] == project["name"]:
            for name in own["extras"].split(","):
                found |= dict.fromkeys(requirements(project, name))
        else:
            found[requirement] = None
    return list(found)
