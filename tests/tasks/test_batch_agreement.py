import numpy as np
import pytest
from numpy.typing import NDArray

from ocelli.edge.tasks.batch_agreement import agrees

_RANDOM = np.random.default_rng(3)


def best_boxes(scores: NDArray[np.float64], boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """The hundred best of more, as a detector with its NMS inside the graph gives them."""
    return boxes[np.argsort(-scores, kind="stable")[:100]]


def candidates(seed: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    random = np.random.default_rng(seed)
    scores = random.normal(0.01, 0.002, 120)
    return scores, random.uniform(0, 300, (120, 4)) * random.uniform(size=4)


def test_near_equals_that_change_places_are_the_same_answer() -> None:
    scores, boxes = candidates(1)
    other = best_boxes(*candidates(2))
    shaken = scores + _RANDOM.normal(0, 0.0002, 120)
    alone, batched = best_boxes(scores, boxes), best_boxes(shaken, boxes)
    assert (np.abs(alone - batched) > 15).mean() > 0.1
    assert agrees(alone, batched, other)


def test_the_answer_to_another_input_is_not() -> None:
    alone, other = (best_boxes(*candidates(seed)) for seed in (1, 2))
    assert not agrees(alone, other, other)


@pytest.mark.parametrize("share", [0.6, 1.0])
def test_what_takes_from_the_whole_batch_is_not(share: float) -> None:
    alone, other = _RANDOM.normal(size=64), _RANDOM.normal(size=64) + 1
    assert not agrees(alone, alone + share * (other - alone), other)


def test_a_little_noise_is() -> None:
    alone, other = _RANDOM.normal(size=64), _RANDOM.normal(size=64)
    assert agrees(alone, alone + _RANDOM.normal(0, 0.02, 64), other)


def test_another_shape_and_other_numbers_are_not() -> None:
    assert not agrees(np.zeros(4), np.zeros(5), np.zeros(4))
    assert not agrees(np.ones(()), np.zeros(()), np.ones(()))
    assert agrees(np.zeros(0), np.zeros(0), np.zeros(0))
