"""What came of one request."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from google.rpc import status_pb2

from ocelli.client.errors import OcelliError
from ocelli.client.status import from_status
from ocelli.v1 import detect_pb2, embed_pb2, timings_pb2

Outcome: TypeAlias = Literal["result", "dropped", "error"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one request."""

    outcome: Outcome
    timings: timings_pb2.Timings | None = None
    """Set with a result."""
    reason: str = ""
    """Of an error: the contract's reason, or else the status code."""


def failed(error: OcelliError) -> Answer:
    """The answer that is an error."""
    return Answer("error", reason=error.reason or error.code.name)


def of_response(message: detect_pb2.DetectResponse | embed_pb2.EmbedResponse) -> Answer:
    """Reads the answer to a call."""
    return Answer("result", message.timings)


def of_frame(message: detect_pb2.DetectFrameAnswer | embed_pb2.EmbedFrameAnswer) -> Answer:
    """Reads the answer to a frame."""
    match message.WhichOneof("outcome"):
        case "result":
            return Answer("result", message.timings)
        case "dropped":
            return Answer("dropped")
        case _:
            status: status_pb2.Status = message.error
            return failed(from_status(status))
