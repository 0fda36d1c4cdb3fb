"""JPEGs without what cameras pad them with.

Many webcams write a few zeros before some restart markers of nearly every frame (known from logs
that say "extraneous bytes before marker 0xd0"), others between the segments of the header. Viewers
show such files, and nothing is lost in them. But the decoder, asked to stop at damage, stops there;
and told to go on, it would be silent about damage, too. So the padding is taken out and the file
decoded again as strictly as any other.

Zeros before a marker may also be the end of the entropy-coded data. Which they are is found by
decoding the data between two restart markers, which stands for itself, as an image of its own.
"""

import re
from bisect import bisect_left
from struct import pack, unpack_from

import simplejpeg  # type: ignore[import-untyped]  # ships a stub without a py.typed marker

from ocelli.edge.vision.formats import jpeg

SURPLUS = re.compile(r"Corrupt JPEG data: (\d+) extraneous bytes before marker 0x([0-9a-f]{2})")
"""What the decoder says of bytes that it has no use for: how many, and the marker after them."""

_RESTART = re.compile(rb"\xff+[\xd0-\xd7]")
_BASELINE, _EXTENDED, _RESTART_INTERVAL, _START_OF_SCAN = 0xC0, 0xC1, 0xDD, 0xDA
_END = b"\xff\xd9"
_MAX_SIDE = 65_500
# Each takes some 20 µs, a few times. A frame of 4K with a restart marker every 16 blocks has 2025.
_MAX_PADDED_INTERVALS = 4096


def without_padding(data: bytes) -> bytes | None:
    """The same image without zeros before the markers of its header and its restart markers.

    Only files of one scan have the latter taken out, and at most 16 zeros in a place.

    Args:
        data: a file whose header `jpeg.read` has accepted.

    Returns:
        The file; None if it has no such padding or more than cameras write.
    """
    header, frame_at, interval = _clean_header(data)
    scan_at = _scan_start(data)
    if frame_at is None:
        return None
    scan = _clean_scan(data, scan_at, header, frame_at, interval) if interval else data[scan_at:]
    if scan is None or len(header) + len(scan) == len(data):
        return None
    return header + scan


def _scan_start(data: bytes) -> int:
    *_, (_, _, _, end) = jpeg.segments(data)
    return end


def _clean_header(data: bytes) -> tuple[bytes, int | None, int]:
    """The header without padding, where its frame segment's body lies, and the restart interval."""
    parts, size = [data[:2]], 2
    frame_at: int | None = None
    interval = 0
    for kind, padded_start, body, end in jpeg.segments(data):
        start = padded_start
        while not data[start]:
            start += 1
        if kind in {_BASELINE, _EXTENDED} and frame_at is None:
            frame_at = size + body - start
        elif kind == _RESTART_INTERVAL:
            (interval,) = unpack_from(">H", data, body + 2)
        parts.append(data[start:end])
        size += end - start
    return b"".join(parts), frame_at, interval


def _clean_scan(data: bytes, at: int, header: bytes, frame_at: int, interval: int) -> bytes | None:
    """The entropy-coded data without surplus zeros before its restart markers."""
    single = _single_interval(header, frame_at, interval)
    parts: list[bytes] = []
    padded = 0
    for marker in _RESTART.finditer(data, at):
        end = marker.start()
        coded = data[at:end]
        if coded.endswith(b"\0"):
            padded += 1
            needed = None if single is None else _needed_zeros(single, coded)
            if needed is None or padded > _MAX_PADDED_INTERVALS:
                return None
            coded = coded.rstrip(b"\0") + bytes(needed)
        parts += (coded, marker[0])
        at = marker.end()
    parts.append(data[at:])
    return b"".join(parts)


def _single_interval(header: bytes, frame_at: int, interval: int) -> bytes | None:
    """The header of an image that consists of one restart interval, if there can be one."""
    count = header[frame_at + 7]
    samplings = [header[frame_at + 9 + 3 * i] for i in range(count)]
    # The blocks of an image of one component are not grouped by its sampling factors.
    across = 8 * max(sampling >> 4 for sampling in samplings) if count > 1 else 8
    down = 8 * max(sampling & 15 for sampling in samplings) if count > 1 else 8
    columns = next(
        (
            n
            for n in range(1, interval + 1)
            if interval % n == 0 and interval // n * down <= _MAX_SIDE
        ),
        None,
    )
    if columns is None or columns * across > _MAX_SIDE:
        return None
    size = pack(">HH", interval // columns * down, columns * across)
    return header[: frame_at + 3] + size + header[frame_at + 7 :]


def _needed_zeros(single: bytes, coded: bytes) -> int | None:
    """How many of the zeros at the end of an interval it needs; None if anything else is wrong."""
    stripped = coded.rstrip(b"\0")
    zeros = len(coded) - len(stripped)
    least = max(0, zeros - jpeg.MAX_PADDING_BYTES)

    def is_enough(count: int) -> bool:
        try:
            # At the least size: what counts is what the decoder reads.
            simplejpeg.decode_jpeg(
                b"".join((single, stripped, bytes(count), _END)),
                "GRAY",
                min_width=1,
                min_height=1,
                strict=True,
            )
        except ValueError as damage:
            return SURPLUS.fullmatch(str(damage).strip()) is not None
        return True

    needed = least + bisect_left(range(least, zeros + 1), True, key=is_enough)
    if needed > zeros or (needed == least > 0 and is_enough(least - 1)):
        return None
    return needed
