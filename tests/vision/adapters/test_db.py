"""Lines out of maps made by hand."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from ocelli.edge.errors import OcelliError
from ocelli.edge.vision.adapters.adapter import ModelSignature, TensorSpec
from ocelli.edge.vision.adapters.db import DbAdapter, in_order, places


def signature(*outputs: TensorSpec) -> ModelSignature:
    return ModelSignature(outputs=outputs, input_width=960, input_height=960)


def drawn(*cores: tuple[tuple[float, float], tuple[float, float], float, int]) -> NDArray[np.uint8]:
    """A map with a core for each centre, size, angle and value."""
    found = np.zeros((200, 300), np.uint8)
    for center, size, angle, value in cores:
        corners = np.round(cv2.boxPoints((center, size, angle))).astype(np.int32)
        cv2.fillPoly(found, [corners], (value,))
    return found


def test_cores_are_grown_by_their_area_over_their_perimeter() -> None:
    found = places(drawn(((150, 100), (100, 20), 0, 255)))
    assert found.scores == pytest.approx([1], abs=0.1)
    grown = 1.6 * 100 * 20 / 240
    left, top = 100 - grown, 90 - grown
    assert found.quads[0, 0] == pytest.approx((left, top), abs=2)
    assert found.quads[0, 2] == pytest.approx((200 + grown, 110 + grown), abs=2)


def test_the_surest_come_first_and_the_unlikely_and_tiny_are_left_out() -> None:
    found = places(
        drawn(
            ((60, 40), (80, 16), 0, 150),
            ((200, 40), (80, 16), 0, 250),
            ((60, 120), (80, 16), 0, 90),
            ((200, 120), (2, 1), 0, 255),
        )
    )
    assert found.quads[:, 0, 0].tolist() == pytest.approx([154, 14], abs=6)
    assert found.scores[0] > found.scores[1] > 0.5


def test_an_empty_map_has_no_lines() -> None:
    assert places(np.zeros((64, 64), np.uint8)).quads.shape == (0, 4, 2)


@pytest.mark.parametrize("angle", [-30, -10, 0, 10, 30])
def test_a_slanted_line_begins_at_its_left(angle: float) -> None:
    corners = cv2.boxPoints(((150, 100), (120, 20), angle)).astype(np.float32)
    for first in range(4):
        ordered = in_order(np.roll(corners, first, axis=0))
        along = ordered[1] - ordered[0]
        assert np.degrees(np.arctan2(along[1], along[0])) == pytest.approx(angle, abs=0.1)
        across = ordered[3] - ordered[0]
        assert across[1] > 0


def test_a_line_that_stands_upright_runs_downwards() -> None:
    ordered = in_order(np.array(((0, 0), (20, 0), (20, 90), (0, 90)), np.float32))
    assert ordered.tolist() == [[20, 0], [20, 90], [0, 90], [0, 0]]


def test_other_outputs_are_refused() -> None:
    wanted = TensorSpec("text", "UINT8", (-1, -1, -1))
    adapter = DbAdapter(signature(wanted))
    assert adapter.output_names == ("text",)
    assert adapter.decode({"text": np.zeros((1, 32, 32), np.uint8)}).scores.size == 0
    for wrong in (
        signature(),
        signature(wanted, wanted),
        signature(TensorSpec("text", "FP32", (-1, -1, -1))),
    ):
        with pytest.raises(OcelliError, match="UINT8"):
            DbAdapter(wrong)
    with pytest.raises(OcelliError):
        adapter.decode({"text": np.zeros((1, 32), np.uint8)})
