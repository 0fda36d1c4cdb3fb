"""Damaged image files of every kind that is decoded."""

from collections.abc import Iterator
from io import BytesIO

import numpy as np
from PIL import Image

from ocelli.client import Client
from tests.faults.case import BUSY, Case

FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "AVIF")
_SIDE_PX = 160
# What damage to a file may be answered with; anything else is a fault of the edge.
_FINE = BUSY | {
    "IMAGE_EMPTY",
    "IMAGE_FORMAT_UNKNOWN",
    "IMAGE_CORRUPT",
    "IMAGE_TOO_LARGE",
}


def damaged_files(photo: bytes, count: int, seed: int) -> Iterator[bytes]:
    """Cut, overwritten, shuffled and lengthened files."""
    generator = np.random.default_rng(seed)
    small = Image.open(BytesIO(photo)).convert("RGB").resize((_SIDE_PX, _SIDE_PX))
    whole = []
    for kind in FORMATS:
        file = BytesIO()
        small.save(file, kind)
        whole.append(np.frombuffer(file.getvalue(), np.uint8))
    for number in range(count):
        yield _damage(whole[number % len(whole)].copy(), generator).tobytes()


def _damage(data: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    at = int(generator.integers(len(data)))
    length = int(generator.integers(1, 64))
    match generator.integers(5):
        case 0:
            return data[:at]
        case 1:
            places = generator.integers(len(data), size=length)
            data[places] = generator.integers(256, size=length)
            return data
        case 2:  # the head tells sizes and counts
            head = min(len(data), 64)
            data[int(generator.integers(head))] = generator.integers(256)
            return data
        case 3:
            return np.concatenate([data[:at], data[at + length :]])
        case _:
            return np.concatenate([data[:at], np.zeros(length, np.uint8), data[at:]])


def send_damaged(client: Client, model: str, photo: bytes, count: int, seed: int) -> Case:
    """Each file is answered, or refused for what it is."""
    case = Case("damaged image files")
    for data in damaged_files(photo, count, seed):
        with case.one_try(_FINE):
            client.detect(data, model=model, timeout_s=30)
    return case
