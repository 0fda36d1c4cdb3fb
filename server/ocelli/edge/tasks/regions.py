"""The regions of an image as vectors: decoded once, detected, cut, embedded together.

Two stages, each with a place among the images of its model: no place is held while another is
waited for, and no memory either.
"""

import time
from dataclasses import dataclass, replace

import msgspec
import numpy as np
from numpy.typing import NDArray

from ocelli.edge.call import Call
from ocelli.edge.errors import invalid_field
from ocelli.edge.index.schema import RegionDetector
from ocelli.edge.tasks.detect_head import DetectHead
from ocelli.edge.tasks.embed import EmbedModel, EmbedTask
from ocelli.edge.tasks.region_choice import choice_of
from ocelli.edge.tasks.region_finding import Look, RegionFinder
from ocelli.edge.tasks.region_views import FoundRegion
from ocelli.edge.tasks.timings import Timings
from ocelli.edge.triton.model_input import PixelInput
from ocelli.edge.triton.permitted_models import PermittedModels
from ocelli.edge.vision.image import EncodedImage, ImageWarning, RawImage


@dataclass(frozen=True, slots=True)
class EmbeddedRegions:
    """The regions of an image.

    Attributes:
        regions: best first.
        vectors: float32 [N, D], one for each, of length 1.
        version: of the embedding model; the newest if nothing was embedded.
        timings: where the time went.
        warnings: what the caller may want to know of the image.
    """

    regions: tuple[FoundRegion, ...]
    vectors: NDArray[np.float32]
    version: str
    timings: Timings
    warnings: tuple[ImageWarning, ...]


class RegionTask:
    """Finds the regions of images and embeds them."""

    def __init__(self, finder: RegionFinder, models: PermittedModels, embedding: EmbedTask) -> None:
        self._finder = finder
        self._models = models
        self._embedding = embedding

    async def embed(
        self,
        source: EncodedImage | RawImage,
        wanted: RegionDetector,
        embedder: EmbedModel,
        call: Call,
        *,
        best_or_whole: bool = False,
    ) -> EmbeddedRegions:
        """The regions of an image and their vectors.

        Args:
            source: what the caller sent. If it names a region, only that is looked at.
            wanted: what finds them, and which are kept.
            embedder: makes their vectors.
            call: whose work it is.
            best_or_whole: only the best, or the whole image if there is none.

        Raises:
            OcelliError: any of the image, model, Triton and overload reasons.
        """
        detector = self._models.choose(wanted.model, DetectHead, call)
        if not isinstance(embedder.input, PixelInput):
            raise invalid_field(f"model {embedder.name!r} takes no pixels", "model")
        if best_or_whole:
            wanted = msgspec.structs.replace(wanted, max_regions=1)
        choice = choice_of(wanted, detector)
        look = Look(wanted, detector, choice, embedder, embedder.input, best_or_whole)
        found = await self._finder.find(source, look, call)
        views = [view for _, view in found.regions]
        embedded = await self._embedding.embed_views(views, embedder, call)
        timings = replace(
            found.timings,
            queue_us=found.timings.queue_us + embedded.queue_us,
            inference_us=found.timings.inference_us + embedded.inference_us,
            total_us=int((time.perf_counter() - call.arrived_s) * 1e6),
        )
        regions = tuple(region for region, _ in found.regions)
        return EmbeddedRegions(regions, embedded.vectors, embedded.version, timings, found.warnings)
