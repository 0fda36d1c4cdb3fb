"""Calls of `DetectService`."""

from collections.abc import Iterable, Mapping

from ocelli.client import decode, results
from ocelli.client.detection import MaskFormat
from ocelli.client.enums import number_of
from ocelli.client.errors import invalid_request
from ocelli.client.image import ImageLike, PixelFormat, RegionLike, Tolerance, pack_image
from ocelli.client.requests import frames
from ocelli.client.requests.call import Call, StreamCall
from ocelli.v1 import detect_pb2, image_pb2, stream_pb2

_MASK_FORMATS: Mapping[MaskFormat, detect_pb2.MaskFormat] = {
    "runs": detect_pb2.MASK_FORMAT_RUNS,
    "polygons": detect_pb2.MASK_FORMAT_POLYGONS,
}


def detect(
    image: ImageLike,
    *,
    model: str = "",
    model_version: str = "",
    options: detect_pb2.DetectOptions | None = None,
    region: RegionLike | None = None,
    pixel_format: PixelFormat | None = None,
    tolerance: Tolerance | None = None,
) -> Call[detect_pb2.DetectRequest, detect_pb2.DetectResponse, results.DetectResult]:
    """Finds objects in one image."""
    request = detect_pb2.DetectRequest(
        image=pack_image(image, region=region, pixel_format=pixel_format, tolerance=tolerance),
        model=model,
        model_version=model_version,
        options=options,
    )
    return Call(
        lambda stubs: stubs.detect.Detect,
        request,
        lambda response: decode.detect_result(response.result, response.timings),
    )


def detect_stream(
    *,
    model: str,
    model_version: str = "",
    options: detect_pb2.DetectOptions,
    stream: stream_pb2.StreamOptions,
    pixel_format: PixelFormat | None,
    tolerance: Tolerance | None,
) -> StreamCall[
    detect_pb2.DetectStreamRequest,
    detect_pb2.DetectStreamResponse,
    frames.FrameLike,
    results.FrameAnswer[results.DetectResult],
]:
    """Finds objects in the frames of a video."""

    def request(
        position: int, frame: frames.FrameLike, image: image_pb2.Image | None
    ) -> detect_pb2.DetectStreamRequest:
        return detect_pb2.DetectStreamRequest(
            frame=detect_pb2.DetectFrame(
                frame_id=frames.frame_id(position, frame),
                capture_time_us=frames.capture_time_us(frame),
                image=image,
            )
        )

    def read(
        response: detect_pb2.DetectStreamResponse,
    ) -> results.StreamWindow | results.FrameAnswer[results.DetectResult]:
        if response.HasField("window"):
            return frames.window(response.window)
        return decode.detect_answer(response.answer)

    config = detect_pb2.DetectStreamConfig(
        model=model, model_version=model_version, options=options, stream=stream
    )
    return StreamCall(
        lambda stubs: stubs.detect.DetectStream,
        detect_pb2.DetectStreamRequest(config=config),
        pack=lambda position, frame: request(
            position, frame, frames.pack_frame(frame, pixel_format, tolerance)
        ),
        pack_blank=lambda position, frame: request(position, frame, None),
        fail=frames.fail,
        identify=frames.frame_id,
        read=read,
        blocks=frames.frame_blocks,
    )


def detect_options(
    score_threshold: float | None,
    iou_threshold: float | None,
    max_detections: int,
    labels: Iterable[str],
    mask_format: MaskFormat | None = None,
) -> detect_pb2.DetectOptions:
    """Packs what to report."""
    if max_detections < 0:
        raise invalid_request(
            f"max_detections is {max_detections}; expected 1 to 1000, or 0 for the default",
            field="options.max_detections",
        )
    return detect_pb2.DetectOptions(
        score_threshold=score_threshold,
        iou_threshold=iou_threshold,
        max_detections=max_detections,
        labels=(labels,) if isinstance(labels, str) else labels,
        mask_format=None
        if mask_format is None
        else number_of(_MASK_FORMATS, mask_format, "options.mask_format"),
    )
