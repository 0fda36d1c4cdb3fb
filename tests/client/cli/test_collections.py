"""`ocelli collections`, against a server that notes what it is sent."""

from collections.abc import Callable
from typing import Any

from ocelli.v1 import collection_pb2
from tests.client.recorder import Recorder

Ocelli = Callable[..., Any]

STORED = collection_pb2.Collection(
    name="c",
    dimension=3,
    metric=collection_pb2.METRIC_COSINE,
    fields=[collection_pb2.CollectionField(name="label", type=collection_pb2.FIELD_TYPE_KEYWORD)],
)


def test_create(at_recorder: Ocelli, recorder: Recorder) -> None:
    recorder.answer("CreateCollection", collection_pb2.CreateCollectionResponse(collection=STORED))
    done = at_recorder(
        "collections", "create", "c", "--dimension", 3, "--field", "label:keyword", "--json"
    )
    assert done.lines[0]["fields"] == {"label": "keyword"}
    wanted = recorder.only(collection_pb2.CreateCollectionRequest).collection
    assert (wanted.dimension, wanted.fields) == (3, STORED.fields)


def test_list_counts_the_points_of_each(at_recorder: Ocelli, recorder: Recorder) -> None:
    recorder.answer("ListCollections", collection_pb2.ListCollectionsResponse(collections=[STORED]))
    counted = collection_pb2.GetCollectionResponse(collection=STORED, point_count=7)
    recorder.answer("GetCollection", counted, counted)
    (line,) = at_recorder("collections", "list", "--json").lines
    assert (line["name"], line["point_count"]) == ("c", 7)
    assert "label:keyword" in at_recorder("collections", "get", "c").out
    assert "no collections yet" in at_recorder("collections", "list").out


def test_update(at_recorder: Ocelli, recorder: Recorder) -> None:
    recorder.answer(
        "UpdateCollection",
        *[collection_pb2.UpdateCollectionResponse(collection=STORED)] * 2,
    )
    assert at_recorder("collections", "update", "c", "--field", "year:integer").code == 0
    assert at_recorder("collections", "update", "c", "--model", "").code == 0
    fields, model = recorder.requests
    assert list(fields.update_mask.paths) == ["fields"]
    assert fields.collection.fields[0].name == "year"
    assert list(model.update_mask.paths) == ["model"]


def test_delete(at_recorder: Ocelli, recorder: Recorder) -> None:
    assert at_recorder("collections", "delete", "c").code == 0
    assert recorder.only(collection_pb2.DeleteCollectionRequest).name == "c"


def test_create_with_a_detector(at_recorder: Ocelli, recorder: Recorder) -> None:
    detector = collection_pb2.RegionDetector(
        model="d", labels=["cat", "dog"], min_score=0.5, min_size_px=20, max_regions=4, margin=0.25
    )
    made = collection_pb2.Collection(name="c", dimension=3, metric=1, detector=detector)
    recorder.answer(
        "CreateCollection", *[collection_pb2.CreateCollectionResponse(collection=made)] * 2
    )
    options = (
        *("--detector", "d", "--only", "cat", "--only", "dog", "--min-score", 0.5),
        *("--min-size", 20, "--max-regions", 4, "--margin", 0.25),
    )
    done = at_recorder("collections", "create", "c", *options, "--json")
    assert done.lines[0]["detector"]["labels"] == ["cat", "dog"]
    wanted = recorder.only(collection_pb2.CreateCollectionRequest).collection
    assert wanted.detector == detector
    assert "d" in at_recorder("collections", "create", "c", "--detector", "").out
    assert recorder.requests[-1].collection.HasField("detector")
    done = at_recorder("collections", "create", "c", "--margin", 0.25)
    assert done.code == 2
    assert "give --detector, too" in done.err
