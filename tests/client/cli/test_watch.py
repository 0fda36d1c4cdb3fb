"""`ocelli watch` as users run it: files, folders and a camera on the network."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ocelli.client import Client
from ocelli.client.video import VideoWriter, frames, probe
from ocelli.models.media import Media

COMMAND = [sys.executable, "-m", "ocelli.client.cli"]
Ocelli = Callable[..., Any]


@pytest.fixture
def clip(media: Media, tmp_path: Path) -> Path:
    """A dozen frames of the demo's street."""
    path = tmp_path / "clip.mp4"
    with VideoWriter(path, 25) as writer:
        for frame in frames(media.video.path):
            writer.write(frame.image)  # type: ignore[arg-type]  # an array
            if frame.frame_id == 11:
                break
    return path


@pytest.mark.parametrize("policy", ["block", "keep_latest"])
def test_watch_answers_every_frame_and_writes_the_video(
    ocelli: Ocelli, clip: Path, tmp_path: Path, policy: str
) -> None:
    out = tmp_path / "seen.mp4"
    done = ocelli(
        "watch", clip, "--out", out, "--json", "--overflow-policy", policy, "--in-flight", 2
    )
    assert done.code == 0, done.err
    assert [line["frame_id"] for line in done.lines] == list(range(12))
    assert "frames: 12 in" in done.err
    assert (probe(out).frame_count, probe(out).width) == (12, 640)
    if policy == "block":
        assert all("detections" in line for line in done.lines)


def test_watch_names_what_is_no_video(ocelli: Ocelli, tmp_path: Path, clip: Path) -> None:
    ocelli("watch", tmp_path / "nope.mp4").says("no such file", 1)
    ocelli("watch", clip, "--out", clip).says("would replace the video", 1)


def test_watch_plays_a_folder_of_images(
    ocelli: Ocelli, tmp_path: Path, photo: Callable[[str], bytes]
) -> None:
    folder, out = tmp_path / "frames", tmp_path / "seen.mp4"
    folder.mkdir()
    for number, name in ((2, "cat"), (10, "astronaut")):
        (folder / f"{number}.png").write_bytes(photo(name))
    (folder / "3.png").write_text("not an image")
    done = ocelli("watch", folder, "--json", "--out", out, "--fps", 2)
    assert done.code == 1
    assert [line["image"] for line in done.lines] == ["2.png", "3.png", "10.png"]
    assert done.lines[1]["error"]["reason"] == "IMAGE_FORMAT_UNKNOWN"
    assert [line["capture_time_us"] for line in done.lines] == [0, 500_000, 1_000_000]
    assert {found["label"] for found in done.lines[0]["detections"]} == {"cat"}
    assert (probe(out).frame_count, probe(out).fps) == (2, 2)


def test_watch_keeps_up_with_a_camera(ocelli: Ocelli, camera: Any, tmp_path: Path) -> None:
    out = tmp_path / "seen.mp4"
    done = ocelli("watch", camera.address, "--duration", 1.5, "--json", "--out", out)
    assert done.code == 0, done.err
    lines = done.lines
    assert all("detections" in line for line in lines)
    numbers = [line["frame_id"] for line in lines]
    assert numbers == sorted(set(numbers))
    assert f"frames: {len(lines)} in" in done.err
    if numbers[-1] >= len(numbers):
        assert "superseded before sending" in done.err
    # The video lasts as long as what it shows, however many frames were lost.
    shown_s = (lines[-1]["capture_time_us"] - lines[0]["capture_time_us"]) / 1e6
    assert probe(out).frame_count / 25 == pytest.approx(shown_s, abs=0.1)


def test_watch_gives_up_a_camera_that_stalls(client: Client, camera: Any) -> None:
    camera.process.send_signal(signal.SIGSTOP)
    command = [*COMMAND, "--address", client.address, "watch", camera.address]
    done = subprocess.run(
        [*command, "--stall-timeout", "0.5"],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == (
        f"ocelli: {camera.address} sent nothing for 0.5 s; is it still on, or allow it more time\n"
    )


def test_ctrl_c_ends_the_watching_of_a_camera_with_its_summary(
    client: Client, camera: Any, tmp_path: Path
) -> None:
    out = tmp_path / "seen.mp4"
    command = [*COMMAND, "--address", client.address, "watch", camera.address, "--json"]
    with subprocess.Popen(
        [*command, "--out", str(out)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert "detections" in json.loads(process.stdout.readline())
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
        assert b"per second" in process.stderr.read()
    assert probe(out).frame_count > 0


def test_ctrl_c_ends_quietly(client: Client, media: Media) -> None:
    video = str(media.video.path)
    command = [
        *COMMAND,
        "--address",
        client.address,
        "watch",
        video,
        "--overflow-policy",
        "keep_latest",
    ]
    with subprocess.Popen(
        [*command, "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130
        assert process.stderr.read().strip() == b""
