"""Calls of `ClassifyService`."""

from collections.abc import Iterable

from ocelli.client import decode, results
from ocelli.client.errors import invalid_request
from ocelli.client.image import ImageLike, PixelFormat, RegionLike, Tolerance, pack_image
from ocelli.client.requests import frames
from ocelli.client.requests.call import Call, StreamCall
from ocelli.v1 import classify_pb2, image_pb2, stream_pb2


def classify(
    image: ImageLike,
    *,
    model: str = "",
    model_version: str = "",
    options: classify_pb2.ClassifyOptions | None = None,
    region: RegionLike | None = None,
    pixel_format: PixelFormat | None = None,
    tolerance: Tolerance | None = None,
) -> Call[classify_pb2.ClassifyRequest, classify_pb2.ClassifyResponse, results.ClassifyResult]:
    """Says what one image shows."""
    request = classify_pb2.ClassifyRequest(
        image=pack_image(image, region=region, pixel_format=pixel_format, tolerance=tolerance),
        model=model,
        model_version=model_version,
        options=options,
    )
    return Call(
        lambda stubs: stubs.classify.Classify,
        request,
        lambda response: decode.classify_result(response.result, response.timings),
    )


def classify_stream(
    *,
    model: str,
    model_version: str = "",
    options: classify_pb2.ClassifyOptions,
    stream: stream_pb2.StreamOptions,
    pixel_format: PixelFormat | None,
    tolerance: Tolerance | None,
) -> StreamCall[
    classify_pb2.ClassifyStreamRequest,
    classify_pb2.ClassifyStreamResponse,
    frames.FrameLike,
    results.FrameAnswer[results.ClassifyResult],
]:
    """Says what the frames of a video show."""

    def request(
        position: int, frame: frames.FrameLike, image: image_pb2.Image | None
    ) -> classify_pb2.ClassifyStreamRequest:
        return classify_pb2.ClassifyStreamRequest(
            frame=classify_pb2.ClassifyFrame(
                frame_id=frames.frame_id(position, frame),
                capture_time_us=frames.capture_time_us(frame),
                image=image,
            )
        )

    def read(
        response: classify_pb2.ClassifyStreamResponse,
    ) -> results.StreamWindow | results.FrameAnswer[results.ClassifyResult]:
        if response.HasField("window"):
            return frames.window(response.window)
        return decode.classify_answer(response.answer)

    config = classify_pb2.ClassifyStreamConfig(
        model=model, model_version=model_version, options=options, stream=stream
    )
    return StreamCall(
        lambda stubs: stubs.classify.ClassifyStream,
        classify_pb2.ClassifyStreamRequest(config=config),
        pack=lambda position, frame: request(
            position, frame, frames.pack_frame(frame, pixel_format, tolerance)
        ),
        pack_blank=lambda position, frame: request(position, frame, None),
        fail=frames.fail,
        identify=frames.frame_id,
        read=read,
        blocks=frames.frame_blocks,
    )


def classify_options(
    top_k: int, score_threshold: float | None, labels: Iterable[str]
) -> classify_pb2.ClassifyOptions:
    """Packs what to report."""
    if top_k < 0:
        raise invalid_request(
            f"top_k is {top_k}; expected 1 to 1000, or 0 for the default", field="options.top_k"
        )
    return classify_pb2.ClassifyOptions(
        top_k=top_k,
        score_threshold=score_threshold,
        labels=(labels,) if isinstance(labels, str) else labels,
    )
