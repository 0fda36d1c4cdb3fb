"""The gateway's answers against docs/openapi.json, which it serves."""

import base64
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from tests.conftest import REPOSITORY_ROOT

DOCUMENT = json.loads((REPOSITORY_ROOT / "docs" / "openapi.json").read_text())


def check(kind: str, value: Any) -> None:
    """Fails if a value is not what the document says of this kind, or has fields unknown to it."""
    schema = DOCUMENT["components"]["schemas"][kind]
    assert set(value) <= set(schema.get("properties", {})), f"{kind} has no {set(value)}"
    reference = {"$ref": f"#/components/schemas/{kind}", "components": DOCUMENT["components"]}
    Draft202012Validator(reference).validate(value)


def test_the_gateway_serves_it(http: httpx.Client) -> None:
    answer = http.get("/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == DOCUMENT


def test_an_answer_with_objects_fits(http: httpx.Client, photo: Callable[[str], bytes]) -> None:
    body = {"image": {"encoded": base64.b64encode(photo("cat")).decode()}}
    check("DetectRequest", body)
    answer = http.post("/v1/detect", json=body).json()
    check("DetectResponse", answer)
    (cat,) = answer["result"]["detections"]
    check("Detection", cat)
    check("Timings", answer["timings"])


def test_answers_about_models_and_collections_fit(http: httpx.Client, photos: str) -> None:
    models = http.get("/v1/models").json()
    check("ListModelsResponse", models)
    for model in models["models"]:
        check("Model", model)
    check("ListCollectionsResponse", http.get("/v1/collections").json())
    check("GetCollectionResponse", http.get(f"/v1/collections/{photos}").json())


@pytest.mark.parametrize(
    ("call", "name", "body"),
    [
        (":search", "Search", {"id": "cat.png", "withVector": True}),
        (":batchSearch", "BatchSearch", {"requests": [{"id": "cat.png"}, {"id": "nobody"}]}),
        ("/points:get", "GetPoints", {"ids": ["cat.png", "nobody"], "withVector": True}),
        ("/points:list", "ListPoints", {"pageSize": 2}),
        (
            "/points:count",
            "CountPoints",
            {"filter": {"equals": {"field": "label", "value": "media"}}},
        ),
    ],
)
def test_answers_about_points_fit(
    call: str, name: str, body: dict[str, Any], http: httpx.Client, photos: str
) -> None:
    check(f"{name}Body", body)
    answer = http.post(f"/v1/collections/{photos}{call}", json=body)
    assert answer.status_code == 200
    check(f"{name}Response", answer.json())


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("POST", "/v1/detect", {}),
        ("GET", "/v1/models/nobody", {}),
        ("GET", "/v1/nothing", {}),
        ("POST", "/v1/detect", {"content-type": "image/png"}),
    ],
)
def test_failures_fit(method: str, path: str, headers: dict[str, str], http: httpx.Client) -> None:
    content = b"{}" if method == "POST" else None
    answer = http.request(method, path, content=content, headers=headers)
    assert answer.is_error
    check("Status", answer.json())
