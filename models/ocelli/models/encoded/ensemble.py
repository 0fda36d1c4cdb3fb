"""An ensemble in front of a model of the repository: image files in, its outputs out."""

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from google.protobuf import text_format
from tritonclient.grpc import model_config_pb2

from ocelli.models.errors import InstallError
from ocelli.models.repository import parameter_text, tensor_text

_FITTED = {"letterbox_anchor": "center", "pad_value": "114", "crop_share": "1"}
"""What the edge takes for granted where the config says nothing, of how an image is fitted."""
_OF_PIXELS = ("color_order", "scale", "mean", "std", "default", "canary")
"""What the ensemble does not repeat of the model: it has no pixels, and is not the default."""
_TYPES = ("UINT8", "FP16", "FP32")
_DECODER = Path(__file__).with_name("decode_model.py")


def add(name: str, models_dir: Path, *, replace: bool = False) -> list[Path]:
    """Writes `NAME_decode`, which decodes, and `NAME_encoded`, which is both in a row.

    Args:
        name: of a model of the repository that batches.
        models_dir: the repository.
        replace: folders of these names may be replaced.

    Returns:
        The two folders; loading the second loads the first.

    Raises:
        InstallError: there is no such model, its config has what is no number, it does not take
            images or does not batch, or a folder is there already or cannot be written.
    """
    config = _read(name, models_dir)
    keys = {
        key.removeprefix("ocelli."): parameter.string_value
        for key, parameter in config.parameters.items()
        if key.startswith("ocelli.")
    }
    image = _image(config)
    resize = "cover" if keys.get("task") == "classify" else "letterbox"
    keys = {"resize": resize, **_FITTED, **keys}
    texts = {
        f"{name}_decode": _decoder_text(config, image, keys),
        f"{name}_encoded": _ensemble_text(config, image, keys),
    }
    return [_write(models_dir, each, text, replace=replace) for each, text in texts.items()]


def _read(name: str, models_dir: Path) -> model_config_pb2.ModelConfig:
    path = models_dir / name / "config.pbtxt"
    try:
        config = text_format.Parse(path.read_text(), model_config_pb2.ModelConfig())
    except OSError as error:
        raise InstallError(f"no model {name} in {models_dir}: {error.strerror}") from error
    except text_format.ParseError as error:
        raise InstallError(f"{path} cannot be read: {error}") from error
    config.name = name
    if config.max_batch_size < 1:
        raise InstallError(f"{name} does not batch (max_batch_size: 0); an ensemble needs that")
    return config


def _image(config: model_config_pb2.ModelConfig) -> model_config_pb2.ModelInput:
    found = [
        tensor
        for tensor in config.input
        if len(tensor.dims) == 3 and 3 in (tensor.dims[0], tensor.dims[2]) and min(tensor.dims) > 0
    ]
    if len(config.input) != 1 or not found or _datatype(found[0]) not in _TYPES:
        raise InstallError(
            f"{config.name} does not take one image of a fixed size and nothing else, UINT8, FP16 "
            "or FP32; an ensemble needs that"
        )
    return found[0]


def _decoder_text(
    config: model_config_pb2.ModelConfig,
    image: model_config_pb2.ModelInput,
    keys: Mapping[str, str],
) -> str:
    is_bytes = _datatype(image) == "UINT8"
    said = {
        **{key: keys[key] for key in ("resize", *_FITTED)},
        "crop_share": _numbers(keys, "crop_share"),
        "color_order": keys.get("color_order", "RGB"),
        "scale": _numbers(keys, "scale", "1" if is_bytes else "1/255"),
        "mean": _numbers(keys, "mean", "0"),
        "std": _numbers(keys, "std", "1"),
    }
    return _text(
        f"{config.name}_decode",
        'backend: "python"',
        [tensor_text("images", _datatype(image), image.dims)],
        [
            _batch_text(config),
            "dynamic_batching { }",
            "instance_group [{ kind: KIND_CPU count: 2 }]",
        ],
        {"ocelli.task": "step", **said},
    )


def _ensemble_text(
    config: model_config_pb2.ModelConfig,
    image: model_config_pb2.ModelInput,
    keys: Mapping[str, str],
) -> str:
    outputs = [tensor_text(one.name, _datatype(one), one.dims) for one in config.output]
    steps = [
        _step(f"{config.name}_decode", {"files": "files"}, {"images": "decoded"}),
        _step(
            config.name,
            {image.name: "decoded"},
            {output.name: output.name for output in config.output},
        ),
    ]
    kept = {key: value for key, value in keys.items() if key not in _OF_PIXELS}
    height, width = image.dims[1:] if image.dims[0] == 3 else image.dims[:2]
    size = {"width": str(width), "height": str(height)}
    said = {**kept, **size, "input": "encoded", "turns_upright": "true"}
    return _text(
        f"{config.name}_encoded",
        'platform: "ensemble"',
        outputs,
        [_batch_text(config), f"ensemble_scheduling {{ step [ {', '.join(steps)} ] }}"],
        {f"ocelli.{key}": value for key, value in said.items()},
    )


def _batch_text(config: model_config_pb2.ModelConfig) -> str:
    """No more than the model takes: Triton refuses ensembles that promise more."""
    return f"max_batch_size: {config.max_batch_size}"


def _step(model: str, inputs: Mapping[str, str], outputs: Mapping[str, str]) -> str:
    maps = [
        f'{kind} {{ key: "{key}" value: "{value}" }}'
        for kind, names in (("input_map", inputs), ("output_map", outputs))
        for key, value in names.items()
    ]
    return f'{{ model_name: "{model}" model_version: -1 {" ".join(maps)} }}'


def _text(
    name: str,
    runs: str,
    outputs: Sequence[str],
    more: Sequence[str],
    parameters: Mapping[str, str],
) -> str:
    lines = [f'name: "{name}"', runs]
    lines.append(f"input [{tensor_text('files', 'STRING', [1])}]")
    lines += [f"output [{tensor}]" for tensor in outputs]
    lines += [*more, *(parameter_text(key, value) for key, value in parameters.items()), ""]
    return "\n".join(lines)


def _write(models_dir: Path, name: str, text: str, *, replace: bool) -> Path:
    folder = models_dir / name
    if folder.exists() and not replace:
        raise InstallError(f"{folder} is there already; replace it with --replace")
    try:
        with tempfile.TemporaryDirectory(prefix=".adding-", dir=models_dir) as staging:
            fresh = Path(staging) / "fresh"
            (fresh / "1").mkdir(parents=True)
            (fresh / "config.pbtxt").write_text(text)
            if name.endswith("_decode"):
                shutil.copyfile(_DECODER, fresh / "1" / "model.py")
            else:
                # Triton takes a version for one only if there is something in its folder.
                (fresh / "1" / "README").write_text("An ensemble has no file of its own.\n")
            if folder.exists():
                folder.rename(Path(staging) / "replaced")
            fresh.rename(folder)
    except OSError as error:
        raise InstallError(f"{folder} cannot be written: {error}") from error
    return folder


def _datatype(tensor: model_config_pb2.ModelInput | model_config_pb2.ModelOutput) -> str:
    name: str = model_config_pb2.DataType.Name(tensor.data_type)
    return name.removeprefix("TYPE_")


def _numbers(keys: Mapping[str, str], key: str, default: str = "") -> str:
    text = keys.get(key, default)
    try:
        return ",".join(str(_number(part)) for part in text.split(","))
    except (ValueError, ZeroDivisionError) as error:
        raise InstallError(f"ocelli.{key} is {text!r}; expected numbers, such as 1/2") from error


def _number(text: str) -> float:
    numerator, _, denominator = text.partition("/")
    return float(numerator) / float(denominator or 1)
