"""What all streams of frames share: configuration, window, frames, and one answer for each."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from google.protobuf.message import Message

from ocelli.edge.call import Call, current_call
from ocelli.edge.errors import OcelliError, Reason, invalid_field
from ocelli.edge.observability.frame_metrics import counted
from ocelli.edge.scheduling.admission import Admissions
from ocelli.edge.scheduling.drain import Drain
from ocelli.edge.scheduling.quota.held_bytes import HeldBytes
from ocelli.edge.server.interceptors.handlers import EOF, Context
from ocelli.edge.server.interceptors.receive import (
    answer_too_large,
    count_received,
    count_sent,
    parse,
)
from ocelli.edge.server.status import to_status
from ocelli.edge.services.messages.image import timings_message
from ocelli.edge.services.stream_window import WindowMessages, share
from ocelli.edge.stream import DropCause, FrameWindow, FrameWork, WindowOptions
from ocelli.edge.tasks.timings import Timings
from ocelli.v1 import stream_pb2

_MAX_FRAME_AGE_MS = 3_600_000

_DROP_REASONS = {
    DropCause.SUPERSEDED: stream_pb2.DROP_REASON_SUPERSEDED,
    DropCause.TOO_OLD: stream_pb2.DROP_REASON_TOO_OLD,
}


@dataclass(frozen=True, slots=True)
class FrameRpc:
    """What the messages of one rpc are called.

    Attributes:
        request: the rpc's request message.
        response: its response message.
        answer: the message in its field `answer`.
        item: the request's field with a frame.
        identity: what an answer repeats of its frame.
    """

    request: type[Message]
    response: Callable[..., Any]
    answer: Callable[..., Any]
    item: str
    identity: Callable[[Any], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class OpenStream:
    """A stream whose configuration was accepted.

    Attributes:
        model: name of the model that answers.
        options: how it treats its frames.
        is_explicit: the caller asked for a number of frames in flight.
        answer: the result message of a frame, and where the time went.
    """

    model: str
    options: WindowOptions
    is_explicit: bool
    answer: Callable[[Any, Call], Awaitable[tuple[Any, Timings]]]


@dataclass(frozen=True, slots=True)
class StreamSettings:
    """What every stream of the server may take.

    Attributes:
        max_frame_s: longest a frame may take.
        max_message_bytes: largest message read or sent.
        max_window: most frames of one stream in flight.
        max_idle_s: longest a stream may go without a frame.
        admissions: what each model has room for.
        drain: tells when the server stops.
    """

    max_frame_s: float
    max_message_bytes: int
    max_window: int
    max_idle_s: float
    admissions: Admissions
    drain: Drain


async def serve_frames(
    context: Context,
    rpc: FrameRpc,
    settings: StreamSettings,
    open_stream: Callable[[Any, Call], Awaitable[OpenStream]],
) -> None:
    """Serves one stream to its end.

    Args:
        context: of the rpc.
        rpc: what its messages are called.
        settings: of the server.
        open_stream: takes the configuration; the fields in its errors are those of `config`.

    Raises:
        OcelliError: STREAM_PROTOCOL, DRAINING, or what `open_stream` raised.
    """
    call = current_call()
    config = await _read_config(context, rpc)
    if config is None:
        return
    try:
        stream = await open_stream(config, call.for_frame(settings.max_frame_s, _always_wanted))
    except OcelliError as error:
        raise error.within("config") from None
    max_age_s = stream.options.max_age_s
    max_frame_s = min(settings.max_frame_s, max_age_s or settings.max_frame_s)

    async def answer(frame: Any, check_age: Callable[[], None]) -> Any:  # each rpc's messages
        with call.trace.frame(call.method) as trace:
            frame_call = call.for_frame(max_frame_s, check_age, trace)
            try:
                result, spent = await stream.answer(frame, frame_call)
            finally:
                frame_call.leave()
        answered = _answer(rpc, frame, result=result, timings=timings_message(spent))
        size_bytes = answered.ByteSize()
        if size_bytes > settings.max_message_bytes:
            raise answer_too_large(size_bytes, settings.max_message_bytes)
        count_sent(size_bytes)
        return answered

    def failed(frame: Any, error: OcelliError) -> Any:  # as above
        return _answer(rpc, frame, error=to_status(error.within(rpc.item)))

    def dropped(frame: Any, cause: DropCause, age_s: float) -> Any:  # as above
        drop = stream_pb2.Dropped(reason=_DROP_REASONS[cause], age_us=int(age_s * 1e6))
        return _answer(rpc, frame, dropped=drop)

    outcomes = None if call.record is None else call.record.frames
    work = counted(FrameWork(answer, failed, dropped), call.method, outcomes)
    admission = settings.admissions.of(stream.model)
    admission.streams += 1
    try:
        window = FrameWindow(
            stream.options,
            work,
            settings.drain,
            settings.max_idle_s,
            partial(share, stream.options, admission, is_explicit=stream.is_explicit),
            quota=call.quota,
        )
        windows = WindowMessages(stream.model, settings.max_message_bytes)
        await context.write(rpc.response(window=windows.make(window.granted)))

        held = HeldBytes(call.quota)

        async def write(answered: Any) -> None:  # as above
            if windows.is_due(window.limit):
                await context.write(rpc.response(window=windows.make(window.granted)))
            await context.write(answered)
            held.release_oldest()

        with held:
            await window.run(_frame_reader(context, rpc, held), write)
    finally:
        admission.streams -= 1


def frame_identity(frame: Any) -> dict[str, Any]:  # each rpc's messages
    """What an answer repeats of a frame that holds an image or a text."""
    return {"frame_id": frame.frame_id, "capture_time_us": frame.capture_time_us}


def read_stream_options(options: stream_pb2.StreamOptions, max_window: int) -> WindowOptions:
    """What a stream asks for, within the server's limit.

    Raises:
        OcelliError: INVALID_FIELD, with the path in a configuration.
    """
    if options.max_frame_age_ms > _MAX_FRAME_AGE_MS:
        raise invalid_field(
            f"max_frame_age_ms is {options.max_frame_age_ms}; expected at most {_MAX_FRAME_AGE_MS}",
            "stream.max_frame_age_ms",
        )
    if options.overflow_policy not in stream_pb2.OverflowPolicy.values():
        raise invalid_field(
            f"overflow_policy is {options.overflow_policy}; expected BLOCK or KEEP_LATEST",
            "stream.overflow_policy",
        )
    wanted = options.max_in_flight_frames or max_window
    return WindowOptions(
        limit=min(wanted, max_window),
        keep_latest=options.overflow_policy == stream_pb2.OVERFLOW_POLICY_KEEP_LATEST,
        max_age_s=options.max_frame_age_ms / 1e3 if options.max_frame_age_ms else None,
    )


def _always_wanted() -> None:
    return None


def _answer(rpc: FrameRpc, frame: Any, **outcome: Any) -> Any:  # each rpc's messages
    return rpc.response(answer=rpc.answer(**rpc.identity(frame), **outcome))


async def _read_config(context: Context, rpc: FrameRpc) -> Any:  # each stream has its own type
    """The configuration that a stream's first message must carry, or None if the client left."""
    raw = await context.read()
    if raw is EOF:
        return None
    count_received(raw)
    message: Any = parse(rpc.request.FromString, raw)
    if message.WhichOneof("message") != "config":
        raise OcelliError(
            Reason.STREAM_PROTOCOL,
            "the first message of the stream has no config; send config once, then the frames",
            field="config",
        )
    return message.config


def _frame_reader(context: Context, rpc: FrameRpc, held: HeldBytes) -> Callable[[], Awaitable[Any]]:
    """Reads the messages after the first; the reader gives None at the end of the stream.

    It holds their bytes, and reads no further while there is no room for them.
    """

    async def read() -> Any:  # each stream has its own type
        raw = await context.read()
        if raw is EOF:
            return None
        count_received(raw)
        await held.wait_to_add(len(raw))
        message: Any = parse(rpc.request.FromString, raw)
        if message.WhichOneof("message") != rpc.item:
            raise OcelliError(
                Reason.STREAM_PROTOCOL,
                f"a message after the first has no {rpc.item}; config is sent once, then only "
                f"{rpc.item}s",
                field=rpc.item,
            )
        return getattr(message, rpc.item)

    return read
