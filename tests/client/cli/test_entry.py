"""The command's root, and how failures become one line and an exit code."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ocelli.client import Client
from ocelli.v1.sdk import UNREACHABLE_HINT

pytestmark = pytest.mark.system

COMMAND = [sys.executable, "-m", "ocelli.client.cli"]
Ocelli = Callable[..., Any]


def test_no_server_is_one_line_with_what_to_do(offline: Ocelli, images: Path) -> None:
    for arguments in (
        ("health",),
        ("models", "list"),
        ("detect", images / "pets/cat.png"),
        ("index", "c", images),
    ):
        offline("--address", "127.0.0.1:1", *arguments).says(UNREACHABLE_HINT, 1)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("frob",), "No such command 'frob'"),
        (("detect",), "Missing argument"),
        (("detect", "x.jpg", "--score-threshold", "7"), "--score-threshold"),
        (("search", "c"), "exactly one of"),
        (("search", "c", "--id", "x", "--vector", "a,b"), "exactly one of"),
        (("search", "c", "--vector", "a,b"), "expected numbers"),
        (("collections", "create", "c", "--field", "x"), "NAME:TYPE"),
        (("collections", "update", "c"), "give --model, --field, or both"),
        (("index", "c", "x.jpg", "--payload", "x"), "KEY=VALUE"),
        (("embed",), "give IMAGES, --text, or both"),
        (("points", "delete", "c"), "give either IDS or --filter"),
        (("points", "delete", "c", "a", "--filter", "x=1"), "give either IDS or --filter"),
        (("points", "update-payload", "c", "a"), "exactly one of --merge"),
    ],
)
def test_a_wrong_command_line_is_one_line_and_code_2(
    offline: Ocelli, arguments: tuple[str, ...], says: str
) -> None:
    offline(*arguments).says(says, 2)


def test_the_address_may_stand_anywhere_and_flags_beat_the_environment(
    offline: Ocelli, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert offline("health", "--address", client.address).code == 0
    monkeypatch.setenv("OCELLI_ADDRESS", client.address)
    assert offline("health").code == 0
    offline("--address", "127.0.0.1:1", "health").says("127.0.0.1:1", 1)
    offline("health", "--address", "127.0.0.1:1").says("127.0.0.1:1", 1)


def test_version_and_help_are_told(offline: Ocelli) -> None:
    assert offline("--version").out.startswith("ocelli ")
    assert "ocelli serve  " in offline("--help").out
    assert "--score-threshold" in offline("detect", "-h").out
    assert offline().code == 2


def test_a_reader_that_leaves_is_no_fault_of_ours(client: Client) -> None:
    command = [*COMMAND, "--address", client.address, "models", "list", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(20) in {0, 1}


@pytest.mark.parametrize(
    ("missing", "arguments", "remedy"),
    [
        ("cv2", ["watch", "x.mp4"], "ocelli-vision[media]"),
        ("tritonclient", ["serve"], "ocelli-vision[edge]"),
        ("pydantic", ["config"], "ocelli-vision[edge]"),
        ("onnx", ["models", "install"], "ocelli-vision[edge]"),
        ("pyarrow", ["collections", "export", "c", "c.parquet"], "ocelli-vision[parquet]"),
        ("pyarrow", ["collections", "import", "c.parquet"], "ocelli-vision[parquet]"),
    ],
)
def test_a_plain_installation_says_what_is_missing(
    missing: str, arguments: list[str], remedy: str
) -> None:
    program = f"""
import sys
sys.modules[{missing!r}] = None
from ocelli.client.cli import main
main({arguments!r})
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 1
    assert remedy in done.stderr
    assert done.stderr.count("\n") == 1
