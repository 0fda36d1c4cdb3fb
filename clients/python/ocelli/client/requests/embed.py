"""Calls of `EmbedService`."""

from ocelli.client import decode, results
from ocelli.client.image import ImageLike, PixelFormat, RegionLike, Tolerance, pack_input
from ocelli.client.requests import frames
from ocelli.client.requests.call import Call, StreamCall
from ocelli.v1 import embed_pb2, image_pb2, stream_pb2


def embed(
    image: ImageLike | None = None,
    *,
    text: str | None = None,
    model: str = "",
    model_version: str = "",
    raw: bool = False,
    region: RegionLike | None = None,
    pixel_format: PixelFormat | None = None,
    tolerance: Tolerance | None = None,
) -> Call[embed_pb2.EmbedRequest, embed_pb2.EmbedResponse, results.EmbedResult]:
    """Embeds one image or text."""
    packed, text = pack_input(
        image, text, region=region, pixel_format=pixel_format, tolerance=tolerance
    )
    request = embed_pb2.EmbedRequest(
        image=packed,
        text=text,
        model=model,
        model_version=model_version,
        options=embed_pb2.EmbedOptions(raw=raw),
    )
    return Call(
        lambda stubs: stubs.embed.Embed,
        request,
        lambda response: decode.embed_result(response.result, response.timings),
    )


def embed_stream(
    *,
    model: str,
    model_version: str = "",
    raw: bool,
    stream: stream_pb2.StreamOptions,
    pixel_format: PixelFormat | None,
    tolerance: Tolerance | None,
) -> StreamCall[
    embed_pb2.EmbedStreamRequest,
    embed_pb2.EmbedStreamResponse,
    frames.FrameLike,
    results.FrameAnswer[results.EmbedResult],
]:
    """Embeds the frames of a video."""

    def request(
        position: int,
        frame: frames.FrameLike,
        image: image_pb2.Image | None = None,
        text: str | None = None,
    ) -> embed_pb2.EmbedStreamRequest:
        return embed_pb2.EmbedStreamRequest(
            frame=embed_pb2.EmbedFrame(
                frame_id=frames.frame_id(position, frame),
                capture_time_us=frames.capture_time_us(frame),
                image=image,
                text=text,
            )
        )

    def read(
        response: embed_pb2.EmbedStreamResponse,
    ) -> results.StreamWindow | results.FrameAnswer[results.EmbedResult]:
        if response.HasField("window"):
            return frames.window(response.window)
        return decode.embed_answer(response.answer)

    options = embed_pb2.EmbedOptions(raw=raw)
    config = embed_pb2.EmbedStreamConfig(
        model=model, model_version=model_version, options=options, stream=stream
    )
    return StreamCall(
        lambda stubs: stubs.embed.EmbedStream,
        embed_pb2.EmbedStreamRequest(config=config),
        pack=lambda position, frame: request(
            position, frame, *frames.pack_frame_input(frame, pixel_format, tolerance)
        ),
        pack_blank=request,
        fail=frames.fail,
        identify=frames.frame_id,
        read=read,
        blocks=frames.frame_blocks,
    )
