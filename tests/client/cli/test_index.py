"""`ocelli index` and `ocelli search` on a folder, as users run them."""

import hashlib
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ocelli.client import Client, draw
from tests.conftest import OCELLI

Ocelli = Callable[..., Any]


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
    digest = hashlib.sha256(cat.read_bytes()).hexdigest()
    assert hit["payload"].pop("indexed_as")
    assert hit["payload"] == {
        "path": str(cat),
        "label": "pets",
        "year": 2020,
        "content_sha256": digest,
    }
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
    cat, coffee = ocelli("index", collection, images, "--json").lines
    assert cat == {"id": "pets/cat.png", "unchanged": True}
    assert coffee["regions"] == []  # nothing is found there, nor kept, so it is looked at again


def stored(ocelli: Ocelli, *arguments: object) -> list[str]:
    """Ids of the images that a run stored and did not pass over."""
    done = ocelli("index", *arguments, "--json")
    assert done.code == 0
    return [line["id"] for line in done.lines if "unchanged" not in line]


def test_what_is_stored_already_is_passed_over(
    ocelli: Ocelli, images: Path, collection: str, client: Client
) -> None:
    both = ["pets/cat.png", "things/coffee.png"]
    assert stored(ocelli, collection, images) == both
    assert stored(ocelli, collection, images) == []
    client.points.update_payload(collection, both, merge={"seen": True})
    assert stored(ocelli, collection, images) == []
    assert client.points.get(collection, both).points[0].payload["seen"] is True

    (images / "pets/cat.png").write_bytes((images / "things/coffee.png").read_bytes())
    assert stored(ocelli, collection, images) == ["pets/cat.png"]
    client.points.delete(collection, ["things/coffee.png"])
    assert stored(ocelli, collection, images) == ["things/coffee.png"]
    assert stored(ocelli, collection, images, "--again") == both
    assert stored(ocelli, collection, images, "--payload", "year=2020") == both
    assert stored(ocelli, collection, images, "--payload", "year=2020") == []
    assert stored(ocelli, collection, images) == both
    assert "year" not in client.points.get(collection, both).points[0].payload


def test_a_run_that_was_killed_goes_on(
    ocelli: Ocelli, images: Path, collection: str, client: Client
) -> None:
    content = (images / "things/coffee.png").read_bytes()
    for number in range(30):
        (images / f"{number:02}.png").write_bytes(content)
    assert stored(ocelli, collection, images / "pets")
    command = [OCELLI, "--address", client.address, "index", collection, str(images), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        for _ in range(5):
            assert process.stdout.readline()
        process.kill()
    before = client.points.count(collection)
    assert before < 30
    done = ocelli("index", collection, images, "--json")
    assert done.code == 0
    assert len({line["id"] for line in done.lines}) == len(done.lines) == 32
    assert sum("unchanged" in line for line in done.lines) >= 5
    assert client.points.count(collection) == 32 + 1
    assert stored(ocelli, collection, images) == []


def test_failures_are_told_at_the_end(
    ocelli: Ocelli, images: Path, collection: str, tmp_path: Path
) -> None:
    (images / "pets/broken.jpg").write_text("not an image")
    (images / "pets/unreadable.jpg").symlink_to("/proc/self/mem")
    done = ocelli("index", collection, images, "--json")
    assert done.code == 1
    failed = [line["id"] for line in done.lines if "error" in line]
    assert failed == ["pets/broken.jpg", "pets/unreadable.jpg"]
    *told, end = done.err.splitlines()
    assert "pets/broken.jpg: " in told[-2]
    assert "unreadable.jpg: Input/output error" in told[-1]
    assert end.startswith(f"2 images stored in {collection}, 0 unchanged, 2 failed, ")
    again = ocelli("index", collection, images, "--json")
    assert again.code == 1
    assert sum("unchanged" in line for line in again.lines) == 2

    (tmp_path / "empty").mkdir()
    ocelli("index", collection, tmp_path / "empty").says("no images in ", 1)
    ocelli("index", collection, images, "--payload", "indexed_as=x").says("indexed_as", 2)
