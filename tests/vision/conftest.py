"""Images that the tests of this room share."""

import io
from collections.abc import Callable

import cv2
import numpy as np
import pytest
import skimage.data
from numpy.typing import NDArray
from PIL import Image

from ocelli.edge.vision.decode import configure_threads

Encode = Callable[..., bytes]


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> None:
    configure_threads()


@pytest.fixture(scope="session")
def cat() -> NDArray[np.uint8]:
    """A photograph, RGB [300, 451, 3]."""
    return np.ascontiguousarray(skimage.data.chelsea())


@pytest.fixture(scope="session")
def encode() -> Encode:
    """Encodes RGB pixels with an EXIF orientation: `encode(image, "PNG", orientation)`."""

    def encoded(image: NDArray[np.uint8], kind: str, orientation: int = 1) -> bytes:
        buffer = io.BytesIO()
        image = Image.fromarray(image)
        if kind == "TIFF":
            image.save(buffer, kind, tiffinfo={274: orientation})
        elif kind in {"BMP", "GIF"}:
            image.save(buffer, kind)
        else:
            exif = Image.Exif()
            exif[274] = orientation
            options = {"lossless": True} if kind == "WEBP" else {}
            if kind == "AVIF":
                options = {"quality": 95, "subsampling": "4:4:4", "speed": 10}
            if kind == "JPEG":
                options = {"quality": 95, "subsampling": 0}
            image.save(buffer, kind, exif=exif, **options)
        return buffer.getvalue()

    return encoded


@pytest.fixture(scope="session")
def stored() -> Callable[[NDArray[np.uint8], int], NDArray[np.uint8]]:
    """The pixels that show as `upright` once an orientation is applied, by EXIF's definition."""

    def turned(upright: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
        # EXIF names the side of the upright image on which the stored row 0 and column 0 lie.
        sides = {
            1: lambda p: p,
            2: lambda p: p[:, ::-1],
            3: lambda p: p[::-1, ::-1],
            4: lambda p: p[::-1],
            5: lambda p: p.swapaxes(0, 1),
            6: lambda p: p.swapaxes(0, 1)[::-1],
            7: lambda p: p.swapaxes(0, 1)[::-1, ::-1],
            8: lambda p: p.swapaxes(0, 1)[:, ::-1],
        }
        return np.ascontiguousarray(sides[orientation](upright))

    return turned


@pytest.fixture(scope="session")
def large_jpeg(cat: NDArray[np.uint8]) -> bytes:
    """A photograph of 1804×1200 pixels with 4:2:0 chroma."""
    large = cv2.resize(cat, (1804, 1200), interpolation=cv2.INTER_CUBIC)
    return cv2.imencode(".jpg", large[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes()
