"""Text on images: OpenCV's sans-serif face where it has one (5.x), its line font elsewhere."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ocelli.client.media import cv2

Color = tuple[int, int, int]

_SEMIBOLD = 600
_HERSHEY = cv2.FONT_HERSHEY_SIMPLEX
_HERSHEY_CAP_PX = 22
_TALLEST = "Ag"


@dataclass(frozen=True, slots=True)
class Lettering:
    """A typeface at one size."""

    size_px: int
    """Height of a line's letters, in pixels."""

    def width(self, text: str) -> int:
        """Width of a text in pixels."""
        return self._measure(text)[0]

    @property
    def ascent(self) -> int:
        """Pixels that letters reach above the baseline."""
        return self._measure(_TALLEST)[1]

    @property
    def descent(self) -> int:
        """Pixels that letters reach below the baseline."""
        return self._measure(_TALLEST)[2]

    def write(
        self, pixels: npt.NDArray[np.uint8], text: str, x: int, baseline: int, color: Color
    ) -> None:
        """Writes a text into an array, its colour in the array's order."""
        if _FACE is not None:
            cv2.putText(pixels, text, (x, baseline), color, _FACE, self.size_px, _SEMIBOLD)
            return
        plain = text.encode("ascii", "replace").decode()
        at = (x, baseline)
        cv2.putText(pixels, plain, at, _HERSHEY, self._scale, color, self._stroke, cv2.LINE_AA)

    @property
    def _scale(self) -> float:
        return 0.72 * self.size_px / _HERSHEY_CAP_PX

    @property
    def _stroke(self) -> int:
        return max(1, round(self.size_px / 14))

    def _measure(self, text: str) -> tuple[int, int, int]:
        if _FACE is not None:
            _, top, width, height = cv2.getTextSize(
                (0, 0), text, (0, 0), _FACE, self.size_px, _SEMIBOLD
            )
            return width, -top, height + top
        (width, height), below = cv2.getTextSize(text, _HERSHEY, self._scale, self._stroke)
        return width, height, below


_FACE = cv2.FontFace("sans") if hasattr(cv2, "FontFace") else None
