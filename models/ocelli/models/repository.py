"""Writing models into a Triton model repository.

The folder of a model serves unchanged in NVIDIA's container, on the native ONNX Runtime backend,
and in a local Triton. A manifest beside it holds the digest of every file, so that an installed
model is known without rebuilding it.
"""

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from ocelli.models.assembled import Assembled
from ocelli.models.card import Card
from ocelli.models.fetch import digest

# On a CPU a batch of four costs hardly more per image than a larger one, and an image does not wait
# for as many others. On a GPU, where 32 wait, 32 run.
PREFERRED_BATCH_SIZES = [4, 32]
MAX_QUEUE_DELAY_US = 2_000
QUEUE_TIMEOUT_US = 10_000_000
MAX_QUEUE_SIZE = 256

_MANIFEST = "MANIFEST.json"
_STAGING_PREFIX = ".install-"


def is_installed(card: Card, models_dir: Path) -> bool:
    """Tells whether the model stands in the repository as this card would write it."""
    folder = models_dir / card.name
    try:
        manifest = json.loads((folder / _MANIFEST).read_text())
        files: Mapping[str, str] = manifest["files"]
        return manifest["card"] == card.sha256 and all(
            digest(folder / name) == sha256 for name, sha256 in files.items()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def write(card: Card, assembled: Assembled, models_dir: Path) -> Path:
    """Writes a model, replacing the one of its name.

    The folder is filled under a temporary name and then renamed, so nobody sees half of it.

    Args:
        card: the model's card.
        assembled: what was made of its source files.
        models_dir: the repository; made if it does not exist.

    Returns:
        The model's folder.
    """
    models_dir.mkdir(parents=True, exist_ok=True)
    for leftover in models_dir.glob(_STAGING_PREFIX + "*"):
        shutil.rmtree(leftover)
    labels = assembled.labels or card.labels
    files = {
        "config.pbtxt": config(card, labels).encode(),
        "MODEL_CARD.toml": card.text,
        "1/model.onnx": assembled.graph,
        **assembled.files,
    }
    if labels:
        files["labels.txt"] = "".join(f"{label}\n" for label in labels).encode()
    folder = models_dir / card.name
    with tempfile.TemporaryDirectory(prefix=_STAGING_PREFIX, dir=models_dir) as staging:
        fresh = Path(staging) / "fresh"
        (fresh / "1").mkdir(parents=True)
        for name, content in files.items():
            (fresh / name).write_bytes(content)
        manifest = {"card": card.sha256, "files": {name: digest(fresh / name) for name in files}}
        (fresh / _MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n")
        if folder.exists():
            folder.rename(Path(staging) / "replaced")
        fresh.rename(folder)
    return folder


def config(card: Card, labels: Sequence[str]) -> str:
    """The model's `config.pbtxt`.

    Args:
        card: the model's card.
        labels: class names by class number, if it has any.
    """
    return config_text(
        card.name,
        max_batch_size=card.max_batch_size,
        inputs=[tensor_text(one.name, one.datatype, one.dims) for one in card.inputs],
        outputs=[tensor_text(one.name, one.datatype, one.dims) for one in card.outputs],
        parameters=_parameters(card, labels),
    )


def config_text(
    name: str,
    *,
    max_batch_size: int,
    inputs: Sequence[str],
    outputs: Sequence[str],
    parameters: Mapping[str, str],
) -> str:
    """A `config.pbtxt` for the ONNX Runtime backend.

    The queue is bounded and rejects what it cannot serve in time; a request may name a timeout of
    its own. KIND_AUTO takes a GPU where Triton finds one and the CPU otherwise.

    Args:
        name: of the model.
        max_batch_size: 0 if it does not batch.
        inputs: as `tensor_text` gives them.
        outputs: likewise.
        parameters: keys without `ocelli.`, and their values.
    """
    return "\n".join(
        [
            f"name: {_quoted(name)}",
            'backend: "onnxruntime"',
            f"max_batch_size: {max_batch_size}",
            *(f"input [{tensor}]" for tensor in inputs),
            *(f"output [{tensor}]" for tensor in outputs),
            "dynamic_batching {",
            *_preferred(max_batch_size),
            f"  max_queue_delay_microseconds: {MAX_QUEUE_DELAY_US}",
            "  default_queue_policy {",
            "    timeout_action: REJECT",
            f"    default_timeout_microseconds: {QUEUE_TIMEOUT_US}",
            "    allow_timeout_override: true",
            f"    max_queue_size: {MAX_QUEUE_SIZE}",
            "  }",
            "}",
            "instance_group [{ kind: KIND_AUTO count: 1 }]",
            *(parameter_text(f"ocelli.{key}", value) for key, value in parameters.items()),
            "",
        ]
    )


def tensor_text(name: str, datatype: str, dims: Sequence[int]) -> str:
    """A tensor as a config states it; −1 stands for any size."""
    sizes = ", ".join(str(dim) for dim in dims)
    return f"{{ name: {_quoted(name)} data_type: TYPE_{datatype} dims: [{sizes}] }}"


def _preferred(max_batch_size: int) -> list[str]:
    sizes = [size for size in PREFERRED_BATCH_SIZES if size <= max_batch_size]
    return [f"  preferred_batch_size: {sizes}"] if sizes else []


def _parameters(card: Card, labels: Sequence[str]) -> dict[str, str]:
    described = {
        "task": card.task,
        **card.parameters,
        "description": card.description,
        "licence": card.licence.upstream,
        "version": card.version,
    }
    if labels:
        # The edge reads names with newlines between them where there is one, else with commas.
        separator = "\n" if any("," in label for label in labels) else ","
        described["labels"] = separator.join(labels)
    return described


def parameter_text(key: str, value: str) -> str:
    """A parameter as a config states it."""
    return f"parameters {{ key: {_quoted(key)} value {{ string_value: {_quoted(value)} }} }}"


def _quoted(text: str) -> str:
    """A string literal of protobuf's text format; JSON's escapes are among those it reads."""
    return json.dumps(text, ensure_ascii=False)
