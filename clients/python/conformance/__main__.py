"""`python -m conformance run|decode PLAN REPORT`; `tests/conformance/README.md` specifies it."""

import json
import sys
from pathlib import Path
from typing import Any

from conformance import cases, messages


def main() -> None:
    """Reads the plan, does what it says and writes the report."""
    match sys.argv[1:]:
        case ["run", plan, report]:
            _write(report, _run(json.loads(Path(plan).read_text())))
        case ["decode", plan, report]:
            _write(report, _decode(json.loads(Path(plan).read_text())))
        case _:
            sys.exit("usage: python -m conformance run|decode PLAN REPORT")


def _run(plan: dict[str, Any]) -> dict[str, Any]:
    setting = cases.Setting(
        targets=plan["targets"],
        tls={name: Path(path) for name, path in plan["tls"].items()},
        tokens=plan["tokens"],
        files=Path(plan["files"]),
    )
    return {
        "language": plan["language"],
        "cases": [
            cases.execute(cases.spoken(case, plan["language"]), setting) for case in plan["cases"]
        ],
        "encoded": {
            golden["name"]: messages.encode(golden["type"], golden["json"])
            for golden in plan["golden"]
        },
    }


def _decode(plan: dict[str, Any]) -> dict[str, Any]:
    return {
        "messages": [
            {
                "name": message["name"],
                "json": messages.decode(message["type"], message["bytes"]),
            }
            for message in plan["messages"]
        ]
    }


def _write(path: str, report: dict[str, Any]) -> None:
    Path(path).write_text(json.dumps(report, ensure_ascii=False))


if __name__ == "__main__":
    main()
