"""HTTP/JSON: what the annotations of the contract promise, and the bodies of failures."""

import base64
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from google.api import annotations_pb2

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
from tests import reading_models, toy_models
from tests.conftest import RunningEdge
from tests.edge.rendered import LINES, pillows_font, sheet

MAX_MESSAGE_BYTES = 32 * 1024 * 1024
MODULES = (
    detect_pb2,
    classify_pb2,
    embed_pb2,
    read_pb2,
    model_pb2,
    collection_pb2,
    point_pb2,
    search_pb2,
)


def encoded(image: bytes) -> dict[str, Any]:
    return {"image": {"encoded": base64.b64encode(image).decode()}}


def reasons(answer: httpx.Response) -> list[str]:
    assert answer.headers["content-type"] == "application/json"
    return [detail["reason"] for detail in answer.json().get("details", []) if "domain" in detail]


def routes() -> list[tuple[str, str]]:
    """Method and path of every call that the contract maps to HTTP."""
    found = []
    for module in MODULES:
        for service in module.DESCRIPTOR.services_by_name.values():
            for method in service.methods:
                rule = method.GetOptions().Extensions[annotations_pb2.http]
                if pattern := rule.WhichOneof("pattern"):
                    found.append((pattern.upper(), getattr(rule, pattern)))
                else:
                    assert method.server_streaming, f"{method.full_name} is unary without a route"
    return found


def test_an_image_in_base64_gives_boxes(http: httpx.Client, photo: Callable[[str], bytes]) -> None:
    answer = http.post("/v1/detect", json=encoded(photo("cat")))
    assert answer.status_code == 200
    result = answer.json()["result"]
    (cat,) = result["detections"]
    assert (cat["label"], result["width"], result["height"]) == ("cat", 451, 300)
    assert 0 <= cat["box"]["xMin"] < cat["box"]["xMax"] <= 451
    assert int(answer.json()["timings"]["inferenceUs"]) > 0


def test_an_image_gives_classes(edge: RunningEdge, http: httpx.Client) -> None:
    toy_models.write_classifier(edge.models_dir, "over-http")
    red = {"data": base64.b64encode(bytes((250, 10, 0)) * 16).decode(), "width": 4, "height": 4}
    image = {"raw": {**red, "format": "PIXEL_FORMAT_RGB"}}
    with edge.connect() as client:
        client.models.load("over-http")
        asked = {"image": image, "model": "over-http", "modelVersion": "1", "options": {"topK": 1}}
        answer = http.post("/v1/classify", json=asked)
        client.models.unload("over-http")
    (found,) = answer.json()["result"]["classifications"]
    assert (found["label"], answer.json()["result"]["modelVersion"]) == ("red", "1")


def test_an_image_gives_its_text(edge: RunningEdge, http: httpx.Client, models_dir: Path) -> None:
    page = io.BytesIO()
    sheet(pillows_font(30), LINES[:2]).save(page, "PNG")
    with (
        edge.connect(timeout_s=60) as client,
        reading_models.loaded(client, models_dir, edge.models_dir) as model,
    ):
        asked = {**encoded(page.getvalue()), "model": model.name, "options": {"maxLines": 3}}
        answer = http.post("/v1/read", json=asked)
        refused = http.post("/v1/read", json={**asked, "options": {"maxLines": 1001}})
    result = answer.json()["result"]
    assert [line["text"] for line in result["lines"]] == list(LINES[:2])
    left, right, *_ = (corner["x"] for corner in result["lines"][0]["corners"])
    assert (left < right, len(result["lines"][0]["corners"])) == (True, 4)
    assert (result["model"], result.get("unreadLines", 0)) == (model.name, 0)
    assert (refused.status_code, reasons(refused)) == (400, ["INVALID_FIELD"])


def test_an_image_gives_a_vector(http: httpx.Client, photo: Callable[[str], bytes]) -> None:
    answer = http.post("/v1/embed", json=encoded(photo("coffee")))
    assert len(answer.json()["result"]["vector"]["values"]) == 1280


def test_an_image_finds_itself(
    http: httpx.Client, photos: str, photo: Callable[[str], bytes]
) -> None:
    answer = http.post(f"/v1/collections/{photos}:search", json=encoded(photo("cat")))
    best = answer.json()["hits"][0]
    assert (best["id"], best["payload"]["label"]) == ("cat.png", "media")
    assert best["score"] == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize(("method", "path"), routes())
def test_every_annotated_route_reaches_the_edge(method: str, path: str, http: httpx.Client) -> None:
    """Asked for what does not exist, or with nothing, the edge answers in its own words."""
    url = re.sub(r"\{[\w.]+\}", "no-such-thing", path)
    content = b"{}" if method in {"POST", "PATCH"} else None
    answer = http.request(method, url, content=content)
    assert "x-envoy-upstream-service-time" in answer.headers, "Envoy answered by itself"
    body = answer.json()
    if answer.status_code == 200:
        assert body.keys() & {"models", "collections", "aliases"} or body == {}
    else:
        assert reasons(answer), body


def test_the_annotated_routes_are_all_there() -> None:
    assert len(routes()) == len(set(routes())) == 24


def test_points_are_stored_listed_changed_and_deleted(http: httpx.Client) -> None:
    rooms = "/v1/collections/rooms"
    schema = {"name": "rooms", "dimension": 3, "fields": [{"name": "floor", "type": 2}]}
    assert http.post("/v1/collections", json={"collection": schema}).status_code == 200
    points = [
        {"id": "hall", "vector": {"values": [1, 0, 0]}, "payload": {"floor": 1}},
        {"id": "attic", "vector": {"values": [0, 1, 0]}, "payload": {"floor": 2}},
    ]
    stored = http.post(f"{rooms}/points:upsert", json={"points": points}).json()
    assert (stored["stored"], stored.get("errors", [])) == (2, [])
    above = {"filter": {"range": {"field": "floor", "gte": 1}}}
    assert http.post(f"{rooms}/points:count", json=above).json() == {"count": "2"}
    got = http.post(f"{rooms}/points:get", json={"ids": ["hall", "cellar"]}).json()
    assert [point["id"] for point in got["points"]] == ["hall"]
    assert got["missingIds"] == ["cellar"]
    change = {"ids": ["hall"], "merge": {"floor": 0}}
    assert http.post(f"{rooms}/points:updatePayload", json=change).json() == {"updated": "1"}
    deleted = http.post(f"{rooms}/points:delete", json=above)
    assert deleted.json() == {"deleted": "1"}
    left = http.post(f"{rooms}/points:list", json={}).json()
    assert [point["payload"] for point in left["points"]] == [{"floor": 0}]
    assert http.delete(rooms).json() == {}
    assert reasons(http.get(rooms)) == ["COLLECTION_NOT_FOUND"]


def test_points_are_listed_a_page_at_a_time(http: httpx.Client, photos: str) -> None:
    url = f"/v1/collections/{photos}/points:list"
    seen: list[str] = []
    request: dict[str, Any] = {"pageSize": 3, "withPayload": False}
    while request.get("pageToken") != "":
        page = http.post(url, json=request).json()
        seen += [point["id"] for point in page["points"]]
        request["pageToken"] = page.get("nextPageToken", "")
    count = http.post(f"/v1/collections/{photos}/points:count", json={}).json()["count"]
    assert len(seen) == len(set(seen)) == int(count) > 3


def test_a_collection_gets_another_field(http: httpx.Client) -> None:
    schema = {"name": "halls", "dimension": 2}
    assert http.post("/v1/collections", json={"collection": schema}).status_code == 200
    fields = [{"name": "floor", "type": "FIELD_TYPE_INTEGER"}]
    changed = http.patch(
        "/v1/collections/halls", json={"collection": {"fields": fields}, "updateMask": "fields"}
    )
    assert changed.json()["collection"]["fields"] == fields
    unmasked = http.patch("/v1/collections/halls", json={"collection": {"fields": fields}})
    assert reasons(unmasked) == ["INVALID_FIELD"]
    assert http.delete("/v1/collections/halls").json() == {}


def test_searches_in_a_batch_succeed_or_fail_alone(http: httpx.Client, photos: str) -> None:
    requests = [{"id": "cat.png", "limit": 1}, {"id": "no-such-thing"}]
    url = f"/v1/collections/{photos}:batchSearch"
    found, failed = http.post(url, json={"requests": requests}).json()["answers"]
    assert len(found["result"]["hits"]) == 1
    assert failed["error"]["code"] == 5


def test_a_failure_carries_its_reason_and_its_field(http: httpx.Client) -> None:
    answer = http.post("/v1/detect", json=encoded(b"just some words"))
    assert answer.status_code == 400
    assert reasons(answer) == ["IMAGE_FORMAT_UNKNOWN"]
    body = answer.json()
    assert body["code"] == 3
    assert "looks like text" in body["message"]
    (violations,) = (d["fieldViolations"] for d in body["details"] if "fieldViolations" in d)
    assert violations[0]["field"] == "image.encoded"


def test_a_caller_may_allow_less_time(http: httpx.Client, photo: Callable[[str], bytes]) -> None:
    answer = http.post("/v1/detect", json=encoded(photo("cat")), headers={"grpc-timeout": "1m"})
    assert (answer.status_code, answer.json()["code"]) == (504, 4)


@pytest.mark.parametrize("origin", ["https://example.org", "null"])
def test_a_foreign_page_cannot_change_anything(origin: str, http: httpx.Client) -> None:
    headers = {"origin": origin, "content-type": "text/plain"}
    answer = http.post("/v1/collections", content="{}", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, 7)
    assert "x-envoy-upstream-service-time" not in answer.headers


def test_a_page_of_this_machine_or_of_the_same_host_may_call(http: httpx.Client) -> None:
    for headers in (
        {"origin": "http://localhost:5173"},
        {"origin": "http://gpu-box:8080", "host": "gpu-box:8080"},
    ):
        answer = http.post("/v1/detect", content="{}", headers=headers)
        assert reasons(answer) == ["IMAGE_EMPTY"]


@pytest.mark.parametrize("length", ["content-length", "chunked"])
def test_a_body_beyond_the_edges_limit_is_refused_with_a_reason(
    length: str, http: httpx.Client
) -> None:
    body = json.dumps(encoded(bytes(MAX_MESSAGE_BYTES))).encode()
    content = body if length == "content-length" else iter([body])
    answer = http.post("/v1/detect", content=content)
    assert (answer.status_code, reasons(answer)) == (413, ["MESSAGE_TOO_LARGE"])
    assert answer.json()["code"] == 8


@pytest.mark.parametrize(
    "content_type",
    [
        "image/png",
        "IMAGE/JPEG",
        "video/mp4",
        "application/octet-stream",
        "multipart/form-data; boundary=x",
    ],
)
@pytest.mark.parametrize("path", ["/v1/detect", "/v1/collections/photos:search"])
def test_a_file_sent_as_it_is_is_told_how_to_be_sent(
    path: str, content_type: str, http: httpx.Client, photo: Callable[[str], bytes]
) -> None:
    answer = http.post(path, content=photo("cat"), headers={"content-type": content_type})
    assert (answer.status_code, reasons(answer)) == (415, ["MESSAGE_INVALID"])
    assert answer.json()["code"] == 3
    assert '{"image": {"encoded": "' in answer.json()["message"]
    assert "\n" not in answer.json()["message"]


def test_a_large_file_sent_as_it_is_is_told_so(http: httpx.Client) -> None:
    headers = {"content-type": "image/png"}
    answer = http.post("/v1/detect", content=bytes(2 * MAX_MESSAGE_BYTES), headers=headers)
    assert (answer.status_code, reasons(answer)) == (415, ["MESSAGE_INVALID"])


@pytest.mark.parametrize(
    "content_type", ["application/json", "text/plain", "application/x-www-form-urlencoded"]
)
def test_json_may_have_the_types_that_programs_give_it(
    content_type: str, http: httpx.Client, photo: Callable[[str], bytes]
) -> None:
    headers = {"content-type": content_type}
    answer = http.post("/v1/detect", content=json.dumps(encoded(photo("cat"))), headers=headers)
    assert answer.status_code == 200


def test_a_body_just_within_the_limit_reaches_the_edge(http: httpx.Client) -> None:
    answer = http.post("/v1/detect", json=encoded(bytes(MAX_MESSAGE_BYTES - 64)))
    assert reasons(answer) == ["IMAGE_FORMAT_UNKNOWN"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "/v1/detect", b'{"image": {"enc', 400, 3),
        ("POST", "/v1/detect", b"\xff\xd8\xff\xe0 no JSON", 400, 3),
        ("GET", "/v1/models?colour=red", None, 400, 3),
        ("GET", "/v1/nothing", None, 404, 12),
    ],
)
def test_what_envoy_refuses_has_the_form_of_the_edges_failures(
    method: str, path: str, body: bytes | None, status: int, code: int, http: httpx.Client
) -> None:
    answer = http.request(method, path, content=body)
    assert answer.status_code == status
    assert answer.json()["code"] == code
    assert answer.json()["message"]
