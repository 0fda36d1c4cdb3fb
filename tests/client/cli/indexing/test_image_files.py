"""Images that are read ahead."""

import hashlib
from pathlib import Path

import click
import pytest

from ocelli.client.cli.indexing.image_files import ImageFile, distinct, read_ahead


def test_files_come_in_order_with_what_was_said_of_them(tmp_path: Path) -> None:
    files = [ImageFile(str(n), tmp_path / str(n)) for n in range(50)]
    for file in files:
        if file.id != "7":
            file.path.write_bytes(file.id.encode() * 1000)
    drawn = []

    def noted():
        for file in files:
            drawn.append(file)
            yield file, int(file.id)

    reading = read_ahead(noted())
    next(reading)
    assert len(drawn) < 15
    for number, read in enumerate(reading, start=1):
        assert (read.file.id, read.beside) == (str(number), number)
        if number == 7:
            assert read.contents is None
            continue
        encoded = str(number).encode() * 1000
        assert read.contents is not None
        assert read.contents.encoded == encoded
        assert read.contents.sha256 == hashlib.sha256(encoded).hexdigest()
    assert number == 49


def test_two_files_of_one_id_are_refused() -> None:
    one, other = Path("a/x.jpg"), Path("b/x.jpg")
    assert distinct([(one, "x.jpg"), (one, "x.jpg")]) == [ImageFile("x.jpg", one)]
    with pytest.raises(click.ClickException, match=r"a/x\.jpg and b/x\.jpg have the same id"):
        distinct([(one, "x.jpg"), (other, "x.jpg")])
