"""What can be checked of the containers without building them."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.supply.requirements import requirements
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


@pytest.mark.parametrize("file", ["Dockerfile", "deploy/image/tritonserver/Dockerfile"])
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
        "deploy/image/build/install-dependencies",
        "deploy/image/build/install-edge",
        "deploy/image/build/strip-root",
        "deploy/image/build/trim",
        "deploy/image/tritonserver/tritonserver",
        "deploy/web/install-chromium",
        "scripts/check-breaking",
        "scripts/check-package",
        "scripts/fetch-helm",
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
        assert any(Path(source).is_relative_to(folder) for folder in kept)


def test_the_image_runs_without_root_and_its_settings_are_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = instructions()
    user = next(arguments for name, arguments in found if name == "USER")
    assert all(int(number) > 0 for number in user.split(":"))
    environment = dict(
        re.findall(r"(OCELLI_\w+)=(\S+)", next(args for name, args in found if name == "ENV"))
    )
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    config = load_config({})
    assert config.address.startswith("0.0.0.0:")
    assert config.triton_targets == ("triton:8001",)
    assert all(hasattr(config, name.removeprefix("OCELLI_").lower()) for name in environment)


def test_the_image_installs_dependencies_before_it_has_sources() -> None:
    """A change of the edge must not install them anew."""
    found = instructions()
    installs = next(
        i
        for i, (name, text) in enumerate(found)
        if name == "RUN" and "install-dependencies" in text
    )
    before = [text for name, text in found[:installs] if name == "COPY"]
    (copied,) = before
    assert {Path(source).name for source in copied.split()[:-1]} == {
        "install-dependencies",
        "requirements.lock",
    }


def test_the_image_installs_the_versions_that_tests_run_with() -> None:
    pins = dict(
        line.split("==") for line in (ROOT / "constraints.txt").read_text().splitlines() if line
    )
    pinned = {name.lower().replace("_", "-"): version for name, version in pins.items()}
    lock = (ROOT / "deploy/image/build/requirements.lock").read_text()
    locked = re.findall(r"^(\S+)==(\S+) --hash=sha256:[0-9a-f]{64}$", lock, re.MULTILINE)
    assert len(locked) == len(lock.splitlines()) - 1
    assert {name: pinned.get(name) for name, _ in locked} == dict(locked)
    names = {name for name, _ in locked}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for requirement in requirements(project, "server"):
        assert re.split(r"[^\w-]", requirement)[0].lower() in names, requirement
    assert names.isdisjoint({"onnx", "pip", "setuptools", "huggingface-hub"})


def test_the_image_is_of_this_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert ("ARG", f"VERSION={project['version']}") in instructions()
    image = compose("compose.yaml")["services"]["edge"]["image"]
    assert image == f"ocelli:{project['version']}"


def test_the_compose_file_sets_the_edge_in_front_of_triton(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    services = compose("compose.yaml")["services"]
    triton, edge = services["triton"], services["edge"]
    assert triton["image"].startswith("nvcr.io/nvidia/tritonserver:")
    assert "--model-control-mode=explicit" in triton["command"]
    assert (triton["ipc"], edge["ipc"]) == ("shareable", "service:triton")
    (volume,) = triton["volumes"]
    assert f"--model-repository={volume.split(':')[-2]}" in triton["command"]
    for name, value in edge["environment"].items():
        monkeypatch.setenv(name, value)
    assert load_config({}).triton_targets == ("triton:8001",)
    (port,) = edge["ports"]
    assert port == "127.0.0.1:8500:8500"
    own, models = edge["volumes"]
    assert own.split(":")[0] in compose("compose.yaml")["volumes"]
    assert models == volume
    assert str(load_config({}).models_dir) == volume.split(":")[-2]
    grace_s = float(edge["stop_grace_period"].removesuffix("s"))
    config = load_config({})
    assert grace_s >= config.drain_notice_s + config.drain_grace_s + 15
    image_check = next(text for name, text in instructions() if name == "HEALTHCHECK")
    assert json.dumps(edge["healthcheck"]["test"][1:]) in image_check


def test_the_gpu_file_adds_to_a_service_of_the_other() -> None:
    added = compose("compose.gpu.yaml")["services"]
    assert set(added) <= set(compose("compose.yaml")["services"])
    (device,) = added["triton"]["deploy"]["resources"]["reservations"]["devices"]
    assert device["capabilities"] == ["gpu"]
