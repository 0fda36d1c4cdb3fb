"""What to tell a caller who sent something else than an image."""

import re
from base64 import b64decode
from binascii import Error

from ocelli.edge.errors import quote

FORMATS = "JPEG, PNG, WebP, AVIF, GIF, BMP or TIFF"

# Where a signature does not start at byte 0, its offset is 4 (the size of an ISO media box).
_FILES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF", "PDF"),
    (0, b"\xff\x0a", "JPEG XL"),
    (4, b"JXL ", "JPEG XL"),
    (4, b"jP  ", "JPEG 2000"),
    (0, b"\xff\x4f\xff\x51", "JPEG 2000"),
    (4, b"ftyphei", "HEIC"),
    (4, b"ftyphev", "HEIC"),
    (4, b"ftypmif1", "HEIC"),
    (4, b"ftypmsf1", "HEIC"),
    (4, b"ftyp", "MP4 video"),
    (0, b"\x1aE\xdf\xa3", "Matroska or WebM video"),
    (0, b"RIFF", "AVI or another RIFF file"),
    (0, b"\0\0\1\0", "ICO"),
    (0, b"8BPS", "Photoshop"),
    (0, b"PK\x03\x04", "ZIP"),
    (0, b"\x1f\x8b", "gzip"),
    (0, b"\x89PNG", "a PNG whose line ends were converted"),
)
_IMAGES: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "a JPEG"),
    (b"\x89PNG\r\n\x1a\n", "a PNG"),
    (b"RIFF", "a WebP"),
    (b"GIF8", "a GIF"),
    (b"BM", "a BMP"),
    (b"II*\0", "a TIFF"),
    (b"MM\0*", "a TIFF"),
)
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{16,}={0,2}")
_DATA_URI = re.compile(rb"data:([\w.+-]+/[\w.+-]+)?(;[\w.=-]+)*;base64,", re.IGNORECASE)
_URL = re.compile(r"(https?|s3|gs|ftp)://\S+", re.IGNORECASE)
_PATH = re.compile(
    r"(file://|~?/|\.{1,2}/|[A-Za-z]:[\\/]|\\\\)\S.*"
    r"|[^<>{}\"]*\.(jpe?g|jfif|png|webp|avif|gif|bmp|tiff?|hei[cf])",
    re.IGNORECASE,
)
_MAX_PATH_CHARS = 4096
_MAX_PREFIX_BYTES = 1024
_TEXT_CONTROLS = b"\t\n\r\f"


def describe(data: bytes) -> str:
    """What bytes that are no image look like, and what to send instead: a message's one line."""
    head = data[:_MAX_PREFIX_BYTES]
    for offset, signature, name in _FILES:
        if data.startswith(signature, offset):
            return f"the image looks like {name}; send {FORMATS}"
    jpeg_at = head.find(b"\xff\xd8\xff")
    if jpeg_at > 0 and _is_text(head[:jpeg_at]):
        before = quote(head[:jpeg_at].decode(errors="replace"))
        return (
            f"the image looks like a part of an MJPEG stream: its JPEG begins at byte {jpeg_at}, "
            f"after {before}; send the bytes from there on"
        )
    text = _read_text(data)
    if not text:
        start = data[:8].hex(" ")
        return f"the image looks like no known format (its first bytes are {start}); send {FORMATS}"
    return f"the image looks like {_describe_text(data, text)}"


def _describe_text(data: bytes, text: str) -> str:
    stripped = data.lstrip()
    uri = _DATA_URI.match(stripped)
    if uri is not None:
        return "a data: URI with base64 text; send the decoded bytes of what follows its comma"
    encoded = _image_in_base64(stripped)
    if encoded:
        return f"base64 text of {encoded}; send the decoded bytes"
    if text.startswith("<"):
        return (
            "HTML, SVG or other XML, as servers send instead of an image that they do not have; "
            f"send {FORMATS}"
        )
    line = text.strip()
    if len(data) <= _MAX_PATH_CHARS and "\n" not in line:
        if _URL.fullmatch(line):
            return f"a URL, {quote(line)}; send the content of the file there"
        if _PATH.fullmatch(line):
            return f"the path of a file, {quote(line)}; send the content of the file"
    return f"text; send {FORMATS}"


def _image_in_base64(data: bytes) -> str:
    """What image base64 text begins with; empty if it is none."""
    found = _BASE64.match(data[:64])
    if found is None:
        return ""
    text = found[0].rstrip(b"=").replace(b"-", b"+").replace(b"_", b"/")
    try:
        start = b64decode(text[: len(text) // 4 * 4], validate=True)
    except Error:
        return ""
    for signature, name in _IMAGES:
        if start.startswith(signature):
            return name
    return "an AVIF" if start[4:12] in {b"ftypavif", b"ftypavis"} else ""


def _read_text(data: bytes) -> str:
    """The text that the file begins with, without what is blank; empty if it is none."""
    start = data[:_MAX_PATH_CHARS]
    if not _is_text(start[:64]):
        return ""
    try:
        text = start.decode(errors="strict" if len(data) <= 64 else "ignore")
    except UnicodeDecodeError:
        return ""
    return text.lstrip("\ufeff \r\n\t")


def _is_text(start: bytes) -> bool:
    return all(byte >= 32 or byte in _TEXT_CONTROLS for byte in start) and b"\x7f" not in start
