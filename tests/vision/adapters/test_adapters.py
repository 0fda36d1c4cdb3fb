"""Adapters against computations by hand."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.vision.adapters import DETECT_ADAPTERS, EMBED_ADAPTERS
from ocelli.edge.vision.adapters.adapter import ModelSignature, TensorSpec

ASSEMBLED = (
    TensorSpec("boxes", "FP32", (-1, 3, 4)),
    TensorSpec("scores", "FP32", (-1, 3)),
    TensorSpec("classes", "INT32", (-1, 3)),
)


def signature(*outputs: TensorSpec, labels: int = 0):
    return ModelSignature(
        outputs=tuple(outputs), input_width=640, input_height=640, label_count=labels
    )


def refusal(make: Callable[[ModelSignature], object], *outputs: TensorSpec, labels: int = 0):
    with pytest.raises(OcelliError) as caught:
        make(signature(*outputs, labels=labels))
    assert caught.value.reason is Reason.MODEL_REFUSED
    return caught.value.message


def test_candidates_are_matched_by_name():
    adapter = DETECT_ADAPTERS["candidates"](signature(*reversed(ASSEMBLED)))
    assert set(adapter.output_names) == {"boxes", "scores", "classes"}
    outputs = {
        "classes": np.array([[7, 8, 9]], np.int32),
        "scores": np.array([[0.2, 0.5, 0.4]], np.float32),
        "boxes": np.arange(12, dtype=np.float32).reshape(1, 3, 4),
    }
    found = adapter.decode(outputs, 0.4)
    assert found.boxes.tolist() == [[4, 5, 6, 7], [8, 9, 10, 11]]
    assert found.scores.tolist() == pytest.approx([0.5, 0.4])
    assert found.classes.tolist() == [8, 9]


def test_candidates_refuses_other_heads():
    make = DETECT_ADAPTERS["candidates"]
    assert "boxes FP32[N, K, 4]" in refusal(make, TensorSpec("output0", "FP32", (-1, 84, 8400)))
    refusal(make, *ASSEMBLED[:2])
    refusal(make, ASSEMBLED[0], TensorSpec("scores", "FP32", (-1, 5)), ASSEMBLED[2])
    refusal(make, *ASSEMBLED[:2], TensorSpec("classes", "FP32", (-1, 3)))


@pytest.mark.parametrize(("type_", "dtype"), [("FP32", np.float32), ("FP16", np.float16)])
def test_yolov8_boxes_are_centres_and_sizes(type_: str, dtype: type[np.floating[Any]]):
    adapter = DETECT_ADAPTERS["yolov8"](
        signature(TensorSpec("output0", type_, (-1, 7, 3)), labels=3)
    )
    assert adapter.output_names == ("output0",)
    # Columns are cells: one of class 2, one below the threshold, one of class 0.
    head = np.array(
        [
            [100, 50, 320],
            [200, 60, 240],
            [40, 10, 64],
            [20, 10, 128],
            [0.125, 0.0, 0.75],
            [0.25, 0.125, 0.5],
            [0.5, 0.0, 0.25],
        ],
        dtype,
    )
    found = adapter.decode({"output0": head[None]}, 0.25)
    assert found.boxes.tolist() == [[80, 190, 120, 210], [288, 176, 352, 304]]
    assert found.scores.tolist() == [0.5, 0.75]
    assert found.classes.tolist() == [2, 0]
    assert (found.boxes.dtype, found.classes.dtype) == (np.float32, np.int32)
    assert len(adapter.decode({"output0": head[None]}, 0.9).boxes) == 0


def test_yolov8_refuses_other_heads():
    make = DETECT_ADAPTERS["yolov8"]
    head = TensorSpec("output0", "FP32", (-1, 84, 8400))
    make(signature(head, labels=80))
    make(signature(TensorSpec("output0", "FP32", (-1, -1, -1)), labels=80))
    assert "4 + 3 labels" in refusal(make, head, labels=3)
    assert "output0 FP32[-1, 84, 8400]" in refusal(make, head, head)
    refusal(make, TensorSpec("output0", "INT64", (-1, 84, 8400)))
    refusal(make, TensorSpec("output0", "FP32", (-1, 4, 8400)))
    refusal(make, TensorSpec("output0", "FP32", (-1, 1280)))
    refusal(make)


def test_an_only_class_of_yolov7_scores_its_objectness():
    # A training leaves the class alone, and YOLOv7's own reader does not multiply by it.
    adapter = DETECT_ADAPTERS["yolov5"](
        signature(TensorSpec("output", "FP32", (1, 2, 6)), labels=1)
    )
    rows = np.array([[[32, 32, 16, 8, 0.8, 0.5], [9, 9, 2, 2, 0.1, 0.5]]], np.float32)
    found = adapter.decode({"output": rows}, 0.45)
    assert found.boxes.tolist() == [[24, 28, 40, 36]]
    assert found.scores.tolist() == pytest.approx([0.8])
    assert found.classes.tolist() == [0]


def test_embedding_is_the_only_output_or_the_one_so_named():
    vector = np.array([[1.0, -2.0, 0.5]], np.float16)
    alone = EMBED_ADAPTERS["embedding"](signature(TensorSpec("output", "FP16", (-1, 3))))
    assert alone.dimension == 3
    found = alone.decode({"output": vector})
    assert found.tolist() == [1.0, -2.0, 0.5]
    assert found.dtype == np.float32
    among = EMBED_ADAPTERS["embedding"](
        signature(TensorSpec("logits", "FP32", (-1, 9)), TensorSpec("embedding", "FP32", (-1, 3)))
    )
    assert among.output_names == ("embedding",)


def test_embedding_refuses_other_heads():
    make = EMBED_ADAPTERS["embedding"]
    logits = TensorSpec("logits", "FP32", (-1, 9))
    refusal(make, logits, TensorSpec("other", "FP32", (-1, 9)))
    refusal(make, TensorSpec("output", "FP32", (-1, 7, 7, 3)))
    refusal(make, TensorSpec("output", "FP32", (-1, -1)))
    refusal(make, TensorSpec("output", "INT64", (-1, 3)))


def test_answers_that_differ_from_the_signature_are_failures():
    embed = EMBED_ADAPTERS["embedding"](signature(TensorSpec("output", "FP32", (-1, 3))))
    for outputs in (
        {},
        {"output": np.zeros((1, 4), np.float32)},
        {"output": np.zeros((2, 3), np.float32)},
        {"output": np.full((1, 3), np.nan, np.float32)},
    ):
        with pytest.raises(OcelliError) as caught:
            embed.decode(outputs)
        assert caught.value.reason is Reason.INFERENCE_FAILED
    detect = DETECT_ADAPTERS["candidates"](signature(*ASSEMBLED))
    with pytest.raises(OcelliError, match="boxes"):
        detect.decode({"boxes": np.zeros((1, 2, 4), np.float32)}, 0.5)
