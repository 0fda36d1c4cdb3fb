"""Triton's own Python environment."""

import asyncio
import subprocess
from pathlib import Path

import psutil
import pytest

from ocelli.edge.triton.local import environment, interpreter
from ocelli.edge.triton.local.backends import lay_out_backends
from ocelli.edge.triton.local.environment import TritonEnvironment, ensure_environment
from ocelli.edge.triton.local.interpreter import SetupError, check_machine, find_interpreter

pytestmark = pytest.mark.system


def test_it_holds_what_triton_needs(triton_environment: TritonEnvironment):
    script = "import numpy, onnxruntime; print(numpy.__version__, onnxruntime.__version__)"
    python = triton_environment.root / "bin" / "python"
    said = subprocess.run([python, "-c", script], capture_output=True, text=True, check=True)
    assert said.stdout == "1.26.4 1.31.1\n"
    assert (triton_environment.wheel / "bin" / "tritonserver").is_file()


async def test_a_second_time_installs_nothing(
    triton_environment: TritonEnvironment, ocelli_home: Path, monkeypatch: pytest.MonkeyPatch
):
    said: list[str] = []
    monkeypatch.setattr(environment, "_install", None)
    assert await ensure_environment(ocelli_home, said.append) == triton_environment
    assert said == []


async def test_a_failed_installation_says_so_and_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    others = psutil.Process().children()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    said: list[str] = []
    with pytest.raises(SetupError, match=r"pip ended with status 1: ERROR: .*nvidia-pytriton"):
        await ensure_environment(tmp_path, said.append)
    assert said[0] == "making Triton's Python environment"
    rest = tmp_path / "triton" / "env" / "rest"
    rest.write_text("")
    again = asyncio.create_task(ensure_environment(tmp_path))
    async with asyncio.timeout(30):
        while rest.exists():  # noqa: ASYNC110 - a thread's doing
            await asyncio.sleep(0.01)
    again.cancel()
    with pytest.raises(asyncio.CancelledError):
        await again
    assert not set(psutil.Process().children()) - set(others)


def test_variables(triton_environment: TritonEnvironment):
    base = {"PATH": "/bin", "LD_LIBRARY_PATH": "/opt/lib", "PYTHONPATH": "/x", "COLOUR": "green"}
    found = triton_environment.variables(base)
    assert found["PATH"] == f"{triton_environment.root}/bin:/bin"
    libraries = found["LD_LIBRARY_PATH"].split(":")
    assert libraries[0].endswith("nvidia_pytriton.libs")
    assert libraries[-1] == "/opt/lib"
    assert "PYTHONPATH" not in found
    assert found["COLOUR"] == "green"


def test_backends_are_laid_out_once(triton_environment: TritonEnvironment, tmp_path: Path):
    folder = lay_out_backends(tmp_path, triton_environment)
    model = folder / "onnxruntime" / "model.py"
    first = model.stat()
    lay_out_backends(tmp_path, triton_environment)
    assert model.stat().st_ino == first.st_ino
    model.write_text("stale")
    lay_out_backends(tmp_path, triton_environment)
    assert "TritonPythonModel" in model.read_text()
    assert sorted(path.name for path in (folder / "python").iterdir()) == [
        "libtriton_python.so",
        "triton_python_backend_stub",
        "triton_python_backend_utils.py",
    ]


@pytest.mark.parametrize(
    ("function", "value", "message"),
    [
        ("platform.machine", "aarch64", "needs Linux on x86-64, this is Linux on aarch64"),
        ("os.confstr", "glibc 2.31", "needs glibc 2.35 or newer .* here is glibc 2.31"),
        ("os.confstr", None, "here is another C library"),
    ],
)
def test_a_machine_that_will_not_do(
    monkeypatch: pytest.MonkeyPatch, function: str, value: str | None, message: str
):
    monkeypatch.setattr(function, lambda *_: value)
    with pytest.raises(SetupError, match=message):
        check_machine()


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ('[[3, 12], "CPython", null]', r"needs libpython3\.12\.so.*apt install libpython3\.12"),
        ('[[3, 10], "CPython", "/lib"]', "needs Python 3.11 or 3.12, and neither is on PATH"),
        ('[[3, 11], "PyPy", "/lib"]', "needs Python 3.11 or 3.12"),
    ],
)
async def test_a_python_that_will_not_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, answer: str, message: str
):
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\necho '{answer}'\n")
    python.chmod(0o755)
    candidates = [tmp_path / "missing", Path("/bin/false"), python]
    monkeypatch.setattr(interpreter, "_candidates", lambda: candidates)
    with pytest.raises(SetupError, match=message):
        await find_interpreter()
