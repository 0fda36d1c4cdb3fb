"""The orientation in an EXIF block.

Source: CIPA DC-008, "Exchangeable image file format for digital still cameras", tag 274.
"""

from struct import error

from ocelli.edge.vision.formats.ifd import Layout, first_value, read_entries, read_layout

ORIENTATION = 274
_PREFIX = b"Exif\0\0"


def read_orientation(block: bytes) -> int:
    """The orientation, 1 to 8, of an EXIF block with or without its `Exif` prefix.

    A block that is damaged or silent gives 1: metadata is no reason to refuse good pixels.
    """
    block = block.removeprefix(_PREFIX)
    try:
        layout = read_layout(block)
        return 1 if layout is None else directory_orientation(block, layout)
    except error:
        return 1


def directory_orientation(data: bytes, layout: Layout) -> int:
    """The orientation in the first directory, 1 if there is none or it is out of range.

    Raises:
        struct.error: the directory does not lie within `data`.
    """
    for entry in read_entries(data, layout, layout.first):
        if entry.tag == ORIENTATION:
            value = first_value(data, layout, entry)
            return value if 1 <= value <= 8 else 1
    return 1
