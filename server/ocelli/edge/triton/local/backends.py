"""Lays out Triton's backend directory: the wheel's Python backend, and ours named `onnxruntime`.

A Python-based backend is a folder with a `model.py` that serves every model which names the folder
in its `config.pbtxt`. Ours takes the name of Triton's native ONNX Runtime backend, so that
a model repository runs unchanged on either.
"""

import filecmp
import secrets
import shutil
from pathlib import Path

from ocelli.edge.triton.local.environment import TritonEnvironment


def lay_out_backends(home: Path, environment: TritonEnvironment) -> Path:
    """Copies the backends to `<home>/triton/backends`; safe while a Triton runs from there.

    Returns:
        The folder for `--backend-directory`.
    """
    folder = home / "triton" / "backends"
    wheel = environment.wheel
    stubs = wheel / "python_backend_stubs" / f"3.{environment.interpreter.minor}"
    python = wheel / "backends" / "python"
    ours = Path(__file__).with_name("onnxruntime_backend")
    copies = {
        "python/libtriton_python.so": python,
        "python/triton_python_backend_utils.py": python,
        "python/triton_python_backend_stub": stubs,
        "onnxruntime/model.py": ours,
        "onnxruntime/gpu_batches.py": ours,
    }
    for name, source in copies.items():
        _copy(source / Path(name).name, folder / name)
    return folder


def _copy(source: Path, target: Path) -> None:
    # Links would not do: Triton refuses a backend whose real path lies outside its folder.
    if target.exists() and filecmp.cmp(source, target, shallow=False):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f"{target.name}.{secrets.token_hex(4)}")
    shutil.copy(source, fresh)
    fresh.replace(target)
