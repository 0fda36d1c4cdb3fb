"""Which images a command reads and which files it writes."""

from pathlib import Path

import click
import pytest

from ocelli.client.cli.files import images_under, output_files


def _made(folder: Path, *names: str) -> list[Path]:
    paths = [folder / name for name in names]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return paths


def test_folders_are_searched_and_files_are_taken_as_named(tmp_path: Path) -> None:
    _made(tmp_path, "in/b/2.JPG", "in/a.png", "in/notes.txt", "odd.xyz")
    found = list(images_under([tmp_path / "in", tmp_path / "odd.xyz"]))
    assert [name for _, name in found] == ["a.png", "b/2.JPG", (tmp_path / "odd.xyz").as_posix()]
    assert found[1][0] == tmp_path / "in/b/2.JPG"
    with pytest.raises(click.ClickException, match="no such file or folder"):
        list(images_under([tmp_path / "gone"]))


def test_one_image_may_have_a_file_and_many_a_folder(tmp_path: Path) -> None:
    one, other = _made(tmp_path, "a/x.png", "b/x.png")
    assert output_files([one], tmp_path / "out.jpg") == [tmp_path / "out.jpg"]
    out = tmp_path / "new" / "out"
    assert output_files([one, other], out) == [out / "x.png", out / "x-2.png"]
    assert out.is_dir()


def test_an_original_is_not_replaced(tmp_path: Path) -> None:
    (image,) = _made(tmp_path, "x.png")
    for out in (image, tmp_path):
        with pytest.raises(click.ClickException, match="would replace the image itself"):
            output_files([image], out)
    with pytest.raises(click.ClickException, match="cannot make"):
        output_files([image], image / "folder")
