"""What a model takes, read off its config; and configs that do not say it."""

from pathlib import Path
from typing import Any

import pytest
from tritonclient.grpc import model_config_pb2

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.tasks.registry import TASKS
from ocelli.edge.triton.describe import describe
from ocelli.edge.triton.model_input import EncodedInput, PixelInput, TextInput
from ocelli.edge.vision.letterbox import Resize
from tests import toy_models

TYPES = model_config_pb2.DataType


def config(
    inputs: dict[str, tuple[str, list[int]]], *, batch: int = 8, **parameters: str
) -> model_config_pb2.ModelConfig:
    made = model_config_pb2.ModelConfig(name="any", max_batch_size=batch)
    for name, (datatype, dims) in inputs.items():
        made.input.add(name=name, data_type=TYPES.Value(f"TYPE_{datatype}"), dims=dims)
    made.output.add(name="embedding", data_type=model_config_pb2.TYPE_FP32, dims=[3])
    keys = {"task": "embed", "adapter": "embedding", **parameters}
    for key, value in keys.items():
        made.parameters[f"ocelli.{key}"].string_value = value
    return made


IDS = {"input_ids": ("INT64", [-1]), "attention_mask": ("INT64", [-1])}


def test_pixels_are_the_usual() -> None:
    spec = describe(config({"images": ("UINT8", [8, 16, 3])}, crop_share="0.5"), "1", TASKS)
    assert isinstance(spec.input, PixelInput)
    assert (spec.input.view.width, spec.input.view.height) == (16, 8)
    assert spec.input.view.crop_share == 0.5
    assert spec.slot_bytes == 8 * 16 * 3


def test_a_classifier_covers_and_others_letterbox() -> None:
    images = {"images": ("UINT8", [8, 8, 3])}
    labels = {"task": "classify", "adapter": "classifier", "activation": "none"}
    covered = describe(config(images, **labels), "1", TASKS)
    boxed = describe(config(images), "1", TASKS)
    assert isinstance(covered.input, PixelInput)
    assert isinstance(boxed.input, PixelInput)
    assert (covered.input.view.resize, boxed.input.view.resize) == (Resize.COVER, Resize.LETTERBOX)


def test_files_and_texts(tmp_path: Path) -> None:
    files = config({"f": ("STRING", [1])}, input="encoded", width="8", height="9")
    spec = describe(files, "1", TASKS)
    assert isinstance(spec.input, EncodedInput)
    assert (spec.input.view.width, spec.input.view.height) == (8, 9)
    toy_models.write_text_embedder(tmp_path, "any")
    spec = describe(config(IDS, max_tokens="7"), "1", TASKS, tmp_path)
    assert isinstance(spec.input, TextInput)
    assert spec.input.tensors == ("input_ids", "attention_mask")
    ids, mask = spec.input.values(["red", "blue " * 40])
    assert ids.shape == mask.shape == (2, 7)
    assert mask.sum(axis=1).tolist() == [1, 7]


@pytest.mark.parametrize(
    ("made", "complaint"),
    [
        (config({"i": ("UINT8", [8, 8, 3])}, input="sound"), "ocelli.input is 'sound'; expected"),
        (config({"i": ("UINT8", [8, 8, 3])}, input="encoded"), "'i' UINT8[8, 8, 3]; expected one"),
        (config({"i": ("STRING", [2])}, input="encoded"), "STRING[2]; expected [1], a file"),
        (config({"i": ("STRING", [1])}, input="encoded"), "ocelli.width is missing"),
        (config({"i": ("UINT8", [8, 8, 3])}, input="text"), "its inputs are i; expected input_ids"),
        (config({**IDS, "pixels": ("FP32", [1])}), "does not know what its input 'pixels' is for"),
        (config(IDS, batch=0), "it takes texts and has no batch axis"),
        (config(IDS, max_tokens="0"), "ocelli.max_tokens is '0'"),
        (config(IDS, tokenizer="../x.json"), "ocelli.tokenizer is '../x.json'"),
        (config(IDS), "there is no file"),
        (config({"i": ("UINT8", [8, 8, 3])}, crop_share="2"), "ocelli.crop_share is '2'"),
        (config({"i": ("UINT8", [8, 8, 3])}, canary="x:1"), "ocelli.canary is 'x:1'"),
        (config({"i": ("UINT8", [8, 8, 3])}, canary="2:1.5"), "ocelli.canary is '2:1.5'"),
    ],
)
def test_a_config_that_does_not_say_it_is_refused_by_its_key(
    made: Any, complaint: str, tmp_path: Path
) -> None:
    with pytest.raises(OcelliError) as refused:
        describe(made, "1", TASKS, tmp_path)
    assert refused.value.reason is Reason.MODEL_REFUSED
    assert complaint in refused.value.message


def test_texts_are_for_embedders_alone(tmp_path: Path) -> None:
    toy_models.write_text_embedder(tmp_path, "any")
    made = config(IDS, task="classify", adapter="classifier", activation="none")
    with pytest.raises(OcelliError, match=r"ocelli\.task is 'classify'; expected embed"):
        describe(made, "1", TASKS, tmp_path)
