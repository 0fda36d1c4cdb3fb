"""What the local Triton runs models on: an NVIDIA GPU where there is one, else the CPU."""

import asyncio
import shutil
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

_MIN_DRIVER = 580
"""The first driver that runs CUDA 13, which onnxruntime-gpu of the requirements is built for."""
_QUERY = ("--query-gpu=name,driver_version", "--format=csv,noheader")
_TIMEOUT_S = 10.0


class Device(StrEnum):
    """What Triton's environment is made for."""

    CPU = "cpu"
    GPU = "gpu"


@dataclass(frozen=True, slots=True)
class Choice:
    """What Triton is to run on.

    Attributes:
        device: what its environment is made for.
        line: which device serves, and why no GPU does; for people.
    """

    device: Device
    line: str


async def choose_device(asked: str) -> Choice:
    """What the local Triton is to run on.

    Args:
        asked: `auto`, `cpu` or `gpu`; with the last, everything is prepared for a GPU on a machine
            without one, too, where models then run on the CPU.
    """
    if asked == Device.CPU:
        return Choice(Device.CPU, "Triton serves on the CPU, as triton_device says")
    found, why_not = await _find_gpus()
    if found:
        return Choice(Device.GPU, f"Triton serves on {found}")
    if asked == Device.GPU:
        return Choice(Device.GPU, f"Triton is prepared for a GPU and serves on the CPU: {why_not}")
    return Choice(Device.CPU, f"Triton serves on the CPU: {why_not}")


async def _find_gpus() -> tuple[str, str]:
    """The names of the GPUs; or an empty text, and why none can be used."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return "", "there is no NVIDIA driver (no nvidia-smi on PATH)"
    process = await asyncio.create_subprocess_exec(
        program,
        *_QUERY,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            output, _ = await process.communicate()
    except TimeoutError:
        return "", f"nvidia-smi did not answer within {_TIMEOUT_S:g} s"
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    lines = [line.strip() for line in output.decode(errors="replace").splitlines() if line.strip()]
    if process.returncode != 0:
        said = lines[0] if lines else f"status {process.returncode}"
        return "", f"nvidia-smi found no GPU ({said})"
    if not lines:
        return "", "nvidia-smi lists no GPU"
    names = Counter(line.rpartition(",")[0].strip() for line in lines)
    driver = lines[0].rpartition(",")[2].strip()
    major = driver.partition(".")[0]
    if not major.isdecimal() or int(major) < _MIN_DRIVER:
        return "", f"the driver is {driver}; CUDA 13 needs {_MIN_DRIVER} or newer"
    shown = (f"{count} × {name}" if count > 1 else name for name, count in names.items())
    return f"{', '.join(shown)} (driver {driver})", ""
