"""Embedding: an image to the vector of what it shows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError, Reason, invalid_field
from ocelli.edge.tasks.embed_head import EmbedHead
from ocelli.edge.tasks.inference import InferencePipeline
from ocelli.edge.tasks.timings import Timings
from ocelli.edge.triton.model_spec import ModelSpec
from ocelli.edge.vision.image import EncodedImage, ImageWarning, RawImage

_MAX_TEXT_BYTES = 8192

EmbedModel = ModelSpec[EmbedHead]


@dataclass(frozen=True, slots=True)
class Embedded:
    """An image as a vector.

    Attributes:
        vector: float32 [D], of length 1 unless the raw one was asked for.
        width: of the upright image, in pixels.
        height: of the upright image, in pixels.
        model: the one that looked.
        timings: where the time went.
        warnings: what the caller may want to know of the image.
    """

    vector: NDArray[np.float32]
    width: int
    height: int
    model: EmbedModel
    timings: Timings
    warnings: tuple[ImageWarning, ...]


class EmbedTask:
    """Runs embedders on images."""

    def __init__(self, pipeline: InferencePipeline) -> None:
        self._pipeline = pipeline

    async def embed(
        self,
        source: EncodedImage | RawImage | str,
        model: EmbedModel,
        call: Call,
        *,
        raw: bool = False,
    ) -> Embedded:
        """The vector of an image.

        Args:
            source: an image; a text is refused, as no model takes one.
            model: the embedder.
            call: whose work it is.
            raw: return the vector as the model gave it instead of scaled to length 1.

        Raises:
            OcelliError: INVALID_FIELD or MODEL_TAKES_NO_TEXT, at `text`; or any of the image,
                model, Triton and overload reasons.
        """
        if isinstance(source, str):
            raise _refuse_text(source, model)
        inferred = await self._pipeline.infer(source, model, call)
        vector = model.head.adapter.decode(inferred.outputs)
        if not raw:
            vector = _unit_length(vector, model.name)
        seen = inferred.seen
        timings = inferred.timings(call)
        return Embedded(vector, seen.width, seen.height, model, timings, seen.warnings)


def _refuse_text(text: str, model: EmbedModel) -> OcelliError:
    size_bytes = len(text.encode())
    if not 1 <= size_bytes <= _MAX_TEXT_BYTES:
        return invalid_field(
            f"the text has {size_bytes} bytes; expected 1 to {_MAX_TEXT_BYTES}", "text"
        )
    return OcelliError(
        Reason.MODEL_TAKES_NO_TEXT,
        f"model {model.name!r} takes images alone; send an image, or name a model for texts",
        field="text",
    )


def _unit_length(vector: NDArray[np.float32], model: str) -> NDArray[np.float32]:
    length = float(np.linalg.norm(vector))
    if not 0 < length < float("inf"):
        raise OcelliError(
            Reason.INFERENCE_FAILED,
            f"model {model!r} gave a vector of length {length}; its outputs are not usable",
        )
    return vector / np.float32(length)
