"""From a user's word to a source."""

from pathlib import Path

import pytest

from ocelli.client.source import open_source, opening
from ocelli.client.source.folder import FolderSource


def test_a_folder_is_opened_as_one(tmp_path: Path) -> None:
    (tmp_path / "1.jpg").write_bytes(b"x")
    with open_source(str(tmp_path), folder_fps=3) as source:
        assert isinstance(source, FolderSource)
        assert source.fps == 3


@pytest.mark.parametrize(
    ("text", "kind"),
    [("street.mp4", "RecordedSource"), ("0", "CapturedSource"), ("rtsp://x", "CapturedSource")],
)
def test_each_kind_of_source_has_its_class(
    monkeypatch: pytest.MonkeyPatch, text: str, kind: str
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(opening, kind, lambda uri, **_: opened.append(uri.target))
    open_source(text, keep_all=True)
    assert opened == [text]
