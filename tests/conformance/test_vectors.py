"""The cases cover the contract: every call, every reason with its details, every message."""

import itertools
import re
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import descriptor_pool, json_format, message_factory

from ocelli.edge.errors import CODES, RETRY_AFTER_S
from ocelli.v1 import detect_pb2, embed_pb2, image_pb2, model_pb2, search_pb2
from tests.conformance.vectors import is_canary, read_cases, read_golden

CASES = read_cases()
GOLDEN = read_golden()
ROOT = Path(__file__).parents[2]
KEYS = {"id", "kind", "target", "tls", "timeout_ms", "expect"}
KEYS_OF_KIND = {
    "unary": {"rpc", "request"},
    "stream": {"rpc", "config", "frames", "repeat", "pause_ms", "cancel_after"},
    "file": {"path"},
    "drain": {"config", "frames", "drain_after"},
    "health": {"service"},
}
EXPECT = {
    *("response", "window", "answers", "each", "count", "outcomes", "in_order", "error"),
    "within_ms",
}
TARGETS = {"main", "tiny", "down", "drain", "tls", "mtls", "faulty", "http", "nobody"}
SERVICES = [
    module.DESCRIPTOR.services_by_name[name]
    for module, name in (
        (detect_pb2, "DetectService"),
        (embed_pb2, "EmbedService"),
        (search_pb2, "SearchService"),
        (model_pb2, "ModelService"),
    )
]


def expected_errors(case: dict[str, Any]) -> list[dict[str, Any]]:
    """Those of the call and of single answers."""
    expect = case["expect"]
    answers = [*expect.get("answers", []), expect.get("each", {})]
    return [one["error"] for one in (expect, *answers) if "error" in one]


def parsed(name: str, value: dict[str, Any]) -> Any:
    kind = message_factory.GetMessageClass(descriptor_pool.Default().FindMessageTypeByName(name))
    return json_format.ParseDict(value, kind())


def test_ids_are_unique() -> None:
    ids = [case["id"] for case in CASES] + [message["name"] for message in GOLDEN]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_case_has_no_key_that_runners_do_not_know(case: dict[str, Any]) -> None:
    assert set(case) <= KEYS | KEYS_OF_KIND[case["kind"]]
    assert case["expect"]
    assert set(case["expect"]) <= EXPECT
    assert case["target"] in TARGETS


def test_every_call_is_made() -> None:
    made = {case.get("rpc") for case in CASES}
    calls = {f"{service.name}/{name}" for service in SERVICES for name in service.methods_by_name}
    assert calls <= made


def test_every_layout_of_pixels_is_sent_in_calls_and_in_streams() -> None:
    wanted = set(image_pb2.PixelFormat.keys()) - {"PIXEL_FORMAT_UNSPECIFIED"}
    for kind in ("unary", "stream"):
        text = "".join(str(case) for case in CASES if case["kind"] == kind)
        assert {name for name in wanted if name in text} == wanted


@pytest.mark.parametrize("reason", list(CODES))
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


@pytest.mark.parametrize("message", GOLDEN, ids=lambda message: message["name"])
def test_a_golden_message_is_one_of_the_contract(message: dict[str, Any]) -> None:
    assert json_format.MessageToDict(parsed(message["type"], message["json"])) is not None


def test_every_request_and_response_is_among_the_golden_messages() -> None:
    types = {
        kind.full_name
        for service in SERVICES
        for method in service.methods
        for kind in (method.input_type, method.output_type)
    }
    assert {message["type"] for message in GOLDEN} == types
