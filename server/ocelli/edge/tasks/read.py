"""Reading: an image to the lines of text that it shows."""

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ocelli.edge.call import Call
from ocelli.edge.errors import invalid_field
from ocelli.edge.tasks.inference import InferencePipeline
from ocelli.edge.tasks.line_cutting import cut_lines
from ocelli.edge.tasks.options import fraction
from ocelli.edge.tasks.pages import held_bytes, open_page
from ocelli.edge.tasks.read_head import ReadHead
from ocelli.edge.tasks.recognition import Line, LineReader
from ocelli.edge.tasks.timings import Timings
from ocelli.edge.triton.model_spec import ModelSpec
from ocelli.edge.triton.registry import ModelRegistry
from ocelli.edge.vision.image import EncodedImage, ImageWarning, RawImage

_DEFAULT_LINES = 200
_MAX_LINES = 1000

ReadModel = ModelSpec[ReadHead]


@dataclass(frozen=True, slots=True)
class ReadChoice:
    """What to report of an image.

    Attributes:
        score_threshold: lowest score of a line, 0 to 1.
        max_lines: most lines to read.
    """

    score_threshold: float
    max_lines: int


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of text.

    Attributes:
        text: composed (NFC), not empty.
        score: mean over its characters, 0 to 1.
        corners: float32 [4, 2], x and y in pixels of the upright image, in the order of reading:
            top left, top right, bottom right and bottom left of the text as one reads it.
    """

    text: str
    score: float
    corners: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ReadPage:
    """What one image says.

    Attributes:
        lines: from top to bottom, from left to right.
        unread: how many more places looked like text.
        width: of the upright image, in pixels.
        height: of the upright image, in pixels.
        model: the one that found the lines.
        version: of the model.
        timings: where the time went.
        warnings: what the caller may want to know of the image.
    """

    lines: tuple[TextLine, ...]
    unread: int
    width: int
    height: int
    model: ReadModel
    version: str
    timings: Timings
    warnings: tuple[ImageWarning, ...]


class ReadTask:
    """Reads images.

    Args:
        pipeline: takes images and lines to models.
        models: knows the models that read the lines.
    """

    def __init__(self, pipeline: InferencePipeline, models: ModelRegistry) -> None:
        self._pipeline = pipeline
        self._models = models

    async def read(
        self, image: EncodedImage | RawImage, model: ReadModel, choice: ReadChoice, call: Call
    ) -> ReadPage:
        """Reads an image, or its region.

        Raises:
            OcelliError: any of the image, model, Triton and overload reasons, or RATE_LIMITED; the
                model may be one that reads the lines.
        """
        call.take_image()
        recogniser = self._models.step(model.head.recogniser)
        name = model.head.classifier
        classifier = self._models.step(name) if name else None
        reader = LineReader(self._pipeline, recogniser, classifier, call)
        work = self._work(image, model, choice, call, reader)
        return await self._pipeline.finish(work, model, call)

    async def _work(
        self,
        image: EncodedImage | RawImage,
        model: ReadModel,
        choice: ReadChoice,
        call: Call,
        reader: LineReader,
    ) -> ReadPage:
        limits = self._pipeline.limits
        async with self._pipeline.place(model, held_bytes(image, limits), call):
            queued_s = time.perf_counter()
            opened = await self._pipeline.run(call, open_page, image, model, limits, call)
            sent_s = time.perf_counter()
            call.stage("thread", queued_s, opened.began_s)
            call.stage("decode", opened.began_s, opened.began_s + opened.decode_us / 1e6)
            tensor = opened.page.tensor
            request = model.request(tensor, shape=tensor.shape)
            outputs = await self._pipeline.ask(model, request, call)
            found_s = time.perf_counter()
            cut = await self._pipeline.run(
                call, cut_lines, opened, outputs, model.head, choice.max_lines
            )
            cut_s = time.perf_counter()
            call.stage("postprocess", found_s, cut_s)
            lines = await reader.read(cut.lines)
            read_s = time.perf_counter()
            reported = _reported(lines, choice.score_threshold)
            now_s = time.perf_counter()
            call.stage("postprocess", read_s, now_s)
        upright = opened.upright
        return ReadPage(
            lines=reported,
            unread=cut.unread,
            width=upright.width,
            height=upright.height,
            model=model,
            version=outputs.version,
            timings=Timings(
                decode_us=opened.decode_us,
                queue_us=int((opened.began_s - queued_s) * 1e6),
                inference_us=int((found_s - sent_s + read_s - cut_s) * 1e6),
                postprocess_us=int((cut_s - found_s + now_s - read_s) * 1e6),
                total_us=int((now_s - call.arrived_s) * 1e6),
            ),
            warnings=upright.warnings,
        )


def choose(score_threshold: float | None, max_lines: int, model: ReadModel) -> ReadChoice:
    """What to report, with the defaults filled in; None and 0 stand for them.

    Raises:
        OcelliError: INVALID_FIELD, with the name of the option.
    """
    if max_lines > _MAX_LINES:
        raise invalid_field(f"max_lines is {max_lines}; expected at most {_MAX_LINES}", "max_lines")
    return ReadChoice(
        fraction("score_threshold", score_threshold, model.head.score_threshold),
        max_lines or _DEFAULT_LINES,
    )


def _reported(lines: list[Line], score_threshold: float) -> tuple[TextLine, ...]:
    return tuple(
        TextLine(line.text, line.score, line.cut.corners)
        for line in lines
        if line.text and line.score >= score_threshold
    )
