"""Envoy in front of an edge. These tests run under `make test-web`, which installs what they need.

It sets OCELLI_ENVOY to Envoy's binary; without it nothing here is collected.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.conftest import REPOSITORY_ROOT, RunningEdge, free_port

ENVOY = os.environ.get("OCELLI_ENVOY", "")
collect_ignore_glob = [] if ENVOY else ["test_*.py"]


@dataclass(frozen=True)
class Gateway:
    """A `make serve-web` of one's own."""

    address: str
    announcement: str
    process: subprocess.Popen[str]

    @property
    def url(self) -> str:
        return f"http://{self.address}"


def gateway_command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "deploy.gateway", "--envoy", ENVOY, *arguments]


@contextmanager
def running_gateway(*arguments: str, **variables: str) -> Iterator[Gateway]:
    """Starts a gateway on a free port and ends it with a Ctrl-C that must leave nothing behind."""
    address = f"127.0.0.1:{free_port()}"
    with subprocess.Popen(
        gateway_command("--address", address, *arguments),
        cwd=REPOSITORY_ROOT,
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            assert process.stdout is not None
            announcement = process.stdout.readline()
            assert f"http://{address}" in announcement, announcement
            yield Gateway(address, announcement, process)
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == 0
            assert process.stdout.read() == ""
        finally:
            process.kill()


@pytest.fixture(scope="session")
def gateway(edge: RunningEdge, ocelli_home: Path, media: object) -> Iterator[Gateway]:
    """One gateway for all tests, in front of the shared edge, with the demo's media as samples."""
    with running_gateway("--edge", edge.address, OCELLI_HOME=str(ocelli_home)) as gateway:
        yield gateway


@pytest.fixture(scope="session")
def http(gateway: Gateway) -> Iterator[httpx.Client]:
    """An HTTP client of the gateway."""
    with httpx.Client(base_url=gateway.url, timeout=30) as client:
        yield client


@pytest.fixture(scope="session")
def photos(edge: RunningEdge, ocelli_home: Path, media: object) -> str:
    """A collection of the demo's photos, made as a user makes it."""
    ocelli = str(Path(sys.executable).with_name("ocelli"))
    command = [ocelli, "--address", edge.address, "index", "photos", str(ocelli_home / "media")]
    subprocess.run(command, capture_output=True, timeout=60, check=True)
    return "photos"
