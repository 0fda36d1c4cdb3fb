"""`python -m deploy.dashboards`: writes the dashboards' JSON, or with `--check` compares it.

Grafana imports it, from a folder (provisioning) or by hand.
"""

import argparse
import sys
from pathlib import Path

from deploy.dashboards.board import to_json
from deploy.dashboards.calls import CALLS
from deploy.dashboards.index import INDEX
from deploy.dashboards.models import MODELS

BOARDS = (CALLS, MODELS, INDEX)
FOLDER = Path(__file__).with_name("json")


def main() -> None:
    """Writes or checks one file for each dashboard."""
    parser = argparse.ArgumentParser(prog="python -m deploy.dashboards", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if it would")
    check = parser.parse_args().check
    texts = {FOLDER / f"{board.uid}.json": to_json(board) for board in BOARDS}
    if not check:
        FOLDER.mkdir(exist_ok=True)
        for path, text in texts.items():
            path.write_text(text)
    differ = [path for path, text in texts.items() if not _holds(path, text)]
    differ += sorted(set(FOLDER.glob("*.json")) - set(texts))
    if differ:
        names = ", ".join(path.name for path in differ)
        sys.exit(f"error: not as generated: {names}; run make dashboards and commit what it writes")


def _holds(path: Path, text: str) -> bool:
    return path.exists() and path.read_text() == text


if __name__ == "__main__":
    main()
