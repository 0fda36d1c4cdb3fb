"""BMP headers.

Source: Microsoft, "Windows GDI: Bitmap Storage" (BITMAPFILEHEADER and the bitmap info headers).
"""

from struct import unpack_from

from ocelli.edge.vision.formats.image_header import ImageFormat, ImageHeader, corrupt

SIGNATURE = b"BM"

_CORE_HEADER_BYTES = 12
_UNCOMPRESSED = {0, 3, 6}


def read(data: bytes) -> ImageHeader:
    """Reads the size and checks that uncompressed pixels are all there.

    Raises:
        OcelliError: IMAGE_CORRUPT if the header is of an unknown size or pixels are missing.
    """
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
    if compression in _UNCOMPRESSED and pixels_at + row_bytes * height > len(data):
        raise corrupt(
            ImageFormat.BMP,
            f"is cut off: {len(data)} bytes of {pixels_at + row_bytes * height}",
        )
    return ImageHeader(ImageFormat.BMP, width, height)
