"""DetectStream: what is in each frame of a street video?"""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from PIL import Image

from demo.output import Json, Output, detections_json
from ocelli.client import Client, DetectResult, FrameAnswer, draw, video
from ocelli.client.draw import Pixels

_STILLS = 5
_PREVIEW_EVERY = 2
_PREVIEW_QUALITY = 70


@dataclass(frozen=True)
class Streamed:
    """What came of a video."""

    path: Path
    info: video.VideoInfo
    answers: Sequence[FrameAnswer[DetectResult]]
    """One per frame, in order."""
    seconds: float
    """From opening the stream to its last answer, decoding the video included."""
    runs: int
    """Times that Triton ran the model for them, each for a batch."""

    @property
    def fps(self) -> float:
        """Frames answered per second."""
        return len(self.answers) / self.seconds

    @property
    def mean_batch(self) -> float:
        """Frames per run of the model."""
        return len(self.results) / self.runs if self.runs else 0.0

    @property
    def results(self) -> list[DetectResult]:
        """The answers that are results."""
        return [answer.result for answer in self.answers if answer.result is not None]

    @property
    def labels(self) -> Counter[str]:
        """Label → boxes in all frames."""
        return Counter(found.label for result in self.results for found in result.detections)


def stream_video(client: Client, path: Path, model: str, output: Output) -> Streamed:
    """Sends all frames of a video over one stream.

    Args:
        client: connected.
        path: a video file.
        model: the detector to use.
        output: where progress and the summary go.
    """
    info = video.probe(path)
    answers = []
    runs_before = _runs(client, model)
    begun_s = time.perf_counter()
    with output.counted(path.name, info.frame_count) as bar:
        for answer in client.detect_stream(video.frames(path), model=model):
            answers.append(answer)
            bar.advance(bar.task_ids[0])
    seconds = time.perf_counter() - begun_s
    runs = _runs(client, model) - runs_before
    streamed = Streamed(path, info, answers, seconds, runs)
    seen = ", ".join(f"{label} {count}" for label, count in streamed.labels.most_common(5))
    output.say(
        f"{len(answers)} frames in {seconds:.1f} s: {streamed.fps:.1f} frames/s, "
        f"{streamed.mean_batch:.1f} frames per run of the model"
    )
    output.say(f"boxes: {seen}")
    unanswered = len(answers) - len(streamed.results)
    if unanswered or not answers:
        output.problems.append(f"{unanswered} of the video's {len(answers)} frames failed")
    return streamed


def _runs(client: Client, model: str) -> int:
    statistics = client.models.get(model).statistics
    return statistics.execution_count if statistics else 0


def draw_video(streamed: Streamed, output: Output) -> None:
    """Writes the video with its boxes, a few stills of it, and a copy that browsers play."""
    info = streamed.info
    count = len(streamed.answers)
    stills = {round((at + 0.5) * count / _STILLS) for at in range(_STILLS)}
    preview = []
    target = output.path("street.mp4")
    with (
        video.VideoWriter(target, info.fps) as writer,
        output.counted("drawing", count) as bar,
    ):
        for frame, answer in zip(video.frames(streamed.path), streamed.answers, strict=True):
            found = answer.result.detections if answer.result is not None else ()
            bgr = draw.annotate(cast("Pixels", frame.image), found, pixel_format="BGR")
            writer.write(bgr)
            rgb = bgr[:, :, ::-1]
            if answer.frame_id in stills:
                draw.save(output.path(f"frames/{answer.frame_id:04}.png"), rgb)
            if answer.frame_id % _PREVIEW_EVERY == 0:
                preview.append(Image.fromarray(rgb.copy()))
            bar.advance(bar.task_ids[0])
    preview[0].save(
        output.path("street.webp"),
        save_all=True,
        append_images=preview[1:],
        duration=round(1000 * _PREVIEW_EVERY / info.fps),
        loop=0,
        quality=_PREVIEW_QUALITY,
        method=0,
    )


def stream_json(streamed: Streamed) -> Json:
    """The video with what was found in every frame."""
    return {
        "video": str(streamed.path),
        "width": streamed.info.width,
        "height": streamed.info.height,
        "video_fps": streamed.info.fps,
        "frames": len(streamed.answers),
        "failed": len(streamed.answers) - len(streamed.results),
        "seconds": round(streamed.seconds, 3),
        "fps": round(streamed.fps, 2),
        "mean_batch": round(streamed.mean_batch, 2),
        "model_runs": streamed.runs,
        "labels": dict(streamed.labels.most_common()),
        "answers": [
            {
                "frame_id": answer.frame_id,
                "detections": detections_json(answer.result.detections if answer.result else ()),
            }
            for answer in streamed.answers
        ],
    }
