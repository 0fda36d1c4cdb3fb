"""Cases of one request and one response."""

from pathlib import Path
from typing import Any

from google.protobuf.message import Message

from conformance import messages
from conformance.link import Link
from conformance.seen import Seen, detect_result
from ocelli.client.requests.call import Call

_STUBS = {
    "ClassifyService": "classify",
    "DetectService": "detect",
    "EmbedService": "embed",
    "ReadService": "read",
    "CollectionService": "collections",
    "PointService": "points",
    "SearchService": "search",
    "ModelService": "models",
}


def call(link: Link, case: dict[str, Any], files: Path) -> Seen:
    """Calls the stub on the SDK's connection."""
    service, _, method = case["rpc"].partition("/")
    request = messages.from_json(
        messages.request_type(case["rpc"]), messages.with_bytes(case["request"], files)
    )
    unary: Call[Message, Message, messages.Json] = Call(
        lambda stubs: getattr(getattr(stubs, _STUBS[service]), method), request, messages.to_json
    )
    return Seen(response=link.connection.invoke(unary, link.timeout_s))


def detect_file(link: Link, case: dict[str, Any], files: Path) -> Seen:
    """Detects objects in a file."""
    found = link.client.detect(files / case["path"], timeout_s=link.timeout_s)
    return Seen(response={"result": detect_result(found)})


def health(link: Link, case: dict[str, Any], files: Path) -> Seen:
    """Asks for the status of a service."""
    del files
    status = link.client.health(case["service"], timeout_s=link.timeout_s)
    return Seen(response={"status": status.value})
