"""The short version of `make rolling`: calls and streams of the Python SDK, over every restart."""

from dataclasses import replace
from pathlib import Path

import pytest

from ocelli.models.media import Media
from tests.faults.callers import Called, Load, Streamed
from tests.faults.fleet import MODEL, running_fleet
from tests.faults.rolling import Rolled, roll
from tests.faults.test_restarts import PROGRAM

LOAD = Load(MODEL, Path("photo.jpg"), callers=8, calls_per_s=20, streams=4, frames_per_s=4)
CALLED = Called(200, 0, {}, Streamed(160, 160, 0, 0, 0), seconds=10)


@pytest.mark.timeout(300)
async def test_nothing_is_lost_while_every_edge_and_triton_is_replaced(
    ocelli_home: Path, models_dir: Path, media: Media, tmp_path: Path
) -> None:
    photo = next(photo.path for photo in media.photos if photo.path.suffix == ".jpg")
    async with running_fleet(ocelli_home, tmp_path, edges=2, tritons=2) as fleet:
        # Longer than a client waits between two attempts to reach an edge.
        rolled = await roll(fleet, PROGRAM, replace(LOAD, image=photo), pause_s=6)
    assert rolled.called.failures == {}
    assert rolled.called.failed == rolled.called.frames.wrong == 0
    assert min(rolled.called.calls, rolled.called.frames.answered) > 0
    assert rolled.interrupted >= LOAD.streams


@pytest.mark.parametrize(
    ("called", "expected"),
    [
        (CALLED, True),
        (replace(CALLED, failed=1, failures={"DRAINING: no": 1}), False),
        (replace(CALLED, failures={"stream: no": 1}), False),
        (replace(CALLED, frames=Streamed(160, 159, 1, 0, 0)), False),
        (replace(CALLED, frames=Streamed(160, 160, 0, 1, 0)), False),
        (replace(CALLED, frames=Streamed(160, 159, 0, 0, 1)), False),
        (replace(CALLED, seconds=20), False),
        (replace(CALLED, frames=Streamed(40, 40, 0, 0, 0)), False),
    ],
    ids=["ok", "call", "stream", "frame", "twice", "lost", "few calls", "few frames"],
)
def test_what_counts_as_lost(called: Called, expected: bool) -> None:
    assert Rolled(called, [], [], {}).ok(LOAD) is expected
