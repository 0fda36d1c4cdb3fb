"""What the commands print."""

import json
from typing import Any

import numpy as np
import pytest

from ocelli.client import (
    Box,
    Detection,
    DetectResult,
    ImageWarning,
    Keypoint,
    Mask,
    MaskPolygons,
    MaskRuns,
    OrientedBox,
)
from ocelli.client.cli.output import (
    add_row,
    console,
    detections_json,
    error_json,
    say_json,
    table,
)
from ocelli.client.errors import image_error


def test_json_is_a_line(capfd: pytest.CaptureFixture[str]) -> None:
    say_json({"name": "ü", "list": [1, 2]})
    out = capfd.readouterr().out
    assert out == '{"name":"ü","list":[1,2]}\n'


def test_cells_are_text_and_not_markup(capfd: pytest.CaptureFixture[str]) -> None:
    rows = table("name", ">number")
    add_row(rows, "[red]x[/]" * 20, 7)
    console().print(rows)
    assert "[red]x[/]" * 20 in capfd.readouterr().out


def test_what_was_found_is_said_in_json() -> None:
    found = Detection(Box(1.234, 2, 3, 4), 0.123456789, "cat", 15)
    said = detections_json(DetectResult((found,), 640, 480, "m", "1"))
    assert json.loads(json.dumps(said))["detections"] == [
        {"label": "cat", "class_id": 15, "score": 0.12346, "box": [1.23, 2, 3, 4]}
    ]
    assert "warnings" not in said
    assert error_json(image_error("no"))["error"] == {
        "reason": "",
        "code": "INVALID_ARGUMENT",
        "message": "no",
    }


def said_of(found: Detection) -> dict[str, Any]:
    """The JSON of an object, beyond what every object has."""
    said = json.loads(json.dumps(detections_json(DetectResult((found,), 640, 480, "m", "1"))))
    (one,) = said["detections"]
    return {key: one[key] for key in one.keys() - {"label", "class_id", "score", "box"}}


def test_keypoints_have_a_score_if_the_model_gives_one() -> None:
    points = (Keypoint("nose", 1.234, 2, 0.123456), Keypoint("", 3, 4.567))
    assert said_of(Detection(Box(0, 0, 9, 9), 0.5, "cat", 15, keypoints=points)) == {
        "keypoints": [
            {"name": "nose", "x": 1.23, "y": 2, "score": 0.12346},
            {"name": "", "x": 3, "y": 4.57},
        ]
    }


@pytest.mark.parametrize(
    ("mask", "said"),
    [
        (
            MaskRuns(x_min=1, y_min=2, width=3, height=2, lengths=(0, 4, 2)),
            {"x_min": 1, "y_min": 2, "width": 3, "height": 2, "lengths": [0, 4, 2]},
        ),
        (
            MaskPolygons((np.array([[0, 1.234], [5, 1], [5, 4]], np.float32),)),
            {"polygons": [[0, 1.23, 5, 1, 5, 4]]},
        ),
        (MaskPolygons(()), {"polygons": []}),
    ],
)
def test_masks_are_runs_or_outlines(mask: Mask, said: dict[str, Any]) -> None:
    assert said_of(Detection(Box(0, 0, 9, 9), 0.5, "cat", 15, mask=mask)) == {"mask": said}


def test_an_oriented_box_has_a_centre_and_an_angle() -> None:
    turned = OrientedBox(10.123456, 20, 30, 4, -45.678)
    assert said_of(Detection(Box(0, 0, 9, 9), 0.5, "cat", 15, oriented_box=turned)) == {
        "oriented_box": {
            "center_x": 10.12,
            "center_y": 20,
            "width": 30,
            "height": 4,
            "angle": -45.68,
        }
    }


def test_warnings_are_told_where_there_are_any() -> None:
    warning = ImageWarning("damaged", "it is cut")
    said = detections_json(DetectResult((), 640, 480, "m", "1", warnings=(warning,)))
    assert said["warnings"] == [{"reason": "damaged", "message": "it is cut"}]
