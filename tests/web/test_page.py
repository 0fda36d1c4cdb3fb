"""The page in a real Chromium; what is tested is in deploy/web/tests."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from ocelli.models.media import Media
from tests.conftest import REPOSITORY_ROOT
from tests.web.conftest import Gateway

SCRIPT = REPOSITORY_ROOT / ".build" / "web-tests" / "page.test.cjs"
SCREENSHOTS = REPOSITORY_ROOT / "out" / "web"
GO = REPOSITORY_ROOT / ".build" / "go" / "bin" / "go"
NAMES = (
    *("empty", "empty-dark", "image", "highlight", "video", "camera", "failure"),
    *("search", "search-dark", "added", "code"),
)
PROGRAMS = ("detect", "search", "search-image")


@pytest.fixture(scope="module")
def programs(
    gateway: Gateway, photos: str, media: Media, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Runs the tests of the page; the folder then has the programs that the page wrote."""
    chromium = shutil.which("chromium")
    assert chromium, "chromium is not installed; `make test-web` installs it"
    folder = tmp_path_factory.mktemp("programs")
    shutil.copy(media.video.path.parent / "cat.png", folder)
    ended = subprocess.run(
        ["node", "--test", "--test-reporter=spec", str(SCRIPT)],
        cwd=folder,
        env={
            **os.environ,
            "NODE_PATH": str(REPOSITORY_ROOT / "deploy" / "web" / "node_modules"),
            "CHROMIUM": chromium,
            "PAGE": gateway.url,
            "IMAGES": str(media.video.path.parent),
            "OUT": str(SCREENSHOTS),
            "PROGRAMS": str(folder),
        },
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout
    return folder


@pytest.mark.timeout(420)
def test_the_page_works_in_chromium(programs: Path) -> None:
    for name in NAMES:
        assert (SCREENSHOTS / f"{name}.png").stat().st_size > 10_000


@pytest.mark.parametrize(
    ("suffix", "command"),
    [
        ("sh", ["bash", "-euo", "pipefail"]),
        ("py", [sys.executable]),
        ("go", [str(GO), "run", "-C", str(REPOSITORY_ROOT / "clients" / "go")]),
    ],
)
@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.timeout(420)
def test_the_programs_that_it_shows_find_what_it_found(
    name: str, suffix: str, command: list[str], programs: Path
) -> None:
    if suffix == "go" and not GO.exists():
        pytest.skip("Go is not installed; `make build-go` installs it")
    program = programs / f"{name}.{suffix}"
    if suffix == "go":  # it is run in its module, away from the image
        program.write_text(program.read_text().replace('File("', f'File("{programs}/'))
    ended = subprocess.run(
        [*command, str(program)],
        cwd=programs,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    expected = {"detect": "cat", "search": "astronaut.png", "search-image": "cat.png"}[name]
    assert expected in ended.stdout


def test_what_the_page_added_was_taken_away(programs: Path, http: httpx.Client) -> None:
    names = [found["name"] for found in http.get("/v1/collections").json()["collections"]]
    assert "added" not in names
