"""The page in a real Chromium; what is tested is in deploy/web/tests."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest

from ocelli.client import IndexItem
from ocelli.models.media import Media
from tests import toy_models
from tests.conftest import REPOSITORY_ROOT, RunningEdge
from tests.web.conftest import Gateway

SCRIPT = REPOSITORY_ROOT / ".build" / "web-tests" / "page.test.cjs"
SCREENSHOTS = REPOSITORY_ROOT / "out" / "web"
GO = REPOSITORY_ROOT / ".build" / "go" / "bin" / "go"
NAMES = (
    *("empty", "empty-dark", "image", "highlight", "video", "camera", "failure"),
    *("mask", "points", "turned", "classes", "search", "search-dark", "added", "words", "code"),
)
PROGRAMS = {
    "detect": "cat",
    "classify": "green",
    "search": "astronaut.png",
    "search-image": "cat.png",
    "search-words": "blue",
}
"""What each of them prints, among other things."""


@pytest.fixture(scope="module")
def toys(edge: RunningEdge) -> Iterator[None]:
    """Models whose answers are known, of each kind that the page shows, and a collection of one."""
    names = [folder.name for folder in toy_models.write_all(edge.models_dir)]
    with edge.connect() as client:
        for name in names:
            client.models.load(name)
        client.collections.create("words", model="toy_images")
        images = (np.roll([[[200, 30, 30]]], at, axis=2).astype(np.uint8) for at in range(3))
        items = map(IndexItem, toy_models.COLORS, images)
        assert all(answer.result for answer in client.index("words", items))
        yield
        client.collections.delete("words")
        for name in names:
            client.models.unload(name)


@pytest.fixture(scope="module")
def programs(
    gateway: Gateway,
    photos: str,
    toys: None,
    media: Media,
    tmp_path_factory: pytest.TempPathFactory,
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
    assert PROGRAMS[name] in ended.stdout


def test_what_the_page_added_was_taken_away(programs: Path, http: httpx.Client) -> None:
    names = [found["name"] for found in http.get("/v1/collections").json()["collections"]]
    assert "added" not in names
