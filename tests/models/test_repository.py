"""Model folders as Triton reads them."""

from pathlib import Path

import onnxruntime
import pytest
from google.protobuf import text_format
from tritonclient.grpc import model_config_pb2

from ocelli.models import repository
from ocelli.models.assembled import Assembled
from ocelli.models.card import Card, available

NAMES = [card.name for card in available()]
TENSOR_TYPES = {
    model_config_pb2.TYPE_UINT8: "tensor(uint8)",
    model_config_pb2.TYPE_FP32: "tensor(float)",
    model_config_pb2.TYPE_INT32: "tensor(int32)",
    model_config_pb2.TYPE_INT64: "tensor(int64)",
}


def parse(path: Path) -> model_config_pb2.ModelConfig:
    return text_format.Parse(path.read_text(), model_config_pb2.ModelConfig())


@pytest.mark.parametrize("name", NAMES)
def test_config_states_the_tensors_that_the_graph_has(
    name: str, models_dir: Path, sessions: dict[str, onnxruntime.InferenceSession]
) -> None:
    config, session = parse(models_dir / name / "config.pbtxt"), sessions[name]
    for stated, real in (
        (config.input, session.get_inputs()),
        (config.output, session.get_outputs()),
    ):
        assert [
            (tensor.name, TENSOR_TYPES[tensor.data_type], [-1, *tensor.dims]) for tensor in stated
        ] == [
            (
                tensor.name,
                tensor.type,
                [-1 if isinstance(dim, str) else dim for dim in tensor.shape],
            )
            for tensor in real
        ]


@pytest.mark.parametrize("name", NAMES)
def test_config_bounds_the_queue_and_batches(name: str, models_dir: Path) -> None:
    config = parse(models_dir / name / "config.pbtxt")
    assert (config.name, config.backend) == (name, "onnxruntime")
    assert config.max_batch_size == (4 if name == "text_lines" else 32)
    policy = config.dynamic_batching.default_queue_policy
    assert policy.timeout_action == policy.REJECT
    assert policy.allow_timeout_override
    assert policy.max_queue_size > 0
    assert policy.default_timeout_microseconds > 0
    (group,) = config.instance_group
    assert (group.kind, group.count) == (group.KIND_AUTO, 1)


def parameters(models_dir: Path, name: str) -> dict[str, str]:
    config = parse(models_dir / name / "config.pbtxt")
    return {key: value.string_value for key, value in config.parameters.items()}


def test_config_carries_what_the_edge_must_know_of_the_detector(models_dir: Path) -> None:
    known = parameters(models_dir, "nanodet_coco80")
    labels = known.pop("ocelli.labels").split(",")
    assert len(set(labels)) == 80
    assert (labels[0], labels[9], labels[79]) == ("person", "traffic light", "toothbrush")
    assert (models_dir / "nanodet_coco80" / "labels.txt").read_text().splitlines() == labels
    assert known.pop("ocelli.description").startswith("NanoDet-g")
    assert known == {
        "ocelli.task": "detect",
        "ocelli.adapter": "candidates",
        "ocelli.color_order": "BGR",
        "ocelli.resize": "letterbox",
        "ocelli.letterbox_anchor": "top_left",
        "ocelli.pad_value": "114",
        "ocelli.score_threshold": "0.4",
        "ocelli.iou_threshold": "0.6",
        "ocelli.licence": "Apache-2.0",
        "ocelli.version": "3.0.4-r2",
    }


def test_config_carries_what_the_edge_must_know_of_the_embedder(models_dir: Path) -> None:
    known = parameters(models_dir, "efficientnet_lite0")
    assert known.pop("ocelli.description").startswith("EfficientNet-Lite0")
    assert known == {
        "ocelli.task": "embed",
        "ocelli.adapter": "embedding",
        "ocelli.color_order": "RGB",
        "ocelli.resize": "cover",
        "ocelli.licence": "Apache-2.0",
        "ocelli.version": "0.1.0-r2",
    }


def test_each_task_has_one_default(models_dir: Path) -> None:
    known = {name: parameters(models_dir, name) for name in NAMES}
    defaults = [
        (keys["ocelli.task"], name) for name, keys in known.items() if "ocelli.default" in keys
    ]
    assert sorted(defaults) == [
        ("classify", "efficientnet_lite2_classes"),
        ("detect", "ssdlite_coco80"),
        ("embed", "efficientnet_lite2"),
        ("read", "text_lines"),
    ]


def test_labels_may_come_with_the_source_and_have_commas(card: Card, tmp_path: Path) -> None:
    labels = ["tench, Tinca tinca", "goldfish"]
    folder = repository.write(card, Assembled(b"graph", labels=labels), tmp_path)
    assert parameters(tmp_path, card.name)["ocelli.labels"] == "tench, Tinca tinca\ngoldfish"
    assert (folder / "labels.txt").read_text().splitlines() == labels


def test_more_files_lie_in_the_folder_and_are_checked(card: Card, tmp_path: Path) -> None:
    assembled = Assembled(b"graph", files={"tokenizer.json": b"{}"})
    tokenizer = repository.write(card, assembled, tmp_path) / "tokenizer.json"
    assert tokenizer.read_bytes() == b"{}"
    assert repository.is_installed(card, tmp_path)
    tokenizer.write_bytes(b"[]")
    assert not repository.is_installed(card, tmp_path)


@pytest.fixture
def card(cards: dict[str, Card]) -> Card:
    return cards["nanodet_coco80"]


def test_a_model_is_written_whole_and_known_again(card: Card, tmp_path: Path) -> None:
    assert not repository.is_installed(card, tmp_path)
    folder = repository.write(card, Assembled(b"graph"), tmp_path)
    assert repository.is_installed(card, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["nanodet_coco80"]
    assert (folder / "1" / "model.onnx").read_bytes() == b"graph"
    assert (folder / "MODEL_CARD.toml").read_bytes() == card.text


def test_a_model_replaces_the_one_of_its_name_and_no_other(card: Card, tmp_path: Path) -> None:
    (tmp_path / "mine" / "1").mkdir(parents=True)
    stale = repository.write(card, Assembled(b"old"), tmp_path) / "1" / "stale.bin"
    stale.write_bytes(b"stale")
    (tmp_path / ".install-dead").mkdir()
    folder = repository.write(card, Assembled(b"new"), tmp_path)
    assert (folder / "1" / "model.onnx").read_bytes() == b"new"
    assert not stale.exists()
    assert {path.name for path in tmp_path.iterdir()} == {"mine", "nanodet_coco80"}


@pytest.mark.parametrize("name", ["1/model.onnx", "config.pbtxt", "labels.txt", "MANIFEST.json"])
def test_a_model_that_was_changed_is_not_taken_for_installed(
    name: str, card: Card, tmp_path: Path
) -> None:
    changed = repository.write(card, Assembled(b"graph"), tmp_path) / name
    changed.write_bytes(b"changed")
    assert not repository.is_installed(card, tmp_path)
    changed.unlink()
    assert not repository.is_installed(card, tmp_path)
