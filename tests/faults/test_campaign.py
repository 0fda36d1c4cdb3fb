"""The short version of what `make campaign` does to one edge; its kills have tests of their own."""

from pathlib import Path

import pytest

from ocelli.models.media import Media
from tests.faults.campaign import SHORT, Campaign

pytestmark = pytest.mark.slow


def test_no_call_fails_without_a_reason_and_nothing_is_left(
    ocelli_home: Path, models_dir: Path, media: Media, tmp_path: Path
) -> None:
    cases = Campaign(ocelli_home, models_dir, media, tmp_path, SHORT).hurt(print)
    assert len(cases) == 5
    assert {case.name: case.failures for case in cases if not case.ok} == {}
