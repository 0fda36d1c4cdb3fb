"""Texts and images in one space."""

from typing import Any

import numpy as np
import pytest

from ocelli.client import Frame, IndexItem, OcelliError
from tests import toy_models

COLORS = {
    "red": np.full((9, 9, 3), (220, 10, 20), np.uint8),
    "green": np.full((9, 9, 3), (10, 200, 30), np.uint8),
    "blue": np.full((9, 9, 3), (5, 25, 240), np.uint8),
}


@pytest.fixture(scope="module")
def words(edge: Any) -> Any:
    toy_models.write_image_embedder(edge.models_dir)
    toy_models.write_text_embedder(edge.models_dir)
    toy_models.write_text_embedder(edge.models_dir, "loner_texts", space="elsewhere")
    names = ("toy_images", "toy_texts", "loner_texts")
    with edge.connect() as client:
        loaded = [client.models.load(name) for name in names]
        yield loaded
        for name in names:
            client.models.unload(name)


def test_models_say_what_they_take_and_in_which_space(words: Any) -> None:
    assert [model.input_kind for model in words] == ["pixels", "text", "text"]
    assert [model.space for model in words] == ["toy", "toy", "elsewhere"]
    assert words[1].input is None
    assert words[1].dimension == 3


@pytest.mark.parametrize("model", ["toy_images", "toy_texts"])
def test_whichever_model_is_named_texts_and_images_find_theirs(
    client: Any, words: Any, model: str
) -> None:
    for place, (color, image) in enumerate(COLORS.items()):
        text = client.embed(text=f"a {color} {color} {color} wall", model=model)
        assert (text.model, text.width, text.height) == ("toy_texts", 0, 0)
        assert int(np.argmax(text.vector)) == place
        assert np.linalg.norm(text.vector) == pytest.approx(1, abs=1e-5)
        seen = client.embed(image, model=model)
        assert seen.model == "toy_images"
        assert int(np.argmax(seen.vector)) == place


def test_a_text_is_embedded_alike_alone_and_beside_longer_ones(client: Any, words: Any) -> None:
    alone = client.embed(text="red", model="toy_texts").vector
    frames = [Frame(text="red"), Frame(text="blue " * 40), Frame(text="red")]
    answers = list(client.embed_stream(frames, model="toy_texts"))
    assert np.allclose(answers[0].result.vector, alone, atol=1e-5)
    assert np.allclose(answers[2].result.vector, alone, atol=1e-5)


def test_photos_are_found_by_words(client: Any, words: Any) -> None:
    client.collections.create("by-words", model="toy_images")
    items = [IndexItem(color, image) for color, image in COLORS.items()]
    assert all(answer.result for answer in client.index("by-words", items))
    for color in COLORS:
        hits = client.search("by-words", text=f"{color} things", limit=1).hits
        assert hits[0].id == color
    client.collections.delete("by-words")


def test_what_nobody_takes_is_refused(client: Any, words: Any) -> None:
    with pytest.raises(OcelliError) as failed:
        client.embed(COLORS["red"], model="loner_texts")
    assert failed.value.reason == "MODEL_TAKES_NO_IMAGE"
    assert failed.value.field_violations[0].field == "image"
    with pytest.raises(OcelliError) as failed:
        client.embed(text="red", model="efficientnet_lite0")
    assert failed.value.reason == "MODEL_TAKES_NO_TEXT"
    for text in ("", "x" * 8193):
        with pytest.raises(OcelliError) as failed:
            client.embed(text=text, model="toy_texts")
        assert (failed.value.reason, failed.value.field_violations[0].field) == (
            "INVALID_FIELD",
            "text",
        )


def test_vectors_of_two_spaces_do_not_meet(client: Any, words: Any) -> None:
    client.collections.create("one-space", model="toy_images")
    with pytest.raises(OcelliError) as failed:
        client.collections.update("one-space", model="loner_texts")
    assert failed.value.reason == "MODEL_SPACE_DIFFERS"
    assert client.collections.update("one-space", model="toy_texts").model == "toy_texts"
    client.collections.delete("one-space")


def test_a_missing_tokenizer_is_named(client: Any, edge: Any, words: Any) -> None:
    folder = toy_models.write_text_embedder(edge.models_dir, "wordless")
    (folder / "tokenizer.json").unlink()
    with pytest.raises(OcelliError) as failed:
        client.models.load("wordless")
    assert failed.value.reason == "MODEL_REFUSED"
    assert "ocelli.tokenizer" in failed.value.message
    assert "there is no file" in failed.value.message
    (folder / "tokenizer.json").write_text("{}")
    with pytest.raises(OcelliError) as failed:
        client.models.load("wordless")
    assert "is no tokenizer" in failed.value.message
    client.models.unload("wordless")
