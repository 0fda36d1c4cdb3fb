"""What a user's word for a source means."""

from pathlib import Path

import pytest

from ocelli.client.source.source_uri import Kind, parse_source_uri


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
    uri = parse_source_uri(text)
    assert (uri.kind, uri.target, uri.name) == (kind, text, name)


def test_a_folder_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "frames").mkdir()
    uri = parse_source_uri(str(tmp_path / "frames"))
    assert (uri.kind, uri.name) == (Kind.FOLDER, "frames")
