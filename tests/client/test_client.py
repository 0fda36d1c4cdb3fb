"""Both clients against a real server."""

import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
import pytest_asyncio

from ocelli.client import (
    AlreadyExists,
    AsyncClient,
    Client,
    HealthStatus,
    ImageError,
    ImageLike,
    IndexItem,
    InvalidRequest,
    MessageTooLarge,
    NotFound,
    PixelFormat,
    Point,
    SearchQuery,
    Unavailable,
    connect,
    connect_async,
    equals,
    none_of,
    range_,
)
from ocelli.client.collection import FieldType
from ocelli.client.draw import load

Photo = Callable[[str], bytes]


@pytest_asyncio.fixture
async def async_client(client: Client) -> AsyncIterator[AsyncClient]:
    async with connect_async(client.address) as made:
        yield made


@pytest.fixture
def collection(client: Client) -> Iterator[str]:
    """A name of one's own, deleted afterwards."""
    name = f"c{uuid.uuid4().hex}"
    yield name
    if name in {found.name for found in client.collections.list()}:
        client.collections.delete(name)


def test_every_form_of_an_image_gives_the_same_objects(
    client: Client, photo: Photo, tmp_path: Path
) -> None:
    path = tmp_path / "cat.png"
    path.write_bytes(photo("cat"))
    pixels = load(path)
    expected = client.detect(path).detections
    assert expected[0].label == "cat"
    forms: tuple[tuple[ImageLike, PixelFormat | None], ...] = (
        (str(path), None),
        (path.read_bytes(), None),
        (pixels, None),
        (pixels[:, :, ::-1], "BGR"),
        (PIL.Image.open(path), None),
    )
    for source, pixel_format in forms:
        found = client.detect(source, pixel_format=pixel_format).detections
        assert found[0].label == "cat"
        assert list(found[0].box) == pytest.approx(list(expected[0].box), abs=1.5)


def test_detect_reports_size_model_and_timings(client: Client, photo: Photo) -> None:
    result = client.detect(photo("motorcycle"))
    assert (result.width, result.height) == (741, 500)
    assert result.model == "nanodet_coco80"
    assert 0 < result.timings.inference_us < result.timings.total_us
    box = result.detections[0].box
    assert 0 <= box.x_min < box.x_max <= result.width
    assert box.width * box.height > 0.3 * result.width * result.height


def test_detect_options_reach_the_model(client: Client, photo: Photo) -> None:
    image = photo("diners")
    assert len(client.detect(image, max_detections=2).detections) == 2
    labels = {found.label for found in client.detect(image, labels=["cup"]).detections}
    assert labels == {"cup"}
    assert labels == {found.label for found in client.detect(image, labels="cup").detections}
    sure = client.detect(image, score_threshold=0.7).detections
    assert sure
    assert all(found.score >= 0.7 for found in sure)
    left = client.detect(image, region=(0, 0, 250, 375)).detections
    assert left
    assert all(found.box.x_max <= 250 for found in left)


def test_embeddings_are_unit_vectors(client: Client, photo: Photo) -> None:
    result = client.embed(photo("cat"))
    assert result.vector.dtype == np.float32
    assert result.vector.shape == (1280,)
    assert np.linalg.norm(result.vector) == pytest.approx(1, abs=1e-4)
    assert np.linalg.norm(client.embed(photo("cat"), raw=True).vector) > 1.5


def test_collections_live_and_die(client: Client, collection: str) -> None:
    fields: dict[str, FieldType] = {"label": "keyword", "year": "integer"}
    made = client.collections.create(collection, dimension=3, metric="euclid", fields=fields)
    assert (made.dimension, made.metric, made.model) == (3, "euclid", "")
    assert made.fields == fields
    assert client.collections.get(collection).point_count == 0
    assert collection in {found.name for found in client.collections.list()}
    with pytest.raises(AlreadyExists) as caught:
        client.collections.create(collection, dimension=3)
    assert caught.value.reason == "COLLECTION_EXISTS"
    client.collections.delete(collection)
    with pytest.raises(NotFound):
        client.collections.get(collection)


def test_points_are_kept_found_and_filtered(client: Client, collection: str) -> None:
    client.collections.create(collection, dimension=2, fields={"year": "integer"})
    points = [Point(f"p{n}", [1.0, n / 10], {"year": 2000 + n, "note": "x"}) for n in range(10)]
    assert client.points.upsert(collection, points).stored == 10
    assert client.points.count(collection) == 10
    assert client.points.count(collection, range_("year", gte=2007)) == 3

    hits = client.search(collection, vector=[1, 0], limit=3, with_vector=True)
    assert [hit.id for hit in hits] == ["p0", "p1", "p2"]
    assert hits[0].payload == {"year": 2000, "note": "x"}
    assert hits[0].vector is not None
    assert hits[0].vector.tolist() == [1, 0]

    near = client.search(collection, id="p0", filter=none_of(equals("year", 2001)), limit=2)
    assert [hit.id for hit in near] == ["p2", "p3"]

    kept = client.points.get(collection, ["p3", "nope"], with_vector=True)
    assert kept.missing_ids == ("nope",)
    assert kept.points[0].payload["year"] == 2003
    assert client.points.delete(collection, ["p3", "nope"]) == 1
    assert client.points.count(collection) == 9


def test_points_are_listed_changed_and_deleted_by_filter(client: Client, collection: str) -> None:
    client.collections.create(collection, dimension=2, fields={"year": "integer"})
    points = [Point(f"p{n:03}", [1.0, n], {"year": 2000 + n % 10}) for n in range(250)]
    client.points.upsert(collection, points)

    listed = list(client.points.list(collection, page_size=40, with_vector=True))
    assert sorted(point.id for point in listed) == [point.id for point in points]
    assert all(len(point.vector) == 2 for point in listed if point.vector is not None)
    late = range_("year", gte=2008)
    assert len(list(client.points.list(collection, late, with_payload=False))) == 50

    merged = client.points.update_payload(collection, filter=late, merge={"late": True})
    assert merged == 50
    assert client.points.update_payload(collection, ["p000", "nope"], replace={"x": 1}) == 1
    assert client.points.update_payload(collection, ["p009"], delete_keys=["year"]) == 1
    kept = client.points.get(collection, ["p000", "p008", "p009"]).points
    assert [point.payload for point in kept] == [
        {"x": 1},
        {"year": 2008, "late": True},
        {"late": True},
    ]
    assert client.points.delete(collection, filter=late) == 49
    assert client.points.count(collection) == 201


def test_fields_are_added_to_a_collection_that_has_points(client: Client, collection: str) -> None:
    client.collections.create(collection, dimension=1)
    client.points.upsert(collection, [Point("a", [1], {"label": "cat"}), Point("b", [2])])
    changed = client.collections.update(collection, fields={"label": "keyword"})
    assert changed.fields == {"label": "keyword"}
    assert client.points.count(collection, equals("label", "cat")) == 1


def test_searches_of_a_batch_succeed_or_fail_alone(client: Client, collection: str) -> None:
    client.collections.create(collection, dimension=2)
    client.points.upsert(collection, [Point("a", [1, 0]), Point("b", [0, 1])])
    near, short, text = client.batch_search(
        collection,
        [SearchQuery(vector=[0, 1]), SearchQuery(vector=[1]), SearchQuery(text="a cat")],
    )
    assert near.result is not None
    assert near.result[0].id == "b"
    assert short.error is not None
    assert short.error.reason == "VECTOR_DIMENSION"
    assert text.error is not None
    assert text.error.reason == "COLLECTION_HAS_NO_MODEL"


def test_texts_are_refused_by_models_of_images(client: Client) -> None:
    with pytest.raises(InvalidRequest) as caught:
        client.embed(text="a cat")
    assert caught.value.reason == "MODEL_TAKES_NO_TEXT"


def test_many_points_go_out_in_several_calls_and_keep_their_positions(
    client: Client, collection: str
) -> None:
    client.collections.create(collection, dimension=2)
    points = [Point(f"p{n}", [1.0, 2.0]) for n in range(1500)]
    points[1200] = Point("p1200", [1.0])
    result = client.points.upsert(collection, points)
    assert result.stored == 1499
    assert [(at, error.reason) for at, error in result.errors.items()] == [
        (1200, "VECTOR_DIMENSION")
    ]


def test_images_are_indexed_and_found_again(client: Client, collection: str, photo: Photo) -> None:
    client.collections.create(collection)
    items = [IndexItem(name, photo(name), {"name": name}) for name in ("cat", "coffee", "rocket")]
    items.insert(1, IndexItem("text", b"not an image"))
    items.insert(2, IndexItem("gone", "/no/such/file.jpg"))
    answers = list(client.index(collection, items))
    assert [one.id for one in answers] == ["cat", "text", "gone", "coffee", "rocket"]
    assert [one.error and one.error.reason for one in answers] == [
        None,
        "IMAGE_FORMAT_UNKNOWN",
        "",
        None,
        None,
    ]
    hits = client.search(collection, image=photo("coffee"))
    assert hits[0].id == "coffee"
    assert hits.timings.inference_us > 0


async def test_the_asyncio_client_does_the_same(
    async_client: AsyncClient, collection: str, photo: Photo, tmp_path: Path
) -> None:
    path = tmp_path / "cat.png"
    path.write_bytes(photo("cat"))
    assert (await async_client.detect(path)).detections[0].label == "cat"
    vector = (await async_client.embed(photo("cat"))).vector
    await async_client.collections.create(collection)
    answers = [one async for one in async_client.index(collection, [IndexItem("cat", path)])]
    assert [one.error for one in answers] == [None]
    hits = await async_client.search(collection, vector=vector)
    assert hits[0].score == pytest.approx(1, abs=1e-3)
    assert (await async_client.points.upsert(collection, [Point("v", vector)])).stored == 1
    assert (await async_client.points.get(collection, "v")).points[0].id == "v"
    assert await async_client.points.count(collection) == 2
    assert await async_client.points.delete(collection, ["v"]) == 1
    assert (await async_client.collections.get(collection)).point_count == 1
    assert collection in {found.name for found in await async_client.collections.list()}
    await async_client.collections.delete(collection)
    assert (await async_client.models.get("nanodet_coco80")).state == "ready"
    assert await async_client.health() is HealthStatus.SERVING
    await async_client.wait_until_ready(5)


async def test_both_clients_stream_in_order(
    client: Client, async_client: AsyncClient, photo: Photo
) -> None:
    frames = [photo("cat"), b"not an image", photo("motorcycle")] * 3
    blocking = list(client.detect_stream(frames))
    awaited = [one async for one in async_client.detect_stream(frames)]
    for answers in (blocking, awaited):
        assert [one.frame_id for one in answers] == list(range(9))
        assert {one.error.reason for one in answers if one.error} == {"IMAGE_FORMAT_UNKNOWN"}
        assert [one.result.width for one in answers if one.result] == [451, 741] * 3
    vectors = [one async for one in async_client.embed_stream(frames[:1])]
    assert vectors[0].result is not None
    assert vectors[0].result.vector.shape == (1280,)
    assert next(iter(client.embed_stream(frames[:1]))).result is not None


def test_models_describe_themselves(client: Client) -> None:
    models = {found.name: found for found in client.models.list()}
    detector, embedder = models["nanodet_coco80"], models["efficientnet_lite0"]
    assert (detector.task, detector.state, len(detector.labels)) == ("detect", "ready", 80)
    assert (embedder.task, embedder.dimension) == ("embed", 1280)
    assert detector.is_default
    assert detector.statistics.mean_batch >= 0
    with pytest.raises(NotFound) as caught:
        client.models.get("nope")
    assert caught.value.reason == "MODEL_NOT_FOUND"


def test_health_tells_the_truth(client: Client) -> None:
    assert client.health() is HealthStatus.SERVING
    assert client.health("ocelli.v1.DetectService") is HealthStatus.SERVING
    assert client.health("model/nope") is HealthStatus.SERVICE_UNKNOWN
    watching = client.watch_health()
    assert next(watching) is HealthStatus.SERVING
    watching.close()
    client.wait_until_ready(5)
    with pytest.raises(Unavailable, match=r"model/nope at .* within 0.3 s"):
        client.wait_until_ready(0.3, service="model/nope")


def test_errors_name_the_field_and_the_reason(client: Client) -> None:
    with pytest.raises(ImageError) as caught:
        client.detect(b"text, not an image")
    assert caught.value.reason == "IMAGE_FORMAT_UNKNOWN"
    assert caught.value.field_violations[0].field == "image.encoded"
    with pytest.raises(InvalidRequest) as refused:
        client.detect(b"x", score_threshold=7)
    assert refused.value.reason == "INVALID_FIELD"


def test_a_message_over_either_limit_says_whose(client: Client) -> None:
    pixels = np.zeros((3500, 3500, 3), np.uint8)
    with pytest.raises(MessageTooLarge, match="limit of the client"):
        client.detect(pixels)
    with connect(client.address, max_message_bytes=1 << 30) as generous:
        with pytest.raises(MessageTooLarge, match="limit of the server"):
            generous.detect(pixels)
        assert generous.detect(pixels[:8, :8]).width == 8
