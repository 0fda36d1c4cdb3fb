"""Files that are made to cost as much as they can, and small builders for their parts.

The sizes are parameters: tests use small ones, `cost_of_images.py` beside this the largest that the
default limits let through.
"""

import struct
import zlib
from collections.abc import Callable, Iterable
from io import BytesIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]

_PIECE = 1 << 20
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def deflated(size: int) -> bytes:
    """Zeros, compressed a thousandfold. Long ones are put together from pieces."""
    packer = zlib.compressobj(9, wbits=-15)
    piece = packer.compress(bytes(_PIECE)) + packer.flush(zlib.Z_FULL_FLUSH)
    last = zlib.compressobj(9, wbits=-15)
    rest = last.compress(bytes(size % _PIECE)) + last.flush()
    checksum = size % 65521 << 16 | 1  # Adler-32 of so many zeros
    return b"\x78\xda" + piece * (size // _PIECE) + rest + checksum.to_bytes(4, "big")


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_ihdr(width: int, height: int, depth: int = 8, color: int = 2, interlace: int = 0) -> bytes:
    return png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, interlace))


def png(ihdr: bytes, *chunks: bytes) -> bytes:
    return PNG_SIGNATURE + ihdr + b"".join(chunks) + png_chunk(b"IEND", b"")


def png_with_surplus(width: int, height: int, file_bytes: int) -> bytes:
    """Its rows, and then as many zeros as fit into `file_bytes` when compressed."""
    body = deflated(file_bytes * 1000)[:file_bytes]
    return png(png_ihdr(width, height), png_chunk(b"IDAT", body))


def flat_png(width: int, height: int, depth: int, color: int, interlace: int) -> bytes:
    samples = {0: 1, 2: 3, 3: 1, 6: 4}[color]
    raw = (width * samples * depth + 15) // 8 * height * (2 if interlace else 1)
    palette = [png_chunk(b"PLTE", bytes(range(256)) * 3)[:]] if color == 3 else []
    return png(
        png_ihdr(width, height, depth, color, interlace),
        *palette,
        png_chunk(b"IDAT", deflated(raw + 2 * height + 64)),
    )


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


class _Bits:
    def __init__(self) -> None:
        self._parts: list[str] = []

    def put(self, value: int, width: int) -> None:
        if width:
            self._parts.append(format(value, f"0{width}b"))

    def stuffed(self) -> bytes:
        text = "".join(self._parts)
        text += "1" * (-len(text) % 8)
        return int(text, 2).to_bytes(len(text) // 8, "big").replace(b"\xff", b"\xff\0")


# Runs of blocks without coefficients: 2^14 of them have a code of one bit, fewer one of five.
_RUN_CODES = {14: (0, 1)} | {n: (0b10000 + n, 5) for n in range(14)}


def _run_table() -> bytes:
    counts = bytes([1, 0, 0, 0, 14, *[0] * 11])
    return counts + bytes([0xE0, *(n << 4 for n in range(14))])


def _empty_blocks(blocks: int) -> bytes:
    bits = _Bits()
    while blocks:
        exponent = min(14, blocks.bit_length() - 1)
        run = min(blocks, (2 << exponent) - 1)
        bits.put(*_RUN_CODES[exponent])
        bits.put(run - (1 << exponent), exponent)
        blocks -= run
    return bits.stuffed()


def progressive_jpeg(
    width: int, height: int, scans: Iterable[tuple[tuple[int, ...], int, int, int, int]]
) -> bytes:
    """A grey image of three components, 4:4:4, in scans that say next to nothing.

    A scan is its components from 1, the first and last coefficient, and the two bit positions.
    """
    table = b"\0" + b"\1" * 64
    frame = struct.pack(">BHHB", 8, height, width, 3) + b"\1\x11\0\2\x11\0\3\x11\0"
    data = b"\xff\xd8" + segment(0xDB, table) + segment(0xC2, frame)
    data += segment(0xC4, b"\0" + bytes([1, 1, *[0] * 14]) + b"\0\1")
    data += segment(0xC4, b"\x10" + _run_table())
    blocks = -(-width // 8) * -(-height // 8)
    empty = _empty_blocks(blocks)
    for components, first, last, high, low in scans:
        names = b"".join(bytes([name, 0]) for name in components)
        body = bytes([len(components)]) + names + bytes([first, last, high << 4 | low])
        data += segment(0xDA, body)
        data += empty if first else bytes((blocks * len(components) + 7) // 8)
    return data + b"\xff\xd9"


def refining_scans(count: int) -> list[tuple[tuple[int, ...], int, int, int, int]]:
    """One of the mean values, then such as look at all 63 other coefficients of every block."""
    scans: list[tuple[tuple[int, ...], int, int, int, int]] = [((1, 2, 3), 0, 0, 0, 0)]
    low: dict[int, int] = {}
    for i in range(count - 1):
        name = i % 3 + 1
        if name in low:
            scans.append(((name,), 1, 63, low[name], low[name] - 1))
            low[name] -= 1
        else:
            scans.append(((name,), 1, 63, 0, 13))
            low[name] = 13
    return scans


def arithmetic_jpeg(width: int, height: int) -> bytes:
    frame = struct.pack(">BHHB", 8, height, width, 3) + b"\1\x11\0\2\x11\0\3\x11\0"
    scan = b"\3\1\0\2\0\3\0" + bytes([0, 63, 0])
    table = b"\0" + b"\1" * 64
    parts = (segment(0xDB, table), segment(0xC9, frame), segment(0xDA, scan))
    return b"\xff\xd8" + b"".join(parts) + b"\xff\xd9"


def tiff(
    tags: dict[int, tuple[int, int, bytes]], pixels: bytes = b"", *, pixels_tag: int = 0
) -> bytes:
    """A TIFF of one directory; a tag is its type, its count and its values' bytes.

    Values of more than four bytes, and then `pixels`, follow the directory. If `pixels_tag` is
    given, that tag holds one value: where `pixels` are.
    """
    directory_bytes = 2 + 12 * (len(tags) + bool(pixels_tag)) + 4
    extra = b"".join(body for _, _, body in tags.values() if len(body) > 4)
    if pixels_tag:
        at = 8 + directory_bytes + len(extra)
        tags = tags | {pixels_tag: (4, 1, struct.pack("<I", at))}
    data = struct.pack("<2sHIH", b"II", 42, 8, len(tags))
    at = 8 + directory_bytes
    for tag, (kind, count, body) in sorted(tags.items()):
        data += struct.pack("<HHI", tag, kind, count)
        data += struct.pack("<I", at) if len(body) > 4 else body.ljust(4, b"\0")
        at += len(body) if len(body) > 4 else 0
    ordered = b"".join(body for _, (_, _, body) in sorted(tags.items()) if len(body) > 4)
    return data + bytes(4) + ordered + pixels


def short(*values: int) -> tuple[int, int, bytes]:
    return 3, len(values), struct.pack(f"<{len(values)}H", *values)


def long(*values: int) -> tuple[int, int, bytes]:
    return 4, len(values), struct.pack(f"<{len(values)}I", *values)


def overlapping_tiff(width: int, height: int, body: bytes, compression: int) -> bytes:
    """Every row claims the whole of `body`."""
    tags = {
        256: long(width),
        257: long(height),
        258: short(8, 8, 8),
        259: short(compression),
        262: short(2),
        277: short(3),
        278: long(1),
        279: long(*[len(body)] * height),
    }
    at = 8 + 2 + 12 * (len(tags) + 1) + 4 + 6 + 4 * 2 * height
    return tiff(tags | {273: long(*[at] * height)}, body)


def gif(width: int, height: int, blocks: bytes, code_bits: int = 8, more: bytes = b"") -> bytes:
    """One image of `blocks`, sub-blocks and terminator included, then `more`."""
    screen = struct.pack("<HHBBB", width, height, 0x80 | code_bits - 1, 0, 0)
    colors = bytes(3 << code_bits)
    image = b"," + struct.pack("<HHHHB", 0, 0, width, height, 0) + bytes([code_bits])
    return b"GIF89a" + screen + colors + image + blocks + more + b";"


def sub_blocks(body: bytes, size: int = 255) -> bytes:
    parts = (body[at : at + size] for at in range(0, len(body), size))
    return b"".join(bytes([len(part)]) + part for part in parts) + b"\0"


def gif_of_clear_codes(file_bytes: int) -> bytes:
    """Codes of three bits, each of which starts the table anew."""
    body = int("100" * 8, 2).to_bytes(3, "big") * (file_bytes // 3)
    return gif(64, 64, sub_blocks(body), code_bits=2)


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", len(body) + 8) + kind + body


def saved(pixels: Pixels, kind: str, **options: object) -> bytes:
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, kind, **options)
    return buffer.getvalue()


def flat(width: int, height: int) -> Pixels:
    return np.full((height, width, 3), (90, 140, 200), np.uint8)


def exif_of_entries(count: int, value_bytes: int, payload: bytes) -> bytes:
    """An EXIF block of `count` texts of `value_bytes`, all of them the same bytes."""
    entries = b"".join(struct.pack("<HHII", 0x010E, 2, value_bytes, 26) for _ in range(count))
    return struct.pack("<2sHIH", b"II", 42, 8, count) + entries + bytes(4) + payload


def webp_of_exif(entries: int, value_bytes: int) -> bytes:
    """A small image with an EXIF block whose texts are all the same bytes."""
    data = saved(flat(64, 64), "WEBP", exif=b"Exif\0\0II*\0\x08\0\0\0\0\0")
    block = exif_of_entries(entries, value_bytes, bytes(value_bytes))
    block += bytes(len(block) & 1)
    data = data[: data.index(b"EXIF")] + b"EXIF" + struct.pack("<I", len(block)) + block
    return data[:4] + struct.pack("<I", len(data) - 8) + data[8:]


def tiff_of_large_tags(count: int, value_bytes: int) -> bytes:
    """A small image with tags that nobody knows, all of them the same bytes."""
    tags = {
        256: long(8),
        257: long(8),
        258: short(8),
        259: short(1),
        262: short(1),
        277: short(1),
        278: long(8),
        279: long(64),
    }
    at = 8 + 2 + 12 * (len(tags) + 1 + count) + 4
    records = [
        struct.pack("<HHI", tag, kind, number) + body.ljust(4, b"\0")
        for tag, (kind, number, body) in sorted((tags | {273: long(at)}).items())
    ]
    records += [struct.pack("<HHII", 40_000 + i, 7, value_bytes, at) for i in range(count)]
    head = struct.pack("<2sHIH", b"II", 42, 8, len(records))
    return head + b"".join(records) + bytes(4) + bytes(value_bytes)


def jpeg_in_tiff(width: int, height: int, body: bytes) -> bytes:
    tags = {
        256: long(width),
        257: long(height),
        258: short(8, 8, 8),
        259: short(7),
        262: short(2),
        277: short(3),
        278: long(height),
        279: long(len(body)),
    }
    return tiff(tags, body, pixels_tag=273)


def tiff_in_strips(width: int, height: int, photometric: int, bits: int = 8) -> bytes:
    """A black image, deflated, with each row in a strip of its own."""
    row = zlib.compress(bytes(width * 3 * bits // 8))
    tags = {
        256: long(width),
        257: long(height),
        258: short(bits, bits, bits),
        259: short(8),
        262: short(photometric),
        277: short(3),
        278: long(1),
        279: long(*[len(row)] * height),
    }
    at = 8 + 2 + 12 * (len(tags) + 1) + 4 + 6 + 2 * 4 * height
    return tiff(tags | {273: long(*range(at, at + len(row) * height, len(row)))}, row * height)


def tiled_tiff(width: int, height: int, tile_width: int, tile_height: int) -> bytes:
    tile = zlib.compress(bytes(tile_width * tile_height * 3))
    count = -(-width // tile_width) * -(-height // tile_height)
    tags = {
        256: long(width),
        257: long(height),
        258: short(8, 8, 8),
        259: short(8),
        262: short(2),
        277: short(3),
        322: long(tile_width),
        323: long(tile_height),
        325: long(*[len(tile)] * count),
    }
    at = 8 + 2 + 12 * (len(tags) + 1) + 4 + 6 + (2 * 4 * count if count > 1 else 0)
    return tiff(tags | {324: long(*[at] * count)}, tile)


def obu(kind: int, body: bytes) -> bytes:
    size, left = b"", len(body)
    while left > 127:
        size, left = size + bytes([left & 127 | 128]), left >> 7
    return bytes([kind << 3 | 2]) + size + bytes([left]) + body


def avif_of_frames(count: int) -> bytes:
    """A still whose sample has its frame many times over."""
    data = saved(flat(64, 64), "AVIF", speed=10)
    start = data.index(b"mdat") + 4
    sample = data[start:]
    extra = obu(6, bytes(20)) * count
    located = data.index(struct.pack(">I", len(sample)), data.index(b"iloc"))
    data = data[:located] + struct.pack(">I", len(sample) + len(extra)) + data[located + 4 :]
    size = struct.pack(">I", len(sample) + len(extra) + 8)
    return data[: start - 8] + size + b"mdat" + sample + extra


def bmp_of_runs(width: int, height: int) -> bytes:
    """RLE8: every row in runs of one colour."""
    row = b"\xff\1" * (width // 255) + bytes([max(1, width % 255), 1]) + b"\0\0"
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 1, 0, 0, 0, 256, 0)
    return (
        b"BM"
        + struct.pack("<IHHI", 0, 0, 0, 54 + 1024)
        + info
        + bytes(1024)
        + row * height
        + b"\0\1"
    )


def honest_files(width: int, height: int) -> dict[str, Callable[[], bytes]]:
    """Images as encoders write them, of kinds that take long. Photographs take a little longer."""
    image = flat(width, height)
    return {
        "JPEG": lambda: saved(image, "JPEG", quality=90),
        "JPEG, progressive, 4:4:4": lambda: saved(
            image, "JPEG", quality=90, subsampling=0, progressive=True
        ),
        "PNG, RGB, 8 bit": lambda: flat_png(width, height, 8, 2, 0),
        "PNG, RGBA, 16 bit": lambda: flat_png(width, height, 16, 6, 0),
        "PNG, RGB, interlaced": lambda: flat_png(width, height, 8, 2, 1),
        "PNG, RGBA, 16 bit, interlaced": lambda: flat_png(width, height, 16, 6, 1),
        "PNG, palette, 1 bit, interlaced": lambda: flat_png(width, height, 1, 3, 1),
        "WebP, lossless": lambda: saved(image, "WEBP", lossless=True, method=0, quality=0),
        "WebP, lossy": lambda: saved(image, "WEBP", quality=80, method=0),
        "AVIF": lambda: saved(image, "AVIF", speed=10, quality=80),
        "AVIF with alpha": lambda: saved(
            np.dstack([image, image[:, :, :1]]), "AVIF", speed=10, quality=80
        ),
        "GIF": lambda: saved(image[:, :, 0], "GIF", interlace=0),
        "GIF, interlaced": lambda: saved(image[:, :, 0], "GIF", interlace=1),
        "BMP of runs": lambda: bmp_of_runs(width, height),
        "TIFF, RGB": lambda: tiff_in_strips(width, height, 2),
        "TIFF, RGB, 16 bit": lambda: tiff_in_strips(width, height, 2, 16),
        "TIFF, YCbCr": lambda: tiff_in_strips(width, height, 6),
    }


def hostile_files(width: int, height: int, file_bytes: int) -> dict[str, Callable[[], bytes]]:
    """Files of at most about `file_bytes` that once kept, or might keep, a decoder busy."""
    ihdr = png_ihdr(8, 8)
    rows = png_chunk(b"IDAT", deflated(8 * 25))
    return {
        "PNG, 10×10, and a bomb": lambda: png_with_surplus(10, 10, file_bytes),
        "PNG, its rows, and a bomb": lambda: png_with_surplus(width, height, file_bytes),
        "PNG of empty chunks": lambda: png(ihdr, *[png_chunk(b"teXt", b"")] * 16_000, rows),
        "PNG of empty IDAT": lambda: png(ihdr, *[png_chunk(b"IDAT", b"")] * 16_000, rows),
        "PNG with text bombs": lambda: png(
            ihdr,
            *[png_chunk(b"zTXt", b"a\0\0" + deflated(100 << 20))] * (file_bytes // 102_000),
            rows,
        ),
        "PNG with a profile bomb": lambda: png(
            ihdr, png_chunk(b"iCCP", b"a\0\0" + deflated(file_bytes * 1000)[:file_bytes]), rows
        ),
        "PNG of EXIF blocks": lambda: png(
            ihdr,
            *[png_chunk(b"eXIf", exif_of_entries(35, 4, b""))] * min(16_000, file_bytes // 460),
            rows,
        ),
        "JPEG of 32 scans": lambda: progressive_jpeg(width, height, refining_scans(32)),
        "JPEG of as many scans as may be": lambda: progressive_jpeg(
            width, height, refining_scans(22)
        ),
        "JPEG of bits of the mean": lambda: progressive_jpeg(
            width,
            height,
            [((1, 2, 3), 0, 0, 0, 6), *(((1, 2, 3), 0, 0, 6 - i, 5 - i) for i in range(6))],
        ),
        "JPEG, arithmetic": lambda: arithmetic_jpeg(width, height),
        "JPEG of comments between scans": lambda: _between_scans(b"\xff\xfe\0\2", file_bytes),
        "JPEG of tables between scans": lambda: _between_scans(
            segment(0xC4, b"\0\1" + bytes(16)), file_bytes
        ),
        "JPEG of fill bytes between scans": lambda: _between_scans(b"\xff", file_bytes),
        "JPEG of zeros between scans": lambda: _between_scans(b"\0", file_bytes),
        "JPEG of restart markers": lambda: (
            saved(flat(64, 64), "JPEG")[:-2] + b"\xff\xd0" * (file_bytes // 2) + b"\xff\xd9"
        ),
        "JPEG of padded intervals": lambda: _padded_intervals(file_bytes),
        "TIFF of overlapping strips, deflate": lambda: overlapping_tiff(
            width, height, deflated(100 << 20), 8
        ),
        "TIFF of overlapping strips, PackBits": lambda: overlapping_tiff(
            width, height, b"\x80" * min(900_000, file_bytes), 32773
        ),
        "TIFF of tiles beside the image": lambda: tiled_tiff(16_384, 1, 16, 1 << 20),
        "TIFF of tiny tiles": lambda: tiled_tiff(width, height, 16, 16),
        "TIFF of large tags": lambda: tiff_of_large_tags(4000, file_bytes // 2),
        "TIFF of more tags": lambda: tiff_of_large_tags(20_000, file_bytes // 2),
        "TIFF in CIELab strips": lambda: tiff_in_strips(width, height, 8),
        "TIFF with a JPEG of 32 scans": lambda: jpeg_in_tiff(
            width, height, progressive_jpeg(width, height, refining_scans(32))
        ),
        "TIFF with an arithmetic JPEG": lambda: jpeg_in_tiff(
            width, height, arithmetic_jpeg(width, height)
        ),
        "WebP of EXIF texts": lambda: webp_of_exif(60_000, min(file_bytes, 10_000_000)),
        "GIF of clear codes": lambda: gif_of_clear_codes(file_bytes),
        "GIF of tiny blocks": lambda: gif(64, 64, sub_blocks(bytes(file_bytes // 2), 1)),
        "GIF of frames": lambda: gif(
            64,
            64,
            sub_blocks(bytes(20)),
            more=(b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\2\0") * (file_bytes // 12),
        ),
        "GIF of extensions": lambda: gif(
            64, 64, sub_blocks(bytes(20)), more=b"!\xfe\0" * (file_bytes // 3)
        ),
        "AVIF of hidden frames": lambda: avif_of_frames(file_bytes // 22),
        "BMP of steps": lambda: (
            b"BM"
            + struct.pack("<IHHI", 0, 0, 0, 54 + 1024)
            + struct.pack("<IiiHHIIiiII", 40, 64, 64, 1, 8, 1, 0, 0, 0, 256, 0)
            + bytes(1024)
            + b"\0\2\0\0" * (file_bytes // 4)
            + b"\0\1"
        ),
    }


def _between_scans(part: bytes, file_bytes: int) -> bytes:
    data = saved(flat(64, 64), "JPEG", progressive=True)
    at = data.rindex(b"\xff\xda")
    return data[:at] + part * (file_bytes // len(part)) + data[at:]


def _padded_intervals(file_bytes: int) -> bytes:
    """Restart intervals of a block, each with a zero too many."""
    options = [cv2.IMWRITE_JPEG_RST_INTERVAL, 1]
    data = cv2.imencode(".jpg", flat(512, 512), options)[1].tobytes()
    scan = data.rindex(b"\xff\xda")
    intervals = [b"\0\0" + bytes([0xFF, 0xD0 + i % 8]) for i in range(file_bytes // 4)]
    return data[:scan] + data[scan : scan + 14] + b"".join(intervals) + b"\xff\xd9"
