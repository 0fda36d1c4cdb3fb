"""Finding the regions of an image: decoded once, detected, cut for the embedder."""

import time
from dataclasses import dataclass

from ocelli.edge.call import Call
from ocelli.edge.index.schema import RegionDetector
from ocelli.edge.observability.definitions import IMAGES_DECODED
from ocelli.edge.tasks.detect import DetectChoice, DetectModel, found_in
from ocelli.edge.tasks.embed import EmbedModel
from ocelli.edge.tasks.inference import InferencePipeline, Inferred
from ocelli.edge.tasks.region_views import FoundRegion, View, cut, whole
from ocelli.edge.tasks.seen import Seen, see, see_upright
from ocelli.edge.tasks.timings import Timings
from ocelli.edge.triton.channel import TritonChannel
from ocelli.edge.triton.model_input import PixelInput
from ocelli.edge.vision.header import pixel_count
from ocelli.edge.vision.image import EncodedImage, ImageWarning, RawImage
from ocelli.edge.vision.upright import UprightImage, decode_upright

_CHANNELS = 3


@dataclass(frozen=True, slots=True)
class Look:
    """What is asked of an image.

    Attributes:
        wanted: what finds its regions, and which are kept.
        detector: that model.
        choice: what it is to report.
        embedder: is to see them.
        taken: what that takes.
        or_whole: all of the image counts as one if there is none.
    """

    wanted: RegionDetector
    detector: DetectModel
    choice: DetectChoice
    embedder: EmbedModel
    taken: PixelInput
    or_whole: bool


@dataclass(frozen=True, slots=True)
class FoundViews:
    """The regions of an image as the embedder sees them, best first."""

    regions: list[tuple[FoundRegion, View]]
    timings: Timings
    warnings: tuple[ImageWarning, ...]


class RegionFinder:
    """Finds the regions of images.

    Args:
        pipeline: the way to the detectors.
        triton: lends shared memory.
    """

    def __init__(self, pipeline: InferencePipeline, triton: TritonChannel) -> None:
        self._pipeline = pipeline
        self._triton = triton

    async def find(self, source: EncodedImage | RawImage, look: Look, call: Call) -> FoundViews:
        """What is to be kept of an image.

        Raises:
            OcelliError: any of the image, model, Triton and overload reasons, or RATE_LIMITED.
        """
        call.take_image()
        return await self._pipeline.finish(self._find(source, look, call), look.detector, call)

    async def _find(self, source: EncodedImage | RawImage, look: Look, call: Call) -> FoundViews:
        size_bytes = len(source.data) + look.detector.slot_bytes
        decoded_bytes = _CHANNELS * pixel_count(source, self._pipeline.limits)
        async with self._pipeline.place(
            look.detector, size_bytes, call, decoded_bytes=decoded_bytes
        ):
            queued_s = time.perf_counter()
            upright, seen = await self._pipeline.run(call, self._open, source, look.detector, call)
            self._pipeline.note_seen(seen, queued_s, call)
            IMAGES_DECODED.inc()
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
        return FoundViews(regions, inferred.timings(call), upright.warnings)

    def _open(
        self, source: EncodedImage | RawImage, detector: DetectModel, call: Call
    ) -> tuple[UprightImage, Seen]:
        began_s = time.perf_counter()
        call.check_active()
        upright = decode_upright(source, self._pipeline.limits, check_active=call.check_active)
        taken = detector.input
        if isinstance(taken, PixelInput):
            seen = see_upright(upright, detector, taken, self._triton, call, began_s=began_s)
        else:
            seen = see(source, detector, self._pipeline.limits, self._triton, call)
        return upright, seen


def _cut(upright: UprightImage, inferred: Inferred, look: Look) -> list[tuple[FoundRegion, View]]:
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
