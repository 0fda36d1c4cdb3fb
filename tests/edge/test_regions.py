"""Collections that store what a detector finds in images, on a real server with real models."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from ocelli.client import (
    Client,
    IndexAnswer,
    IndexItem,
    InvalidRequest,
    NotPossible,
    OcelliError,
    RegionDetector,
    SearchQuery,
    equals,
)
from tests import installed
from tests.conftest import StartEdge

Photo = Callable[[str], bytes]
BLANK = np.full((240, 320, 3), 128, np.uint8)
FIELDS = {"image_id", "label", "score", "x_min", "y_min", "x_max", "y_max"}


@pytest.fixture
def objects(client: Client, request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty collection of objects."""
    name = f"objects-{time.monotonic_ns()}"
    client.collections.create(
        name, fields={"album": "keyword"}, detector=RegionDetector(max_regions=8, margin=0.1)
    )
    yield name
    client.collections.delete(name)


def index(client: Client, collection: str, *items: IndexItem) -> list[IndexAnswer]:
    return list(client.index(collection, items))


def stored(client: Client, collection: str) -> set[str]:
    return {point.id for point in client.points.list(collection)}


def test_a_detector_is_described_with_its_defaults_and_fields(client: Client, objects: str):
    described = client.collections.get(objects)
    assert described.detector == RegionDetector(
        model=installed.DETECTOR, max_regions=8, margin=pytest.approx(0.1)
    )
    assert described.model == installed.EMBEDDER
    assert set(described.fields) == FIELDS | {"album"}
    assert described in [
        client.collections.get(one.name) for one in client.collections.list() if one.name == objects
    ]


def test_an_image_is_stored_as_its_regions(client: Client, objects: str, photo: Photo):
    (answer,) = index(client, objects, IndexItem("street", photo("diners"), {"album": "a"}))
    assert answer.result is not None, answer.error
    regions = answer.result.regions
    assert [region.id for region in regions] == [f"street#{n}" for n in range(len(regions))]
    assert 2 <= len(regions) <= 8
    assert [region.score for region in regions] == sorted(
        (region.score for region in regions), reverse=True
    )
    points = {point.id: point for point in client.points.list(objects)}
    assert set(points) == {region.id for region in regions}
    for region in regions:
        payload = points[region.id].payload
        assert set(payload) == FIELDS | {"album"}
        assert (payload["image_id"], payload["label"]) == ("street", region.label)
        assert payload["score"] == pytest.approx(region.score)
        assert [payload[key] for key in ("x_min", "y_min", "x_max", "y_max")] == pytest.approx(
            list(region.box)
        )
    assert answer.timings.inference_us > 0


def test_an_image_that_is_indexed_again_leaves_its_new_points(
    client: Client, objects: str, photo: Photo
):
    before, other = index(
        client, objects, IndexItem("one", photo("diners")), IndexItem("two", photo("cat"))
    )
    (after,) = index(client, objects, IndexItem("one", photo("astronaut")))
    assert before.result
    assert other.result
    assert after.result
    assert len(after.result.regions) != len(before.result.regions)
    expected = {region.id for answer in (after, other) for region in answer.result.regions}
    assert stored(client, objects) == expected
    (nothing,) = index(client, objects, IndexItem("one", BLANK))
    assert nothing.result is not None
    assert nothing.result.regions == ()
    assert stored(client, objects) == {region.id for region in other.result.regions}


def test_the_regions_of_an_image_are_deleted_by_its_id(client: Client, objects: str, photo: Photo):
    one, two = index(
        client, objects, IndexItem("one", photo("diners")), IndexItem("two", photo("cat"))
    )
    deleted = client.points.delete(objects, filter=equals("image_id", "one"))
    assert one.result
    assert two.result
    assert deleted == len(one.result.regions)
    assert stored(client, objects) == {region.id for region in two.result.regions}


def test_what_cannot_be_indexed_by_regions_is_refused(client: Client, objects: str, photo: Photo):
    answers = index(
        client,
        objects,
        IndexItem("text", text="a cat"),
        IndexItem("taken", photo("cat"), {"label": "mine"}),
        IndexItem("x" * 251, photo("cat")),
        IndexItem("wrong", photo("cat"), {"album": 7}),
    )
    told = [(a.error.reason, a.error.field_violations[0].field) for a in answers if a.error]
    assert told == [
        ("INVALID_FIELD", "item.text"),
        ("INVALID_FIELD", "item.payload.label"),
        ("INVALID_FIELD", "item.id"),
        ("FIELD_NOT_IN_SCHEMA", "item.payload.album"),
    ]
    assert stored(client, objects) == set()


def test_an_object_is_found_by_a_crop_and_by_the_whole_image(
    client: Client, objects: str, photo: Photo
):
    one, two = index(
        client, objects, IndexItem("one", photo("motorcycle")), IndexItem("two", photo("cat"))
    )
    assert one.result
    assert two.result
    best = two.result.regions[0]
    found = client.search(objects, image=photo("cat"))
    assert found[0].id == best.id
    assert found[0].score == pytest.approx(1, abs=1e-3)
    (searched,) = found.regions
    assert (searched.label, list(searched.box)) == (best.label, pytest.approx(list(best.box)))
    named = client.search(objects, image=photo("cat"), region=best.box)
    assert named[0].id == best.id
    assert named.regions[0].label == ""
    assert list(named.regions[0].box) == pytest.approx(list(best.box))
    whole = client.search(objects, image=photo("cat"), region_use="whole")
    height, width = cv2.imdecode(np.frombuffer(photo("cat"), np.uint8), cv2.IMREAD_COLOR).shape[:2]
    assert list(whole.regions[0].box) == [0, 0, width, height]
    blank = client.search(objects, image=BLANK)
    assert list(blank.regions[0].box) == [0, 0, 320, 240]
    assert blank.regions[0].score == 0


def test_every_region_is_searched_with_by_itself(client: Client, objects: str, photo: Photo):
    (answer,) = index(client, objects, IndexItem("one", photo("diners")))
    assert answer.result is not None
    found = client.search(objects, image=photo("diners"), region_use="each", limit=2)
    assert found.hits == ()
    assert len(found.regions) == len(answer.result.regions)
    for searched, region in zip(found.regions, answer.result.regions, strict=True):
        assert searched.hits[0].id == region.id
        assert len(searched.hits) == 2
    none = client.search(objects, image=BLANK, region_use="each")
    assert (none.hits, none.regions) == ((), ())


def test_a_batch_counts_every_region_as_a_search(client: Client, objects: str, photo: Photo):
    (answer,) = index(client, objects, IndexItem("one", photo("diners")))
    assert answer.result is not None
    count = len(answer.result.regions)
    each = SearchQuery(image=photo("diners"), region_use="each", limit=1)
    plain = SearchQuery(image=photo("cat"), limit=3)
    answers = client.batch_search(objects, [plain, each, SearchQuery(image=b"x"), plain])
    assert [bool(one.error) for one in answers] == [False, False, True, False]
    assert [len(one.result) for one in answers if one.result is not None] == [3, 0, 3]
    assert [len(one.result.regions) for one in answers if one.result is not None] == [1, count, 1]
    many = client.batch_search(objects, [each] * (100 // count + 1), timeout_s=30)
    assert [bool(one.error) for one in many] == [False] * (100 // count) + [True]
    assert many[-1].error.field_violations[0].field.endswith("region_use")


def test_a_use_of_regions_needs_an_image_and_a_detector(client: Client, objects: str, photo: Photo):
    plain = f"plain-{time.monotonic_ns()}"
    client.collections.create(plain)
    for collection, query in (
        (objects, {"vector": [1.0] * client.collections.get(objects).dimension}),
        (plain, {"image": photo("cat")}),
    ):
        for use in ("whole", "each"):
            with pytest.raises(InvalidRequest) as caught:
                client.search(collection, region_use=use, **query)
            assert caught.value.field_violations[0].field == "region_use"
    with pytest.raises(InvalidRequest) as caught:
        client.search(objects, image=photo("cat"), region_use="some")
    client.collections.delete(plain)


@pytest.mark.parametrize(
    ("detector", "options", "reason", "field"),
    [
        ({"model": "nobody"}, {}, "MODEL_NOT_FOUND", None),
        ({"model": installed.EMBEDDER}, {}, "MODEL_WRONG_TASK", "collection.detector.model"),
        ({"labels": ("unicorn",)}, {}, "INVALID_FIELD", "collection.detector.labels"),
        ({"min_score": 1.5}, {}, "INVALID_FIELD", "collection.detector.min_score"),
        ({"margin": -0.1}, {}, "INVALID_FIELD", "collection.detector.margin"),
        ({"max_regions": 101}, {}, "INVALID_FIELD", "collection.detector.max_regions"),
        ({"min_size_px": -1.0}, {}, "INVALID_FIELD", "collection.detector.min_size_px"),
        ({"min_size_px": np.nan}, {}, "INVALID_FIELD", "collection.detector.min_size_px"),
        ({}, {"dimension": 4}, "INVALID_FIELD", "collection.model"),
        ({}, {"fields": {"label": "integer"}}, "INVALID_FIELD", "collection.fields[0].type"),
    ],
)
def test_a_detector_that_cannot_be_is_refused(
    client: Client, detector: dict, options: dict, reason: str, field: str | None
):
    with pytest.raises(OcelliError) as caught:
        client.collections.create("never", detector=RegionDetector(**detector), **options)
    assert caught.value.reason == reason
    if field is not None:
        assert caught.value.field_violations[0].field == field


def test_a_detector_that_is_not_loaded_is_told(client: Client, objects: str, photo: Photo):
    client.models.unload(installed.DETECTOR)
    try:
        with pytest.raises(NotPossible) as caught:
            index(client, objects, IndexItem("one", photo("cat")))
        assert caught.value.reason == "MODEL_NOT_LOADED"
        with pytest.raises(NotPossible) as caught:
            client.search(objects, image=photo("cat"))
        assert caught.value.reason == "MODEL_NOT_LOADED"
    finally:
        client.models.load(installed.DETECTOR)
    client.wait_until_ready(30, service=f"model/{installed.DETECTOR}")
    assert index(client, objects, IndexItem("one", photo("cat")))[0].error is None


def test_an_image_with_more_pixels_than_may_be_in_flight_gets_its_turn(
    start_edge: StartEdge, tmp_path: Path
):
    edge = start_edge(tmp_path, "--max-inflight-bytes", "8388608", "--max-message-bytes", "4194304")
    large = cv2.imencode(".jpg", np.full((2000, 3000, 3), 128, np.uint8))[1].tobytes()
    with edge.connect() as client:
        client.collections.create("large", detector=RegionDetector())
        answers = list(client.index("large", [IndexItem(f"{n}", large) for n in range(4)]))
        assert [answer.error for answer in answers] == [None] * 4
        assert client.search("large", image=large).regions[0].score == 0
