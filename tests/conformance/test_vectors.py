"""The cases cover the contract: every call, every reason with its details, every message."""

import itertools
import re
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import descriptor_pool, json_format, message_factory
from google.protobuf.descriptor import Descriptor
from google.protobuf.message import Message

from ocelli.edge.errors import RETRY_AFTER_S, Reason
from ocelli.edge.server.status import CODES
from ocelli.v1 import (
    classify_pb2,
    collection_pb2,
    detect_pb2,
    embed_pb2,
    image_pb2,
    model_pb2,
    point_pb2,
    read_pb2,
    search_pb2,
)
from tests.conformance.vectors import is_canary, read_cases, read_golden

CASES = read_cases()
GOLDEN = read_golden()
ROOT = Path(__file__).parents[2]
KEYS = {"id", "kind", "target", "tls", "token", "timeout_ms", "expect"}
KEYS_OF_KIND = {
    "unary": {"rpc", "request"},
    "duplicates": {"rpc", "request", "cancel_after"},
    "stream": {"rpc", "config", "frames", "repeat", "pause_ms", "cancel_after"},
    "file": {"path"},
    "drain": {"config", "frames", "drain_after"},
    "health": {"service"},
}
EXPECT = {
    *("response", "window", "windows", "answers", "each", "count", "outcomes", "in_order"),
    *("error", "within_ms", "at_least_ms"),
}
TARGETS = {"main", "tiny", "down", "drain", "tls", "mtls", "guarded", "faulty", "http", "nobody"}
SERVICES = [
    service
    for module in (
        *(classify_pb2, collection_pb2, detect_pb2, embed_pb2),
        *(model_pb2, point_pb2, read_pb2, search_pb2),
    )
    for service in module.DESCRIPTOR.services_by_name.values()
]
METHODS = {
    f"{service.name}/{method.name}": method for service in SERVICES for method in service.methods
}
CALLS = [case for case in CASES if "rpc" in case]
OF_ANOTHER_CONTRACT = {Reason.CONTROL_REFUSED}
"""Reasons that no call of this contract fails with: clients of Triton's own protocol get them."""
OF_LIMITED_CALLERS = {Reason.RATE_LIMITED, Reason.QUOTA_EXCEEDED}
"""Reasons that only callers with limits of their own get, which those of the cases have not."""


def expected_errors(case: dict[str, Any]) -> list[dict[str, Any]]:
    """Those of the call and of single answers."""
    expect = case["expect"]
    answers = [*expect.get("answers", []), expect.get("each", {})]
    return [one["error"] for one in (expect, *answers) if "error" in one]


def parsed(name: str, value: dict[str, Any]) -> Any:
    kind = message_factory.GetMessageClass(descriptor_pool.Default().FindMessageTypeByName(name))
    return json_format.ParseDict(value, kind())


def with_bytes(value: Any) -> Any:
    """The same with some bytes in place of every file."""
    if isinstance(value, dict):
        if value.keys() & {"$file", "$zeros"}:
            return "AAAA"
        return {key: with_bytes(inner) for key, inner in value.items()}
    return [with_bytes(inner) for inner in value] if isinstance(value, list) else value


def unknown_keys(kind: Descriptor, expected: Any) -> set[str]:
    """What an expectation names and the contract has not, matchers looked into."""
    if isinstance(expected, list):
        return set().union(*(unknown_keys(kind, inner) for inner in expected))
    if not isinstance(expected, dict) or kind.file.package != "ocelli.v1":
        return set()
    found = set()
    for key, inner in expected.items():
        field = next((field for field in kind.fields if field.json_name == key), None)
        if key in {"$contains", "$starts"}:
            found |= unknown_keys(kind, inner)
        elif field is None:
            found |= set() if key.startswith("$") else {key}
        elif field.message_type is not None:
            found |= unknown_keys(field.message_type, inner)
        elif field.enum_type is not None and isinstance(inner, str):
            found |= {inner} - set(field.enum_type.values_by_name)
    return found


def fields_of(kind: Descriptor) -> set[str]:
    """Full names of the contract's fields that a message can hold, at any depth."""
    found: set[str] = set()
    waiting = [kind]
    while waiting:
        fields = waiting.pop().fields
        inner = (field.message_type for field in fields if field.full_name not in found)
        waiting += [one for one in inner if one and one.file.package == "ocelli.v1"]
        found |= {field.full_name for field in fields}
    return found


def fields_set_in(message: Message) -> set[str]:
    """Full names of the contract's fields that a message holds, at any depth."""
    found = set()
    for field, value in message.ListFields():
        found.add(field.full_name)
        if field.message_type is not None and field.message_type.file.package == "ocelli.v1":
            for inner in value if field.is_repeated else [value]:
                found |= fields_set_in(inner)
    return found


def test_ids_are_unique() -> None:
    ids = [case["id"] for case in CASES] + [message["name"] for message in GOLDEN]
    assert len(ids) == len(set(ids))


def test_a_case_has_no_key_that_runners_do_not_know() -> None:
    for case in CASES:
        assert set(case) <= KEYS | KEYS_OF_KIND[case["kind"]], case["id"]
        assert case["expect"], case["id"]
        assert set(case["expect"]) <= EXPECT, case["id"]
        assert case["target"] in TARGETS, case["id"]


def test_every_call_is_made() -> None:
    assert METHODS.keys() <= {case["rpc"] for case in CALLS}


def test_what_a_case_sends_is_of_the_contract() -> None:
    assert {case["id"]: why for case in CALLS if (why := refusal(case))} == {}


def refusal(case: dict[str, Any]) -> str:
    """Why the contract has no place for what a case sends; empty if it has."""
    method = METHODS[case["rpc"]]
    sent = [case["request"]] if "request" in case else []
    if case["kind"] == "stream":
        item = method.input_type.fields[1].json_name
        sent = [{"config": case["config"]}, *({item: frame} for frame in case["frames"])]
    try:
        for message in sent:
            parsed(method.input_type.full_name, with_bytes(message))
    except json_format.ParseError as error:
        return str(error)
    return ""


def test_what_a_case_expects_is_of_the_contract() -> None:
    cases = [case for case in CALLS if not is_canary(case["id"])]
    assert cases
    assert {case["id"]: keys for case in cases if (keys := unknown_keys_of(case))} == {}


def unknown_keys_of(case: dict[str, Any]) -> set[str]:
    """What a case expects and the contract has not."""
    output = METHODS[case["rpc"]].output_type
    expect = case["expect"]
    response = expect.get("response", {})
    if case["kind"] == "unary":
        return unknown_keys(output, response)
    if case["kind"] == "duplicates":
        beside = response.keys() - {"groups", "progress"}
        group, progress = (
            output.fields_by_name[name].message_type for name in ("group", "progress")
        )
        unknown = beside | unknown_keys(group, response.get("groups", []))
        return unknown | unknown_keys(progress, response.get("progress", {}))
    answer, window = (output.fields_by_name[name].message_type for name in ("answer", "window"))
    wanted = [
        {key: inner for key, inner in one.items() if key != "error"}
        for one in (*expect.get("answers", []), expect.get("each", {}))
    ]
    windows = [*expect.get("windows", []), expect.get("window", {})]
    return unknown_keys(answer, wanted) | unknown_keys(window, windows)


@pytest.mark.parametrize("key", sorted(EXPECT - {"in_order"}))
def test_every_expectation_has_a_canary(key: str) -> None:
    """But for the order: no server here answers out of it."""
    assert any(key in case["expect"] for case in CASES if is_canary(case["id"]))


def test_every_layout_of_pixels_is_sent_in_calls_and_in_streams() -> None:
    wanted = set(image_pb2.PixelFormat.keys()) - {"PIXEL_FORMAT_UNSPECIFIED"}
    for kind in ("unary", "stream"):
        text = "".join(str(case) for case in CASES if case["kind"] == kind)
        assert {name for name in wanted if name in text} == wanted


@pytest.mark.parametrize(
    "reason",
    [reason for reason in CODES if reason not in OF_ANOTHER_CONTRACT | OF_LIMITED_CALLERS],
)
def test_every_reason_is_expected_with_its_code_and_the_details_that_are_documented(
    reason: Any,
) -> None:
    found = [
        error
        for case in CASES
        if not is_canary(case["id"])
        for error in expected_errors(case)
        if error.get("reason") == reason.value
    ]
    assert {error["code"] for error in found if "code" in error} == {CODES[reason].name}
    row = re.search(
        rf"^\| `{reason.value}` \| `\w+` \| ([^|]*) \|",
        (ROOT / "docs" / "errors.md").read_text(),
        re.MULTILINE,
    )
    assert row
    details = {"BadRequest": "fields", "ResourceInfo": "resource", "QuotaFailure": "quota"}
    wanted = {key for name, key in details.items() if name in row[1]}
    wanted |= {"retry"} if reason in RETRY_AFTER_S else set()
    checked = set(itertools.chain.from_iterable(found))
    assert wanted <= checked


def test_a_golden_message_is_one_of_the_contract() -> None:
    for message in GOLDEN:
        assert json_format.MessageToDict(parsed(message["type"], message["json"])) is not None


def test_every_request_and_response_is_among_the_golden_messages() -> None:
    types = {
        kind.full_name
        for service in SERVICES
        for method in service.methods
        for kind in (method.input_type, method.output_type)
    }
    assert {message["type"] for message in GOLDEN} == types


def test_every_field_is_set_in_a_golden_message() -> None:
    wanted: set[str] = set()
    for service in SERVICES:
        for method in service.methods:
            wanted |= fields_of(method.input_type) | fields_of(method.output_type)
    found = [fields_set_in(parsed(message["type"], message["json"])) for message in GOLDEN]
    assert wanted - set().union(*found) == set()
