"""Writing PNG files whose rows are not compressed.

Source: W3C, "Portable Network Graphics (PNG) Specification (Third Edition)"; RFC 1950 and RFC 1951.
"""

from struct import pack, pack_into

import numpy as np
from isal import isal_zlib
from numpy.typing import NDArray

# A block of data that is not compressed is at most this long; here each is a chunk of its own.
_BLOCK_BYTES = 65_535
_BEFORE_BLOCK, _AFTER_BLOCK = 13, 4
_STRIDE = _BEFORE_BLOCK + _BLOCK_BYTES + _AFTER_BLOCK


def chunk_bytes(kind: bytes, body: bytes) -> bytes:
    """A chunk with its length and checksum."""
    named = kind + body
    return pack(">I", len(body)) + named + pack(">I", isal_zlib.crc32(named))


_ZLIB_HEADER = chunk_bytes(b"IDAT", b"\x78\x01")
_END = chunk_bytes(b"IEND", b"")
_TAIL_BYTES = len(chunk_bytes(b"IDAT", bytes(4)) + _END)


class StoredPng:
    """A PNG in the making. What is not written of its rows stays zero: black.

    Args:
        head: the file up to its first IDAT chunk.
        size: bytes of its rows, their filters' included.

    Attributes:
        size: as given, at least 1.
        missing: how many of them are not written yet.
    """

    def __init__(self, head: bytes, size: int) -> None:
        self.size = self.missing = size
        self._blocks = -(-size // _BLOCK_BYTES)
        before = head + _ZLIB_HEADER
        self._start = len(before)
        blocks_bytes = self._blocks * (_BEFORE_BLOCK + _AFTER_BLOCK) + size
        self._file = bytearray(self._start + blocks_bytes + _TAIL_BYTES)
        self._file[: self._start] = before

    def write(self, rows: bytes) -> None:
        """Appends bytes, at most as many as are missing."""
        at = 0
        with memoryview(self._file) as view:
            while at < len(rows):
                block, offset = divmod(self.size - self.missing, _BLOCK_BYTES)
                count = min(len(rows) - at, _BLOCK_BYTES - offset)
                start = self._start + block * _STRIDE + _BEFORE_BLOCK + offset
                view[start : start + count] = rows[at : at + count]
                self.missing -= count
                at += count

    def replace_above(self, positions: NDArray[np.int64], highest: int) -> int:
        """Sets those bytes to 0 that are greater than `highest`, and counts them.

        `positions` are among the bytes of the rows.
        """
        blocks, offsets = np.divmod(positions, _BLOCK_BYTES)
        places = self._start + _BEFORE_BLOCK + blocks * _STRIDE + offsets
        file = np.frombuffer(self._file, np.uint8)
        wrong = places[file[places] > highest]
        file[wrong] = 0
        return len(wrong)

    def finish(self) -> bytearray:
        """The file. Call once, at the end."""
        adler = 1
        with memoryview(self._file) as view:
            for block in range(self._blocks):
                start = self._start + block * _STRIDE
                last = block + 1 == self._blocks
                count = self.size - block * _BLOCK_BYTES if last else _BLOCK_BYTES
                body, end = start + _BEFORE_BLOCK, start + _BEFORE_BLOCK + count
                pack_into(">I4s", view, start, count + 5, b"IDAT")
                pack_into("<BHH", view, start + 8, last, count, count ^ 0xFFFF)
                adler = isal_zlib.adler32(view[body:end], adler)
                pack_into(">I", view, end, isal_zlib.crc32(view[start + 4 : end]))
            view[len(view) - _TAIL_BYTES :] = chunk_bytes(b"IDAT", pack(">I", adler)) + _END
        return self._file
