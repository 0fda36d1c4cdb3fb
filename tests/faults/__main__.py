"""`make campaign`: what must not hurt the edge, in large numbers; table, and `campaign.json`."""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from ocelli.models.install import install
from ocelli.models.media import install_media
from tests.faults.campaign import LONG, SHORT, Campaign, Found

_ROOT = Path(__file__).parents[2]
_SIZES = {"short": SHORT, "long": LONG}


def main() -> int:
    """Runs; 0 if nothing failed or was lost."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--size", choices=_SIZES, default="long", help="(%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of what is random (%(default)s)")
    parser.add_argument("--out", type=Path, default=_ROOT / "out", help="folder")
    asked = parser.parse_args()
    console = Console()
    home = Path(os.environ.get("OCELLI_HOME", _ROOT / ".ocelli"))
    install([], home / "models", home / "downloads")
    media = install_media(home / "media", home / "downloads")
    with tempfile.TemporaryDirectory() as scratch, console.status("starting") as status:
        campaign = Campaign(
            home, home / "models", media, Path(scratch), _SIZES[asked.size], asked.seed
        )
        found = campaign.run(status.update if console.is_terminal else console.print)
    asked.out.mkdir(parents=True, exist_ok=True)
    path = asked.out / "campaign.json"
    path.write_text(json.dumps(_as_json(found), indent=2) + "\n")
    _show(console, found)
    console.print(f"figures: {path}")
    return 0 if found.ok else 1


def _as_json(found: Found) -> dict[str, Any]:
    return {
        "ok": found.ok,
        "cases": [
            {
                "name": case.name,
                "tried": case.tried,
                "failed": case.failed,
                "limit": case.limit,
                "ok": case.ok,
                "outcomes": dict(case.outcomes),
                "failures": dict(case.failures),
            }
            for case in found.cases
        ],
        "recovery": {
            each.part: {"median_s": round(each.median_s, 2), "worst_s": round(each.worst_s, 2)}
            for each in found.recoveries
        },
        "acknowledged_points": found.acknowledged_points,
        "lost_points": found.lost_points,
    }


def _show(console: Console, found: Found) -> None:
    cases = Table("case", "tried", "failed", "limit", "", box=SIMPLE_HEAD)
    for case in found.cases:
        mark = "[green]ok[/]" if case.ok else f"[red]{dict(case.failures)}[/]"
        cases.add_row(case.name, str(case.tried), str(case.failed), str(case.limit), mark)
    mark = "[red]lost[/]" if found.lost_points else "[green]ok[/]"
    cases.add_row(
        "acknowledged points", str(found.acknowledged_points), str(found.lost_points), "0", mark
    )
    recovery = Table("killed", "median s", "worst s", box=SIMPLE_HEAD)
    for each in found.recoveries:
        recovery.add_row(each.part, f"{each.median_s:.2f}", f"{each.worst_s:.2f}")
    console.print(cases, recovery)


if __name__ == "__main__":
    sys.exit(main())
