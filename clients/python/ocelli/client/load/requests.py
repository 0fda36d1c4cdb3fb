"""Requests, serialised once and sent as they are, so that the generator is thin.

Frames carry no id of their own: answers on a stream come in the order of sending.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ocelli.client.load.answer import Answer, of_frame, of_response
from ocelli.client.load.plan import Plan
from ocelli.client.requests.frames import stream_options
from ocelli.v1 import detect_pb2, embed_pb2, image_pb2, stream_pb2

StreamResponse: TypeAlias = detect_pb2.DetectStreamResponse | embed_pb2.EmbedStreamResponse


@dataclass(frozen=True, slots=True)
class Calls:
    """Unary calls."""

    method: str
    """Full name of the rpc."""
    requests: Sequence[bytes]
    """A serialised request per image."""
    read: Callable[[bytes], Answer]
    """Reads a serialised response."""


@dataclass(frozen=True, slots=True)
class Frames:
    """The frames of a stream."""

    method: str
    """Full name of the rpc."""
    config: Callable[[int], bytes]
    """The serialised first message of a stream that wants so many frames in flight."""
    requests: Sequence[bytes]
    """A serialised frame per image."""
    read: Callable[[bytes], StreamResponse]
    """Parses a response."""


def calls(plan: Plan, model: str) -> Calls:
    """Makes the unary calls of a plan."""
    if plan.service == "detect":
        return Calls(
            "/ocelli.v1.DetectService/Detect",
            [
                detect_pb2.DetectRequest(image=image, model=model).SerializeToString()
                for image in _images(plan)
            ],
            lambda response: of_response(detect_pb2.DetectResponse.FromString(response)),
        )
    return Calls(
        "/ocelli.v1.EmbedService/Embed",
        [
            embed_pb2.EmbedRequest(image=image, model=model).SerializeToString()
            for image in _images(plan)
        ],
        lambda response: of_response(embed_pb2.EmbedResponse.FromString(response)),
    )


def frames(plan: Plan, model: str) -> Frames:
    """Makes the frames of a plan."""

    def options(in_flight: int) -> stream_pb2.StreamOptions:
        return stream_options(plan.overflow_policy, 0, in_flight)

    if plan.service == "detect":
        return Frames(
            "/ocelli.v1.DetectService/DetectStream",
            lambda in_flight: detect_pb2.DetectStreamRequest(
                config=detect_pb2.DetectStreamConfig(model=model, stream=options(in_flight))
            ).SerializeToString(),
            [
                detect_pb2.DetectStreamRequest(
                    frame=detect_pb2.DetectFrame(image=image)
                ).SerializeToString()
                for image in _images(plan)
            ],
            detect_pb2.DetectStreamResponse.FromString,
        )
    return Frames(
        "/ocelli.v1.EmbedService/EmbedStream",
        lambda in_flight: embed_pb2.EmbedStreamRequest(
            config=embed_pb2.EmbedStreamConfig(model=model, stream=options(in_flight))
        ).SerializeToString(),
        [
            embed_pb2.EmbedStreamRequest(
                frame=embed_pb2.EmbedFrame(image=image)
            ).SerializeToString()
            for image in _images(plan)
        ],
        embed_pb2.EmbedStreamResponse.FromString,
    )


def read_frame(response: StreamResponse) -> Answer:
    """Reads the answer to a frame."""
    return of_frame(response.answer)


def _images(plan: Plan) -> list[image_pb2.Image]:
    return [image_pb2.Image(encoded=data) for data in plan.images]
