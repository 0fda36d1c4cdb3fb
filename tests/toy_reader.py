"""Small models that read and whose answers are known: a patch of a colour says its name.

`python -m tests.toy_reader REPOSITORY` writes them for scripts.
"""

import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto

from ocelli.models.graph import Graph
from tests.toy_models import COLORS, write_config

NAME = "toy_lines"
SCORES = dict(zip(COLORS, (0.9, 0.8, 0.7), strict=True))
"""How sure the models are of each word."""
_RECOGNISER = "toy_recogniser"
_HEIGHT_PX = 48
_CHARACTERS = sorted(set("".join(COLORS)))


def write(models_dir: Path) -> None:
    """A model that finds patches of a colour on white, grey or black, and the one that reads them.

    Neighbours are apart by more than half of their height. What is found is grown by .8 of its
    area over half its perimeter on each side.
    """
    _write_detector(models_dir / NAME)
    _write_recogniser(models_dir / _RECOGNISER)


def _write_detector(folder: Path) -> None:
    """Text is where the channels differ."""
    graph = Graph()
    most, least = (
        graph.add(op, graph.add("Cast", "images", to=TensorProto.FLOAT), axes=[3], keepdims=0)
        for op in ("ReduceMax", "ReduceMin")
    )
    text = graph.add("Cast", graph.add("Sub", most, least), to=TensorProto.UINT8)
    model = graph.model(
        NAME,
        [("images", TensorProto.UINT8, ["N", "H", "W", 3])],
        [(text, ("text", TensorProto.UINT8, ["N", "H", "W"]))],
    )
    keys = {"task": "read", "adapter": "db", "width": "640", "height": "640"}
    _write(folder, model, {**keys, "recogniser": _RECOGNISER})


def _write_recogniser(folder: Path) -> None:
    """The channel with most of the light decides, in as many steps whatever the width."""
    graph = Graph()
    floats = graph.add("Cast", "images", to=TensorProto.FLOAT)
    color = graph.add(
        "ArgMax", graph.add("ReduceMean", floats, axes=[1, 2], keepdims=0), axis=1, keepdims=0
    )
    classes, probabilities = (graph.add("Gather", graph.constant(of), color) for of in _steps())
    model = graph.model(
        folder.name,
        [("images", TensorProto.UINT8, ["N", _HEIGHT_PX, "W", 3])],
        [
            (classes, ("classes", TensorProto.INT32, ["N", "T"])),
            (probabilities, ("probabilities", TensorProto.FLOAT, ["N", "T"])),
        ],
    )
    _write(folder, model, {"task": "step", "width": "320", "labels": ",".join(_CHARACTERS)})


def _steps() -> tuple[np.ndarray, np.ndarray]:
    """Class and probability of each step, for each colour; every other step is none."""
    width = 2 * max(map(len, COLORS))
    classes = np.zeros((len(COLORS), width), np.int32)
    probabilities = np.ones((len(COLORS), width), np.float32)
    for row, color in enumerate(COLORS):
        classes[row, : 2 * len(color) : 2] = [1 + _CHARACTERS.index(each) for each in color]
        probabilities[row] = SCORES[color]
    return classes, probabilities


def _write(folder: Path, model: onnx.ModelProto, parameters: dict[str, str]) -> None:
    (folder / "1").mkdir(parents=True, exist_ok=True)
    (folder / "1" / "model.onnx").write_bytes(model.SerializeToString())
    write_config(folder, model, parameters)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
