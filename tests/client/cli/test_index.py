"""`ocelli index` and `ocelli search` on a folder, as users run them."""

import json
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ocelli.client import Client, draw

Ocelli = Callable[..., Any]


@pytest.fixture
def collection(client: Client) -> Iterator[str]:
    name = f"cli-{uuid.uuid4().hex}"
    yield name
    if name in {found.name for found in client.collections.list()}:
        client.collections.delete(name)


def test_a_folder_becomes_searchable(
    ocelli: Ocelli, images: Path, collection: str, tmp_path: Path, client: Client
) -> None:
    (images / "pets" / "broken.jpg").write_text("not an image")
    done = ocelli("index", collection, images, "--payload", "year=2020", "--json")
    assert done.code == 1
    assert [line["id"] for line in done.lines] == [
        "pets/broken.jpg",
        "pets/cat.png",
        "things/coffee.png",
    ]
    assert "2 images stored" in done.err
    assert client.collections.get(collection).fields["year"] == "integer"

    cat = images / "pets/cat.png"
    found = ocelli(
        "search", collection, cat, "--json", "--limit", 1, "--out", tmp_path / "sheet.png"
    )
    (hit,) = found.lines
    assert hit["id"] == "pets/cat.png"
    assert hit["payload"] == {"path": str(cat), "label": "pets", "year": 2020}
    assert draw.load(tmp_path / "sheet.png").shape[1] > 500

    near = ocelli("search", collection, "--id", "pets/cat.png", "--filter", "label=things")
    assert "things/coffee.png" in near.out
    empty = ocelli("search", collection, cat, "--filter", "year>2020")
    assert "nothing found" in empty.out

    vector = tmp_path / "vector.json"
    vector.write_text(json.dumps([float(value) for value in client.embed(cat).vector]))
    assert ocelli("search", collection, "--vector", f"@{vector}", "--json").lines[0]["id"] == (
        "pets/cat.png"
    )
    ocelli("search", collection, "--vector", "1,2").says("2 values", 1)


def test_a_folder_is_stored_as_what_a_detector_finds(
    ocelli: Ocelli, images: Path, collection: str
) -> None:
    assert ocelli("collections", "create", collection, "--detector", "").code == 0
    done = ocelli("index", collection, images, "--json")
    cat, _ = done.lines
    assert "cat" in {region["label"] for region in cat["regions"]}
    assert cat["regions"][0]["id"] == "pets/cat.png#0"
    assert f"2 images stored in {collection} as " in done.err
    found = ocelli("search", collection, images / "pets/cat.png", "--json", "--limit", 1)
    (hit,) = found.lines
    assert hit["id"] == "pets/cat.png#0"
    assert hit["region"]["label"] == hit["payload"]["label"]
