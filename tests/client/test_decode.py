"""Messages become results."""

import grpc
import numpy as np
import pytest
from google.rpc import status_pb2

from ocelli.client import (
    Box,
    Classification,
    Dropped,
    ImageWarning,
    IndexResult,
    InvalidRequest,
    Keypoint,
    MaskPolygons,
    MaskRuns,
    OrientedBox,
    decode,
)
from ocelli.v1 import (
    classify_pb2,
    detect_pb2,
    embed_pb2,
    image_pb2,
    point_pb2,
    search_pb2,
    stream_pb2,
    timings_pb2,
)

ERROR = status_pb2.Status(code=grpc.StatusCode.INVALID_ARGUMENT.value[0], message="no")
BOX = image_pb2.Box(x_min=1, y_min=2, x_max=3, y_max=4)


def test_a_plain_object_has_a_box_and_nothing_else() -> None:
    found = decode.detection(detect_pb2.Detection(box=BOX, score=0.5, label="cat", class_id=15))
    assert (found.box, found.score, found.label, found.class_id) == (
        Box(1, 2, 3, 4),
        0.5,
        "cat",
        15,
    )
    assert (found.keypoints, found.mask, found.oriented_box, found.track_id) == (
        (),
        None,
        None,
        None,
    )


def test_all_that_a_model_may_tell_of_an_object_is_read() -> None:
    message = detect_pb2.Detection(
        box=BOX,
        keypoints=[
            detect_pb2.Keypoint(name="left_eye", x=1, y=2, score=0),
            detect_pb2.Keypoint(x=3, y=4),
        ],
        mask=detect_pb2.Mask(
            runs=detect_pb2.MaskRuns(x_min=1, y_min=2, width=2, height=2, lengths=[1, 3])
        ),
        oriented_box=detect_pb2.OrientedBox(center_x=1, center_y=2, width=3, height=4, angle=-90),
        track=detect_pb2.Track(track_id=7),
    )
    found = decode.detection(message)
    assert found.keypoints == (Keypoint("left_eye", 1, 2, 0), Keypoint("", 3, 4))
    assert isinstance(found.mask, MaskRuns)
    assert found.mask.pixels().tolist() == [[False, True], [True, True]]
    assert found.oriented_box == OrientedBox(1, 2, 3, 4, -90)
    assert found.track_id == 7


def test_outlines_are_rows_of_corners() -> None:
    polygon = detect_pb2.MaskPolygon(coordinates=[0, 0, 4, 0, 4, 3])
    mask = detect_pb2.Mask(polygons=detect_pb2.MaskPolygons(polygons=[polygon]))
    found = decode.detection(detect_pb2.Detection(box=BOX, mask=mask)).mask
    assert isinstance(found, MaskPolygons)
    assert found.polygons[0].tolist() == [[0, 0], [4, 0], [4, 3]]


def test_a_frame_has_one_of_three_outcomes() -> None:
    answers = [
        detect_pb2.DetectFrameAnswer(frame_id=1, result=detect_pb2.DetectResult(width=9)),
        detect_pb2.DetectFrameAnswer(frame_id=2, error=ERROR),
        detect_pb2.DetectFrameAnswer(
            frame_id=3,
            dropped=stream_pb2.Dropped(reason=stream_pb2.DROP_REASON_TOO_OLD, age_us=5),
        ),
    ]
    result, failed, dropped = (decode.detect_answer(answer) for answer in answers)
    assert result.result is not None
    assert result.result.width == 9
    assert isinstance(failed.error, InvalidRequest)
    assert dropped.dropped == Dropped("too_old", 5)
    assert [one.frame_id for one in (result, failed, dropped)] == [1, 2, 3]


def test_what_an_image_shows_has_names_and_scores() -> None:
    cat = classify_pb2.Classification(score=0.5, label="cat", class_id=15)
    result = classify_pb2.ClassifyResult(
        classifications=[cat], width=4, height=3, model="m", model_version="2"
    )
    timed = timings_pb2.Timings(total_us=7)
    answered = classify_pb2.ClassifyFrameAnswer(frame_id=4, result=result, timings=timed)
    read = decode.classify_answer(answered).result
    assert read is not None
    assert read.classifications == (Classification(0.5, "cat", 15),)
    assert (read.width, read.height, read.model, read.model_version) == (4, 3, "m", "2")
    assert read.timings.total_us == 7
    failed = decode.classify_answer(classify_pb2.ClassifyFrameAnswer(frame_id=5, error=ERROR))
    assert isinstance(failed.error, InvalidRequest)
    assert (failed.frame_id, failed.result) == (5, None)


def test_an_embedding_is_an_array() -> None:
    result = embed_pb2.EmbedResult(vector={"values": [1, 2]}, model="m")
    answer = decode.embed_answer(embed_pb2.EmbedFrameAnswer(frame_id=4, result=result))
    assert answer.result is not None
    assert answer.result.vector.tolist() == [1, 2]
    assert answer.result.vector.dtype == np.float32


def test_an_item_is_stored_or_it_failed() -> None:
    stored = point_pb2.IndexAnswer(
        id="a",
        result=point_pb2.IndexResult(model="m", model_version="1"),
        timings={"total_us": 5},
    )
    read = decode.index_answer(stored)
    assert (read.id, read.result, read.error) == ("a", IndexResult("m", "1"), None)
    assert read.timings.total_us == 5
    failed = decode.index_answer(point_pb2.IndexAnswer(id="b", error=ERROR))
    assert failed.result is None
    assert isinstance(failed.error, InvalidRequest)


@pytest.mark.parametrize("vector", [None, {"values": [1, 2]}])
def test_a_hit_has_a_vector_if_it_was_asked_for(vector: dict[str, list[float]] | None) -> None:
    hit = search_pb2.Hit(id="a", score=0.5, payload={"year": 2020}, vector=vector)
    (read,) = decode.search_result(search_pb2.SearchResponse(hits=[hit], engine_us=7))
    assert (read.id, read.score, read.payload) == ("a", 0.5, {"year": 2020})
    assert (read.vector is None) == (vector is None)


def test_a_search_of_many_was_answered_or_failed() -> None:
    found = search_pb2.BatchSearchAnswer(result=search_pb2.SearchResponse(engine_us=7))
    read = decode.search_answer(found)
    assert read.result is not None
    assert (read.result.engine_us, read.error) == (7, None)
    failed = decode.search_answer(search_pb2.BatchSearchAnswer(error=ERROR))
    assert failed.result is None
    assert isinstance(failed.error, InvalidRequest)


def test_warnings_of_an_image_are_read() -> None:
    told = image_pb2.ImageWarning(
        reason=image_pb2.IMAGE_WARNING_REASON_DAMAGED, message="it is cut"
    )
    newer = image_pb2.ImageWarning(reason=99, message="it is new")
    warnings = (ImageWarning("damaged", "it is cut"), ImageWarning("99", "it is new"))  # type: ignore[arg-type]
    detected = decode.detect_result(
        detect_pb2.DetectResult(warnings=[told, newer]), timings_pb2.Timings()
    )
    classified = decode.classify_result(
        classify_pb2.ClassifyResult(warnings=[told, newer]), timings_pb2.Timings()
    )
    embedded = decode.embed_result(
        embed_pb2.EmbedResult(warnings=[told, newer]), timings_pb2.Timings()
    )
    stored = decode.index_answer(
        point_pb2.IndexAnswer(id="a", result=point_pb2.IndexResult(warnings=[told, newer]))
    )
    found = decode.search_result(search_pb2.SearchResponse(warnings=[told, newer]))
    assert stored.result is not None
    for result in (detected, classified, embedded, stored.result, found):
        assert result.warnings == warnings
