"""Embedding: an image to the vector of what it shows, a text to that of what it says."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.tasks.embed_head import EmbedHead
from ocelli.edge.tasks.inference import InferencePipeline
from ocelli.edge.tasks.seen import Source, check_text, takes_no_image, takes_no_text
from ocelli.edge.tasks.timings import Timings
from ocelli.edge.triton.model_input import PixelInput, TextInput
from ocelli.edge.triton.model_spec import ModelRequest, ModelSpec
from ocelli.edge.triton.permitted_models import PermittedModels
from ocelli.edge.vision.image import ImageWarning

EmbedModel = ModelSpec[EmbedHead]

_MAX_REQUEST_BYTES = 4 << 20
"""Views that are sent to Triton in one request, unless one is larger."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """An image or text as a vector.

    Attributes:
        vector: float32 [D], of length 1 unless the raw one was asked for.
        width: of the upright image, in pixels; 0 for a text.
        height: likewise.
        model: the one that looked or read.
        version: of the model.
        timings: where the time went.
        warnings: what the caller may want to know of the image.
    """

    vector: NDArray[np.float32]
    width: int
    height: int
    model: EmbedModel
    version: str
    timings: Timings
    warnings: tuple[ImageWarning, ...]


@dataclass(frozen=True, slots=True)
class EmbeddedViews:
    """Views of an image as vectors.

    Attributes:
        vectors: float32 [N, D], each of length 1.
        version: of the model.
        queue_us: time they waited for a thread, and were packed.
        inference_us: time Triton took.
    """

    vectors: NDArray[np.float32]
    version: str
    queue_us: int
    inference_us: int


class EmbedTask:
    """Runs embedders on images and texts."""

    def __init__(self, pipeline: InferencePipeline, models: PermittedModels) -> None:
        self._pipeline = pipeline
        self._models = models

    async def embed(
        self, source: Source, model: EmbedModel, call: Call, *, raw: bool = False
    ) -> Embedded:
        """The vector of an image or a text.

        Args:
            source: an image or a text.
            model: the embedder. What it does not take another one of its space gets.
            call: whose work it is.
            raw: return the vector as the model gave it instead of scaled to length 1.

        Raises:
            OcelliError: INVALID_FIELD, MODEL_TAKES_NO_TEXT or MODEL_TAKES_NO_IMAGE; or any of the
                image, model, Triton and overload reasons.
        """
        if isinstance(source, str):
            check_text(source)
        model = self._reader(source, model, call)
        inferred = await self._pipeline.infer(source, model, call)
        vector = model.head.adapter.decode(inferred.outputs)
        if not raw:
            vector = _unit_length(vector, model.name)
        seen, version = inferred.seen, inferred.outputs.version
        timings = inferred.timings(call)
        return Embedded(vector, seen.width, seen.height, model, version, timings, seen.warnings)

    async def embed_views(
        self, views: Sequence[NDArray[np.uint8]], model: EmbedModel, call: Call
    ) -> EmbeddedViews:
        """The vectors of what was cut from an image, in as few requests as its batches allow.

        On two cores, 16 rows in one request took .4 s (dlib's ResNet) and 1.1 s (EfficientNet),
        16 requests at once .8 s and 1.4 s.

        Args:
            views: uint8 [height, width, 3] of the model's input, in its colour order.
            model: the embedder, one that takes pixels.
            call: whose work it is.

        Raises:
            OcelliError: any of the model, Triton and overload reasons.
        """
        if not views:
            return EmbeddedViews(
                np.empty((0, model.head.dimension), np.float32), model.version, 0, 0
            )
        return await self._pipeline.finish(self._views(views, model, call), model, call)

    async def _views(
        self, views: Sequence[NDArray[np.uint8]], model: EmbedModel, call: Call
    ) -> EmbeddedViews:
        size = max(1, min(model.max_batch_size, _MAX_REQUEST_BYTES // model.slot_bytes))
        vectors: list[NDArray[np.float32]] = []
        began_s, inference_s, version = time.perf_counter(), 0.0, ""
        async with self._pipeline.place(model, len(views) * model.slot_bytes, call):
            for start in range(0, len(views), size):
                call.check_active()
                some = views[start : start + size]
                request = await self._pipeline.run(call, _packed, some, model)
                sent_s = time.perf_counter()
                outputs = await self._pipeline.ask(model, request, call)
                inference_s += time.perf_counter() - sent_s
                version = outputs.version
                for row in range(len(some)):
                    one = {name: tensor[row : row + 1] for name, tensor in outputs.items()}
                    vectors.append(_unit_length(model.head.adapter.decode(one), model.name))
            spent_s = time.perf_counter() - began_s
        return EmbeddedViews(
            np.stack(vectors), version, int((spent_s - inference_s) * 1e6), int(inference_s * 1e6)
        )

    def _reader(self, source: Source, model: EmbedModel, call: Call) -> EmbedModel:
        """Who takes such a source: the model, or another one of its space."""
        is_text = isinstance(source, str)
        if isinstance(model.input, TextInput) is is_text:
            return model
        space = model.head.space
        others = [
            other
            for other in self._models.usable(EmbedHead, call)
            if space and other.head.space == space and isinstance(other.input, TextInput) is is_text
        ]
        if not others:
            raise takes_no_text(model) if is_text else takes_no_image(model)
        return next((other for other in others if other.is_default), others[0])


def _packed(views: Sequence[NDArray[np.uint8]], model: EmbedModel) -> ModelRequest:
    if not isinstance(model.input, PixelInput):
        raise TypeError(f"model {model.name!r} takes no pixels")
    packed = [model.input.packer.pack(view) for view in views]
    return model.request(np.concatenate(packed), batch_size=len(packed))


def _unit_length(vector: NDArray[np.float32], model: str) -> NDArray[np.float32]:
    length = float(np.linalg.norm(vector))
    if not 0 < length < float("inf"):
        raise OcelliError(
            Reason.INFERENCE_FAILED,
            f"model {model!r} gave a vector of length {length}; its outputs are not usable",
        )
    return vector / np.float32(length)
