"""The model repository of the servers under test: the installed models, and some that are wrong."""

import shutil
from pathlib import Path

import numpy as np
from onnx import TensorProto

from ocelli.models.graph import Graph
from tests import installed as models
from tests import toy_models, toy_reader
from tests.installed import DETECTOR, EMBEDDER

SPARE = "spare"
"""A second embedder that says it is the default, too. It is unloaded until a case loads it."""

_FAILING_CONFIG = """\
name: "failing"
backend: "onnxruntime"
max_batch_size: 8
input [{ name: "images" data_type: TYPE_UINT8 dims: [32, 32, 3] }]
output [{ name: "embedding" data_type: TYPE_FP32 dims: [3] }]
instance_group [{ kind: KIND_CPU count: 1 }]
parameters { key: "ocelli.task" value { string_value: "embed" } }
parameters { key: "ocelli.adapter" value { string_value: "embedding" } }
parameters { key: "ocelli.self_test" value { string_value: "false" } }
"""


def lay_out(installed: Path, repository: Path) -> None:
    """Writes the repository, which is made anew.

    Args:
        installed: folder of the installed models.
        repository: where to write.
    """
    shutil.rmtree(repository, ignore_errors=True)
    models.lay_out(installed, repository)
    _copy(repository / EMBEDDER, repository / SPARE)
    broken = _copy(installed / DETECTOR, repository / "broken")
    (broken / "1" / "model.onnx").write_bytes(b"this is no model")
    silent = _copy(installed / DETECTOR, repository / "silent")
    config = silent / "config.pbtxt"
    config.write_text(config.read_text().replace('"ocelli.task"', '"other.task"'))
    _write_failing(repository / "failing")
    _write_toys(repository)


def _write_toys(repository: Path) -> None:
    """Models whose answers are known, and one that says the same of every image."""
    toy_models.write_classifier(repository, default="true")
    toy_models.write_segmenter(repository)
    toy_models.write_versions(repository, "two", 2)
    toy_models.write_versions(repository, "tried", 2, canary="1:1")
    toy_models.write_image_embedder(repository)
    toy_models.write_text_embedder(repository)
    toy_models.write_text_embedder(repository, "loner_texts", space="elsewhere")
    toy_models.write_image_embedder(repository, "constant", toy_models.same_for_all)
    toy_reader.write(repository)


def _copy(source: Path, target: Path) -> Path:
    """A copy of a model under another name."""
    shutil.copytree(source, target)
    config = target / "config.pbtxt"
    config.write_text(
        config.read_text().replace(f'name: "{source.name}"', f'name: "{target.name}"')
    )
    return target


def _write_failing(folder: Path) -> None:
    """A model that loads and then, for every image, looks beyond the end of a table."""
    graph = Graph()
    numbers = graph.add("Cast", "images", to=TensorProto.INT64)
    axes = graph.constant(np.array([1, 2, 3]))
    beyond = graph.add(
        "Add", graph.add("ReduceSum", numbers, axes, keepdims=0), graph.constant(np.array([10]))
    )
    row = graph.add("Gather", graph.constant(np.zeros((10, 3), np.float32)), beyond)
    model = graph.model(
        "failing",
        [("images", TensorProto.UINT8, ["N", 32, 32, 3])],
        [(row, ("embedding", TensorProto.FLOAT, ["N", 3]))],
    )
    (folder / "1").mkdir(parents=True)
    (folder / "config.pbtxt").write_text(_FAILING_CONFIG)
    (folder / "1" / "model.onnx").write_bytes(model.SerializeToString())
