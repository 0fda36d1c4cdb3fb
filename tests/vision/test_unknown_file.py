"""What callers are told who send something else than an image file."""

import base64
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.vision.header import read_header
from tests.vision.preparing import LIMITS

Encode = Callable[..., bytes]
Pixels = NDArray[np.uint8]

CONVERT = "send JPEG, PNG, WebP, AVIF, GIF, BMP or TIFF"


def refusal(data: bytes):
    with pytest.raises(OcelliError) as caught:
        read_header(data, LIMITS)
    assert caught.value.reason is Reason.IMAGE_FORMAT_UNKNOWN
    assert caught.value.field == "image.encoded"
    assert "\n" not in caught.value.message
    return caught.value.message.removeprefix("the image looks like ")


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"%PDF-1.7\n", "PDF"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "HEIC"),
        (b"\0\0\0\x18ftypisom\0\0\0\0", "MP4 video"),
        (b"\xff\x4f\xff\x51" + bytes(20), "JPEG 2000"),
        (b"just some words, not an image\n", "text"),
        ("naïve words\n".encode() * 20, "text"),
        (b"<!DOCTYPE html><html>", "HTML, SVG or other XML"),
        (b"RIFF\x10\0\0\0AVI LIST", "AVI"),
        (b"BMore words, not a bitmap", "text"),
        (b"\x00\x01\x02\x03\x04", "no known format (its first bytes are 00 01 02 03 04)"),
    ],
)
def test_other_files_are_named(data: bytes, found: str):
    message = refusal(data)
    assert message.startswith(found)
    assert message.endswith(CONVERT)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "GIF", "BMP", "TIFF"])
@pytest.mark.parametrize(
    "encoded", [base64.b64encode, base64.urlsafe_b64encode, base64.encodebytes]
)
def test_base64_text_of_an_image(
    kind: str, encoded: Callable[[bytes], bytes], cat: Pixels, encode: Encode
):
    name = "WebP" if kind == "WEBP" else kind
    article = "an" if kind == "AVIF" else "a"
    message = refusal(encoded(encode(cat, kind)))
    assert message == f"base64 text of {article} {name}; send the decoded bytes"


def test_base64_text_of_anything_else_is_text():
    assert refusal(base64.b64encode(b"no image, but long enough to be one")).startswith("text;")
    # "BM" in base64 is how many words begin.
    assert refusal(b"Qk is how the message of this fine day begins").startswith("text;")


@pytest.mark.parametrize(
    "uri",
    [
        b"data:image/png;base64,iVBORw0KGgo=",
        b"data:image/svg+xml;charset=utf-8;base64,PHN2Zz4=",
        b"\n data:;base64,AAAA",
    ],
)
def test_data_uris(uri: bytes):
    assert refusal(uri) == (
        "a data: URI with base64 text; send the decoded bytes of what follows its comma"
    )


@pytest.mark.parametrize(
    "path",
    [
        "/home/me/cat.jpg",
        "/data/frames/0001",
        "~/cat.png",
        "./cat.png",
        "../images/cat",
        "C:\\images\\cat.jpg",
        "D:/images/cat.jpg",
        "\\\\server\\share\\cat.jpg",
        "file:///home/me/cat.jpg",
        "cat.png",
        "my cat.JPEG",
        "images/cat.webp\n",
        "/home/jürgen/Bild.tiff",
    ],
)
def test_paths(path: str):
    shown = path.strip()
    assert refusal(path.encode()) == (
        f"the path of a file, {shown!r}; send the content of the file"
    )


@pytest.mark.parametrize("url", ["https://host/cat.jpg", "http://host:80/a?b=c", "s3://b/cat"])
def test_urls(url: str):
    assert refusal(url.encode()) == f"a URL, {url!r}; send the content of the file there"


@pytest.mark.parametrize(
    "text", ["look at cat.png\nand dog.png", "and/or", '{"file": "cat.png"}', "a.b", "cat"]
)
def test_other_text_is_no_path(text: str):
    assert refusal(text.encode()).startswith("text;")


def test_a_long_path_is_cut():
    message = refusal(b"/" + b"a" * 3000 + b".png")
    assert message.startswith("the path of a file, '/aaa")
    assert len(message) < 200


@pytest.mark.parametrize(
    ("before", "shown"),
    [
        (b"\r\n", "'\\r\\n'"),
        (b"--frame\r\nContent-Type: image/jpeg\r\n\r\n", "'--frame\\r\\nContent-Type: image/jpeg"),
    ],
)
def test_a_part_of_an_mjpeg_stream(before: bytes, shown: str, cat: Pixels, encode: Encode):
    message = refusal(before + encode(cat, "JPEG"))
    assert message.startswith(
        f"a part of an MJPEG stream: its JPEG begins at byte {len(before)}, after {shown}"
    )
    assert message.endswith("send the bytes from there on")
