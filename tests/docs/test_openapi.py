"""docs/openapi.json: what the generator makes of a contract, and whether it is OpenAPI."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from google.api import annotations_pb2
from openapi_spec_validator import OpenAPIV31SpecValidator

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
from ocelli.v1.sdk import ERROR_DOMAIN, HINTS
from tests.docs.protoc import run_plugin

ROOT = Path(__file__).parents[2]
DOCUMENT = json.loads((ROOT / "docs" / "openapi.json").read_text())
MODULES = (
    detect_pb2,
    classify_pb2,
    embed_pb2,
    model_pb2,
    collection_pb2,
    point_pb2,
    read_pb2,
    search_pb2,
)
HEAD = """
syntax = "proto3";
// A contract.
package a.v1;
import "google/api/annotations.proto";
import "google/protobuf/field_mask.proto";
import "google/protobuf/struct.proto";
import "google/rpc/status.proto";
"""
CALL = """
// Calls.
service Calls {
  // Does it.
  //
  // Not twice.
  rpc Do(Thing) returns (Done) {
    option (google.api.http) = {post: "/v1/things/{name}:do" body: "*"};
  }
}
// It is done.
message Done {}
"""


def generate(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    """Makes `openapi.json` in the folder from a file of this text."""
    return run_plugin("openapi", folder, HEAD + text)


def document(folder: Path, text: str) -> dict[str, Any]:
    ended = generate(folder, text)
    assert ended.returncode == 0, ended.stderr
    made: dict[str, Any] = json.loads((folder / "openapi.json").read_text())
    OpenAPIV31SpecValidator(made).validate()
    return made


def test_the_document_is_valid_openapi() -> None:
    OpenAPIV31SpecValidator(DOCUMENT).validate()


def test_every_route_of_the_contract_is_in_it_and_no_other() -> None:
    promised = set()
    for module in MODULES:
        for service in module.DESCRIPTOR.services_by_name.values():
            for method in service.methods:
                rule = method.GetOptions().Extensions[annotations_pb2.http]
                if verb := rule.WhichOneof("pattern"):
                    path = getattr(rule, verb).replace("{collection.name}", "{name}")
                    promised.add((verb, path, method.name))
    described = {
        (verb, path, operation["operationId"])
        for path, operations in DOCUMENT["paths"].items()
        for verb, operation in operations.items()
    }
    assert described == promised


def test_every_part_of_the_document_is_described() -> None:
    for path, operations in DOCUMENT["paths"].items():
        for verb, operation in operations.items():
            assert operation["summary"], f"{verb} {path}"
    for name, schema in DOCUMENT["components"]["schemas"].items():
        assert schema["description"], name
        for key, described in schema.get("properties", {}).items():
            if name != "ErrorInfo":
                assert described["description"], f"{name}.{key}"


def test_it_has_the_reasons_of_failures() -> None:
    properties = DOCUMENT["components"]["schemas"]["ErrorInfo"]["properties"]
    assert properties["reason"]["enum"] == list(HINTS)
    assert properties["domain"] == {"const": ERROR_DOMAIN}


def test_a_message_has_the_types_of_protobufs_json(tmp_path: Path) -> None:
    made = document(
        tmp_path,
        CALL
        + """
        // A thing.
        message Thing {
          // Its name.
          string name = 1;
          // Bytes.
          bytes file = 2;
          // Long.
          uint64 age_us = 3;
          // Signed.
          int64 time_us = 4;
          // Anything.
          google.protobuf.Struct payload = 5;
          // Which to change.
          google.protobuf.FieldMask update_mask = 6;
          // Things
          // inside.
          repeated Thing things = 7;
          // Why not.
          google.rpc.Status error = 8;
          // Any value.
          google.protobuf.Value value = 9;
          // Lowest. Unset: none.
          optional float score = 10;
        }
        """,
    )
    properties = made["components"]["schemas"]["Thing"]["properties"]
    assert properties == {
        "name": {"type": "string", "description": "Its name."},
        "file": {"type": "string", "contentEncoding": "base64", "description": "Bytes."},
        "ageUs": {
            "type": "string",
            "format": "uint64",
            "pattern": "^[0-9]+$",
            "description": "Long.",
        },
        "timeUs": {
            "type": "string",
            "format": "int64",
            "pattern": "^-?[0-9]+$",
            "description": "Signed.",
        },
        "payload": {"type": "object", "additionalProperties": True, "description": "Anything."},
        "updateMask": {
            "type": "string",
            "description": "Which to change. Names of fields in lowerCamelCase, joined by commas.",
        },
        "things": {
            "type": "array",
            "items": {"$ref": "#/components/schemas/Thing"},
            "description": "Things inside.",
        },
        "error": {"$ref": "#/components/schemas/Status", "description": "Why not."},
        "value": {"description": "Any value."},
        "score": {"type": "number", "format": "float", "description": "Lowest. Unset: none."},
    }


def test_fields_of_the_path_are_not_in_the_body(tmp_path: Path) -> None:
    made = document(
        tmp_path,
        CALL
        + "// A thing.\nmessage Thing {\n// Its name.\nstring name = 1;\n// On.\nbool on = 2;\n}",
    )
    (operation,) = made["paths"]["/v1/things/{name}:do"].values()
    assert (operation["summary"], operation["description"]) == ("Does it.", "Not twice.")
    assert operation["parameters"][0] == {
        "name": "name",
        "in": "path",
        "required": True,
        "description": "Its name.",
        "schema": {"type": "string"},
    }
    assert list(made["components"]["schemas"]["DoBody"]["properties"]) == ["on"]
    assert "Thing" not in made["components"]["schemas"]


def test_at_most_one_field_of_a_oneof_may_be_set() -> None:
    from jsonschema import Draft202012Validator

    schema = {"$ref": "#/components/schemas/SearchBody", "components": DOCUMENT["components"]}
    validator = Draft202012Validator(schema)
    assert validator.is_valid({"id": "a", "limit": 3})
    assert validator.is_valid({})
    assert validator.is_valid({"vector": {"values": [1, 2]}, "filter": {"equals": {"field": "a"}}})
    assert not validator.is_valid({"id": "a", "text": "b"})
    assert not validator.is_valid({"filter": {"equals": {"field": "a"}, "noneOf": {}}})


def test_fields_of_a_get_are_parameters_of_the_query() -> None:
    operation = DOCUMENT["paths"]["/v1/models"]["get"]
    where = [(part.get("name"), part.get("in")) for part in operation["parameters"][:-1]]
    assert where == [("pageSize", "query"), ("pageToken", "query")]
    assert "requestBody" not in operation


def test_values_of_an_enum_are_described() -> None:
    metric = DOCUMENT["components"]["schemas"]["Metric"]
    assert metric["enum"][1:] == ["METRIC_COSINE", "METRIC_DOT", "METRIC_EUCLID"]
    assert re.search(r"^- `METRIC_DOT`: Dot product", metric["description"], re.MULTILINE)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("// T.\nmessage Thing { map<string, string> all = 1; string name = 2; }", "maps or types"),
        ("// T.\nmessage Thing { sint32 x = 1; string name = 2; }", "TYPE_SINT32 has no form"),
        ("// T.\nmessage Thing { Done name = 1; }", "name is a parameter, and neither"),
    ],
)
def test_what_it_cannot_describe_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    ended = generate(tmp_path, CALL + text)
    assert ended.returncode != 0
    assert reason in ended.stderr


def test_paths_that_openapi_takes_for_one_are_refused(tmp_path: Path) -> None:
    text = """
    // T.
    message Thing { string name = 1; string other = 2; }
    // S.
    service More {
      // M.
      rpc Again(Thing) returns (Done) {
        option (google.api.http) = {post: "/v1/things/{other}:do" body: "*"};
      }
    }
    """
    ended = generate(tmp_path, CALL + text)
    assert ended.returncode != 0
    assert "are one path to OpenAPI" in ended.stderr
