"""`ocelli detect` as users run it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from ocelli.client import draw
from ocelli.v1 import detect_pb2, image_pb2
from tests.client.recorder import Recorder

Ocelli = Callable[..., Any]


def test_detect_prints_lines_of_json_and_draws(
    ocelli: Ocelli, images: Path, tmp_path: Path
) -> None:
    cat, coffee = images / "pets/cat.png", images / "things/coffee.png"
    done = ocelli("detect", cat, coffee, "--json", "--out", tmp_path / "out")
    assert done.code == 0
    first, second = done.lines
    assert first["image"] == str(cat)
    assert second["image"] == str(coffee)
    assert (first["width"], first["height"]) == (451, 300)
    (found,) = cast("list[dict[str, object]]", first["detections"])
    assert found["label"] == "cat"
    assert len(cast("list[float]", found["box"])) == 4
    assert first["out"] == str(tmp_path / "out/cat.png")
    drawn = draw.load(tmp_path / "out/cat.png")
    assert drawn.shape == (300, 451, 3)
    assert (drawn != draw.load(cat)).any()


def test_detect_prints_a_table_for_people(ocelli: Ocelli, images: Path) -> None:
    done = ocelli("detect", images / "pets/cat.png", "--score-threshold", "0.3")
    assert done.code == 0
    assert "451×300" in done.out
    assert "cat  " in done.out


def test_detect_goes_on_after_an_image_that_fails(
    ocelli: Ocelli, images: Path, tmp_path: Path
) -> None:
    text = tmp_path / "text.jpg"
    text.write_text("not an image")
    done = ocelli("detect", text, tmp_path / "gone.jpg", images / "pets/cat.png", "--json")
    assert done.code == 1
    refused, gone, fine = done.lines
    error = cast("dict[str, str]", refused["error"])
    assert error["reason"] == "IMAGE_FORMAT_UNKNOWN"
    assert "error" in gone
    assert fine["detections"]
    assert [line.startswith("ocelli: ") for line in done.err.splitlines()] == [True, True]


def test_detect_never_replaces_the_image_itself(ocelli: Ocelli, images: Path) -> None:
    cat = images / "pets/cat.png"
    before = cat.read_bytes()
    ocelli("detect", cat, "--out", images / "pets").says("would replace the image", 1)
    ocelli("detect", cat, "--out", cat).says("would replace the image", 1)
    assert cat.read_bytes() == before


@pytest.mark.parametrize(
    ("word", "number", "mask", "said"),
    [
        (
            "runs",
            detect_pb2.MASK_FORMAT_RUNS,
            {"runs": {"x_min": 1, "y_min": 2, "width": 2, "height": 2, "lengths": [1, 3]}},
            {"x_min": 1, "y_min": 2, "width": 2, "height": 2, "lengths": [1, 3]},
        ),
        (
            "polygons",
            detect_pb2.MASK_FORMAT_POLYGONS,
            {"polygons": {"polygons": [{"coordinates": [1, 2, 3, 2, 3, 4]}]}},
            {"polygons": [[1, 2, 3, 2, 3, 4]]},
        ),
    ],
)
def test_detect_asks_for_masks_and_draws_them(
    at_recorder: Ocelli,
    recorder: Recorder,
    images: Path,
    tmp_path: Path,
    word: str,
    number: int,
    mask: Any,
    said: dict[str, object],
) -> None:
    box = image_pb2.Box(x_min=1, y_min=2, x_max=3, y_max=4)
    found = detect_pb2.Detection(box=box, score=0.5, label="cat", mask=mask)
    result = detect_pb2.DetectResult(detections=[found], width=451, height=300)
    recorder.answer("Detect", detect_pb2.DetectResponse(result=result))
    cat = images / "pets/cat.png"
    done = at_recorder("detect", cat, "--masks", word, "--json", "--out", tmp_path / "seen.png")
    request = recorder.only(detect_pb2.DetectRequest)
    assert request.options.mask_format == number
    (detection,) = cast("list[dict[str, object]]", done.lines[0]["detections"])
    assert detection["mask"] == said
    assert draw.load(tmp_path / "seen.png").shape == (300, 451, 3)


def test_detect_names_a_version_and_asks_for_no_masks(
    at_recorder: Ocelli, recorder: Recorder, images: Path
) -> None:
    at_recorder("detect", images / "pets/cat.png", "--model", "m", "--model-version", "2")
    request = recorder.only(detect_pb2.DetectRequest)
    assert (request.model, request.model_version) == ("m", "2")
    assert request.options.mask_format == detect_pb2.MASK_FORMAT_UNSPECIFIED


def test_detect_knows_two_ways_to_tell_masks(offline: Ocelli, images: Path) -> None:
    offline("detect", images / "pets/cat.png", "--masks", "bitmap").says("'runs', 'polygons'", 2)
