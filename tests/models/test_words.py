"""Images among words: the combination of text vectors, and photos found by words."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray
from tokenizers import Tokenizer

from tests.models.test_efficientnet import square

Floats = NDArray[np.floating[Any]]
Image = NDArray[np.uint8]
Sessions = Mapping[str, onnxruntime.InferenceSession]
SHARE = 260 / 292


@pytest.fixture(scope="module")
def tokenizer(models_dir: Path) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(models_dir / "words_texts" / "tokenizer.json"))
    tokenizer.no_padding()
    return tokenizer


def text_vector(sessions: Sessions, tokenizer: Tokenizer, text: str) -> Floats:
    ids = np.array([tokenizer.encode(text).ids])
    inputs = (ids, np.ones_like(ids), np.zeros_like(ids))
    names = ("input_ids", "attention_mask", "token_type_ids")
    (found,) = sessions["words_texts"].run(None, dict(zip(names, inputs, strict=True)))
    vector: Floats = found[0]
    return vector


@pytest.fixture(scope="module")
def vectors(sessions: Sessions, photos: Mapping[str, Image]) -> dict[str, Floats]:
    """Of length 1, by the photo's name."""
    found = {}
    for name, photo in photos.items():
        images = square(photo, 260, SHARE)[None]
        (vector,) = sessions["words_images"].run(["embedding"], {"images": images})
        found[name] = vector[0] / np.linalg.norm(vector)
    return found


@pytest.mark.parametrize("name", ["cat", "pagoda"])
def test_an_image_is_the_sum_of_its_ten_best_classes_times_their_texts(
    name: str,
    sessions: Sessions,
    photos: Mapping[str, Image],
    models_dir: Path,
    tokenizer: Tokenizer,
) -> None:
    images = square(photos[name], 260, SHARE)[None]
    ((probabilities,),) = sessions["efficientnet_lite2_classes"].run(None, {"images": images})
    labels = (models_dir / "efficientnet_lite2_classes" / "labels.txt").read_text().splitlines()
    expected = sum(
        probabilities[number] * text_vector(sessions, tokenizer, f"a photo of {labels[number]}")
        for number in np.argsort(-probabilities)[:10]
    )
    (found,) = sessions["words_images"].run(["embedding"], {"images": images})
    np.testing.assert_allclose(found[0], expected, atol=1e-4)


@pytest.mark.parametrize(
    ("words", "photo"),
    [
        ("a cup of coffee", "coffee"),
        ("a kitten", "cat"),
        ("a rocket launch", "rocket"),
        ("a motorbike", "motorcycle"),
        ("people eating dinner", "diners"),
        ("a temple", "pagoda"),
        ("a camera on a tripod", "photographer"),
    ],
)
def test_photos_are_found_by_words(
    words: str, photo: str, sessions: Sessions, vectors: Mapping[str, Floats], tokenizer: Tokenizer
) -> None:
    query = text_vector(sessions, tokenizer, words)
    scores = {name: float(vector @ query) for name, vector in vectors.items()}
    assert max(scores, key=lambda name: scores[name]) == photo


@pytest.mark.parametrize("count", [2, 3])
def test_a_batch_gives_what_its_images_give_alone(
    count: int, sessions: Sessions, photos: Mapping[str, Image]
) -> None:
    batch = np.stack([square(image, 260) for image in list(photos.values())[:count]])
    (together,) = sessions["words_images"].run(None, {"images": batch})
    for index in range(count):
        (alone,) = sessions["words_images"].run(None, {"images": batch[index : index + 1]})
        np.testing.assert_allclose(together[index], alone[0], atol=1e-4)


def test_the_two_share_a_space(cards: Mapping[str, Any]) -> None:
    spaces = {cards[name].parameters["space"] for name in ("words_images", "words_texts")}
    assert spaces == {"minilm_l6_v2"}
