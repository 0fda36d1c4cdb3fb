"""deploy/compose.yaml as it stands: started, probed, loaded, drained, started again."""

import json
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from grpc import StatusCode

from ocelli.client import ChannelOptions, OcelliError, Point, connect
from tests.conftest import REPOSITORY_ROOT
from tests.image.conftest import ANYONE, COMPOSE, IMAGE, docker

FILE = REPOSITORY_ROOT / "deploy" / "compose.yaml"
ADDRESS = "127.0.0.1:8500"
SERVICES = ("ocelli.v1.DetectService", "ocelli.v1.SearchService")
STOP_GRACE_S = 30
TOLD_S = 30
SHARED = "/dev/shm"  # noqa: S108  # of a container
pytestmark = pytest.mark.timeout(400)
Compose = Callable[..., str]


@pytest.fixture(scope="module")
def compose(models_dir: Path) -> Iterator[Compose]:
    """Runs `docker compose`; everything is up, and taken away at the end."""

    def call(*arguments: str, status: int = 0) -> str:
        ended = subprocess.run(
            [COMPOSE, "--file", FILE, *arguments],
            env={**os.environ, "OCELLI_MODELS": str(models_dir)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert ended.returncode == status, ended.stdout + ended.stderr
        return ended.stdout

    try:
        call("up", "--detach", "--no-build", "--wait", "--wait-timeout", "240")
        yield call
    finally:
        print(call("logs", "--no-color", "--tail", "60"))  # for whoever reads of a failure
        call("down", "--volumes", "--timeout", str(STOP_GRACE_S))


@pytest.fixture
def ready(compose: Compose) -> None:
    with connect(ADDRESS) as client:
        for service in SERVICES:
            client.wait_until_ready(90, service=service)


def shared_memory(compose: Compose, service: str) -> list[str]:
    """The edges' segments that a service's container sees."""
    names = compose("exec", "-T", service, "ls", SHARED).split()
    return [name for name in names if name.startswith("ocelli-")]


def state(compose: Compose, service: str) -> dict[str, Any]:
    """What the engine says of a service's container."""
    (container,) = compose("ps", "--all", "--quiet", service).split()
    (facts,) = json.loads(docker("inspect", container))
    return dict(facts["State"])


def test_all_is_healthy(compose: Compose, figures: dict[str, Any]) -> None:
    figures["compose_ok"] = False  # until the last of these tests
    for service in ("triton", "edge"):
        assert state(compose, service)["Health"]["Status"] == "healthy"


def test_probes_tell_each_service(compose: Compose, ready: None) -> None:
    told = compose("exec", "-T", "edge", "ocelli", "health", *SERVICES)
    assert told == "".join(f"{service}: SERVING\n" for service in SERVICES)
    assert "SERVICE_UNKNOWN" in compose("exec", "-T", "edge", "ocelli", "health", "nope", status=1)


def test_models_for_texts_find_their_tokenizers(
    compose: Compose, ready: None, models_dir: Path
) -> None:
    names = [path.parent.name for path in models_dir.glob("*/tokenizer.json")]
    if not names:
        pytest.skip("no such model is installed, for want of Maven")
    for name in names:
        assert compose("exec", "-T", "edge", "ocelli", "health", f"model/{name}", "--wait", "60")


def test_its_root_is_read_only_and_it_has_no_capability(compose: Compose, ready: None) -> None:
    told = compose(
        "exec", "-T", "edge", "sh", "-c", "touch /opt/x; grep CapEff /proc/1/status; id -u"
    )
    capabilities, user = told.splitlines()
    assert int(capabilities.split()[1], 16) == 0
    assert user == "10001"


def test_images_reach_triton_in_shared_memory(compose: Compose, ready: None) -> None:
    seen = shared_memory(compose, "edge")
    assert seen
    assert seen == shared_memory(compose, "triton")
    assert "does not share memory" not in compose("logs", "edge")


def test_segments_that_triton_does_not_see_are_given_back(compose: Compose, ready: None) -> None:
    """An edge in an IPC namespace of its own, as one in another pod."""
    beside = ("--detach", "--network", "ocelli_default", "--shm-size=1g", *ANYONE)
    edge = docker("run", *beside, IMAGE).strip()
    try:
        wait = ("health", "ocelli.v1.DetectService", "--wait", "60")
        docker("exec", edge, "ocelli", *wait)
        until_s = time.monotonic() + TOLD_S  # Triton is asked again where it did not answer
        while "does not share memory" not in (log := docker("logs", edge)):
            assert time.monotonic() < until_s, log
            time.sleep(1)
        assert docker("exec", edge, "ls", SHARED) == ""
    finally:
        docker("rm", "--force", "--volumes", edge)


def test_calls_under_way_end_well_when_it_is_stopped_and_points_stay(
    compose: Compose,
    ready: None,
    photo: Callable[[str], bytes],
    figures: dict[str, Any],
) -> None:
    picture = photo("diners")
    answered: list[int] = []
    refused: list[OcelliError] = []
    stopping = threading.Event()

    def call_until_stopped() -> None:
        with connect(ADDRESS, options=ChannelOptions(max_attempts=1)) as own:
            while not stopping.is_set():
                try:
                    answered.append(len(own.detect(picture, timeout_s=20).detections))
                except OcelliError as error:
                    refused.append(error)
                    return

    with connect(ADDRESS) as client:
        client.collections.create("kept", dimension=2)
        client.points.upsert("kept", [Point("a", np.ones(2, np.float32))])
    callers = [threading.Thread(target=call_until_stopped) for _ in range(8)]
    for caller in callers:
        caller.start()
    time.sleep(5)
    began_s = time.monotonic()
    compose("stop", "edge")
    took_s = time.monotonic() - began_s
    stopping.set()
    for caller in callers:
        caller.join(30)
    assert len(answered) > 8
    assert all(count > 0 for count in answered)
    # Who calls while it ends is refused, and told why; who calls then finds nobody.
    assert all(error.code is StatusCode.UNAVAILABLE for error in refused), refused
    assert {error.reason for error in refused} <= {"DRAINING", ""}, refused
    assert took_s < STOP_GRACE_S
    assert state(compose, "edge")["ExitCode"] == 0
    assert "draining" in compose("logs", "edge")
    compose("start", "edge")
    with connect(ADDRESS) as client:
        client.wait_until_ready(90, service="ocelli.v1.SearchService")
        assert client.points.count("kept") == 1
    figures["compose_ok"] = True
