"""What says that an image would be stored the same again."""

from pathlib import Path

from ocelli.client import Client, Point
from ocelli.client.cli.indexing.image_files import ImageFile
from ocelli.client.cli.indexing.marks import CONTENT_KEY, RECIPE_KEY, Mark, Recipe, StoredMarks


def test_a_recipe_is_told_by_models_detector_and_payload() -> None:
    one = Recipe(("embedder 1",), "")
    payload = {"label": "pets", "year": 2020}
    assert one.digest(payload) == one.digest(dict(reversed(payload.items())))
    others = [
        Recipe(("embedder 2",), "").digest(payload),
        Recipe(("embedder 1", "detector 1"), "").digest(payload),
        Recipe(("embedder 1",), "{}").digest(payload),
        one.digest({"label": "pets"}),
        one.digest({"label": "pets", "year": "2020"}),
    ]
    assert len({one.digest(payload), *others}) == 6


def test_the_model_that_serves_is_in_the_recipe(client: Client, collection: str) -> None:
    described = client.collections.create(collection)
    (model,) = Recipe.of(client, described).models
    assert model == f"{described.model} {client.models.get(described.model).version}"


def test_ids_that_nobody_can_ask_for_are_not_in_the_way(client: Client, collection: str) -> None:
    described = client.collections.create(collection, dimension=2)
    payload = {CONTENT_KEY: "c", RECIPE_KEY: "r"}
    points = [Point(f"{n}", [1, 2], payload if n % 2 else {}) for n in range(250)]
    assert client.points.upsert(collection, points).stored == 250
    ids = ["x" * 300, "\udce4", "none", *(str(n) for n in range(250))]
    files = [ImageFile(id_, Path(id_)) for id_ in ids]
    found = {file.id: mark for file, mark in StoredMarks(client, described).beside(files)}
    assert list(found) == ids
    assert [found[id_] for id_ in ids[:3]] == [None] * 3
    assert found["0"] == Mark(None, None)
    assert {found[str(n)] for n in range(1, 250, 2)} == {Mark("c", "r")}
