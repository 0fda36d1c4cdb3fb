"""A contact sheet: images in a grid with captions. Needs the extra `media`."""

from collections.abc import Sequence

import numpy as np

from ocelli.client.draw import Pixels
from ocelli.client.lettering import Lettering
from ocelli.client.media import cv2

_TILE_PX = 240
_GAP_PX = 12
_CAPTION_PX = 15
_BACKGROUND = (245, 245, 244)
_INK = (40, 40, 43)


def contact_sheet(images: Sequence[tuple[Pixels, str]], *, columns: int = 5) -> Pixels:
    """Lays images out in rows.

    Args:
        images: uint8 RGB of shape (H, W, 3), each with its caption. At least one.
        columns: images in a row.

    Returns:
        uint8 RGB (H, W, 3).
    """
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    lettering = Lettering(_CAPTION_PX)
    cell = _TILE_PX + lettering.ascent + lettering.descent + _GAP_PX
    sheet = np.full(
        (rows * (cell + _GAP_PX) + _GAP_PX, columns * (_TILE_PX + _GAP_PX) + _GAP_PX, 3),
        _BACKGROUND,
        dtype=np.uint8,
    )
    for number, (pixels, caption) in enumerate(images):
        row, column = divmod(number, columns)
        x, y = _GAP_PX + column * (_TILE_PX + _GAP_PX), _GAP_PX + row * (cell + _GAP_PX)
        tile = _fitted(pixels)
        top, left = y + (_TILE_PX - tile.shape[0]) // 2, x + (_TILE_PX - tile.shape[1]) // 2
        sheet[top : top + tile.shape[0], left : left + tile.shape[1]] = tile
        baseline = y + _TILE_PX + _GAP_PX // 2 + lettering.ascent
        lettering.write(sheet, _shortened(caption, lettering), x, baseline, _INK)
    return sheet


def _fitted(pixels: Pixels) -> Pixels:
    scale = _TILE_PX / max(pixels.shape[:2])
    size = tuple(max(1, round(side * scale)) for side in pixels.shape[1::-1])
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, size, interpolation=method), dtype=np.uint8)


def _shortened(caption: str, lettering: Lettering) -> str:
    """Drops the beginning of a caption that is too long: paths differ at their ends."""
    kept = caption
    while lettering.width(kept) > _TILE_PX and len(kept) > 1:
        kept = "…" + kept.lstrip("…")[1:]
    return kept
