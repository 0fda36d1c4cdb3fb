"""A megabyte of text in every string of every request: an error that names its reason, or no error.

gRPC drops trailers that grow too large, and the reason with them: no error may repeat what it got.
"""

from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.protobuf.struct_pb2 import Struct, Value

from ocelli.client.status import from_rpc_error
from ocelli.edge.server.grpc_server import described
from tests.conftest import RunningEdge

MEGABYTE = 1 << 20
COLLECTION = "hostile-text"
MAX_DEPTH = 5
MAX_METADATA_BYTES = 4096

Path = tuple[FieldDescriptor, ...]


def contract() -> dict[str, MethodDescriptor]:
    services = [service for service in described() if service.full_name.startswith("ocelli.v1.")]
    return {
        f"{service.full_name}/{method.name}": method
        for service in services
        for method in service.methods
    }


METHODS = contract()


def strings(kind: Descriptor, above: Path = ()) -> Iterator[Path]:
    """Paths to every string, and to every payload and filter value, of a message."""
    for field in kind.fields:
        path = (*above, field)
        if field.type == FieldDescriptor.TYPE_STRING:
            yield path
        elif field.type == FieldDescriptor.TYPE_MESSAGE:
            if field.message_type.full_name.startswith("google.protobuf."):
                yield path
            elif len(path) < MAX_DEPTH:
                yield from strings(field.message_type, path)


CASES = {
    f"{name} {'.'.join(field.name for field in path)}": (name, path)
    for name, method in METHODS.items()
    for path in strings(method.input_type)
}


def put(message: Message, path: Path, text: str) -> None:
    """Sets the string at `path`, making what lies between."""
    for field in path[:-1]:
        below = getattr(message, field.name)
        message = below.add() if field.is_repeated else below
    field = path[-1]
    value = getattr(message, field.name)
    if field.type == FieldDescriptor.TYPE_STRING:
        if field.is_repeated:
            value.append(text)
        else:
            setattr(message, field.name, text)
    elif field.is_repeated:
        value.add(string_value=text)
    elif isinstance(value, Struct):
        value.update({"word": text, text: 1, "n": [text]})
    elif isinstance(value, Value):
        value.string_value = text
    else:  # a field mask
        value.paths.append(text)


def template(kind: Descriptor) -> Message:
    """A request that gets as far as its fields: it names a collection that exists."""
    request: Message = GetMessageClass(kind)()
    if "collection" in kind.fields_by_name:
        field = kind.fields_by_name["collection"]
        if field.type == FieldDescriptor.TYPE_STRING:
            setattr(request, "collection", COLLECTION)  # noqa: B010  # any request's
        else:
            request.collection.name = COLLECTION  # type: ignore[attr-defined]  # likewise
    if "ids" in kind.fields_by_name and "filter" not in kind.fields_by_name:
        request.ids.append("a")  # type: ignore[attr-defined]
    return request


@pytest.fixture(scope="module")
def channel(edge: RunningEdge) -> Iterator[grpc.Channel]:
    with edge.connect() as client:
        client.collections.create(COLLECTION, dimension=4, fields={"word": "keyword"})
    options = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)]
    with grpc.insecure_channel(edge.address, options=options) as channel:
        yield channel


def outcome(channel: grpc.Channel, name: str, requests: list[Message]) -> grpc.RpcError | list[Any]:
    method = METHODS[name]
    parse = GetMessageClass(method.output_type).FromString
    kind = "stream_stream" if method.client_streaming else "unary_unary"
    call = getattr(channel, kind)(f"/{name}", lambda message: message.SerializeToString(), parse)
    try:
        if method.client_streaming:
            return list(call(iter(requests), timeout=20))
        return [call(requests[0], timeout=20)]
    except grpc.RpcError as error:
        return error


def check(error: grpc.RpcError, address: str) -> None:
    pairs = error.trailing_metadata() or ()  # type: ignore[attr-defined]
    size = sum(len(key) + len(value) for key, value in pairs)
    size += len((error.details() or "").encode())  # type: ignore[attr-defined]
    assert size < MAX_METADATA_BYTES
    assert from_rpc_error(error, address=address).reason, error


@pytest.mark.parametrize("case", CASES)
def test_a_megabyte_of_text_anywhere_costs_its_caller_a_small_error(
    case: str, channel: grpc.Channel, edge: RunningEdge
) -> None:
    name, path = CASES[case]
    for letter in ("x", "語"):
        request = template(METHODS[name].input_type)
        put(request, path, letter * (MEGABYTE // len(letter.encode())))
        requests = [request]
        if METHODS[name].client_streaming and path[0].name != "config":
            first = GetMessageClass(METHODS[name].input_type)()
            first.config.SetInParent()  # type: ignore[attr-defined]
            requests = [first, request]
        found = outcome(channel, name, requests)
        if isinstance(found, grpc.RpcError):
            check(found, edge.address)
        else:
            answers = [answer for answer in found if hasattr(answer, "answer")]
            assert all(answer.ByteSize() < MAX_METADATA_BYTES for answer in answers)


def test_an_unknown_service_of_health_is_not_repeated_at_length(channel: grpc.Channel) -> None:
    from grpc_health.v1 import health_pb2, health_pb2_grpc

    with pytest.raises(grpc.RpcError) as failed:
        health_pb2_grpc.HealthStub(channel).Check(
            health_pb2.HealthCheckRequest(service="x" * MEGABYTE), timeout=10
        )
    assert failed.value.code() is grpc.StatusCode.NOT_FOUND
    assert len(failed.value.details() or "") < MAX_METADATA_BYTES
