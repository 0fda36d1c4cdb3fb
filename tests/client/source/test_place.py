"""What a user's word for a source means."""

from pathlib import Path

import pytest

from ocelli.client.source.place import Kind, parse_place


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("0", Kind.CAMERA, "camera 0"),
        ("12", Kind.CAMERA, "camera 12"),
        ("/dev/video0", Kind.CAMERA, "camera /dev/video0"),
        ("./0", Kind.FILE, "0"),
        ("²", Kind.FILE, "²"),
        ("some/street.mp4", Kind.FILE, "street.mp4"),
        ("a:b/street.mp4", Kind.FILE, "street.mp4"),
        ("http://host/live.ts", Kind.ADDRESS, "http://host/live.ts"),
        ("rtsp://host:554/main", Kind.ADDRESS, "rtsp://host:554/main"),
        ("rtsp://me:se:cret@host/main", Kind.ADDRESS, "rtsp://me:…@host/main"),
        ("rtsp://me:p@ss@host/main", Kind.ADDRESS, "rtsp://me:…@host/main"),
        ("rtsp://me@host/main", Kind.ADDRESS, "rtsp://me@host/main"),
    ],
)
def test_a_word_names_a_place(text: str, kind: Kind, name: str) -> None:
    place = parse_place(text)
    assert (place.kind, place.target, place.name) == (kind, text, name)


def test_a_folder_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "frames").mkdir()
    place = parse_place(str(tmp_path / "frames"))
    assert (place.kind, place.name) == (Kind.FOLDER, "frames")
