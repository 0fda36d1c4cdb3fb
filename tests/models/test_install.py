"""Installing models and media as the command does."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import cv2
import pytest

from ocelli.models.card import Card
from ocelli.models.errors import InstallError
from ocelli.models.install import available, install
from ocelli.models.media import Media, install_media


def offline(monkeypatch: pytest.MonkeyPatch, empty: Path) -> None:
    """Takes both registry clients away."""
    monkeypatch.setenv("PATH", str(empty))
    monkeypatch.setenv("PIP_NO_INDEX", "1")


@pytest.fixture
def seeded(sources: dict[str, Path], tmp_path: Path) -> Path:
    """A downloads folder that holds the source files already."""
    downloads = tmp_path / "downloads"
    for folder in sources.values():
        shutil.copytree(folder, downloads / folder.name)
    return downloads


def test_both_models_are_available() -> None:
    assert [card.name for card in available()] == ["efficientnet_lite0", "nanodet_coco80"]


def test_every_card_says_where_the_model_is_from_and_what_was_changed(
    cards: dict[str, Card],
) -> None:
    for card in cards.values():
        assert card.citation
        assert card.changes
        assert card.licence.package
        assert card.licence.upstream
        assert len(card.source.sha256) == 64
        assert all(len(file.sha256) == 64 for file in card.source.files)


def test_models_are_assembled_from_fetched_sources(
    seeded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offline(monkeypatch, tmp_path)
    steps: list[tuple[str, int, int]] = []
    models_dir = tmp_path / "models"
    installed = install(["nanodet_coco80"], models_dir, seeded, lambda *step: steps.append(step))
    assert [(model.card.name, model.fresh) for model in installed] == [("nanodet_coco80", True)]
    assert steps == [("assemble nanodet_coco80", 0, 1), ("assemble nanodet_coco80", 1, 1)]
    assert (installed[0].folder / "1" / "model.onnx").stat().st_size > 1 << 20


def test_a_second_installation_does_nothing(
    models_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offline(monkeypatch, tmp_path)
    steps: list[tuple[str, int, int]] = []
    installed = install([], models_dir, tmp_path / "empty", lambda *step: steps.append(step))
    assert not any(model.fresh for model in installed)
    assert len(installed) == 2
    assert steps == []


def test_an_unknown_name_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(InstallError, match="no model is called yolo; available are efficientnet"):
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
