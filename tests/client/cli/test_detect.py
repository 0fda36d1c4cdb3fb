"""`ocelli detect` as users run it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from ocelli.client import draw

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
