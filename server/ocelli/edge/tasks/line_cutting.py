"""From what a model finds on a page to the lines that are to be read: for threads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocelli.edge.tasks.pages import CutLine, OpenPage
from ocelli.edge.tasks.read_head import ReadHead
from ocelli.edge.vision import text_lines

LINE_HEIGHT_PX = 48
_MAX_LINE_WIDTH_PX = 2400


@dataclass(frozen=True, slots=True)
class CutPage:
    """The lines of a page.

    Attributes:
        lines: to read, in the order of reading.
        unread: how many more there may be.
    """

    lines: tuple[CutLine, ...]
    unread: int


def cut_lines(
    opened: OpenPage, outputs: Mapping[str, NDArray[Any]], head: ReadHead, max_lines: int
) -> CutPage:
    """The lines that are most surely text, level and in the order of reading.

    Raises:
        OcelliError: INFERENCE_FAILED if the outputs are of another shape than stated.
    """
    found = head.adapter.decode(outputs)
    quads = found.quads[:max_lines] * opened.page.scale
    covers = opened.upright.covers
    rows, columns = opened.upright.pixels.shape[:2]
    step = np.array((covers.width / columns, covers.height / rows), np.float32)
    origin = np.array((covers.x_min, covers.y_min), np.float32)
    lines = tuple(
        CutLine.of(
            text_lines.cut(opened.upright.pixels, quad, LINE_HEIGHT_PX, _MAX_LINE_WIDTH_PX),
            quad * step + origin,
        )
        for quad in (quads[at] for at in text_lines.reading_order(quads))
    )
    return CutPage(lines, max(0, len(found.quads) - max_lines))
