"""From a file and what is known of it to a folder of the model repository."""

import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ocelli.models.errors import InstallError
from ocelli.models.own.onnx_file import FileTensor, OnnxFile
from ocelli.models.own.recognise import image_input
from ocelli.models.own.signature import Recognised
from ocelli.models.repository import config_text, tensor_text

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
_MAX_BATCH_SIZE = 16
_SIDES = ("height", "width")
_ALL_IMAGES_IN_ONE_LIST = ("paddle", "torchvision", "yolo_nas_flat", "yolov7_end2end")
"""Adapters of outputs whose first axis counts objects, not images."""


def keys_of(file: OnnxFile, recognised: Recognised, said: Mapping[str, str]) -> dict[str, str]:
    """Every key of the config: what is known of the file, and what a person said, which wins.

    Args:
        file: the model.
        recognised: what it is taken for.
        said: keys without `ocelli.`.

    Raises:
        InstallError: a key that decides how the model is read was not said.
    """
    keys = {"task": "detect", "adapter": recognised.adapter, **recognised.keys, **said}
    image = image_input(file)
    if image.datatype == "UINT8":  # takes the 8-bit values as they are
        keys = {
            key: value
            for key, value in keys.items()
            if key in said or key not in ("scale", "mean", "std")
        }
    asks = {ask: choices for ask, choices in recognised.asks.items() if ask not in said}
    sizes = image.dims[2:] if image.dims[1] == 3 else image.dims[1:3]
    stated = file.metadata.get("imgsz", "").strip("[]").replace(" ", "").split(",")
    for index, (side, size) in enumerate(zip(_SIDES, sizes, strict=True)):
        if size > 0 or side in said:
            continue
        if len(stated) == 2 and stated[index].isdecimal():
            keys[side] = stated[index]
        else:
            asks[side] = f"pixels, such as 640, as the input {image} takes any"
    if asks:
        wanted = "; ".join(f"--set {ask}=…: {choices}" for ask, choices in asks.items())
        raise InstallError(
            f"{file.path} looks like {recognised.family}, but does not say everything; add {wanted}"
        )
    return {key: value for key, value in keys.items() if value}


def config_of(name: str, file: OnnxFile, keys: Mapping[str, str]) -> str:
    """The model's `config.pbtxt`."""
    batched = keys.get("adapter") not in _ALL_IMAGES_IN_ONE_LIST and all(
        tensor.dims[:1] == (-1,) for tensor in (*file.inputs, *file.outputs)
    )

    def text(tensor: FileTensor) -> str:
        return tensor_text(tensor.name, tensor.datatype, tensor.dims[1 if batched else 0 :])

    return config_text(
        name,
        max_batch_size=_MAX_BATCH_SIZE if batched else 0,
        inputs=[text(tensor) for tensor in file.inputs],
        outputs=[text(tensor) for tensor in file.outputs],
        parameters=keys,
    )


def add(
    file: OnnxFile, name: str, keys: Mapping[str, str], models_dir: Path, *, replace: bool = False
) -> Path:
    """Writes the folder that serves a file, whole or not at all.

    Args:
        file: the model.
        name: of the folder.
        keys: of the config, without `ocelli.`.
        models_dir: the model repository.
        replace: a folder of this name may be replaced.

    Returns:
        The folder.

    Raises:
        InstallError: the name cannot be one, is taken, or the folder cannot be written.
    """
    if not _NAME.fullmatch(name):
        raise InstallError(
            f"{name!r} is no model name; expected 1 to 128 letters, digits, '.', '_' or '-': "
            "choose one with --name"
        )
    folder = models_dir / name
    if folder.exists() and not replace:
        raise InstallError(
            f"{folder} is there already; choose another name with --name, or replace it with "
            "--replace"
        )
    try:
        models_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".adding-", dir=models_dir) as staging:
            fresh = Path(staging) / "fresh"
            (fresh / "1").mkdir(parents=True)
            shutil.copyfile(file.path, fresh / "1" / "model.onnx")
            beside = file.path.with_name(f"{file.path.name}.data")
            if beside.exists():  # where exporters put weights of their own
                shutil.copyfile(beside, fresh / "1" / beside.name)
            (fresh / "config.pbtxt").write_text(config_of(name, file, keys))
            if folder.exists():
                folder.rename(Path(staging) / "replaced")
            fresh.rename(folder)
    except OSError as error:
        raise InstallError(f"{folder} cannot be written: {error}") from error
    return folder
