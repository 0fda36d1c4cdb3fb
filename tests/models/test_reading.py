"""The models that read text against the published graphs."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from tests.edge.rendered import pillows_font, pixels, sheet

Sessions = Mapping[str, onnxruntime.InferenceSession]
Sources = Mapping[str, Mapping[str, Path]]

PUBLISHED = {
    "text_lines": "PP-OCRv6_det_small.onnx",
    "text_directions": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
    "text_recogniser": "PP-OCRv6_rec_small.onnx",
}


@pytest.fixture
def line() -> NDArray[np.uint8]:
    """RGB, uint8 [1, 48, 320, 3]."""
    image = sheet(pillows_font(30), ("Vector search in practice",)).crop((26, 24, 346, 72))
    return pixels(image)[None]


def published(sources: Sources, name: str, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """What the published graph makes of the same pixels, scaled as its authors say."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(sources[name][PUBLISHED[name]], options)
    scaled = (images[..., ::-1].astype(np.float32) / 255 - 0.5) / 0.5
    (found,) = session.run(None, {session.get_inputs()[0].name: scaled.transpose(0, 3, 1, 2)})
    return np.asarray(found, np.float32)


def test_the_lines_lie_where_the_published_graph_finds_them(
    sessions: Sessions, sources: Sources, line: NDArray[np.uint8]
) -> None:
    page = np.full((1, 96, 352, 3), 255, np.uint8)
    page[0, 16:64, 16:336] = line[0]
    (found,) = sessions["text_lines"].run(["text"], {"images": page})
    expected = published(sources, "text_lines", page)[:, 0]
    assert found.shape == (1, 96, 352)
    assert expected.max() > 0.9
    assert np.abs(found / 255 - expected).max() < 0.02


def test_directions_are_those_of_the_published_graph(
    sessions: Sessions, sources: Sources, line: NDArray[np.uint8]
) -> None:
    start = line[:, :, :192]
    for images in (start, np.ascontiguousarray(line[:, ::-1, ::-1][:, :, :192])):
        (found,) = sessions["text_directions"].run(None, {"images": images})
        assert found == pytest.approx(published(sources, "text_directions", images), abs=1e-3)
    assert found[0, 1] > 0.9


def test_the_recogniser_gives_the_best_classes_of_the_published_graph(
    sessions: Sessions, sources: Sources, line: NDArray[np.uint8], models_dir: Path
) -> None:
    classes, probabilities = sessions["text_recogniser"].run(
        ["classes", "probabilities"], {"images": line}
    )
    expected = published(sources, "text_recogniser", line)
    assert np.array_equal(classes, expected.argmax(axis=2))
    assert probabilities == pytest.approx(expected.max(axis=2), abs=1e-3)
    labels = (models_dir / "text_recogniser" / "labels.txt").read_text().split("\n")[:-1]
    assert len(labels) == expected.shape[2] - 2
    assert labels[int(classes[0][classes[0] > 0][0]) - 1] == "V"
