"""Names of the 1000 classes of ImageNet (Russakovsky et al., 2015)."""

import re
from collections.abc import Sequence
from pathlib import Path

CLASSES = 1000

# JavaScript: a number, and a string that may be written as a sum of several.
_ENTRY = re.compile(r"^\s*(\d+):\s*((?:'(?:[^'\\]|\\.)*'[\s+]*)+)", re.MULTILINE)
_STRING = re.compile(r"'((?:[^'\\]|\\.)*)'")
_ESCAPED = re.compile(r"\\(.)")


def read(path: Path) -> list[Sequence[str]]:
    """The names of each class by its number, the most usual first.

    Args:
        path: `imagenet_classes.js` of TensorFlow.js's MobileNet.

    Raises:
        ValueError: if it does not list the classes from 0 to 999.
    """
    entries = {
        int(number): _ESCAPED.sub(r"\1", "".join(_STRING.findall(text)))
        for number, text in _ENTRY.findall(path.read_text(encoding="utf-8"))
    }
    if sorted(entries) != list(range(CLASSES)):
        raise ValueError(f"{path.name} lists {len(entries)} classes; expected {CLASSES} from 0")
    return [entries[number].split(", ") for number in range(CLASSES)]
