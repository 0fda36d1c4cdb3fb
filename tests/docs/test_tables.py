"""Tables of the documents against what they describe."""

import re
import tomllib
from itertools import chain
from pathlib import Path

import pytest
from tritonclient.grpc import model_config_pb2

from ocelli.edge.config import Config
from ocelli.edge.errors import Reason
from ocelli.edge.server.status import CODES
from ocelli.edge.tasks.registry import TASKS
from ocelli.edge.triton import describe as describe_module
from ocelli.edge.triton.parameters import Parameters
from ocelli.edge.vision.adapters import (
    CLASSIFY_ADAPTERS,
    DETECT_ADAPTERS,
    EMBED_ADAPTERS,
    READ_ADAPTERS,
)
from ocelli.edge.vision.letterbox import Resize
from tests import toy_models
from tests.vision.adapters.heads import HEADS
from tests.vision.adapters.test_heads import objects_in, place, signature_of

ROOT = Path(__file__).parents[2]
Tensor = model_config_pb2.ModelInput
LIMITS = {
    "max_message_bytes",
    "max_image_pixels",
    "max_image_side",
    "max_image_frames",
    "max_inflight_bytes",
    "stream_window",
    "max_concurrent_calls",
    "max_deadline_s",
}


def text_of(name: str) -> str:
    return (ROOT / name).read_text()


def section(text: str, heading: str) -> str:
    """What stands between a heading and the next of any level."""
    return re.split(r"^#+ ", text.partition(f"# {heading}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]


def rows(text: str) -> dict[str, list[str]]:
    """Rows of tables whose first cell is code: that cell → the others."""
    found = (
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("| `")
    )
    return {cells[0].strip("`"): cells[1:] for cells in found}


def test_operations_lists_every_setting_with_its_default() -> None:
    table = rows(section(text_of("docs/operations.md"), "Settings"))
    assert set(table) == set(Config.model_fields)
    for name, setting in Config.model_fields.items():
        documented = table[name][0]
        if setting.default_factory is not None:
            assert documented == "`~/.ocelli`"
        elif setting.default in ("", ()):
            assert documented.startswith("empty")
        else:
            assert documented == f"`{setting.default}`", name


def test_the_readme_states_the_limits_as_they_are() -> None:
    table = rows(section(text_of("README.md"), "Limits"))
    assert set(table) == LIMITS
    for name, (documented, _) in table.items():
        number, _, unit = documented.partition(" MiB")
        value = float(number.replace(" ", "")) * (1 << 20 if documented.endswith("MiB") else 1)
        assert (value, unit) == (getattr(Config(), name), ""), name


def test_the_readme_groups_every_reason_under_its_code() -> None:
    table = rows(section(text_of("README.md"), "Errors"))
    grouped = {
        reason: code for code, cells in table.items() for reason in re.findall(r"`(\w+)`", cells[0])
    }
    assert grouped == {reason.value: code.name for reason, code in CODES.items()}


def test_the_error_table_names_the_details_that_retries_need() -> None:
    table = rows(text_of("docs/errors.md"))
    from ocelli.edge.errors import RETRY_AFTER_S

    assert {Reason(name) for name, cells in table.items() if "RetryInfo" in cells[1]} == set(
        RETRY_AFTER_S
    )


class Asked(dict[str, str]):
    """Parameters of a model that note which keys the edge asks for."""

    def __init__(self, values: dict[str, str]) -> None:
        super().__init__(values)
        self.keys_asked: set[str] = set()

    def get(self, key: str, default: str | None = None) -> str | None:  # type: ignore[override]
        self.keys_asked.add(key)
        return super().get(key, default)


def detector() -> model_config_pb2.ModelConfig:
    config = model_config_pb2.ModelConfig(name="any", max_batch_size=8)
    config.input.add(
        name="images",
        data_type=model_config_pb2.TYPE_FP32,
        dims=[3, -1, -1],
        format=Tensor.FORMAT_NCHW,
    )
    config.output.add(name="output0", data_type=model_config_pb2.TYPE_FP32, dims=[6, 10])
    for key, value in {
        "task": "detect",
        "adapter": "yolov8",
        "width": "64",
        "height": "64",
        "labels": "a,b",
    }.items():
        config.parameters[f"ocelli.{key}"].string_value = value
    return config


@pytest.fixture
def text_models(tmp_path: Path) -> Path:
    """A model repository with a tokenizer for the model `texts`."""
    toy_models.write_text_embedder(tmp_path, "texts")
    return tmp_path


def classifier() -> model_config_pb2.ModelConfig:
    config = model_config_pb2.ModelConfig(name="any", max_batch_size=8)
    config.input.add(name="images", data_type=model_config_pb2.TYPE_UINT8, dims=[8, 8, 3])
    config.output.add(name="output0", data_type=model_config_pb2.TYPE_FP32, dims=[2])
    put(config, task="classify", adapter="classifier", activation="softmax")
    return config


def reader() -> model_config_pb2.ModelConfig:
    config = model_config_pb2.ModelConfig(name="lines", max_batch_size=4)
    config.input.add(name="images", data_type=model_config_pb2.TYPE_UINT8, dims=[-1, -1, 3])
    config.output.add(name="text", data_type=model_config_pb2.TYPE_UINT8, dims=[-1, -1])
    put(config, task="read", adapter="db", width="64", height="64", recogniser="letters")
    return config


def text_embedder() -> model_config_pb2.ModelConfig:
    config = model_config_pb2.ModelConfig(name="texts", max_batch_size=8)
    config.input.add(name="input_ids", data_type=model_config_pb2.TYPE_INT64, dims=[-1])
    config.output.add(name="output0", data_type=model_config_pb2.TYPE_FP32, dims=[2])
    put(config, task="embed", adapter="embedding")
    return config


def encoded_detector() -> model_config_pb2.ModelConfig:
    config = detector()
    del config.input[:]
    config.input.add(name="files", data_type=model_config_pb2.TYPE_STRING, dims=[1])
    put(config, input="encoded")
    return config


def put(config: model_config_pb2.ModelConfig, **values: str) -> None:
    for key, value in values.items():
        config.parameters[f"ocelli.{key}"].string_value = value


def test_models_lists_every_key_that_the_edge_reads(
    monkeypatch: pytest.MonkeyPatch, text_models: Path
) -> None:
    noted: list[Asked] = []

    class Noting(Parameters):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments)  # type: ignore[arg-type]
            self._values = Asked(self._values)
            noted.append(self._values)

    monkeypatch.setattr(describe_module, "Parameters", Noting)
    describe_module.describe(detector(), "1", TASKS)
    describe_module.describe(classifier(), "1", TASKS)
    describe_module.describe(reader(), "1", TASKS)
    for config in (text_embedder(), encoded_detector()):
        describe_module.describe(config, "1", TASKS, text_models)
    for adapter, make in HEADS.values():
        side = 128 if adapter == "blazeface" else 640
        head = make(objects_in(place(Resize.STRETCH, side)[1], side, faces=True))
        noted.append(Asked(dict(head.options)))
        DETECT_ADAPTERS[adapter](signature_of(head, noted[-1]))
    table = rows(section(text_of("docs/models.md"), "Keys"))
    asked = {f"ocelli.{key}" for values in noted for key in values.keys_asked}
    assert set(table) == asked


def test_models_lists_every_adapter() -> None:
    table = section(text_of("docs/models.md"), "Adapters")
    first_cells = re.findall(r"^\| (`.+?`) \|", table, re.MULTILINE)
    listed = [name for cell in first_cells for name in re.findall(r"`(\w+)`", cell)]
    assert sorted(listed) == sorted(
        (*DETECT_ADAPTERS, *EMBED_ADAPTERS, *CLASSIFY_ADAPTERS, *READ_ADAPTERS)
    )


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads(text_of("pyproject.toml"))["project"]
    stated = chain(project["dependencies"], *project["optional-dependencies"].values())
    names = {re.match(r"[\w.-]+", requirement)[0] for requirement in stated}  # type: ignore[index]
    needed, _, _ = text_of("docs/dependencies.md").partition("## Not in the edge's environment")
    assert set(rows(needed)) == names - {"ocelli-vision"}


def without_blocks(document: Path) -> str:
    """A document without its blocks of code."""
    return re.sub(r"^```.*?^```$", "", document.read_text(), flags=re.MULTILINE | re.DOTALL)


def anchors(document: Path) -> set[str]:
    """What `#…` can name in a document, by GitHub's rule."""
    headings = re.findall(r"^#+ (.+)$", without_blocks(document), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


def test_links_between_documents_lead_somewhere() -> None:
    for document in chain(*(ROOT.glob(p) for p in ("*.md", "docs/*.md", "clients/*/*.md"))):
        prose = re.sub(r"`[^`\n]*`", "", without_blocks(document))
        for target in re.findall(r"\]\(([^)]*)\)", prose):
            if "://" in target:
                continue
            path, _, anchor = target.partition("#")
            linked = document.parent / path if path else document
            assert linked.exists(), f"{document.name} links {target}"
            assert not anchor or anchor in anchors(linked), f"{document.name} links {target}"


def test_the_notice_credits_every_model_and_medium() -> None:
    notice = text_of("NOTICE")
    cards = ROOT / "models" / "ocelli" / "models"
    for card in (cards / "cards").glob("*.toml"):
        about = tomllib.loads(card.read_text())
        assert about["name"] in notice
        for source in about["sources"]:
            assert f"{source['name']} {source['version']}" in notice
        assert about["licence"]["upstream"] in notice
    for package in tomllib.loads((cards / "media.toml").read_text())["packages"]:
        assert f"{package['name']} {package['version']}" in notice
        for file in package["files"]:
            line = next(line for line in notice.splitlines() if file["save_as"] in line)
            assert file["licence"] in re.sub(r"\s+", " ", notice.partition(line)[2][:200] + line)
