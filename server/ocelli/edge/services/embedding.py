"""Images to vectors, for EmbedService and SearchService alike."""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ocelli.edge.scheduling.deadline import Deadline
from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.path import InferencePipeline
from ocelli.edge.services.images import read_image, timings
from ocelli.edge.triton.model_spec import EmbedModel
from ocelli.edge.triton.registry import ModelRegistry
from ocelli.v1 import image_pb2, timings_pb2


@dataclass(frozen=True, slots=True)
class Embedded:
    """An image as a vector.

    Attributes:
        vector: float32 [D], of length 1 unless the raw one was asked for.
        width: of the upright image, in pixels.
        height: of the upright image, in pixels.
        spec: the model that looked.
        timings: where the time went.
    """

    vector: NDArray[np.float32]
    width: int
    height: int
    spec: EmbedModel
    timings: timings_pb2.Timings


class ImageEmbedder:
    """Runs embedding models on images."""

    def __init__(self, models: ModelRegistry, path: InferencePipeline) -> None:
        self.models = models
        self._path = path

    async def embed(
        self,
        image: image_pb2.Image,
        model: str,
        deadline: Deadline,
        *,
        flow: Hashable,
        raw: bool = False,
        fresh: Callable[[], None] | None = None,
    ) -> Embedded:
        """The vector of an image.

        Args:
            image: as sent.
            model: name of the model; empty for the default one.
            deadline: of the whole call.
            flow: as in `InferencePipeline.infer`.
            raw: return the vector as the model gave it instead of scaled to length 1.
            fresh: as in `InferencePipeline.infer`.

        Raises:
            OcelliError: any of the image, model, Triton and overload reasons.
        """
        arrived_s = time.perf_counter()
        spec = self.models.choose(model, EmbedModel)
        inferred = await self._path.infer(
            read_image(image), spec, deadline, flow=flow, fresh=fresh
        )
        answered_s = time.perf_counter()
        vector = spec.adapter.decode(inferred.outputs)
        if not raw:
            vector = _unit_length(vector, spec.name)
        prepared = inferred.prepared
        spent = timings(inferred, arrived_s, answered_s)
        return Embedded(vector, prepared.width, prepared.height, spec, spent)


def _unit_length(vector: NDArray[np.float32], model: str) -> NDArray[np.float32]:
    length = float(np.linalg.norm(vector))
    if not 0 < length < float("inf"):
        raise OcelliError(
            Reason.INFERENCE_FAILED,
            f"model {model!r} gave a vector of length {length}; its outputs are not usable",
        )
    return vector / np.float32(length)
