"""The files that cases name, made of the demo's photos and video in every format."""

import shutil
import struct
import zlib
from pathlib import Path
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels: TypeAlias = NDArray[np.uint8]

_PHOTOS = ("cat.png", "astronaut.png", "coffee.png", "diners.jpg", "flower.jpg")
_ORIENTATION_TAG = 0x0112
_TURN_RIGHT = 6
"""EXIF: the image is upright once it is turned clockwise by 90°."""
_FRAMES = 12
_LARGE_PX = (2560, 1920)
_STRIDE_PADDING = 29
_COLORS = {"red": (240, 10, 20), "green": (10, 200, 30), "blue": (5, 25, 220)}
_COLORED_PX = (128, 64)
_PAGE_PX = (160, 96)
_PATCHES_PX = {"red": (16, 16, 112, 40), "blue": (16, 60, 112, 84)}
_WHOLE_PART = 0.6
"""Of a damaged file: the cat is seen, and what is below it is not."""


def write_files(media_dir: Path, folder: Path) -> None:
    """Writes everything into `folder`, which is made anew."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in _PHOTOS:
        shutil.copy(media_dir / name, folder / name)
    cat = _upright_even(media_dir / "cat.png")
    _write_encoded(cat, folder)
    _write_raw(cat, folder)
    _write_colored(folder)
    _write_frames(media_dir / "street.mp4", folder)
    with Image.open(media_dir / "diners.jpg") as diners:
        diners.resize(_LARGE_PX, Image.Resampling.BICUBIC).save(folder / "large.jpg", quality=95)
    _write_bad(media_dir, folder)
    whole = (folder / "cat.jpg").read_bytes()
    (folder / "damaged.jpg").write_bytes(whole[: int(len(whole) * _WHOLE_PART)])


def _upright_even(path: Path) -> Pixels:
    """RGB of even width and height, as NV12 and I420 need it."""
    with Image.open(path) as image:
        pixels = np.asarray(image.convert("RGB"))
    height, width = (side // 2 * 2 for side in pixels.shape[:2])
    return np.ascontiguousarray(pixels[:height, :width])


def _write_encoded(cat: Pixels, folder: Path) -> None:
    image = Image.fromarray(cat)
    for name, options in (
        ("cat_even.png", {}),
        ("cat.jpg", {"quality": 95}),
        ("cat.webp", {"quality": 95}),
        ("cat.avif", {"quality": 95}),
        ("cat.gif", {}),
        ("cat.bmp", {}),
        ("cat.tiff", {"compression": "tiff_lzw"}),
    ):
        image.save(folder / name, **options)
    exif = Image.Exif()
    exif[_ORIENTATION_TAG] = _TURN_RIGHT
    lying = image.transpose(Image.Transpose.ROTATE_90)
    lying.save(folder / "cat_exif.jpg", quality=95, exif=exif)
    gray = image.convert("L")
    gray.save(folder / "cat_gray.png")


def _write_raw(cat: Pixels, folder: Path) -> None:
    rows = np.pad(cat.reshape(len(cat), -1), ((0, 0), (0, _STRIDE_PADDING)))
    i420 = cv2.cvtColor(cat, cv2.COLOR_RGB2YUV_I420)
    luma, chroma = i420.reshape(-1)[: cat[..., 0].size], i420.reshape(-1)[cat[..., 0].size :]
    planes = {
        "cat.rgb": cat,
        "cat_padded.rgb": rows,
        "cat.bgr": cat[..., ::-1],
        "cat.gray": cv2.cvtColor(cat, cv2.COLOR_RGB2GRAY),
        "cat.i420": i420,
        "cat.nv12": np.concatenate([luma, chroma.reshape(2, -1).T.reshape(-1)]),
    }
    for name, plane in planes.items():
        (folder / name).write_bytes(np.ascontiguousarray(plane).tobytes())


def _write_colored(folder: Path) -> None:
    """An image of each colour, one whose halves have two, and a page with a patch above another."""
    for name, color in _COLORS.items():
        Image.new("RGB", _COLORED_PX, color).save(folder / f"{name}.png")
    both = Image.new("RGB", _COLORED_PX, _COLORS["red"])
    both.paste(_COLORS["blue"], (_COLORED_PX[0] // 2, 0, *_COLORED_PX))
    both.save(folder / "red_blue.png")
    page = Image.new("RGB", _PAGE_PX, "white")
    for name, patch in _PATCHES_PX.items():
        page.paste(_COLORS[name], patch)
    page.save(folder / "patches.png")


def _write_frames(video: Path, folder: Path) -> None:
    capture = cv2.VideoCapture(str(video))
    for number in range(_FRAMES):
        read, frame = capture.read()
        if not read:
            raise ValueError(f"{video} has {number} frames; expected {_FRAMES} or more")
        cv2.imwrite(str(folder / f"frame_{number:02}.jpg"), frame)


def _write_bad(media_dir: Path, folder: Path) -> None:
    (folder / "text.jpg").write_bytes(b"this is a text, whatever its name says\n" * 9)
    (folder / "truncated.jpg").write_bytes((media_dir / "diners.jpg").read_bytes()[:9000])
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "huge.png").write_bytes(_gray_png(12_000, 12_000))


def _gray_png(width: int, height: int) -> bytes:
    """A black image of very many pixels in few bytes."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = zlib.compress(bytes((width + 1) * height), 9)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in ((b"IHDR", head), (b"IDAT", data), (b"IEND", b""))
    )
