"""What an AV1 sample takes to decode.

Source: AOMedia, "AV1 Bitstream & Decoding Process Specification", sections 5.3 to 5.5.
"""

from struct import error

from ocelli.edge.vision.formats.image_header import ImageFormat, corrupt

_SEQUENCE_HEADER, _FRAME_HEADER, _FRAME = 1, 3, 6
_MAX_UNITS = 1024
# The size stands within the first bytes, behind at most 32 operating points of a few bytes each.
_MAX_SEQUENCE_BYTES = 1024


def read_sample(data: bytes) -> tuple[int, int]:
    """Reads how large the frames of a sample may be, in pixels, and how many there are.

    Raises:
        OcelliError: IMAGE_CORRUPT if it has far more units than an image needs.
        struct.error: a unit passes the end of the sample.
    """
    pixels = frames = at = 0
    for _ in range(_MAX_UNITS):
        if at >= len(data):
            return pixels, frames
        header = data[at]
        at += 2 if header & 4 else 1
        size = len(data) - at
        if header & 2:
            size, at = _read_leb128(data, at)
        if at + size > len(data):
            raise error("a unit passes the end of its image")
        kind = header >> 3 & 15
        if kind == _SEQUENCE_HEADER:
            width, height = _read_size(data[at : at + min(size, _MAX_SEQUENCE_BYTES)])
            pixels = max(pixels, width * height)
        elif kind in {_FRAME, _FRAME_HEADER}:
            frames += 1
        at += size
    raise corrupt(ImageFormat.AVIF, f"has an image of more than {_MAX_UNITS} units")


def _read_leb128(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for i in range(8):
        value |= (data[at + i] & 127) << 7 * i
        if not data[at + i] & 128:
            return value, at + i + 1
    raise error("a unit has no size")


class _Bits:
    """Reads big-endian numbers of any width."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "big")
        self._left = 8 * len(data)

    def take(self, width: int) -> int:
        self._left -= width
        if self._left < 0:
            raise error("a sequence header ends early")
        return self._value >> self._left & (1 << width) - 1


def _read_size(sequence_header: bytes) -> tuple[int, int]:
    bits = _Bits(sequence_header)
    bits.take(4)  # profile, and whether it is a still
    if bits.take(1):
        bits.take(5)  # level
    else:
        _skip_operating_points(bits)
    width_bits, height_bits = bits.take(4) + 1, bits.take(4) + 1
    return bits.take(width_bits) + 1, bits.take(height_bits) + 1


def _skip_operating_points(bits: _Bits) -> None:
    delay_bits = 0
    decoder_model = False
    if bits.take(1):  # timing
        bits.take(64)
        if bits.take(1):
            _skip_uvlc(bits)
        decoder_model = bool(bits.take(1))
        if decoder_model:
            delay_bits = bits.take(5) + 1
            bits.take(42)
    display_delay = bits.take(1)
    for _ in range(bits.take(5) + 1):
        bits.take(12)
        if bits.take(5) > 7:
            bits.take(1)  # tier
        if decoder_model and bits.take(1):
            bits.take(2 * delay_bits + 1)
        if display_delay and bits.take(1):
            bits.take(4)


def _skip_uvlc(bits: _Bits) -> None:
    zeros = 0
    while zeros < 32 and not bits.take(1):
        zeros += 1
    if zeros < 32:
        bits.take(zeros)
