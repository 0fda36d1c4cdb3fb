"""BMP headers.

Source: Microsoft, "Windows GDI: Bitmap Storage" (BITMAPFILEHEADER and the bitmap info headers).
"""

from struct import unpack_from

from ocelli.edge.vision.formats.image_header import (
    ImageFormat,
    ImageHeader,
    corrupt,
    cut_off,
    filled,
)

SIGNATURE = b"BM"

_CORE_HEADER_BYTES = 12
_UNCOMPRESSED = {0, 3, 6}


def read(data: bytes) -> ImageHeader:
    """Reads the size and finds out whether uncompressed pixels are all there.

    Raises:
        OcelliError: IMAGE_CORRUPT if the header is of an unknown size.
    """
    width, height, size_bytes = _read_sizes(data)
    damage = cut_off(data, size_bytes) if size_bytes > len(data) else ""
    return ImageHeader(ImageFormat.BMP, width, height, damage=damage)


def whole(data: bytes) -> bytes:
    """The file with black in place of the rows that it lacks."""
    return filled(ImageFormat.BMP, data, _read_sizes(data)[2])


def _read_sizes(data: bytes) -> tuple[int, int, int]:
    """Width and height in pixels, and the least size of the file in bytes."""
    pixels_at, header_bytes = unpack_from("<II", data, 10)
    compression = 0
    if header_bytes == _CORE_HEADER_BYTES:
        width, height, bits = unpack_from("<HH2xH", data, 18)
    elif 40 <= header_bytes <= 124:
        width, height, bits, compression = unpack_from("<ii2xHI", data, 18)
    else:
        raise corrupt(ImageFormat.BMP, f"states a header of {header_bytes} bytes")
    # A negative height means that the top row comes first.
    height = abs(height)
    row_bytes = (width * bits + 31) // 32 * 4
    size_bytes = pixels_at + row_bytes * height if compression in _UNCOMPRESSED else 0
    return width, height, size_bytes
