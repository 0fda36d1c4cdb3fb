"""Installing models and media as the command does."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import cv2
import pytest

from ocelli.models import card as cards_of
from ocelli.models.card import Card
from ocelli.models.errors import ClientMissingError, InstallError
from ocelli.models.install import available, install
from ocelli.models.media import Media, install_media


def offline(monkeypatch: pytest.MonkeyPatch, empty: Path) -> None:
    """Takes the registries' clients away."""
    monkeypatch.setenv("PATH", str(empty))
    monkeypatch.setenv("PIP_NO_INDEX", "1")


@pytest.fixture
def seeded(home: Path, sources: object, cards: dict[str, Card], tmp_path: Path) -> Path:
    """A downloads folder that holds the source files already, but for those of Maven."""
    downloads = tmp_path / "downloads"
    downloads.mkdir()
    packages = {source.folder: source for card in cards.values() for source in card.sources}
    for folder, source in packages.items():
        if source.registry != "maven":
            (downloads / folder).symlink_to(home / "downloads" / folder)
    return downloads


def test_what_is_available() -> None:
    assert [card.name for card in available()] == [
        *("blazeface", "centerface"),
        *("efficientnet_lite0", "efficientnet_lite2", "efficientnet_lite2_classes"),
        *("face_vectors", "nanodet_coco80", "ssdlite_coco80"),
        *("text_directions", "text_lines", "text_recogniser", "words_images", "words_texts"),
    ]


def test_every_card_says_where_the_model_is_from_and_what_was_changed(
    cards: dict[str, Card],
) -> None:
    for card in cards.values():
        assert card.citation
        assert card.changes
        assert card.licence.package
        assert card.licence.upstream
        for source in card.sources:
            assert len(source.sha256) == 64
            assert all(len(file.sha256) == 64 for file in source.files)


def test_models_are_assembled_from_fetched_sources(
    seeded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offline(monkeypatch, tmp_path)
    steps: list[tuple[str, int, int]] = []
    models_dir = tmp_path / "models"
    done = install(["nanodet_coco80"], models_dir, seeded, lambda *step: steps.append(step))
    installed = done.models
    assert [(model.card.name, model.fresh) for model in installed] == [("nanodet_coco80", True)]
    assert steps == [("assemble nanodet_coco80", 0, 1), ("assemble nanodet_coco80", 1, 1)]
    assert (installed[0].folder / "1" / "model.onnx").stat().st_size > 1 << 20


def test_a_second_installation_does_nothing(
    models_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offline(monkeypatch, tmp_path)
    steps: list[tuple[str, int, int]] = []
    done = install([], models_dir, tmp_path / "empty", lambda *step: steps.append(step))
    assert not any(model.fresh for model in done.models)
    assert len(done.models) == len(available())
    assert done.left_out == []
    assert steps == []


def test_what_this_machine_cannot_get_is_left_out_unless_it_is_named(
    seeded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offline(monkeypatch, tmp_path / "nothing")
    kept = ("blazeface", "words_texts")
    monkeypatch.setattr(
        "ocelli.models.install.available",
        lambda: [card for card in cards_of.available() if card.name in kept],
    )
    done = install([], tmp_path / "models", seeded)
    assert [model.card.name for model in done.models] == ["blazeface"]
    (missing,) = done.left_out
    assert missing.card.name == "words_texts"
    assert missing.reason.startswith("mvn is needed to download dev.langchain4j:")
    assert "\n" not in missing.reason
    with pytest.raises(ClientMissingError, match="mvn is needed"):
        install(["words_texts"], tmp_path / "models", seeded)


def test_an_unknown_name_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(InstallError, match="no model is called yolo; available are blazeface, "):
        install(["yolo"], tmp_path / "models", tmp_path / "downloads")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_one_line(seeded: Path, tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file where the folder should be")
    with pytest.raises(InstallError, match="cannot write the models"):
        install(["nanodet_coco80"], tmp_path / "models", seeded)


def test_media_are_real_photos_and_a_video(media: Media) -> None:
    assert len(media.photos) >= 8
    for photo in media.photos:
        image = cv2.imread(str(photo.path))
        assert image is not None
        assert min(image.shape[:2]) >= 300
        assert photo.licence
        assert photo.credit
    video = cv2.VideoCapture(str(media.video.path))
    frames = 0
    while video.grab():
        frames += 1
    assert frames == 250
    assert video.get(cv2.CAP_PROP_FPS) == 25


def test_media_that_were_changed_are_put_right(home: Path, tmp_path: Path, media: Media) -> None:
    folder = tmp_path / "media"
    folder.mkdir()
    changed = folder / media.photos[0].path.name
    changed.write_bytes(b"changed")
    install_media(folder, home / "downloads")
    assert changed.read_bytes() == media.photos[0].path.read_bytes()


def test_the_command_says_what_is_installed(models_dir: Path) -> None:
    environ = os.environ | {"OCELLI_HOME": str(models_dir.parent)}
    command = [sys.executable, "-m", "ocelli.models"]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    assert "nanodet_coco80: already installed in" in done.stdout
    failed = subprocess.run(
        [*command, "yolo"], env=environ, capture_output=True, text=True, check=False
    )
    assert failed.returncode == 1
    assert failed.stderr.startswith("error: no model is called yolo")
    assert failed.stderr.count("\n") == 1


@pytest.mark.timeout(300)
def test_the_command_says_what_is_left_out_and_goes_on(
    seeded: Path, home: Path, tmp_path: Path
) -> None:
    models = tmp_path / "models"
    for card in available():
        if not card.name.startswith("words"):
            shutil.copytree(home / "models" / card.name, models / card.name)
    environ = os.environ | {"OCELLI_HOME": str(tmp_path), "PATH": str(tmp_path)}
    command = [sys.executable, "-m", "ocelli.models"]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    said = [line for line in done.stdout.splitlines() if "left out" in line]
    assert [line.partition(",")[0] for line in said] == [
        *("words_images: left out", "words_texts: left out")
    ]
    assert done.stdout.count("already installed") == len(available()) - 2
