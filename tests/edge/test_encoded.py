"""Image files that pass through the edge as they are: an ensemble decodes them in Triton."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ocelli.client import Detection, OcelliError
from ocelli.models.encoded.ensemble import add
from ocelli.models.errors import InstallError
from tests import toy_models

NAME = "nanodet_coco80_encoded"


@pytest.fixture(scope="module", autouse=True)
def model(edge: Any) -> Iterator[Any]:
    add("nanodet_coco80", edge.models_dir)
    with edge.connect() as client:
        yield client.models.load(NAME)
        client.models.unload(NAME)
        client.models.unload("nanodet_coco80_decode")


def overlap(one: Any, other: Any) -> float:
    width = min(one.x_max, other.x_max) - max(one.x_min, other.x_min)
    height = min(one.y_max, other.y_max) - max(one.y_min, other.y_min)
    both = max(0, width) * max(0, height)
    areas = [(box.x_max - box.x_min) * (box.y_max - box.y_min) for box in (one, other)]
    return both / (sum(areas) - both)


def sure(result: Any) -> list[Detection]:
    return [found for found in result.detections if found.score > 0.6]


def turned(data: bytes, orientation: int) -> bytes:
    """The same picture as a JPEG that is stored otherwise and says so."""
    back = {
        3: Image.Transpose.ROTATE_180,
        6: Image.Transpose.ROTATE_90,
        5: Image.Transpose.TRANSPOSE,
    }
    with Image.open(BytesIO(data)) as image:
        stored = image.convert("RGB").transpose(back[orientation])
    exif = Image.Exif()
    exif[274] = orientation
    file = BytesIO()
    stored.save(file, "JPEG", quality=95, exif=exif)
    return file.getvalue()


def test_its_decoder_is_a_step_and_says_so(client: Any) -> None:
    decoder = client.models.get("nanodet_coco80_decode")
    assert decoder.state == "refused"
    assert decoder.message.endswith("is a step of other models: call one of those")


def test_it_says_that_it_takes_files(model: Any) -> None:
    assert (model.state, model.task, model.input_kind) == ("ready", "detect", "encoded")
    assert (model.input.width, model.input.height) == (416, 416)
    assert not model.is_default
    assert [each.batch_size for each in model.batch_latencies][:2] == [1, 2]


@pytest.mark.parametrize("name", ["cat", "coffee", "astronaut"])
def test_it_finds_what_decoding_here_finds(client: Any, photo: Any, name: str) -> None:
    here = client.detect(photo(name))
    there = client.detect(photo(name), model=NAME)
    assert (there.width, there.height) == (here.width, here.height)
    for wanted in sure(here):
        best = max(there.detections, key=lambda found: overlap(found.box, wanted.box))
        assert best.label == wanted.label
        assert overlap(best.box, wanted.box) > 0.8


@pytest.mark.parametrize("orientation", [3, 5, 6])
def test_boxes_lie_in_the_upright_image(client: Any, photo: Any, orientation: int) -> None:
    upright = client.detect(photo("cat"), model=NAME)
    stored = client.detect(turned(photo("cat"), orientation), model=NAME)
    assert (stored.width, stored.height) == (upright.width, upright.height)
    assert overlap(stored.detections[0].box, upright.detections[0].box) > 0.9


@pytest.mark.parametrize(
    "keys",
    [{}, {"crop_share": "1/2"}, {"resize": "letterbox"}, {"resize": "stretch"}],
    ids=lambda keys: " ".join(keys.values()) or "nothing said",
)
def test_a_classifier_sees_the_part_that_it_sees_of_pixels(
    edge: Any, client: Any, keys: dict[str, str]
) -> None:
    """By itself the middle of a wide image, which is blue with a border of green."""
    toy_models.write_classifier(edge.models_dir, "fitted", **keys)
    add("fitted", edge.models_dir, replace=True)
    pixels = np.full((200, 600, 3), (255, 0, 0), np.uint8)
    pixels[:, 200:400] = (0, 255, 0)
    pixels[50:150, 250:350] = (0, 0, 255)
    file = BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    client.models.load("fitted")
    client.models.load("fitted_encoded")
    here, there = (
        {found.label: found.score for found in client.classify(image, model=model).classifications}
        for image, model in ((pixels, "fitted"), (file.getvalue(), "fitted_encoded"))
    )
    for name in ("fitted_encoded", "fitted_decode", "fitted"):
        client.models.unload(name)
    assert there == pytest.approx(here, abs=0.02)


def test_a_stream_of_files(client: Any, photo: Any) -> None:
    frames = [photo("cat"), b"no image", photo("cat")]
    answers = list(client.detect_stream(frames, model=NAME))
    assert answers[0].result.detections[0].label == "cat"
    assert answers[1].error.reason == "IMAGE_FORMAT_UNKNOWN"
    assert answers[2].result.detections[0].label == "cat"


def test_what_is_not_decoded_here_is_refused(client: Any, photo: Any) -> None:
    for image, options, field in (
        (np.zeros((8, 8, 3), np.uint8), {}, "image.raw"),
        (photo("cat"), {"region": (0, 0, 9, 9)}, "image.region"),
    ):
        with pytest.raises(OcelliError) as failed:
            client.detect(image, model=NAME, **options)
        assert failed.value.reason == "INVALID_FIELD"
        assert failed.value.field_violations[0].field == field


def test_a_damaged_file_fails_alone(client: Any, photo: Any) -> None:
    damaged = photo("cat")[:400] + b"\0" * 4000
    with pytest.raises(OcelliError) as failed:
        client.detect(damaged, model=NAME)
    assert failed.value.reason in {"IMAGE_CORRUPT", "INFERENCE_FAILED"}
    assert client.detect(photo("cat"), model=NAME).detections


def test_what_cannot_have_one_is_named(edge: Any) -> None:
    with pytest.raises(InstallError, match="no model absent in"):
        add("absent", edge.models_dir)
    with pytest.raises(InstallError, match="is there already; replace it with --replace"):
        add("nanodet_coco80", edge.models_dir)
    toy_models.write_classifier(edge.models_dir, "half", crop_share="half")
    with pytest.raises(InstallError, match=r"ocelli.crop_share is 'half'; expected numbers"):
        add("half", edge.models_dir)
    assert add("nanodet_coco80", edge.models_dir, replace=True)
