"""A detector that looks at nothing, so that what remains is the cost of everything around it."""

import shutil
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto

from ocelli.models.graph import Graph, ValueInfo

NAME = "trivial"
FILES_NAME = "trivial_files"
SIDE_PX = 640
CANDIDATES = 16
CONFIDENT = 4
_EXTENT = 3 / 64  # of the input's side, so that boxes do not overlap

_DIMS = f"[{SIDE_PX}, {SIDE_PX}, 3]"
_CONFIG = f"""\
name: "{NAME}"
backend: "onnxruntime"
max_batch_size: 32
input [{{ name: "images" data_type: TYPE_UINT8 dims: {_DIMS} }}]
output [{{ name: "boxes" data_type: TYPE_FP32 dims: [{CANDIDATES}, 4] }}]
output [{{ name: "scores" data_type: TYPE_FP32 dims: [{CANDIDATES}] }}]
output [{{ name: "classes" data_type: TYPE_INT32 dims: [{CANDIDATES}] }}]
dynamic_batching {{
  default_queue_policy {{
    timeout_action: REJECT
    default_timeout_microseconds: 10000000
    allow_timeout_override: true
    max_queue_size: 256
  }}
}}
instance_group [{{ kind: KIND_AUTO count: 1 }}]
parameters {{ key: "ocelli.task" value {{ string_value: "detect" }} }}
parameters {{ key: "ocelli.adapter" value {{ string_value: "candidates" }} }}
parameters {{ key: "ocelli.self_test" value {{ string_value: "false" }} }}
parameters {{ key: "ocelli.color_order" value {{ string_value: "BGR" }} }}
parameters {{ key: "ocelli.letterbox_anchor" value {{ string_value: "top_left" }} }}
parameters {{ key: "ocelli.score_threshold" value {{ string_value: "0.4" }} }}
parameters {{ key: "ocelli.iou_threshold" value {{ string_value: "0.6" }} }}
"""
_FILES = '"files" data_type: TYPE_STRING dims: [1]'


def write(models_dir: Path, side_px: int = SIDE_PX) -> None:
    """Writes the model into a Triton model repository.

    It takes `images`, uint8 `[N, side_px, side_px, 3]`, and gives the same 16 candidates for each,
    4 of which score above its threshold and do not overlap.

    Args:
        models_dir: the repository.
        side_px: of its input. A small one costs little on the way to a Triton elsewhere.
    """
    folder = models_dir / NAME
    (folder / "1").mkdir(parents=True, exist_ok=True)
    dims = f"[{side_px}, {side_px}, 3]"
    (folder / "config.pbtxt").write_text(_CONFIG.replace(_DIMS, dims))
    (folder / "1" / "model.onnx").write_bytes(_graph(side_px).SerializeToString())


def write_for_files(models_dir: Path) -> None:
    """Writes the same detector for whole image files, at which it does not look either."""
    folder = models_dir / FILES_NAME
    (folder / "1").mkdir(parents=True, exist_ok=True)
    (folder / "config.pbtxt").write_text(
        _CONFIG.replace(NAME, FILES_NAME)
        .replace("onnxruntime", "python")
        .replace(f'"images" data_type: TYPE_UINT8 dims: {_DIMS}', _FILES)
        + "".join(
            f'parameters {{ key: "ocelli.{key}" value {{ string_value: "{value}" }} }}\n'
            for key, value in (("input", "encoded"), ("width", SIDE_PX), ("height", SIDE_PX))
        )
    )
    shutil.copyfile(Path(__file__).with_name("files_model.py"), folder / "1" / "model.py")


def _graph(side_px: int) -> onnx.ModelProto:
    graph = Graph()
    count = graph.add("Slice", graph.add("Shape", "images"), *_slice(graph))
    corner = np.arange(CANDIDATES, dtype=np.float32) * (side_px / CANDIDATES)
    extent = side_px * _EXTENT
    boxes = np.stack([corner, corner / 2, corner + extent, corner / 2 + extent], axis=1)
    scores = np.full(CANDIDATES, 0.1, np.float32)
    scores[:CONFIDENT] = 0.9
    values = {"boxes": boxes, "scores": scores, "classes": np.zeros(CANDIDATES, np.int32)}
    types = {"boxes": TensorProto.FLOAT, "scores": TensorProto.FLOAT, "classes": TensorProto.INT32}
    outputs: list[tuple[str, ValueInfo]] = []
    for name, value in values.items():
        shape = graph.add("Concat", count, graph.constant(np.array(value.shape)), axis=0)
        repeated = graph.add("Expand", graph.constant(value[None]), shape)
        outputs.append((repeated, (name, types[name], ["N", *value.shape])))
    images: ValueInfo = ("images", TensorProto.UINT8, ["N", side_px, side_px, 3])
    return graph.model(NAME, [images], outputs)


def _slice(graph: Graph) -> tuple[str, str]:
    """Start and end of the first element."""
    return graph.constant(np.array([0])), graph.constant(np.array([1]))
