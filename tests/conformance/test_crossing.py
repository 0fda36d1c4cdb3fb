"""Messages that a language changes on their way are found."""

import base64
from typing import Any

from conformance import messages
from tests.conformance.crossing import decoding_faults, encoding_faults, messages_of
from tests.conformance.vectors import read_golden

GOLDEN = read_golden()
ENCODED = {message["name"]: messages.encode(message["type"], message["json"]) for message in GOLDEN}


def decoded(asked: list[dict[str, str]]) -> list[dict[str, Any]]:
    return [
        {"name": message["name"], "json": messages.decode(message["type"], message["bytes"])}
        for message in asked
    ]


def test_what_python_encodes_and_decodes_is_what_is_meant() -> None:
    asked = messages_of({"python": ENCODED}, GOLDEN)
    assert len(asked) == len(GOLDEN)
    assert encoding_faults(ENCODED, GOLDEN) == {}
    assert decoding_faults(decoded(asked), asked, GOLDEN) == {}


def test_every_message_that_is_encoded_as_another_is_found() -> None:
    for message in GOLDEN:
        other = next(
            name
            for name in ENCODED
            if base64.b64decode(ENCODED[name]) != base64.b64decode(ENCODED[message["name"]])
        )
        changed = ENCODED | {message["name"]: ENCODED[other]}
        assert list(encoding_faults(changed, GOLDEN)) == [message["name"]]


def test_messages_that_are_missing_or_no_messages_are_found() -> None:
    name = GOLDEN[0]["name"]
    assert name in encoding_faults({}, GOLDEN)
    torn = ENCODED | {name: base64.b64encode(b"\x0a\xff").decode()}
    assert list(encoding_faults(torn, GOLDEN)) == [name]
    assert list(encoding_faults(ENCODED | {name: "?"}, GOLDEN)) == [name]


def test_a_field_that_is_lost_in_decoding_is_found() -> None:
    asked = messages_of({"go": ENCODED}, GOLDEN)
    found = decoded(asked)
    victim = next(message for message in found if message["name"] == "go:detect-request")
    del victim["json"]["options"]["scoreThreshold"]
    assert list(decoding_faults(found, asked, GOLDEN)) == ["go:detect-request"]
    assert list(decoding_faults(found[1:], asked, GOLDEN)) == [found[0]["name"]]
