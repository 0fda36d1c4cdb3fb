"""The command as users run it, against a real server."""

import json
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from ocelli.client import Client, draw

COMMAND = [sys.executable, "-m", "ocelli.client.cli"]


Ocelli = Callable[..., Any]


@pytest.fixture
def images(tmp_path: Path, photo: Callable[[str], bytes]) -> Path:
    """A folder with two images in folders of their own."""
    for folder, name in (("pets", "cat"), ("things", "coffee")):
        (tmp_path / "images" / folder).mkdir(parents=True)
        (tmp_path / "images" / folder / f"{name}.png").write_bytes(photo(name))
    return tmp_path / "images"


@pytest.fixture
def collection(client: Client) -> Iterator[str]:
    name = f"cli-{uuid.uuid4().hex}"
    yield name
    if name in {found.name for found in client.collections.list()}:
        client.collections.delete(name)


def test_detect_prints_lines_of_json_and_draws(
    ocelli: Ocelli, images: Path, tmp_path: Path
) -> None:
    cat, coffee = images / "pets/cat.png", images / "things/coffee.png"
    done = ocelli("detect", cat, coffee, "--json", "--out", tmp_path / "out")
    assert done.code == 0
    first, second = done.lines
    assert first["image"] == str(cat)
    assert second["image"] == str(coffee)
    assert (first["width"], first["height"]) == (451, 300)
    (found,) = cast("list[dict[str, object]]", first["detections"])
    assert found["label"] == "cat"
    assert len(cast("list[float]", found["box"])) == 4
    assert first["out"] == str(tmp_path / "out/cat.png")
    drawn = draw.load(tmp_path / "out/cat.png")
    assert drawn.shape == (300, 451, 3)
    assert (drawn != draw.load(cat)).any()


def test_detect_prints_a_table_for_people(ocelli: Ocelli, images: Path) -> None:
    done = ocelli("detect", images / "pets/cat.png", "--score-threshold", "0.3")
    assert done.code == 0
    assert "451×300" in done.out
    assert "cat  " in done.out


def test_detect_goes_on_after_an_image_that_fails(
    ocelli: Ocelli, images: Path, tmp_path: Path
) -> None:
    text = tmp_path / "text.jpg"
    text.write_text("not an image")
    done = ocelli("detect", text, tmp_path / "gone.jpg", images / "pets/cat.png", "--json")
    assert done.code == 1
    refused, gone, fine = done.lines
    error = cast("dict[str, str]", refused["error"])
    assert error["reason"] == "IMAGE_FORMAT_UNKNOWN"
    assert "error" in gone
    assert fine["detections"]
    assert [line.startswith("ocelli: ") for line in done.err.splitlines()] == [True, True]


def test_detect_never_replaces_the_image_itself(ocelli: Ocelli, images: Path) -> None:
    cat = images / "pets/cat.png"
    before = cat.read_bytes()
    ocelli("detect", cat, "--out", images / "pets").says("would replace the image", 1)
    ocelli("detect", cat, "--out", cat).says("would replace the image", 1)
    assert cat.read_bytes() == before


def test_embed_prints_the_vector(ocelli: Ocelli, images: Path) -> None:
    done = ocelli("embed", images / "pets/cat.png", "--json")
    (line,) = done.lines
    assert line["model"] == "efficientnet_lite0"
    assert len(cast("list[float]", line["vector"])) == 1280
    assert "efficientnet_lite0" in ocelli("embed", images / "pets/cat.png").out


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


def test_collections_are_made_listed_and_deleted(ocelli: Ocelli, collection: str) -> None:
    made = ocelli(
        "collections", "create", collection, "--dimension", 3, "--field", "label:keyword", "--json"
    )
    assert made.lines[0]["fields"] == {"label": "keyword"}
    names = [line["name"] for line in ocelli("collections", "list", "--json").lines]
    assert collection in names
    assert "label:keyword" in ocelli("collections", "get", collection).out
    assert ocelli("collections", "delete", collection).code == 0
    ocelli("collections", "delete", collection).says("no collection", 1)


def test_models_and_health_are_told(ocelli: Ocelli) -> None:
    models = {line["name"]: line for line in ocelli("models", "list", "--json").lines}
    assert models["nanodet_coco80"]["task"] == "detect"
    assert "80 labels" in ocelli("models", "list").out
    assert ocelli("models", "load", "efficientnet_lite0", "--json").lines[0]["state"] == "ready"
    ocelli("models", "load", "nope").says("nope", 1)
    assert ocelli("health").out == "SERVING\n"
    assert ocelli("health", "ocelli.v1.DetectService", "--wait", 5).code == 0
    unknown = ocelli("health", "nope", "--json")
    assert (unknown.code, unknown.lines[0]["status"]) == (1, "SERVICE_UNKNOWN")


def test_no_server_is_one_line_with_what_to_do(offline: Ocelli, images: Path) -> None:
    for arguments in (
        ("health",),
        ("models", "list"),
        ("detect", images / "pets/cat.png"),
        ("index", "c", images),
    ):
        offline("--address", "127.0.0.1:1", *arguments).says(
            "is `ocelli serve` running at 127.0.0.1:1?", 1
        )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("frob",), "No such command 'frob'"),
        (("detect",), "Missing argument"),
        (("detect", "x.jpg", "--score-threshold", "7"), "--score-threshold"),
        (("search", "c"), "exactly one of"),
        (("search", "c", "--id", "x", "--vector", "a,b"), "exactly one of"),
        (("search", "c", "--vector", "a,b"), "expected numbers"),
        (("collections", "create", "c", "--field", "x"), "NAME:TYPE"),
        (("index", "c", "x.jpg", "--payload", "x"), "KEY=VALUE"),
    ],
)
def test_a_wrong_command_line_is_one_line_and_code_2(
    offline: Ocelli, arguments: tuple[str, ...], says: str
) -> None:
    offline(*arguments).says(says, 2)


def test_the_address_may_stand_anywhere_and_flags_beat_the_environment(
    offline: Ocelli, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert offline("health", "--address", client.address).code == 0
    monkeypatch.setenv("OCELLI_ADDRESS", client.address)
    assert offline("health").code == 0
    offline("--address", "127.0.0.1:1", "health").says("127.0.0.1:1", 1)
    offline("health", "--address", "127.0.0.1:1").says("127.0.0.1:1", 1)


def test_config_shows_what_serve_would_run_with(
    offline: Ocelli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("OCELLI_STREAM_WINDOW", "5")
    file = tmp_path / "ocelli.toml"
    file.write_text("stream_window = 3\ndecode_threads = 2\n")
    (shown,) = offline("config", "--json", "--config", file, "--log-level", "debug").lines
    assert (shown["stream_window"], shown["decode_threads"], shown["log_level"]) == (5, 2, "debug")
    assert "stream_window" in offline("config").out
    offline("config", "--stream-window", "0").says("stream_window", 1)
    offline("serve", "--triton", "not an address").says("triton", 1)


def test_version_and_help_are_told(offline: Ocelli) -> None:
    assert offline("--version").out.startswith("ocelli ")
    assert "ocelli serve  " in offline("--help").out
    assert "--score-threshold" in offline("detect", "-h").out
    assert offline().code == 2


def test_a_reader_that_leaves_is_no_fault_of_ours(client: Client) -> None:
    command = [*COMMAND, "--address", client.address, "models", "list", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(20) in {0, 1}


@pytest.mark.parametrize(
    ("missing", "arguments", "remedy"),
    [
        ("cv2", ["watch", "x.mp4"], "ocelli-vision[media]"),
        ("tritonclient", ["serve"], "ocelli-vision[edge]"),
        ("onnx", ["models", "install"], "ocelli-vision[edge]"),
    ],
)
def test_a_plain_installation_says_what_is_missing(
    missing: str, arguments: list[str], remedy: str
) -> None:
    program = f"""
import sys
sys.modules[{missing!r}] = None
from ocelli.client.cli import main
main({arguments!r})
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 1
    assert remedy in done.stderr
    assert done.stderr.count("\n") == 1
