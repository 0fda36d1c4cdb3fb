"""Lines of text to what they say.

Each line is a request of its own: Triton makes batches of the lines of all callers, which are
padded to few widths so that there are many of a shape.
"""

import asyncio
from dataclasses import dataclass

import numpy as np

from ocelli.edge.call import Call
from ocelli.edge.tasks.inference import InferencePipeline
from ocelli.edge.tasks.pages import CutLine
from ocelli.edge.text import ctc
from ocelli.edge.triton.describe_step import StepHead
from ocelli.edge.triton.model_spec import ModelSpec
from ocelli.edge.triton.request_codec import Outputs
from ocelli.edge.vision.adapters.adapter import take_output

Step = ModelSpec[StepHead]

_MAX_LINES_UNDER_WAY = 16
"""Of one call: others' lines have their turns between them."""
_ON_HEAD = 0.9
"""How sure the classifier has to be before a line is turned."""


@dataclass(frozen=True, slots=True)
class Line:
    """What a line says.

    Attributes:
        text: composed (NFC); may be empty.
        score: mean over its characters, 0 to 1.
        cut: the line, turned if it stood on its head.
    """

    text: str
    score: float
    cut: CutLine


class LineReader:
    """Reads the lines of one call.

    Args:
        pipeline: takes them to the models.
        recogniser: reads them.
        classifier: tells those that stand on their head; None: none does.
        call: whose they are.
    """

    def __init__(
        self, pipeline: InferencePipeline, recogniser: Step, classifier: Step | None, call: Call
    ) -> None:
        self._pipeline = pipeline
        self._recogniser = recogniser
        self._classifier = classifier
        self._call = call
        self._room = asyncio.Semaphore(_MAX_LINES_UNDER_WAY)

    async def read(self, lines: tuple[CutLine, ...]) -> list[Line]:
        """What each line says, in their order.

        If one fails, so does the call, once all that are under way have ended.

        Raises:
            OcelliError: any of the model and Triton reasons.
        """
        read = await asyncio.gather(*(self._read(line) for line in lines), return_exceptions=True)
        for each in read:
            if isinstance(each, BaseException):
                raise each
        return [each for each in read if isinstance(each, Line)]

    async def _read(self, line: CutLine) -> Line:
        async with self._room:
            self._call.check_active()
            if self._classifier is not None:
                request = self._classifier.request(line.beginning)
                outputs = await self._pipeline.ask(self._classifier, request, self._call)
                if _is_on_head(outputs, self._classifier):
                    line = await self._pipeline.run(self._call, line.turned)
            request = self._recogniser.request(line.tensor, shape=line.tensor.shape)
            outputs = await self._pipeline.ask(self._recogniser, request, self._call)
            characters = self._recogniser.head.labels
            text, score = await self._pipeline.run(self._call, _decode, outputs, characters)
            return Line(text, score, line)


def _is_on_head(outputs: Outputs, classifier: Step) -> bool:
    (name,) = classifier.head.outputs
    return bool(take_output(outputs, name, (2,))[1] > _ON_HEAD)


def _decode(outputs: Outputs, characters: tuple[str, ...]) -> tuple[str, float]:
    classes = take_output(outputs, "classes", (-1,))
    probabilities = take_output(outputs, "probabilities", (classes.shape[0],))
    return ctc.decode(classes, np.asarray(probabilities, np.float32), characters)
