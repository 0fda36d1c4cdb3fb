"""What the frame streams share: their first messages, their frames, their window."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from grpc import aio

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.stream import WindowOptions
from ocelli.v1 import stream_pb2

_MAX_FRAME_AGE_MS = 3_600_000

Context: TypeAlias = aio.ServicerContext[Any, Any]
EOF = aio.EOF  # type: ignore[attr-defined]  # its stubs leave it out


async def read_config(context: Context) -> Any:  # each stream has its own type
    """The configuration that a stream's first message must carry, or None if the client left.

    Raises:
        OcelliError: STREAM_PROTOCOL.
    """
    message = await context.read()
    if message is EOF:
        return None
    if message.WhichOneof("message") != "config":
        raise OcelliError(
            Reason.STREAM_PROTOCOL,
            "the first message of the stream has no config; send config once, then the frames",
            field="config",
        )
    return message.config


def item_reader(context: Context, item: str) -> Callable[[], Awaitable[Any]]:
    """Reads the messages after the first; the reader gives None at the end of the stream.

    Raises:
        OcelliError: STREAM_PROTOCOL, from the reader.
    """

    async def read() -> Any:  # each stream has its own type
        message = await context.read()
        if message is EOF:
            return None
        if message.WhichOneof("message") != item:
            raise OcelliError(
                Reason.STREAM_PROTOCOL,
                f"a message after the first has no {item}; config is sent once, then only {item}s",
                field=item,
            )
        return getattr(message, item)

    return read


def window_options(options: stream_pb2.StreamOptions, max_window: int) -> WindowOptions:
    """What a stream asks for, within the server's limit.

    Raises:
        OcelliError: INVALID_FIELD.
    """
    if options.max_frame_age_ms > _MAX_FRAME_AGE_MS:
        raise OcelliError(
            Reason.INVALID_FIELD,
            f"max_frame_age_ms is {options.max_frame_age_ms}; expected at most {_MAX_FRAME_AGE_MS}",
            field="config.stream.max_frame_age_ms",
        )
    if options.drop_policy not in stream_pb2.DropPolicy.values():
        raise OcelliError(
            Reason.INVALID_FIELD,
            f"drop_policy is {options.drop_policy}; expected ALL or LATEST",
            field="config.stream.drop_policy",
        )
    wanted = options.max_in_flight_frames or max_window
    return WindowOptions(
        limit=min(wanted, max_window),
        latest=options.drop_policy == stream_pb2.DROP_POLICY_LATEST,
        max_age_s=options.max_frame_age_ms / 1e3 if options.max_frame_age_ms else None,
    )


def window_message(
    granted: WindowOptions, model: str, max_message_bytes: int
) -> stream_pb2.StreamWindow:
    """The server's first message."""
    return stream_pb2.StreamWindow(
        max_in_flight_frames=granted.limit,
        max_message_bytes=max_message_bytes,
        model=model,
        drop_policy=(
            stream_pb2.DROP_POLICY_LATEST if granted.latest else stream_pb2.DROP_POLICY_ALL
        ),
    )
