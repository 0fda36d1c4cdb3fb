"""gRPC and gRPC-Web through Envoy, on the port that serves JSON."""

import base64
import struct
from collections.abc import Callable

import grpc
import httpx
import pytest
from google.rpc import error_details_pb2, status_pb2

from ocelli.client import ImageError, MessageTooLarge, connect
from ocelli.client.video import frames
from ocelli.models.media import Media
from ocelli.v1 import detect_pb2
from tests.web.conftest import Gateway

DETECT = "/ocelli.v1.DetectService/Detect"
TRAILERS = 0x80


def ask(http: httpx.Client, request: detect_pb2.DetectRequest) -> dict[int, bytes]:
    """Calls Detect over gRPC-Web; returns the answer's parts by the flags that begin them."""
    message = request.SerializeToString()
    answer = http.post(
        DETECT,
        content=struct.pack(">BI", 0, len(message)) + message,
        headers={"content-type": "application/grpc-web+proto", "x-grpc-web": "1"},
    )
    assert answer.status_code == 200
    parts: dict[int, bytes] = {}
    rest = answer.content
    while rest:
        flags, length = struct.unpack_from(">BI", rest)
        parts[flags] = rest[5 : 5 + length]
        rest = rest[5 + length :]
    headers = "".join(f"{name}: {value}\r\n" for name, value in answer.headers.items())
    return {TRAILERS: headers.encode(), **parts}


def trailer(parts: dict[int, bytes], name: str) -> str:
    lines = (line.partition(":") for line in parts[TRAILERS].decode().splitlines())
    return next(value.strip() for key, _, value in lines if key == name)


def test_an_image_over_grpc_web_gives_boxes(
    http: httpx.Client, photo: Callable[[str], bytes]
) -> None:
    image = {"encoded": photo("cat")}
    parts = ask(http, detect_pb2.DetectRequest(image=image))
    found = detect_pb2.DetectResponse.FromString(parts[0])
    assert [detection.label for detection in found.result.detections] == ["cat"]
    assert trailer(parts, "grpc-status") == "0"


def test_a_failure_over_grpc_web_carries_its_details(http: httpx.Client) -> None:
    parts = ask(http, detect_pb2.DetectRequest(image={"encoded": b"just some words"}))
    assert trailer(parts, "grpc-status") == "3"
    details = trailer(parts, "grpc-status-details-bin")
    status = status_pb2.Status.FromString(base64.b64decode(details + "=" * (-len(details) % 4)))
    info = error_details_pb2.ErrorInfo()
    assert [info.reason for detail in status.details if detail.Unpack(info)] == [
        "IMAGE_FORMAT_UNKNOWN"
    ]


@pytest.mark.parametrize(
    ("origin", "is_allowed"),
    [("http://localhost:5173", True), ("http://127.0.0.1", True), ("https://example.org", False)],
)
def test_pages_of_this_machine_may_call_and_others_may_not(
    origin: str, is_allowed: bool, http: httpx.Client
) -> None:
    asked = {
        "origin": origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type,x-grpc-web,grpc-timeout",
    }
    answer = http.options(DETECT, headers=asked)
    assert (answer.headers.get("access-control-allow-origin") == origin) is is_allowed


@pytest.mark.parametrize("content_type", ["text/plain", "application/grpc-web+proto", None])
def test_a_foreign_page_cannot_call_without_asking_first(
    content_type: str | None, http: httpx.Client
) -> None:
    """Browsers send bodies of plain types to any site, and leave reading the answer to CORS."""
    foreign = {"origin": "https://example.org"}
    typed = {"content-type": content_type} if content_type else {}
    answer = http.post(DETECT, content=bytes(5), headers={**foreign, **typed})
    assert "x-envoy-upstream-service-time" not in answer.headers
    assert answer.status_code == 403 or answer.headers["grpc-status"] == "7"


def test_the_sdk_speaks_grpc_through_envoy(gateway: Gateway, photo: Callable[[str], bytes]) -> None:
    with connect(gateway.address) as client:
        client.wait_until_ready(10)
        assert [found.label for found in client.detect(photo("cat")).detections] == ["cat"]
        with pytest.raises(ImageError) as refused:
            client.detect(b"just some words")
        assert refused.value.reason == "IMAGE_FORMAT_UNKNOWN"


def test_a_stream_goes_through_envoy_in_order(gateway: Gateway, media: Media) -> None:
    with connect(gateway.address) as client:
        video = [frame for _, frame in zip(range(25), frames(media.video.path), strict=False)]
        answers = list(client.detect_stream(video))
    assert [answer.frame_id for answer in answers] == list(range(25))
    assert all(answer.result is not None for answer in answers)


def test_the_edge_refuses_what_is_too_large(gateway: Gateway) -> None:
    large = bytes(33 * 1024 * 1024)
    with (
        connect(gateway.address, max_message_bytes=2 * len(large)) as client,
        pytest.raises(MessageTooLarge),
    ):
        client.detect(large)


def test_reflection_goes_through_envoy(gateway: Gateway) -> None:
    from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

    with grpc.insecure_channel(gateway.address) as channel:
        stub = reflection_pb2_grpc.ServerReflectionStub(channel)
        request = reflection_pb2.ServerReflectionRequest(list_services="")
        (answer,) = stub.ServerReflectionInfo(iter([request]), timeout=10)
    listed = {service.name for service in answer.list_services_response.service}
    assert "ocelli.v1.DetectService" in listed
