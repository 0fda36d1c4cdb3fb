"""The image and the compose file in a real engine, under `make test-image`, which provides both.

It sets DOCKER_HOST, OCELLI_DOCKER, OCELLI_IMAGE and OCELLI_COMPOSE; without them nothing here is
collected. What was found is added to out/ops.json.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import REPOSITORY_ROOT
from tests.ops.figures import note

DOCKER = os.environ.get("OCELLI_DOCKER", "")
IMAGE = os.environ.get("OCELLI_IMAGE", "")
COMPOSE = os.environ.get("OCELLI_COMPOSE", "")
collect_ignore_glob = [] if DOCKER and IMAGE and COMPOSE else ["test_*.py"]
FIGURES = REPOSITORY_ROOT / "out" / "ops.json"
ANYONE = ("--env", "OCELLI_INSECURE=true")
"""What a container needs to start where callers show no keys."""


def docker(*arguments: str, status: int = 0, timeout_s: float = 120) -> str:
    """What `docker` prints, both streams; it must end with `status`."""
    ended = subprocess.run(
        [DOCKER, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=timeout_s,
        check=False,
    )
    assert ended.returncode == status, ended.stdout
    return ended.stdout


def image_facts() -> dict[str, Any]:
    facts: list[dict[str, Any]] = json.loads(docker("image", "inspect", IMAGE))
    return facts[0]


@pytest.fixture(scope="session")
def facts() -> dict[str, Any]:
    """What the engine says of the image."""
    return image_facts()


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The image's files, as a container has them."""
    folder = tmp_path_factory.mktemp("root")
    container = docker("create", IMAGE).strip()
    try:
        archive = folder.parent / "root.tar"
        docker("export", "--output", str(archive), container)
        subprocess.run(["tar", "-xf", archive, "-C", folder], check=True)
        archive.unlink()
    finally:
        docker("rm", container)
    return folder


@pytest.fixture(scope="session")
def figures() -> Iterator[dict[str, Any]]:
    """Keys to add to out/ops.json."""
    found: dict[str, Any] = {}
    yield found
    note(FIGURES, found)
