"""Whether messages that one language encodes mean the same in every other."""

import base64
from typing import Any

from google.protobuf import descriptor_pool, json_format, message_factory
from google.protobuf.message import DecodeError, Message
from google.rpc import error_details_pb2

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
from tests.conformance.vectors import Golden

_KNOWN = (
    *(classify_pb2, collection_pb2, detect_pb2, embed_pb2, model_pb2, point_pb2, read_pb2),
    search_pb2,
    error_details_pb2,
)
"""Modules whose import makes their messages known to the pool."""


def messages_of(encoded: dict[str, dict[str, str]], golden: list[Golden]) -> list[dict[str, str]]:
    """What every runner is to decode: each message as each language encoded it.

    Args:
        encoded: base64 by language and by name.
        golden: the messages.

    Returns:
        `name` is `LANGUAGE:NAME`.
    """
    return [
        {
            "name": f"{language}:{message['name']}",
            "type": message["type"],
            "bytes": of_language[message["name"]],
        }
        for language, of_language in encoded.items()
        for message in golden
        if message["name"] in of_language
    ]


def encoding_faults(encoded: dict[str, str], golden: list[Golden]) -> dict[str, str]:
    """What is wrong with the messages that a language encoded, by name."""
    faults = {}
    for message in golden:
        name = message["name"]
        wanted = _parse(message["type"], message["json"])
        if name not in encoded:
            faults[name] = "it was not encoded"
            continue
        found = type(wanted)()
        try:
            found.ParseFromString(base64.b64decode(encoded[name]))
        except (DecodeError, ValueError) as error:
            faults[name] = f"what was encoded cannot be parsed: {error}"
            continue
        # Beyond what it means, it must have no fields that the contract does not know.
        if _canonical(found) != _canonical(wanted) or found.ByteSize() != wanted.ByteSize():
            faults[name] = f"encoded as {_shown(found)}, expected {_shown(wanted)}"
    return faults


def decoding_faults(
    decoded: list[dict[str, Any]], asked: list[dict[str, str]], golden: list[Golden]
) -> dict[str, str]:
    """What is wrong with the messages that a language decoded, by `LANGUAGE:NAME`."""
    wanted = {message["name"]: _parse(message["type"], message["json"]) for message in golden}
    found = {message["name"]: message["json"] for message in decoded}
    faults = {}
    for message in asked:
        name = message["name"]
        expected = wanted[name.partition(":")[2]]
        if name not in found:
            faults[name] = "it was not decoded"
            continue
        try:
            meant = _parse(message["type"], found[name])
        except json_format.ParseError as error:
            faults[name] = f"its JSON cannot be read: {error}"
            continue
        if _canonical(meant) != _canonical(expected):
            faults[name] = f"decoded as {_shown(meant)}, expected {_shown(expected)}"
    return faults


def _parse(name: str, value: dict[str, Any]) -> Message:
    kind = message_factory.GetMessageClass(descriptor_pool.Default().FindMessageTypeByName(name))
    return json_format.ParseDict(value, kind())


def _canonical(message: Message) -> str:
    """One text for all messages that mean the same, NaN included."""
    text: str = json_format.MessageToJson(message, indent=None, sort_keys=True)
    return text


def _shown(message: Message) -> str:
    text = _canonical(message)
    return text if len(text) <= 200 else f"{text[:200]}…"
