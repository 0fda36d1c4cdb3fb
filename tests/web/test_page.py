"""The page in a real Chromium; what is tested is in deploy/web/tests/page.test.ts."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from ocelli.models.media import Media
from tests.conftest import REPOSITORY_ROOT
from tests.web.conftest import Gateway

SCRIPT = REPOSITORY_ROOT / ".build" / "web-tests" / "page.test.cjs"
SCREENSHOTS = REPOSITORY_ROOT / "out" / "web"


@pytest.mark.timeout(300)
def test_the_page_works_in_chromium(
    gateway: Gateway, photos: str, media: Media, tmp_path: Path
) -> None:
    chromium = shutil.which("chromium")
    assert chromium, "chromium is not installed; `make test-web` installs it"
    ended = subprocess.run(
        ["node", "--test", "--test-reporter=spec", str(SCRIPT)],
        cwd=tmp_path,
        env={
            **os.environ,
            "NODE_PATH": str(REPOSITORY_ROOT / "deploy" / "web" / "node_modules"),
            "CHROMIUM": chromium,
            "PAGE": gateway.url,
            "IMAGES": str(media.video.path.parent),
            "OUT": str(SCREENSHOTS),
        },
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout
    for name in ("empty", "image", "video", "camera", "search", "failure"):
        assert (SCREENSHOTS / f"{name}.png").stat().st_size > 10_000
