"""Found objects drawn on their image. Needs the extra `media`."""

from collections.abc import Iterable
from os import PathLike
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from ocelli.client.detection import Box, Detection
from ocelli.client.errors import image_error
from ocelli.client.lettering import Color, Lettering
from ocelli.client.media import cv2
from ocelli.client.shapes import draw_keypoints, draw_mask, draw_oriented, draw_quad
from ocelli.client.tags import Tags

Pixels = npt.NDArray[np.uint8]

# Far apart in hue and light enough for dark text or dark enough for light text. RGB.
_PALETTE: tuple[Color, ...] = (
    (255, 107, 53),
    (0, 180, 216),
    (124, 205, 62),
    (241, 91, 181),
    (255, 209, 63),
    (131, 105, 245),
    (6, 200, 155),
    (239, 71, 87),
    (58, 134, 255),
    (190, 225, 65),
    (205, 120, 235),
    (255, 159, 28),
    (46, 175, 125),
    (255, 138, 148),
    (110, 195, 240),
    (214, 160, 110),
)
_MIN_TEXT_PX = 11
_SUBPIXEL_BITS = 4
_FILL_OPACITY = 0.10
_RIM_OPACITY = 0.45


def load(path: str | PathLike[str]) -> Pixels:
    """Reads an image file upright, as uint8 RGB of shape (H, W, 3).

    Raises:
        ImageError: the file cannot be read or decoded.
    """
    try:
        encoded = np.frombuffer(Path(path).read_bytes(), dtype=np.uint8)
    except OSError as error:
        raise image_error(f"cannot read {path}: {error.strerror}") from error
    pixels = cv2.imdecode(encoded, cv2.IMREAD_COLOR) if encoded.size else None
    if pixels is None:
        raise image_error(f"{path} is not an image that OpenCV can decode")
    return np.ascontiguousarray(pixels[:, :, ::-1], dtype=np.uint8)


def save(path: str | PathLike[str], pixels: Pixels) -> None:
    """Writes uint8 RGB pixels of shape (H, W, 3) as an image file; its suffix says which kind.

    Raises:
        ImageError: the suffix is not known or the file cannot be written.
    """
    suffix = Path(path).suffix or ".png"
    try:
        done, encoded = cv2.imencode(suffix, pixels[:, :, ::-1])
    except cv2.error:
        done = False
    if not done:
        raise image_error(f"cannot write {path}: no kind of image ends in {suffix}; try .jpg")
    try:
        Path(path).write_bytes(encoded.tobytes())
    except OSError as error:
        raise image_error(f"cannot write {path}: {error.strerror}") from error


def annotate(
    pixels: Pixels,
    detections: Iterable[Detection],
    *,
    pixel_format: Literal["RGB", "BGR"] = "RGB",
) -> Pixels:
    """Draws boxes with labels and scores on a copy of an image, and masks and keypoints.

    Args:
        pixels: uint8 (H, W, 3), upright.
        detections: what was found, in pixels of this image. Where labels would cover each other,
            the surer one has the better place.
        pixel_format: order of the colours, in and out.

    Returns:
        uint8 (H, W, 3). Each class keeps its colour across images.
    """
    drawn = np.array(pixels, dtype=np.uint8, order="C")
    height, width = drawn.shape[:2]
    surest_first = sorted(detections, key=lambda found: -found.score)
    scale = (width * height) ** 0.5
    line_px = max(1, round(scale / 280))
    for found in reversed(surest_first):
        color = _ordered(color_of(found.class_id), pixel_format)
        if found.mask is not None:
            draw_mask(drawn, found.mask, color)
        if found.oriented_box is None:
            _draw_box(drawn, found.box, color, line_px)
        else:
            draw_oriented(drawn, found.oriented_box, color, line_px)
        draw_keypoints(drawn, found, color, 2 * line_px)
    tags = Tags(drawn, Lettering(max(_MIN_TEXT_PX, round(scale * 0.021))))
    for found in surest_first:
        name = found.label or f"class {found.class_id}"
        color = color_of(found.class_id)
        light = _is_light(color)
        tags.add(found.box, f"{name} {found.score:.2f}", _ordered(color, pixel_format), light=light)
    return drawn


def outline(pixels: Pixels, quads: Iterable[Iterable[tuple[float, float]]]) -> Pixels:
    """Draws quadrilaterals on a copy of an image, such as those around lines of text.

    Args:
        pixels: uint8 (H, W, 3), upright, RGB.
        quads: points x, y of each, in pixels of this image, one corner after the other.
    """
    drawn = np.array(pixels, dtype=np.uint8, order="C")
    line_px = max(1, round((drawn.shape[0] * drawn.shape[1]) ** 0.5 / 400))
    for position, quad in enumerate(quads):
        draw_quad(drawn, np.array(list(quad), np.float32), color_of(position), line_px)
    return drawn


def color_of(class_id: int) -> Color:
    """The colour of a class, RGB, the same in every image."""
    return _PALETTE[class_id % len(_PALETTE)]


def _is_light(color: Color) -> bool:
    red, green, blue = color
    return 0.299 * red + 0.587 * green + 0.114 * blue > 140


def _ordered(color: Color, pixel_format: str) -> Color:
    return color if pixel_format == "RGB" else (color[2], color[1], color[0])


def _draw_box(pixels: Pixels, box: Box, color: Color, line_px: int) -> None:
    x0, y0, x1, y1 = (round(edge) for edge in box)
    _blend(_part(pixels, x0, y0, x1, y1), color, _FILL_OPACITY)
    # Maxima are exclusive and a line is drawn around pixel centres, so it lies half a pixel inside.
    inset = 0.5 * line_px - 0.5
    edges = (box.x_min + inset, box.y_min + inset, box.x_max - 1 - inset, box.y_max - 1 - inset)
    # A dark rim shows the line on a background of its own colour.
    rim_px = line_px + max(2, line_px)
    around = _part(pixels, x0 - rim_px, y0 - rim_px, x1 + rim_px, y1 + rim_px)
    rimmed = around.copy()
    left, top = max(0, x0 - rim_px), max(0, y0 - rim_px)
    shifted = (edges[0] - left, edges[1] - top, edges[2] - left, edges[3] - top)
    _rectangle(rimmed, shifted, (0, 0, 0), rim_px)
    if around.size:
        cv2.addWeighted(around, 1 - _RIM_OPACITY, rimmed, _RIM_OPACITY, 0, dst=around)
    _rectangle(pixels, edges, color, line_px)


def _part(pixels: Pixels, x0: int, y0: int, x1: int, y1: int) -> Pixels:
    return pixels[max(0, y0) : max(0, y1), max(0, x0) : max(0, x1)]


def _rectangle(
    pixels: Pixels, edges: tuple[float, float, float, float], color: Color, line_px: int
) -> None:
    if pixels.size:
        x0, y0, x1, y1 = (round(edge * (1 << _SUBPIXEL_BITS)) for edge in edges)
        cv2.rectangle(pixels, (x0, y0), (x1, y1), color, line_px, cv2.LINE_AA, _SUBPIXEL_BITS)


def _blend(pixels: Pixels, color: Color, opacity: float) -> None:
    if pixels.size:
        layer = np.full_like(pixels, color)
        cv2.addWeighted(pixels, 1 - opacity, layer, opacity, 0, dst=pixels)
