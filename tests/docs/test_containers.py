"""What can be checked of the containers without building them."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from ocelli.edge.load_config import load_config

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions with their arguments, continued lines joined."""
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return [(line.partition(" ")[0], line.partition(" ")[2]) for line in lines]


def compose(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / name).read_text())
    return content


@pytest.mark.parametrize("file", ["Dockerfile"])
def test_the_dockerfile_has_no_lint(file: str) -> None:
    linted = subprocess.run(
        [BIN / "hadolint", file], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert linted.returncode == 0, linted.stdout


@pytest.mark.parametrize(
    "file",
    [
        ".ci/run",
        "clients/java/run",
        "clients/java/examples/run",
        "deploy/web/install-chromium",
        "scripts/check-breaking",
        "scripts/check-package",
        "scripts/require",
        "scripts/with-edge",
    ],
)
def test_shell_scripts_have_no_lint(file: str) -> None:
    linted = subprocess.run(
        [BIN / "shellcheck", file],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert linted.returncode == 0, linted.stdout


def test_what_the_dockerfile_copies_exists_and_reaches_the_build() -> None:
    kept = {
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"
    }
    sources = [
        source
        for name, arguments in instructions()
        if name == "COPY" and "--from" not in arguments
        for source in arguments.split()[:-1]
    ]
    assert sources
    for source in sources:
        assert (ROOT / source).exists()
        assert source in kept


def test_the_image_runs_without_root_and_its_settings_are_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = instructions()
    user = next(arguments for name, arguments in found if name == "USER")
    assert int(user) > 0
    environment = dict(
        re.findall(r"(OCELLI_\w+)=(\S+)", next(args for name, args in found if name == "ENV"))
    )
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    config = load_config({})
    assert config.address.startswith("0.0.0.0:")
    assert config.triton_targets == ("triton:8001",)
    assert all(hasattr(config, name.removeprefix("OCELLI_").lower()) for name in environment)


def test_the_compose_file_sets_the_edge_in_front_of_triton(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    services = compose("compose.yaml")["services"]
    triton, edge = services["triton"], services["edge"]
    assert triton["image"].startswith("nvcr.io/nvidia/tritonserver:")
    assert "--model-control-mode=explicit" in triton["command"]
    (volume,) = triton["volumes"]
    assert f"--model-repository={volume.split(':')[-2]}" in triton["command"]
    for name, value in edge["environment"].items():
        monkeypatch.setenv(name, value)
    assert load_config({}).triton_targets == ("triton:8001",)
    (port,) = edge["ports"]
    assert port == "127.0.0.1:8500:8500"
    named = {mount.split(":")[0] for mount in edge["volumes"]}
    assert named <= set(compose("compose.yaml")["volumes"])
    grace_s = float(edge["stop_grace_period"].removesuffix("s"))
    assert grace_s > load_config({}).drain_grace_s


def test_the_gpu_file_adds_to_a_service_of_the_other() -> None:
    added = compose("compose.gpu.yaml")["services"]
    assert set(added) <= set(compose("compose.yaml")["services"])
    (device,) = added["triton"]["deploy"]["resources"]["reservations"]["devices"]
    assert device["capabilities"] == ["gpu"]
