"""The short version of `make restarts`: two restarts under calls of the Python SDK."""

import sys
from functools import partial
from pathlib import Path

import pytest

from ocelli.models.media import Media
from tests.conftest import REPOSITORY_ROOT
from tests.faults.callers import Load
from tests.faults.edges import MODEL, running_edge
from tests.faults.restarts import restart

pytestmark = pytest.mark.slow

PROGRAM = (sys.executable, str(REPOSITORY_ROOT / "clients" / "python" / "callers.py"))


async def test_no_call_is_lost(
    ocelli_home: Path, models_dir: Path, media: Media, tmp_path: Path
) -> None:
    photo = next(photo.path for photo in media.photos if photo.path.suffix == ".jpg")
    load = Load(MODEL, photo, callers=16, calls_per_s=40)
    start = partial(start_edge, ocelli_home, models_dir, tmp_path)
    called = await restart(start, PROGRAM, load, times=2)
    assert called.failures == {}
    assert called.kept_up(load)


def start_edge(ocelli_home: Path, models_dir: Path, folder: Path, name: str):
    return running_edge(ocelli_home, models_dir, folder / name)
