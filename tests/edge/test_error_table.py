"""Every failure a caller can provoke: its code, its reason, and what it costs the server."""

import functools
import re
import shutil
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import grpc
import psutil
import pytest

from ocelli.client import Client, OcelliError
from ocelli.client.status import from_rpc_error
from ocelli.edge.server.status import CODES
from ocelli.v1 import (
    detect_pb2,
    detect_pb2_grpc,
    filter_pb2,
    image_pb2,
    search_pb2,
    search_pb2_grpc,
    vector_pb2,
)

Code = grpc.StatusCode
Photo = Callable[[str], bytes]


@functools.cache  # its pixels are long in being packed
def png_header(width: int, height: int, rows: int) -> bytes:
    """A grey PNG that says it is large, with few bytes behind it."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = zlib.compress(bytes((width + 1) * rows), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.fixture(scope="module")
def vectors(edge: Any) -> str:
    """A collection of four-dimensional vectors."""
    with edge.connect() as client:
        client.collections.create("errors-vectors", dimension=4, fields={"n": "integer"})
    return "errors-vectors"


Case = Callable[[Client, Photo, str], Any]

CASES: dict[str, tuple[Case, Code, str]] = {
    "truncated JPEG": (
        lambda client, photo, _: client.detect(photo("diners")[:9000]),
        Code.INVALID_ARGUMENT,
        "IMAGE_CORRUPT",
    ),
    "text named .jpg": (
        lambda client, photo, _: client.detect(b"this is a text, whatever its name says\n" * 9),
        Code.INVALID_ARGUMENT,
        "IMAGE_FORMAT_UNKNOWN",
    ),
    "empty image": (
        lambda client, photo, _: client.embed(b""),
        Code.INVALID_ARGUMENT,
        "IMAGE_EMPTY",
    ),
    "12000×12000 PNG of a few KB": (
        lambda client, photo, _: client.detect(png_header(12000, 12000, 12000)),
        Code.INVALID_ARGUMENT,
        "IMAGE_TOO_LARGE",
    ),
    "raw image shorter than it says": (
        lambda client, photo, _: detect_raw(client, b"123", 640, 480),
        Code.INVALID_ARGUMENT,
        "IMAGE_LAYOUT",
    ),
    "region outside the image": (
        lambda client, photo, _: client.detect(photo("cat"), region=(5000, 0, 5100, 100)),
        Code.INVALID_ARGUMENT,
        "REGION_OUTSIDE_IMAGE",
    ),
    "score threshold beyond 1": (
        lambda client, photo, _: client.detect(photo("cat"), score_threshold=1.5),
        Code.INVALID_ARGUMENT,
        "INVALID_FIELD",
    ),
    "unknown model": (
        lambda client, photo, _: client.detect(photo("cat"), model="nosuch"),
        Code.NOT_FOUND,
        "MODEL_NOT_FOUND",
    ),
    "model name with a path in it": (
        lambda client, photo, _: client.models.load("../../etc"),
        Code.INVALID_ARGUMENT,
        "INVALID_FIELD",
    ),
    "model of another task": (
        lambda client, photo, _: client.detect(photo("cat"), model="efficientnet_lite0"),
        Code.INVALID_ARGUMENT,
        "MODEL_WRONG_TASK",
    ),
    "model that fails to load": (
        lambda client, photo, _: client.models.load("broken"),
        Code.FAILED_PRECONDITION,
        "MODEL_LOAD_FAILED",
    ),
    "model that is not loaded": (
        lambda client, photo, _: client.detect(photo("cat"), model="unloaded"),
        Code.FAILED_PRECONDITION,
        "MODEL_NOT_LOADED",
    ),
    "text for a model of images": (
        lambda client, photo, _: client.embed(text="a cat"),
        Code.INVALID_ARGUMENT,
        "MODEL_TAKES_NO_TEXT",
    ),
    "model that describes itself incompletely": (
        lambda client, photo, _: client.models.load("silent"),
        Code.FAILED_PRECONDITION,
        "MODEL_REFUSED",
    ),
    "unknown collection": (
        lambda client, photo, _: client.search("nosuch", vector=[1, 2, 3, 4]),
        Code.NOT_FOUND,
        "COLLECTION_NOT_FOUND",
    ),
    "collection that exists": (
        lambda client, photo, name: client.collections.create(name, dimension=4),
        Code.ALREADY_EXISTS,
        "COLLECTION_EXISTS",
    ),
    "image for a collection without model": (
        lambda client, photo, name: client.search(name, image=photo("cat")),
        Code.FAILED_PRECONDITION,
        "COLLECTION_HAS_NO_MODEL",
    ),
    "vector of the wrong length": (
        lambda client, photo, name: client.search(name, vector=[1, 2, 3]),
        Code.INVALID_ARGUMENT,
        "VECTOR_DIMENSION",
    ),
    "NaN in a vector": (
        lambda client, photo, name: client.search(name, vector=[1, 2, float("nan"), 4]),
        Code.INVALID_ARGUMENT,
        "VECTOR_NOT_FINITE",
    ),
    "unknown point": (
        lambda client, photo, name: client.search(name, id="nosuch"),
        Code.NOT_FOUND,
        "POINT_NOT_FOUND",
    ),
    "filter on a field that the schema lacks": (
        lambda client, photo, name: search_equals(client, name, "colour"),
        Code.INVALID_ARGUMENT,
        "FIELD_NOT_IN_SCHEMA",
    ),
    "message over the limit": (
        lambda client, photo, _: detect_raw(client, bytes(40 << 20), 4000, 3000),
        Code.RESOURCE_EXHAUSTED,
        "MESSAGE_TOO_LARGE",
    ),
    "deadline that passes": (
        lambda client, photo, _: client.detect(photo("diners"), timeout_s=0.004),
        Code.DEADLINE_EXCEEDED,
        "DEADLINE_EXCEEDED",
    ),
}


def detect_raw(client: Client, data: bytes, width: int, height: int) -> None:
    """Sends raw pixels as they are, past what the SDK would check."""
    raw = image_pb2.RawImage(
        data=data, width=width, height=height, format=image_pb2.PIXEL_FORMAT_RGB
    )
    request = detect_pb2.DetectRequest(image=image_pb2.Image(raw=raw))
    with grpc.insecure_channel(client.address) as channel:
        detect_pb2_grpc.DetectServiceStub(channel).Detect(request, timeout=10)


def search_equals(client: Client, collection: str, field: str) -> None:
    condition = filter_pb2.FilterEquals(field=field)
    condition.value.string_value = "red"
    request = search_pb2.SearchRequest(
        collection=collection,
        vector=vector_pb2.Vector(values=[1, 2, 3, 4]),
        filter=filter_pb2.Filter(equals=condition),
    )
    with grpc.insecure_channel(client.address) as channel:
        search_pb2_grpc.SearchServiceStub(channel).Search(request, timeout=10)


def provoke(case: Case, client: Client, photo: Photo, collection: str) -> OcelliError:
    """The error of a call, as the SDK has it."""
    try:
        case(client, photo, collection)
    except OcelliError as error:
        return error
    except grpc.RpcError as error:
        return from_rpc_error(error, address=client.address)
    pytest.fail("the call succeeded")


@pytest.fixture(scope="module", autouse=True)
def bad_models(edge: Any) -> None:
    """A model that is no model, one that does not describe itself, and one that is not loaded."""
    unloaded = edge.models_dir / "unloaded"
    shutil.copytree(edge.models_dir / "nanodet_coco80", unloaded)
    config = (unloaded / "config.pbtxt").read_text().replace("nanodet_coco80", "unloaded")
    (unloaded / "config.pbtxt").write_text(config.replace('"ocelli.default"', '"other.default"'))
    with edge.connect() as client:
        client.models.load("unloaded")
        client.models.unload("unloaded")
    broken = edge.models_dir / "broken"
    shutil.copytree(edge.models_dir / "nanodet_coco80", broken)
    config = (broken / "config.pbtxt").read_text().replace("nanodet_coco80", "broken")
    (broken / "config.pbtxt").write_text(config)
    (broken / "1" / "model.onnx").write_bytes(b"this is no model")
    silent = edge.models_dir / "silent"
    shutil.copytree(edge.models_dir / "nanodet_coco80", silent)
    config = (silent / "config.pbtxt").read_text().replace("nanodet_coco80", "silent")
    (silent / "config.pbtxt").write_text(config.replace('"ocelli.task"', '"other.task"'))


@pytest.mark.parametrize("name", CASES)
def test_a_failure_has_its_documented_code_and_reason_and_costs_nothing(
    name: str, client: Client, photo: Photo, vectors: str
) -> None:
    case, code, reason = CASES[name]
    error = provoke(case, client, photo, vectors)
    assert (error.code, error.reason) == (code, reason), error.message
    assert error.message
    assert "\n" not in error.message
    assert [found.label for found in client.detect(photo("cat")).detections] == ["cat"]


def test_the_documentation_lists_every_reason_with_its_code() -> None:
    text = (Path(__file__).parents[2] / "docs" / "errors.md").read_text()
    documented = dict(re.findall(r"^\| `([A-Z_]+)` \| `([A-Z_]+)` \|", text, re.MULTILINE))
    assert documented == {reason.value: code.name for reason, code in CODES.items()}


def test_failures_leave_no_memory_behind(
    edge: Any, client: Client, photo: Photo, vectors: str
) -> None:
    cheap = [
        case
        for name, (case, _, _) in CASES.items()
        if "load" not in name and "incompletely" not in name and "over the limit" not in name
    ]
    process = psutil.Process(edge.process.pid)
    for _ in range(15):
        for case in cheap:
            provoke(case, client, photo, vectors)
    before = process.memory_info().rss
    for _ in range(30):
        for case in cheap:
            provoke(case, client, photo, vectors)
    grown = process.memory_info().rss - before
    assert grown < 4 << 20, f"{grown / 1024:.0f} KiB more after {30 * len(cheap)} failures"
