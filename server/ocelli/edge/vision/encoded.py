"""Image files that are passed on as they are.

What the edge does not decode it still checks: the header, the limits, the orientation; and it knows
where the model's front end puts the image.
"""

from dataclasses import dataclass

from ocelli.edge.errors import invalid_field
from ocelli.edge.vision.header import read_header
from ocelli.edge.vision.image import EncodedImage, ImageLimits, RawImage, Region
from ocelli.edge.vision.letterbox import InputSpec, Placement, place
from ocelli.edge.vision.orientation import upright_map


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that may be passed on.

    Attributes:
        data: the file.
        placement: where the upright image lies in what the model sees.
        width: of the upright image, in pixels.
        height: likewise.
    """

    data: bytes
    placement: Placement
    width: int
    height: int


def check_encoded(
    image: EncodedImage | RawImage, limits: ImageLimits, view: InputSpec, *, turns_upright: bool
) -> CheckedFile:
    """Checks what can be known of a file without decoding it.

    Args:
        image: what the caller sent.
        limits: what an image may cost.
        view: how the model's front end fits it.
        turns_upright: it obeys the file's orientation; else it fits what is stored.

    Raises:
        OcelliError: an image reason; INVALID_FIELD for raw pixels and for a region.
    """
    if isinstance(image, RawImage):
        raise invalid_field(
            "the model takes whole image files, and the image is raw pixels; send image.encoded",
            "image.raw",
        )
    if image.region is not None:
        raise invalid_field(
            "the model takes whole image files; leave the region out, or send the part as a file",
            "image.region",
        )
    header = read_header(image.data, limits, lenient=limits.is_lenient(image))
    width, height = header.upright_width, header.upright_height
    whole = Region(0, 0, width, height)
    if turns_upright or header.orientation == 1:
        placement = place(width, height, view, covers=whole, bounds=whole).placement
    else:
        stored = Region(0, 0, header.width, header.height)
        placed = place(header.width, header.height, view, covers=stored, bounds=whole).placement
        placement = placed.turned(upright_map(header.orientation, header.width, header.height))
    return CheckedFile(image.data, placement, width, height)
