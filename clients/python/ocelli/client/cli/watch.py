"""`ocelli watch`: what is in this video?"""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
import numpy.typing as npt

from ocelli.client import DetectResult, Frame, FrameAnswer
from ocelli.client.cli.extras import extra
from ocelli.client.cli.output import Json, detections_json, error_json, say_json
from ocelli.client.cli.progress import counting
from ocelli.client.cli.session import Session, json_option, server_options
from ocelli.client.cli.tally import Tally
from ocelli.client.requests.frames import DropPolicy

_FFMPEG_QUIET = "-8"


@dataclass(frozen=True, slots=True)
class _UnderWay:
    """A frame that is sent and not yet answered."""

    sent_s: float
    pixels: npt.NDArray[np.uint8]


@click.command()
@click.argument("video", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Write a video with boxes (.mp4).")
@click.option("--model", default="", help="Detection model.  [default: the server's]")
@click.option("--score-threshold", type=click.FloatRange(0, 1), help="Lowest score to report.")
@click.option("--label", "labels", multiple=True, help="Report only this label; may be repeated.")
@click.option(
    "--policy",
    type=click.Choice(["all", "latest"]),
    default="all",
    show_default=True,
    help="all: look at every frame. latest: play in real time and look at the newest.",
)
@click.option(
    "--in-flight", type=click.IntRange(min=0), default=0, help="Most frames under way at once."
)
@click.option(
    "--max-frame-age-ms", type=click.IntRange(min=0), default=0, help="Drop older frames."
)
@json_option
@server_options
@click.pass_obj
def watch(
    session: Session,
    *,
    video: Path,
    out: Path | None,
    model: str,
    score_threshold: float | None,
    labels: tuple[str, ...],
    policy: DropPolicy,
    in_flight: int,
    max_frame_age_ms: int,
    as_json: bool,
) -> int:
    """Find objects in the frames of VIDEO."""
    # FFmpeg would remark on damaged frames in lines of its own.
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", _FFMPEG_QUIET)
    with extra("media"):
        from ocelli.client import draw  # noqa: PLC0415  needs the extra `media`
        from ocelli.client.video import VideoWriter, frames, probe  # noqa: PLC0415  as above
    info = probe(video)
    if out is not None and out.exists() and out.samefile(video):
        raise click.ClickException(f"{out} would replace the video itself; choose another name")
    progress, task = counting(video.name, info.frame_count or None)
    under_way: dict[int, _UnderWay] = {}
    source = frames(video)
    tally = Tally()
    with ExitStack() as stack:
        client = stack.enter_context(session.connect())
        stack.enter_context(progress)
        writer = stack.enter_context(VideoWriter(out, info.fps)) if out else None
        answers = client.detect_stream(
            _sent(_paced(source) if policy == "latest" else source, under_way),
            model=model,
            score_threshold=score_threshold,
            labels=labels,
            drop_policy=policy,
            max_frame_age_ms=max_frame_age_ms,
            max_in_flight_frames=in_flight,
        )
        for answer in answers:
            frame = under_way.pop(answer.frame_id)
            latency_s = time.monotonic() - frame.sent_s
            tally.add(answer, latency_s)
            progress.advance(task)
            if writer is not None:
                found = answer.result.detections if answer.result else ()
                writer.write(draw.annotate(frame.pixels, found, pixel_format="BGR"))
            if as_json:
                say_json(_as_json(answer, latency_s))
    tally.report(str(out) if out else "")
    return 1 if tally.failed or not tally.frames else 0


def _sent(source: Iterator[Frame], under_way: dict[int, _UnderWay]) -> Iterator[Frame]:
    """Notes every frame as it goes out."""
    for frame in source:
        if frame.frame_id is not None and isinstance(frame.picture, np.ndarray):
            under_way[frame.frame_id] = _UnderWay(time.monotonic(), frame.picture)
        yield frame


def _paced(source: Iterator[Frame]) -> Iterator[Frame]:
    """Gives frames out no faster than they were taken, as a camera would."""
    begun_s = time.monotonic()
    for frame in source:
        due_s = begun_s + frame.capture_time_us / 1e6
        time.sleep(max(0.0, due_s - time.monotonic()))
        yield frame


def _as_json(answer: FrameAnswer[DetectResult], latency_s: float) -> Json:
    frame: dict[str, object] = {
        "frame_id": answer.frame_id,
        "capture_time_us": answer.capture_time_us,
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
