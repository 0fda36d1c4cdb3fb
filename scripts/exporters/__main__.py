"""Has exporters make files, reads them, compares, and prints a table.

Exit status 1 if one differs, or could not be made.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from ocelli.edge.errors import OcelliError
from ocelli.models.errors import InstallError
from scripts.exporters.cases import Case, chosen
from scripts.exporters.compare import Verdict, compare
from scripts.exporters.environments import python_of
from scripts.exporters.ours import look

_WORK = Path(".build/exporters")
_THEIRS = "scripts.exporters.theirs"
_TIMEOUT_S_PER_CASE = 300
_INPUT_TOLERANCE = 0.05
"""In a model's own units, of which its pixels span at least one: versions of OpenCV round apart."""
_INPUT_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class Row:
    """What became of a case.

    Attributes:
        case: which.
        metadata: what the exporter left in the file, and its outputs.
        recognised: what we take it for, and the adapter that reads it.
        verdict: how that went; None if there is no file to read.
        problem: why not, or what is wrong.
    """

    case: Case
    metadata: str = ""
    recognised: str = ""
    verdict: Verdict | None = None
    problem: str = ""


def main(families: Sequence[str]) -> int:
    """Runs the cases; returns the exit status."""
    try:
        cases = chosen(tuple(families))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    ended = {
        library: _export(library, [case for case in cases if case.library == library])
        for library in dict.fromkeys(case.library for case in cases)
    }
    rows = [_row(case, ended[case.library]) for case in cases]
    _print(rows)
    return 1 if any(row.problem for row in rows) else 0


def _export(library: str, cases: Sequence[Case]) -> str:
    """Has files made; returns how that ended."""
    for case in cases:
        folder = _folder(case)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        np.save(folder / "image.npy", _image(*case.image_size))
    # Exporters would else write settings to the home folder, install packages, or ask hubs.
    environment = {
        **os.environ,
        "HF_HUB_OFFLINE": "1",
        "YOLO_AUTOINSTALL": "false",
        "YOLO_CONFIG_DIR": str((_WORK / "settings").absolute()),
        "YOLO_OFFLINE": "true",
        "YOLO_VERBOSE": "false",
    }
    try:
        python = python_of(library, _WORK)
    except subprocess.CalledProcessError as error:
        return f"{library} could not be installed: pip ended with status {error.returncode}"
    named = [case.name for case in cases]
    timeout_s = _TIMEOUT_S_PER_CASE * len(cases)
    try:
        ended = subprocess.run(
            [python, "-W", "ignore", "-m", _THEIRS, library, _WORK / "cases", *named],
            check=False,  # what is missing is told case by case
            env=environment,
            timeout=timeout_s,
        )
    except subprocess.TimeoutExpired:
        return f"{library} took more than {timeout_s} s"
    return f"{library} ended before it, with status {ended.returncode}"


def _image(width: int, height: int) -> NDArray[np.uint8]:
    """Coloured patches, some sharp and some soft: RGB, uint8 [height, width, 3]."""
    random = np.random.default_rng(7)
    image = np.zeros((height, width, 3), np.float32)
    for cells, share, how in (
        (4, 0.4, cv2.INTER_CUBIC),
        (13, 0.35, cv2.INTER_CUBIC),
        (29, 0.25, 0),
    ):
        patches = random.integers(0, 256, (cells, cells, 3), np.uint8).astype(np.float32)
        image += share * cv2.resize(patches, (width, height), interpolation=how)
    return np.clip(image, 0, 255).astype(np.uint8)


def _row(case: Case, ended: str) -> Row:
    folder = _folder(case)
    if not (folder / "expected.npz").exists():
        said = folder / "error.txt"
        return Row(case, problem=said.read_text() if said.exists() else ended)
    with np.load(folder / "outputs.npz") as archive:
        outputs = dict(archive)
    with np.load(folder / "expected.npz") as archive:
        expected = dict(archive)
    image = np.load(folder / "image.npy")
    try:
        ours = look(folder / "model.onnx", case.said, image, outputs)
    except (InstallError, OcelliError) as error:
        return Row(case, verdict=Verdict(0, 0), problem=str(error))
    metadata = {
        key: value
        for key, value in ours.file.metadata.items()
        if key in ("task", "head", "end2end", "kpt_shape")
    }
    shown = " ".join((*metadata.values(), *map(str, ours.file.outputs)))
    verdict = compare(ours.found, expected)
    return Row(
        case,
        shown,
        f"{ours.family}: {ours.adapter}",
        verdict,
        verdict.problem or _inputs(ours.input, expected["input"]),
    )


def _inputs(ours: NDArray[np.generic], theirs: NDArray[np.generic]) -> str:
    """How our input differs from the one that the exporter's own preprocessing makes."""
    if ours.shape != theirs.shape:
        return f"our input is {ours.shape}, theirs {theirs.shape}"
    apart = np.abs(ours.astype(np.float32) - theirs.astype(np.float32))
    if (apart > _INPUT_TOLERANCE).mean() > _INPUT_SHARE:
        return f"our input is up to {apart.max():.3f} from theirs"
    return ""


def _folder(case: Case) -> Path:
    return _WORK / "cases" / case.folder


def _print(rows: Sequence[Row]) -> None:
    table = Table(
        "case", "the file says", "recognised as", "compared", "agree", "problem", box=None
    )
    for row in rows:
        verdict = row.verdict
        counts = (
            ("", "not made") if verdict is None else (str(verdict.compared), str(verdict.agree))
        )
        table.add_row(row.case.name, row.metadata, row.recognised, *counts, row.problem)
    Console(width=None if sys.stdout.isatty() else 200).print(table)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
