"""Which device the local Triton is made for, by what a driver's tool says."""

from pathlib import Path

import pytest

from ocelli.edge.triton.local.device import Device, choose_device


def put_tool(folder: Path, script: str) -> None:
    tool = folder / "nvidia-smi"
    tool.write_text(f"#!/bin/sh\n{script}\n")
    tool.chmod(0o755)


@pytest.fixture(autouse=True)
def path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


async def test_without_a_driver_the_cpu_serves_and_says_why() -> None:
    chosen = await choose_device("auto")
    assert chosen.device is Device.CPU
    assert chosen.line == (
        "Triton serves on the CPU: there is no NVIDIA driver (no nvidia-smi on PATH)"
    )


async def test_a_gpu_is_found_by_itself(path: Path) -> None:
    put_tool(
        path, 'echo "NVIDIA H100 80GB HBM3, 580.95.05"; echo "NVIDIA H100 80GB HBM3, 580.95.05"'
    )
    chosen = await choose_device("auto")
    assert chosen.device is Device.GPU
    assert chosen.line == "Triton serves on 2 × NVIDIA H100 80GB HBM3 (driver 580.95.05)"


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ('echo "NVIDIA A10, 535.10"', "the driver is 535.10; CUDA 13 needs 580 or newer"),
        ('echo "No devices were found"; exit 6', "nvidia-smi found no GPU (No devices were found)"),
        ("exit 9", "nvidia-smi found no GPU (status 9)"),
        ("true", "nvidia-smi lists no GPU"),
    ],
)
async def test_a_gpu_that_cannot_be_used_is_left_alone(
    path: Path, script: str, reason: str
) -> None:
    put_tool(path, script)
    chosen = await choose_device("auto")
    assert chosen.device is Device.CPU
    assert chosen.line == f"Triton serves on the CPU: {reason}"


async def test_what_is_asked_for_counts(path: Path) -> None:
    assert (await choose_device("gpu")).device is Device.GPU
    put_tool(path, 'echo "NVIDIA H100, 580.1"')
    assert (await choose_device("cpu")).device is Device.CPU
