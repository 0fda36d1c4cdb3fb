"""The contract's messages and their JSON mapping."""

import base64
from pathlib import Path
from typing import Any

from google.protobuf import descriptor_pool, json_format, message_factory
from google.protobuf.message import Message
from google.rpc import error_details_pb2  # what the `Any` of a status holds

from ocelli.v1 import (
    classify_pb2,
    collection_pb2,
    detect_pb2,
    embed_pb2,
    model_pb2,
    point_pb2,
    read_pb2,
    search_pb2,
)

_KNOWN = (
    classify_pb2,
    collection_pb2,
    detect_pb2,
    embed_pb2,
    model_pb2,
    point_pb2,
    read_pb2,
    search_pb2,
    error_details_pb2,
)
"""Modules whose import makes their messages known to the pool."""

Json = dict[str, Any]


def with_bytes(value: Any, files: Path) -> Any:  # noqa: ANN401  any JSON
    """Puts base64 strings where JSON says `{"$file": name}` or `{"$zeros": count}`."""
    match value:
        case {"$file": str(name)}:
            return base64.b64encode((files / name).read_bytes()).decode()
        case {"$zeros": int(count)}:
            return base64.b64encode(bytes(count)).decode()
        case dict():
            return {key: with_bytes(inner, files) for key, inner in value.items()}
        case list():
            return [with_bytes(inner, files) for inner in value]
        case _:
            return value


def to_json(message: Message) -> Json:
    """A message in the JSON mapping, without the fields that have their default."""
    found: Json = json_format.MessageToDict(message)
    return found


def from_json(name: str, value: Json) -> Message:
    """A message of the type with this full name."""
    return json_format.ParseDict(value, _type(name)())


def request_type(rpc: str) -> str:
    """Full name of the request of `Service/Method`."""
    service, _, method = rpc.partition("/")
    found = descriptor_pool.Default().FindServiceByName(f"ocelli.v1.{service}")
    name: str = found.methods_by_name[method].input_type.full_name
    return name


def encode(name: str, value: Json) -> str:
    """The binary form of a message, in base64."""
    return base64.b64encode(from_json(name, value).SerializeToString()).decode()


def decode(name: str, data: str) -> Json:
    """The JSON of a message in base64."""
    message = _type(name)()
    message.ParseFromString(base64.b64decode(data))
    return to_json(message)


def _type(name: str) -> type[Message]:
    return message_factory.GetMessageClass(descriptor_pool.Default().FindMessageTypeByName(name))
