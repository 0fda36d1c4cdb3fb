"""Classifiers' heads."""

import numpy as np
import pytest

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.vision.adapters.adapter import ModelSignature, TensorSpec
from ocelli.edge.vision.adapters.classifier import ClassifierAdapter

LOGITS = np.array([[0.0, 2.0, 1.0]], np.float32)


def signature(*outputs: TensorSpec, labels: int = 3, **options: str) -> ModelSignature:
    return ModelSignature(
        outputs=outputs, input_width=8, input_height=8, label_count=labels, options=options
    )


ROW = TensorSpec("output0", "FP32", (-1, 3))


@pytest.mark.parametrize(
    ("activation", "wanted"),
    [
        ("softmax", np.exp(LOGITS[0]) / np.exp(LOGITS[0]).sum()),
        ("sigmoid", 1 / (1 + np.exp(-LOGITS[0]))),
        ("none", LOGITS[0]),
    ],
)
def test_the_key_says_what_becomes_of_the_values(activation: str, wanted: np.ndarray) -> None:
    adapter = ClassifierAdapter(signature(ROW, activation=activation))
    assert adapter.class_count == 3
    assert adapter.decode({"output0": LOGITS}) == pytest.approx(wanted, abs=1e-6)


@pytest.mark.parametrize("dtype", ["FP16", "BF16", "FP32"])
def test_two_more_axes_and_other_floats_do(dtype: str) -> None:
    adapter = ClassifierAdapter(signature(TensorSpec("a", dtype, (-1, 3, 1, 1)), activation="none"))
    values = LOGITS.reshape(1, 3, 1, 1).astype(np.float16)
    assert adapter.decode({"a": values}).tolist() == [0, 2, 1]


def test_of_several_outputs_the_named_one_is_read() -> None:
    features = TensorSpec("features", "FP32", (-1, 99))
    adapter = ClassifierAdapter(
        signature(features, TensorSpec("logits", "FP32", (-1, 3)), activation="none")
    )
    assert adapter.output_names == ("logits",)


@pytest.mark.parametrize(
    ("made", "complaint"),
    [
        (signature(ROW), "ocelli.activation is missing"),
        (signature(ROW, activation="relu"), "ocelli.activation is 'relu'"),
        (signature(ROW, labels=4, activation="none"), "FP32[N, 4]"),
        (signature(TensorSpec("a", "FP64", (-1, 3)), activation="none"), "a FP64[-1, 3]"),
        (signature(TensorSpec("a", "FP32", (-1, -1)), activation="none"), "a FP32[-1, -1]"),
        (signature(TensorSpec("a", "FP32", (-1, 3, 7, 7)), activation="none"), "[-1, 3, 7, 7]"),
        (signature(ROW, TensorSpec("b", "FP32", (-1, 3)), activation="none"), "output0 FP32"),
    ],
)
def test_others_are_refused(made: ModelSignature, complaint: str) -> None:
    with pytest.raises(OcelliError) as refused:
        ClassifierAdapter(made)
    assert refused.value.reason is Reason.MODEL_REFUSED
    assert complaint in refused.value.message


def test_values_that_are_not_finite_fail() -> None:
    adapter = ClassifierAdapter(signature(ROW, activation="none"))
    with pytest.raises(OcelliError) as failed:
        adapter.decode({"output0": np.full((1, 3), np.nan, np.float32)})
    assert failed.value.reason is Reason.INFERENCE_FAILED
