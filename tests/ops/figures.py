"""The file of what operating was found to cost, which several checks write to."""

import json
from pathlib import Path


def note(path: Path, found: dict[str, object]) -> None:
    """Adds keys to the file, beside those of other checks."""
    path.parent.mkdir(parents=True, exist_ok=True)
    known = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps({**known, **found}, indent=2) + "\n")
