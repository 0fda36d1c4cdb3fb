"""Calls of `EmbedService`."""

from ocelli.client import reading, results
from ocelli.client.image import ImageLike, PixelFormat, RegionLike
from ocelli.client.image import image as pack_image
from ocelli.client.requests import frames
from ocelli.client.requests.call import Call, StreamCall, Window
from ocelli.v1 import embed_pb2, image_pb2, stream_pb2


def embed(
    image: ImageLike,
    *,
    model: str = "",
    raw: bool = False,
    region: RegionLike | None = None,
    pixel_format: PixelFormat | None = None,
) -> Call[embed_pb2.EmbedRequest, embed_pb2.EmbedResponse, results.EmbedResult]:
    """Embeds one image."""
    request = embed_pb2.EmbedRequest(
        image=pack_image(image, region=region, pixel_format=pixel_format),
        model=model,
        options=embed_pb2.EmbedOptions(raw=raw),
    )
    return Call(
        lambda stubs: stubs.embed.Embed,
        request,
        lambda response: reading.embed_result(response.result, response.timings),
    )


def embed_stream(
    *,
    model: str,
    raw: bool,
    stream: stream_pb2.StreamOptions,
    pixel_format: PixelFormat | None,
) -> StreamCall[
    embed_pb2.EmbedStreamRequest,
    embed_pb2.EmbedStreamResponse,
    frames.FrameLike,
    results.FrameAnswer[results.EmbedResult],
]:
    """Embeds the frames of a video."""

    def request(
        position: int, frame: frames.FrameLike, image: image_pb2.Image | None
    ) -> embed_pb2.EmbedStreamRequest:
        return embed_pb2.EmbedStreamRequest(
            frame=embed_pb2.EmbedFrame(
                frame_id=frames.frame_id(position, frame),
                capture_time_us=frames.capture_time_us(frame),
                image=image,
            )
        )

    def read(
        response: embed_pb2.EmbedStreamResponse,
    ) -> Window | results.FrameAnswer[results.EmbedResult]:
        if response.HasField("window"):
            return frames.window(response.window)
        return reading.embed_answer(response.answer)

    options = embed_pb2.EmbedOptions(raw=raw)
    config = embed_pb2.EmbedStreamConfig(model=model, options=options, stream=stream)
    return StreamCall(
        lambda stubs: stubs.embed.EmbedStream,
        embed_pb2.EmbedStreamRequest(config=config),
        pack=lambda position, frame: request(
            position, frame, frames.pack_frame(frame, pixel_format)
        ),
        pack_blank=lambda position, frame: request(position, frame, None),
        fail=frames.fail,
        read=read,
        blocks=frames.frame_blocks,
    )
