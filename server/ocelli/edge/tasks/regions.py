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
from ocelli.edge.tasks.detect import DetectChoice, DetectModel, found_in
from ocelli.edge.tasks.detect_head import DetectHead
from ocelli.edge.tasks.embed import EmbedModel, EmbedTask
from ocelli.edge.tasks.inference import InferencePipeline, Inferred
from ocelli.edge.tasks.region_choice import choice_of
from ocelli.edge.tasks.region_views import FoundRegion, View, cut, whole
from ocelli.edge.tasks.seen import Seen, see, see_upright
from ocelli.edge.tasks.timings import Timings
from ocelli.edge.triton.channel import TritonChannel
from ocelli.edge.triton.model_input import PixelInput
from ocelli.edge.triton.registry import ModelRegistry
from ocelli.edge.vision.header import read_header
from ocelli.edge.vision.image import EncodedImage, ImageLimits, ImageWarning, RawImage, Tolerance
from ocelli.edge.vision.upright import UprightImage, decode_upright

_CHANNELS = 3


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


@dataclass(frozen=True, slots=True)
class _Look:
    """What is asked of an image."""

    wanted: RegionDetector
    detector: DetectModel
    choice: DetectChoice
    embedder: EmbedModel
    taken: PixelInput
    or_whole: bool


@dataclass(frozen=True, slots=True)
class _Cut:
    regions: list[tuple[FoundRegion, View]]
    timings: Timings
    warnings: tuple[ImageWarning, ...]


class RegionTask:
    """Finds the regions of images and embeds them."""

    def __init__(
        self,
        pipeline: InferencePipeline,
        models: ModelRegistry,
        embedding: EmbedTask,
        limits: ImageLimits,
        triton: TritonChannel,
    ) -> None:
        self._pipeline = pipeline
        self._models = models
        self._embedding = embedding
        self._limits = limits
        self._triton = triton

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
        detector = self._models.choose(wanted.model, DetectHead)
        if not isinstance(embedder.input, PixelInput):
            raise invalid_field(f"model {embedder.name!r} takes no pixels", "model")
        if best_or_whole:
            wanted = msgspec.structs.replace(wanted, max_regions=1)
        choice = choice_of(wanted, detector)
        look = _Look(wanted, detector, choice, embedder, embedder.input, best_or_whole)
        found = await self._pipeline.finish(self._look(source, look, call), detector, call)
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

    async def _look(self, source: EncodedImage | RawImage, look: _Look, call: Call) -> _Cut:
        size_bytes = len(source.data) + look.detector.slot_bytes
        decoded_bytes = _CHANNELS * _pixels(source, self._limits)
        async with self._pipeline.place(
            look.detector, size_bytes, call, decoded_bytes=decoded_bytes
        ):
            queued_s = time.perf_counter()
            upright, seen = await self._pipeline.run(call, self._open, source, look.detector, call)
            sent_s = time.perf_counter()
            outputs = await self._pipeline.ask(look.detector, seen.request, call)
            answered_s = time.perf_counter()
            call.check_active()
            inferred = Inferred(
                outputs,
                seen,
                queue_us=int((seen.began_s - queued_s) * 1e6),
                inference_us=int((answered_s - sent_s) * 1e6),
                answered_s=answered_s,
            )
            regions = await self._pipeline.run(call, _cut, upright, inferred, look)
        return _Cut(regions, inferred.timings(call), upright.warnings)

    def _open(
        self, source: EncodedImage | RawImage, detector: DetectModel, call: Call
    ) -> tuple[UprightImage, Seen]:
        began_s = time.perf_counter()
        call.check_active()
        upright = decode_upright(source, self._limits, check_active=call.check_active)
        taken = detector.input
        if isinstance(taken, PixelInput):
            seen = see_upright(upright, detector, taken, self._triton, call, began_s=began_s)
        else:
            seen = see(source, detector, self._limits, self._triton, call)
        return upright, seen


def _cut(upright: UprightImage, inferred: Inferred, look: _Look) -> list[tuple[FoundRegion, View]]:
    found = found_in(inferred, look.detector, look.choice)
    regions = cut(
        upright,
        found,
        look.wanted,
        detector=look.detector,
        embedder=look.embedder,
        taken=look.taken,
    )
    if not regions and look.or_whole:
        return [whole(upright, look.taken.view)]
    return regions


def _pixels(source: EncodedImage | RawImage, limits: ImageLimits) -> int:
    """How many pixels are decoded of an image."""
    if isinstance(source, RawImage):
        limits.check_size(source.width, source.height, "image.raw")
        return source.width * source.height
    lenient = (source.tolerance or limits.tolerance) is Tolerance.LENIENT
    header = read_header(source.data, limits, lenient=lenient)
    return header.width * header.height
