"""docs/http.md as a reader uses it, with `make serve-web` in another terminal."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY_ROOT
from tests.docs.test_commands import WEB_ADDRESS, blocks_of
from tests.web.conftest import Gateway
from tests.web.test_json import routes

DOCUMENT = REPOSITORY_ROOT / "docs" / "http.md"


@pytest.fixture
def folder(tmp_path: Path, ocelli_home: Path, media: object) -> Path:
    """A checkout, as far as the commands look at it."""
    (tmp_path / ".ocelli").symlink_to(ocelli_home)
    return tmp_path


def test_the_commands_work_in_order(folder: Path, gateway: Gateway) -> None:
    blocks = [block for block in blocks_of(DOCUMENT) if block.is_run]
    assert len(blocks) >= 5
    for block in blocks:
        assert WEB_ADDRESS in block.text, f"{block.where} is run by no test"
        ended = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block.text.replace(WEB_ADDRESS, gateway.address)],
            cwd=folder,
            env={
                **os.environ,
                "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert ended.returncode == block.status, f"{block.where}\n{ended.stdout}\n{ended.stderr}"


def test_the_table_has_every_route() -> None:
    rows = re.findall(r"^\| `\w+` \| `(\w+) (\S+)` \|$", DOCUMENT.read_text(), re.MULTILINE)
    assert rows == routes()
