"""`ocelli watch`: what is to be seen?"""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from ocelli.client import DetectResult, Frame, FrameAnswer, ImageLike, OverflowPolicy, Tolerance
from ocelli.client.cli.extras import extra
from ocelli.client.cli.output import Json, detections_json, error_json, say_json
from ocelli.client.cli.progress import watching
from ocelli.client.cli.session import Session, json_option, server_options, tolerance_option
from ocelli.client.cli.stats import StreamStats

if TYPE_CHECKING:
    from ocelli.client.source import Source, SourceFrame

_FFMPEG_QUIET = "-8"
# One frame is looked at while the next is on its way; every further one only makes answers older.
_LIVE_IN_FLIGHT = 2


@dataclass(frozen=True, slots=True)
class _UnderWay:
    """A frame that is sent and not yet answered."""

    read_s: float
    name: str
    image: ImageLike | None
    """Kept if it is to be drawn on."""


@click.command()
@click.argument("source", metavar="SOURCE")
@click.option("--out", type=click.Path(path_type=Path), help="Write a video with boxes (.mp4).")
@click.option("--model", default="", help="Detection model.  [default: the server's]")
@click.option("--score-threshold", type=click.FloatRange(0, 1), help="Lowest score to report.")
@click.option("--label", "labels", multiple=True, help="Report only this label; may be repeated.")
@click.option(
    "--overflow-policy",
    type=click.Choice(get_args(OverflowPolicy)),
    help="block: look at every frame. keep_latest: keep up with the time and look at the newest."
    "  [default: keep_latest for live sources, else block]",
)
@click.option(
    "--in-flight",
    type=click.IntRange(min=0),
    help=f"Most frames under way at once.  [default: {_LIVE_IN_FLIGHT} for live sources, "
    "else the server's choice]",
)
@click.option(
    "--max-frame-age-ms", type=click.IntRange(min=0), default=0, help="Drop older frames."
)
@click.option(
    "--duration",
    "duration_s",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Stop after this time.",
)
@click.option(
    "--stall-timeout",
    "stall_timeout_s",
    type=click.FloatRange(0.1, 3600),
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="Longest a live source may take to open, or to send a frame.",
)
@click.option(
    "--fps",
    type=click.FloatRange(0.01, 240),
    default=5.0,
    show_default=True,
    help="How many images of a folder make a second.",
)
@tolerance_option
@json_option
@server_options
@click.pass_obj
def watch(
    session: Session,
    *,
    source: str,
    out: Path | None,
    model: str,
    score_threshold: float | None,
    labels: tuple[str, ...],
    overflow_policy: OverflowPolicy | None,
    in_flight: int | None,
    max_frame_age_ms: int,
    duration_s: float | None,
    stall_timeout_s: float,
    fps: float,
    tolerance: Tolerance | None,
    as_json: bool,
) -> int:
    """Find objects in the frames of SOURCE.

    SOURCE is a video file, a folder of images, a camera (0, /dev/video0) or an address that
    FFmpeg reads (rtsp://…, http://…). Of live sources the newest frame wins; Ctrl-C ends them.
    """
    # FFmpeg would remark on damaged frames in lines of its own.
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", _FFMPEG_QUIET)
    with extra("media"):
        from ocelli.client.cli.recording import Recording  # noqa: PLC0415  needs the extra `media`
        from ocelli.client.media import cv2  # noqa: PLC0415  as above
        from ocelli.client.source import open_source  # noqa: PLC0415  as above
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    if out is not None and out.exists() and Path(source).exists() and out.samefile(source):
        raise click.ClickException(f"{out} would replace the video itself; choose another name")
    under_way: dict[int, _UnderWay] = {}
    stats = StreamStats()
    with ExitStack() as stack:
        opened = stack.enter_context(
            open_source(
                source,
                keep_all=overflow_policy == "block",
                stall_timeout_s=stall_timeout_s,
                folder_fps=fps,
            )
        )
        client = stack.enter_context(session.connect())
        progress, task = watching(opened.name, opened.frame_count or None, lambda: stats.now)
        stack.enter_context(progress)
        recording = (
            stack.enter_context(Recording(out, opened.fps, in_real_time=opened.live))
            if out
            else None
        )
        answers = client.detect_stream(
            _sent(_chosen(opened, overflow_policy, duration_s), under_way, keep=out is not None),
            model=model,
            score_threshold=score_threshold,
            labels=labels,
            # Frames of live sources are dropped here, before they cost the network anything.
            overflow_policy="block" if opened.live else overflow_policy or "block",
            max_frame_age_ms=max_frame_age_ms,
            tolerance=tolerance,
            max_in_flight_frames=_LIVE_IN_FLIGHT
            if opened.live and in_flight is None
            else in_flight or 0,
        )
        stack.enter_context(closing(answers))
        # The source wakes the sender that waits for it, so it is closed before the stream is.
        stack.callback(opened.close)
        # Ctrl-C is how one stops looking at what has no end.
        with suppress(*((KeyboardInterrupt,) if opened.live else ())):
            for answer in answers:
                frame = under_way.pop(answer.frame_id)
                latency_s = time.monotonic() - frame.read_s
                stats.add(answer, latency_s, opened.dropped)
                progress.advance(task)
                if recording is not None and frame.image is not None:
                    found = answer.result.detections if answer.result else ()
                    recording.write(frame.image, found, answer.capture_time_us)
                if as_json:
                    say_json(_as_json(answer, latency_s, frame.name))
    stats.report(str(out) if out else "", opened.dropped)
    return 1 if stats.failed or not stats.frames else 0


def _chosen(
    source: "Source", overflow_policy: OverflowPolicy | None, duration_s: float | None
) -> "Iterator[SourceFrame]":
    """The frames to be sent: no faster than they were taken if that is asked for, and in time."""
    begun_s = time.monotonic()
    paced = overflow_policy == "keep_latest" and not source.live
    for read in source.frames():
        if paced:
            due_s = begun_s + read.frame.capture_time_us / 1e6
            time.sleep(max(0.0, due_s - time.monotonic()))
        if duration_s is not None and time.monotonic() - begun_s > duration_s:
            return
        yield replace(read, read_s=time.monotonic()) if paced else read


def _sent(
    chosen: "Iterator[SourceFrame]", under_way: dict[int, _UnderWay], *, keep: bool
) -> Iterator[Frame]:
    """Notes every frame as it goes out."""
    for read in chosen:
        frame = read.frame
        if frame.frame_id is not None:
            image = frame.image if keep else None
            under_way[frame.frame_id] = _UnderWay(read.read_s, read.name, image)
        yield frame


def _as_json(answer: FrameAnswer[DetectResult], latency_s: float, name: str) -> Json:
    frame: dict[str, object] = {
        "frame_id": answer.frame_id,
        "capture_time_us": answer.capture_time_us,
        **({"image": name} if name else {}),
        "latency_ms": round(latency_s * 1000, 2),
    }
    if answer.result is not None:
        return {**frame, **detections_json(answer.result)}
    if answer.error is not None:
        return {**frame, **error_json(answer.error)}
    dropped = answer.dropped
    return {
        **frame,
        "dropped": dropped.reason if dropped else "",
        "age_us": dropped.age_us if dropped else 0,
    }
