"""A /dev/shm as small as containers give: a real Triton and its Python stubs in it, under load."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).with_name("small_shm.py")
NAMESPACE = ["unshare", "--mount", "--propagation", "private"]
MB = 1 << 20


def can_mount() -> bool:
    """Whether this process may have a mount namespace of its own, which takes root."""
    probe = [*NAMESPACE, "mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", "/dev/shm"]  # noqa: S108
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


pytestmark = pytest.mark.skipif(
    not can_mount(), reason="a /dev/shm of one's own takes a mount namespace, and that takes root"
)
RunIn = Callable[..., tuple[dict[str, Any], str]]


@pytest.fixture
def run_in(
    tmp_path: Path, make_home: Callable[[Path], Path], write_means: Callable[..., None]
) -> RunIn:
    """Runs Triton and an edge's channel in a /dev/shm of some size; the result, and the log."""

    def run(size: str, side: int, arena_bytes: int = 128 * MB) -> tuple[dict[str, Any], str]:
        write_means(tmp_path / "models" / "means", side)
        plan = {
            "size": size,
            "home": str(make_home(tmp_path / "home")),
            "models": str(tmp_path / "models"),
            "side": side,
            "arena_bytes": arena_bytes,
            "duration_s": 3,
        }
        command = [*NAMESPACE, sys.executable, str(SCRIPT), json.dumps(plan)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=90, check=False)
        assert done.returncode == 0, done.stderr
        result: dict[str, Any] = json.loads(done.stdout)
        return result, done.stderr

    return run


def test_slots_leave_stubs_what_their_batches_need(run_in: RunIn) -> None:
    result, log = run_in("64m", 640)
    assert result["found"].keys() <= {"slot", "message"}
    assert result["found"]["slot"] > 50
    assert result["arena_bytes"] > 16 * MB
    assert result["begun_free_bytes"] >= 2 * 8 * 640 * 640 * 3
    assert log.count("shared memory has room for") == 1
    assert "its batches" not in log


def test_where_batches_find_no_room_smaller_ones_do(run_in: RunIn) -> None:
    result, log = run_in("4m", 416)
    assert result["found"].keys() == {"message"}
    assert result["arena_bytes"] == 0
    assert log.count("shared memory has room for") == 1
    assert log.count("its batches of model 'means'") == 1


def test_where_not_even_one_request_finds_room_it_may_be_retried(run_in: RunIn) -> None:
    result, _ = run_in("1m", 416)
    assert result["found"].keys() <= {"message", "OVERLOADED"}
    assert result["arena_bytes"] == 0
    assert result["restarts"] == 0
