"""Contact sheets."""

import numpy as np
import pytest

from ocelli.client.contact_sheet import contact_sheet


@pytest.mark.parametrize(("images", "rows", "columns"), [(1, 1, 1), (5, 1, 5), (7, 2, 5)])
def test_images_are_laid_out_in_rows(images: int, rows: int, columns: int) -> None:
    tile = np.full((60, 90, 3), (250, 10, 10), np.uint8)
    sheet = contact_sheet([(tile, f"a/very/long/path/to/image-{n}.jpg") for n in range(images)])
    red = (sheet == (250, 10, 10)).all(axis=2)
    assert red.sum() == pytest.approx(images * 240 * 160, rel=0.01)
    assert sheet.shape[1] == columns * 252 + 12
    assert sheet.shape[0] / rows > 240
    assert red[: sheet.shape[0] // rows].any()


def test_captions_stay_under_their_image() -> None:
    tile = np.full((90, 90, 3), 255, np.uint8)
    sheet = contact_sheet([(tile, "x" * 500), (tile, "")])
    ink = np.asarray((sheet < 100).all(axis=2))
    assert ink.any()
    assert not ink[:, 12 + 240 + 6 :].any()
