"""What `make kill-cluster` last found, for the report on the index."""

import json
from pathlib import Path
from typing import Any


def kills(folder: Path) -> dict[str, Any]:
    """`{"kills": …}` as `kills.json` in a folder has it; empty if there is none."""
    path = folder / "kills.json"
    return {"kills": json.loads(path.read_text())} if path.exists() else {}
