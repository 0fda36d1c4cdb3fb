"""Files that pass as they are: what is checked, and where their boxes lie."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.vision.encoded import check_encoded
from ocelli.edge.vision.image import EncodedImage, ImageLimits, PixelFormat, RawImage, Region
from ocelli.edge.vision.letterbox import InputSpec, Resize
from ocelli.edge.vision.orientation import to_upright, upright_map

LIMITS = ImageLimits(max_pixels=1_000_000, max_side=2000, max_frames=100)
STORED = (80, 40)


def jpeg(orientation: int = 1, size: tuple[int, int] = STORED) -> bytes:
    exif = Image.Exif()
    exif[274] = orientation
    file = BytesIO()
    Image.new("RGB", size).save(file, "JPEG", exif=exif)
    return file.getvalue()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_point_goes_where_its_rectangle_goes(orientation: int) -> None:
    corners = upright_map(orientation, *STORED) @ np.array(((10, 30), (5, 25), (1, 1)), np.float64)
    wanted = to_upright(Region(10, 5, 30, 25), orientation, *STORED)
    assert sorted(corners[0]) == [wanted.x_min, wanted.x_max]
    assert sorted(corners[1]) == [wanted.y_min, wanted.y_max]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("resize", [Resize.LETTERBOX, Resize.STRETCH])
def test_boxes_of_a_front_end_that_ignores_the_orientation_are_turned(
    orientation: int, resize: Resize
) -> None:
    view = InputSpec(160, 160, resize=resize)
    file = check_encoded(EncodedImage(jpeg(orientation)), LIMITS, view, turns_upright=False)
    upright = (40, 80) if orientation >= 5 else STORED
    assert (file.width, file.height) == upright
    # What such a front end does with the stored rectangle 10 to 30 by 5 to 25.
    scale_x, scale_y = (2, 2) if resize is Resize.LETTERBOX else (2, 4)
    offset_y = 40 if resize is Resize.LETTERBOX else 0
    seen = (20, 5 * scale_y + offset_y, 30 * scale_x, 25 * scale_y + offset_y)
    box = file.placement.to_source(np.array([seen], np.float32))[0]
    wanted = to_upright(Region(10, 5, 30, 25), orientation, *STORED)
    assert box.tolist() == [wanted.x_min, wanted.y_min, wanted.x_max, wanted.y_max]
    centre = np.array([[(seen[0] + seen[2]) / 2, (seen[1] + seen[3]) / 2]])
    point = file.placement.points_to_source(centre)[0]
    middle = ((wanted.x_min + wanted.x_max) / 2, (wanted.y_min + wanted.y_max) / 2)
    assert point.tolist() == pytest.approx(middle)
    back = file.placement.from_source() @ (*middle, 1)
    assert back.tolist() == pytest.approx(centre[0].tolist())


def test_an_upright_front_end_sees_the_upright_image() -> None:
    view = InputSpec(160, 160)
    file = check_encoded(EncodedImage(jpeg(6)), LIMITS, view, turns_upright=True)
    box = file.placement.to_source(np.array([(40, 0, 120, 160)], np.float32))[0]
    assert box.tolist() == [0, 0, 40, 80]


@pytest.mark.parametrize(
    ("image", "reason", "field"),
    [
        (EncodedImage(b""), Reason.IMAGE_EMPTY, "image.encoded"),
        (EncodedImage(b"<html>"), Reason.IMAGE_FORMAT_UNKNOWN, "image.encoded"),
        (EncodedImage(jpeg(size=(1900, 1900))), Reason.IMAGE_TOO_LARGE, "image.encoded"),
        (EncodedImage(jpeg()[:300]), Reason.IMAGE_CORRUPT, "image.encoded"),
        (EncodedImage(jpeg(), Region(0, 0, 1, 1)), Reason.INVALID_FIELD, "image.region"),
        (RawImage(b"\0" * 3, 1, 1, PixelFormat.RGB), Reason.INVALID_FIELD, "image.raw"),
    ],
)
def test_what_may_not_pass_is_named(
    image: EncodedImage | RawImage, reason: Reason, field: str
) -> None:
    with pytest.raises(OcelliError) as refused:
        check_encoded(image, LIMITS, InputSpec(160, 160), turns_upright=True)
    assert (refused.value.reason, refused.value.field) == (reason, field)
