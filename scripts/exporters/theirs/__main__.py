"""Exports networks and reads their outputs as their authors do; runs in the exporters' environment.

usage: python -m scripts.exporters.theirs LIBRARY FOLDER CASE...

For each case, whose `image.npy` is in a folder of its own, it writes `model.onnx`, `outputs.npz`
with what the file answers, and `expected.npz` with what `Made` says; or `error.txt`.
"""

import importlib
import os
import sys
import traceback
from pathlib import Path

import numpy as np

from scripts.exporters.cases import chosen

_SEED = 5


def main(library: str, work: Path, names: tuple[str, ...]) -> None:
    """Runs the cases."""
    exporter = importlib.import_module(f"scripts.exporters.theirs.of_{library}")
    for case in chosen(names):
        if case.library != library or case.name not in names:
            continue
        folder = work / case.folder
        os.chdir(folder)  # where exporters leave what they were not told a place for
        exporter.seed(_SEED)
        print(f"{case.name} by {library}", file=sys.stderr, flush=True)
        try:
            made = exporter.export(case, folder, np.load(folder / "image.npy"))
        except Exception as error:  # noqa: BLE001  # whatever an exporter raises is its result
            traceback.print_exc()
            lines = str(error).strip().splitlines() or [""]
            (folder / "error.txt").write_text(f"{type(error).__name__}: {lines[0]}")
            continue
        np.savez(folder / "outputs.npz", **made.outputs)
        np.savez(folder / "expected.npz", **made.expected)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]).absolute(), tuple(sys.argv[3:]))
