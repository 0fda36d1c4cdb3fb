"""Images of text that is known, and how much of it was read."""

from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

LINES = (
    "The quick brown fox jumps",
    "over the lazy dog at 9:45",
    "Invoice No. 2024-0817",
    "Total amount due: 1,284.50",
    "Please reply before Friday",
    "Keep refrigerated at 4 C",
    "Platform 7 - Departures",
    "Hamburg to Copenhagen",
    "Open Monday to Saturday",
    "Serial number AX7-33920",
    "Vector search in practice",
    "Made of recycled paper",
)
MARGIN_PX = 30
Font = ImageFont.FreeTypeFont


def pillows_font(size_px: int) -> Font:
    """The font that Pillow brings."""
    font = ImageFont.load_default(size_px)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


def sheet(
    font: Font,
    lines: tuple[str, ...] = LINES,
    *,
    ink: tuple[int, int, int] = (0, 0, 0),
    paper: tuple[int, int, int] = (255, 255, 255),
) -> Image.Image:
    """The lines, one below the other."""
    step_px = round(font.size * 1.9)
    width_px = 2 * MARGIN_PX + max(round(font.getlength(line)) for line in lines)
    image = Image.new("RGB", (width_px, 2 * MARGIN_PX + step_px * len(lines)), paper)
    draw = ImageDraw.Draw(image)
    for place, line in enumerate(lines):
        draw.text((MARGIN_PX, MARGIN_PX + place * step_px), line, fill=ink, font=font)
    return image


def pixels(image: Image.Image) -> NDArray[np.uint8]:
    """RGB, uint8 [H, W, 3]."""
    return np.asarray(image, np.uint8)


def right(wanted: str, read: str) -> int:
    """How many characters of `wanted` were read, in their order."""
    blocks = SequenceMatcher(None, wanted, read, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks)
