"""Triton's own Python environment, made once under `<home>/triton/env`.

It is apart from the edge's because the wheel's Triton cannot read the arrays of numpy 2.
"""

import asyncio
import contextlib
import fcntl
import hashlib
import os
import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ocelli.edge.triton.local.device import Device
from ocelli.edge.triton.local.interpreter import (
    Interpreter,
    SetupError,
    check_machine,
    find_interpreter,
)

Report = Callable[[str], None]
"""Gets one line of progress at a time."""

_REQUIREMENTS = {
    Device.CPU: Path(__file__).with_name("requirements.txt"),
    Device.GPU: Path(__file__).with_name("requirements-gpu.txt"),
}
_FOLDERS = {Device.CPU: "env", Device.GPU: "env-gpu"}
_SAID = {
    Device.CPU: "installing Triton and onnxruntime (100 MB to download)",
    Device.GPU: "installing Triton, onnxruntime-gpu and CUDA's libraries (1.6 GB to download)",
}
_STAMP = "ocelli.stamp"
_DISK_BYTES = {Device.CPU: 700_000_000, Device.GPU: 6_000_000_000}
_INSTALL_TIMEOUT_S = 1800.0


@dataclass(frozen=True)
class TritonEnvironment:
    """A finished environment."""

    root: Path
    """The virtual environment."""
    interpreter: Interpreter
    """What it was made from."""
    device: Device = Device.CPU
    """What its onnxruntime is for."""

    @property
    def site_packages(self) -> Path:
        """Where its packages lie."""
        return self.root / "lib" / f"python3.{self.interpreter.minor}" / "site-packages"

    @property
    def wheel(self) -> Path:
        """Triton's part of the wheel: `bin/tritonserver`, `backends/`, `python_backend_stubs/`."""
        return self.site_packages / "pytriton" / "tritonserver"

    def variables(self, base: Mapping[str, str]) -> dict[str, str]:
        """The environment variables for `tritonserver`, on top of `base`.

        The stub finds its packages through the first `python3` on PATH, and libcudart and libpython
        through LD_LIBRARY_PATH.
        """
        found = {k: v for k, v in base.items() if k not in {"PYTHONPATH", "PYTHONHOME"}}
        libraries = [str(self.site_packages / "nvidia_pytriton.libs")]
        libraries += map(str, sorted(self.site_packages.glob("nvidia/*/lib")))
        libraries += [self.interpreter.library_dir, base.get("LD_LIBRARY_PATH", "")]
        found["LD_LIBRARY_PATH"] = os.pathsep.join(filter(None, libraries))
        found["PATH"] = os.pathsep.join([str(self.root / "bin"), base.get("PATH", os.defpath)])
        return found


async def ensure_environment(
    home: Path, report: Report = lambda _: None, device: Device = Device.CPU
) -> TritonEnvironment:
    """Makes the environment if it is missing, unfinished or out of date.

    A second call is instant. Processes that share a home wait for the one that installs.

    Args:
        home: the edge's data folder.
        report: gets a line now and then while packages are downloaded and installed.
        device: what it is to run models on. Environments for both lie side by side.

    Raises:
        SetupError: the machine will not do, or the installation failed.
    """
    check_machine()
    interpreter = await find_interpreter()
    root = home / "triton" / _FOLDERS[device]
    environment = TritonEnvironment(root, interpreter, device)
    stamp = _stamp(interpreter, device)
    if _is_done(environment, stamp):
        return environment
    environment.root.parent.mkdir(parents=True, exist_ok=True)
    async with _lock(home / "triton" / "env.lock", report):
        if not _is_done(environment, stamp):
            await _install(environment, report)
            (environment.root / _STAMP).write_text(stamp)
    return environment


def _stamp(interpreter: Interpreter, device: Device) -> str:
    requirements = _REQUIREMENTS[device].read_text()
    made_of = f"{interpreter.executable} 3.{interpreter.minor}\n{requirements}"
    return hashlib.sha256(made_of.encode()).hexdigest()


def _is_done(environment: TritonEnvironment, stamp: str) -> bool:
    try:
        return (environment.root / _STAMP).read_text() == stamp
    except OSError:
        return False


@contextlib.asynccontextmanager
async def _lock(path: Path, report: Report) -> AsyncIterator[None]:
    with path.open("w") as file:
        told = False
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if not told:
                    report("waiting for another process that installs Triton")
                    told = True
                await asyncio.sleep(0.2)
        yield


async def _install(environment: TritonEnvironment, report: Report) -> None:
    root = environment.root
    free_bytes = shutil.disk_usage(root.parent).free
    needed_bytes = _DISK_BYTES[environment.device]
    if free_bytes < needed_bytes:
        raise SetupError(
            f"Triton needs {needed_bytes // 10**6} MB of disk, {root.parent} has "
            f"{free_bytes // 10**6} MB left; free some or set OCELLI_HOME to another place"
        )
    report("making Triton's Python environment")
    await asyncio.to_thread(shutil.rmtree, root, ignore_errors=True)
    await _run([environment.interpreter.executable, "-m", "venv", root], "venv", report)
    report(_SAID[environment.device])
    pip: list[Path | str] = [
        root / "bin" / "python",
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
    ]
    options = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "--progress-bar", "off"]
    await _run([*pip, *options, "-r", _REQUIREMENTS[environment.device]], "pip", report)


async def _run(command: list[Path | str], name: str, report: Report) -> None:
    """Runs a step of the installation and reports what it says as it goes."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "PYTHONHOME"}},
    )
    said: list[str] = []
    try:
        async with asyncio.timeout(_INSTALL_TIMEOUT_S):
            async for line in _lines(process):
                said.append(line)
                if line.startswith(("Downloading", "Installing")):
                    report(line)
            status = await process.wait()
    except TimeoutError as error:
        raise SetupError(f"{name} did not end within {_INSTALL_TIMEOUT_S:g} s") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if status != 0:
        raise SetupError(f"Triton's environment could not be made: {_verdict(name, status, said)}")


async def _lines(process: asyncio.subprocess.Process) -> AsyncIterator[str]:
    if process.stdout is None:
        return
    async for raw in process.stdout:
        if line := raw.decode(errors="replace").strip():
            yield line


def _verdict(name: str, status: int, said: list[str]) -> str:
    if any("ensurepip is not available" in line for line in said):
        return "Python came without venv; install it (`apt install python3-venv`)"
    errors = [line for line in said if line.startswith("ERROR:")] or said[-1:]
    return f"{name} ended with status {status}: {' '.join(errors[:2])}"
