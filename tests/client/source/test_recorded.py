"""Frames of video files."""

from itertools import islice

import pytest

from ocelli.client import ImageError
from ocelli.client.source import open_source
from ocelli.models.media import Media


def test_a_video_file_is_read_as_one(media: Media) -> None:
    with open_source(str(media.video.path)) as source:
        assert (source.live, source.frame_count, source.fps) == (False, 250, 25)
        assert [one.frame.frame_id for one in islice(source.frames(), 3)] == [0, 1, 2]


def test_closing_a_video_file_ends_one_who_reads_it(media: Media) -> None:
    source = open_source(str(media.video.path))
    found = source.frames()
    next(found)
    source.close()
    assert list(found) == []


def test_what_is_no_video_is_named() -> None:
    with pytest.raises(ImageError, match="no such file"):
        open_source("/no/such/video.mp4")
