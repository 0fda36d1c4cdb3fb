"""The sentence encoder against the published one, and evaluated without a runtime."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray
from tokenizers import Tokenizer

from ocelli.models import minilm

Floats = NDArray[np.floating[Any]]
Embed = Callable[[Sequence[str]], Floats]
TEXTS = (
    "a kitten",
    "a young cat",
    "people eating dinner in a restaurant",
    "interest rates rose in the second quarter of the year, and banks lent less",
)


@pytest.fixture(scope="module")
def files(sources: Mapping[str, Mapping[str, Path]]) -> Mapping[str, Path]:
    return sources["words_texts"]


@pytest.fixture(scope="module")
def tokens(models_dir: Path) -> Callable[[Sequence[str]], dict[str, NDArray[np.int64]]]:
    tokenizer = Tokenizer.from_file(str(models_dir / "words_texts" / "tokenizer.json"))
    tokenizer.enable_padding()

    def encode(texts: Sequence[str]) -> dict[str, NDArray[np.int64]]:
        found = tokenizer.encode_batch(list(texts))
        return {
            "input_ids": np.array([one.ids for one in found]),
            "attention_mask": np.array([one.attention_mask for one in found]),
            "token_type_ids": np.array([one.type_ids for one in found]),
        }

    return encode


@pytest.fixture(scope="module")
def embed(sessions: Mapping[str, onnxruntime.InferenceSession], tokens: Any) -> Embed:
    def run(texts: Sequence[str]) -> Floats:
        (vectors,) = sessions["words_texts"].run(["embedding"], tokens(texts))
        found: Floats = vectors
        return found

    return run


def test_vectors_are_nearly_those_of_the_published_encoder(
    files: Mapping[str, Path], tokens: Any, embed: Embed
) -> None:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    published = onnxruntime.InferenceSession(files["all-minilm-l6-v2-q.onnx"], options)
    for text in TEXTS:
        (states,) = published.run(None, tokens([text]))
        mean = states[0].mean(0)
        assert embed([text])[0] @ mean / np.linalg.norm(mean) > 0.985


def test_a_text_has_one_vector_alone_and_beside_longer_ones(embed: Embed) -> None:
    together = embed(TEXTS)
    assert np.linalg.norm(together, axis=1) == pytest.approx(1, abs=1e-5)
    for text, vector in zip(TEXTS, together, strict=True):
        np.testing.assert_allclose(embed([text])[0], vector, atol=1e-5)


def test_texts_of_one_meaning_are_near(embed: Embed) -> None:
    kitten, cat, dinner, banks = embed(TEXTS)
    assert kitten @ cat > 0.6
    assert max(kitten @ dinner, kitten @ banks, cat @ dinner) < 0.3


def test_without_a_runtime_it_computes_the_same(files: Mapping[str, Path], embed: Embed) -> None:
    np.testing.assert_allclose(minilm.encode(files, TEXTS), embed(TEXTS), atol=1e-4)
