"""Payloads that are no JSON, over a socket: each costs its own point and nothing else."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import grpc
import pytest
from google.protobuf import struct_pb2
from google.rpc import code_pb2, error_details_pb2, status_pb2

from ocelli.v1 import collection_pb2 as collection
from ocelli.v1 import collection_pb2_grpc, filter_pb2, image_pb2, point_pb2_grpc
from ocelli.v1 import point_pb2 as point

NAME = "payloads"


def number(value: float) -> struct_pb2.Value:
    return struct_pb2.Value(number_value=value)


def payload(value: struct_pb2.Value) -> struct_pb2.Struct:
    return struct_pb2.Struct(fields={"x": value})


def nested(depth: int) -> struct_pb2.Value:
    value = number(1)
    for _ in range(depth):
        value = struct_pb2.Value(list_value=struct_pb2.ListValue(values=[value]))
    return value


BAD = {
    "nan": number(math.nan),
    "infinity": number(-math.inf),
    "no kind": struct_pb2.Value(),
    "deep": nested(40),
}


def refusal(status: status_pb2.Status) -> tuple[str, str]:
    """The reason and the field of an invalid argument."""
    assert status.code == code_pb2.INVALID_ARGUMENT, status
    info, request = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    for detail in status.details:
        detail.Unpack(info)
        detail.Unpack(request)
    return info.reason, request.field_violations[0].field


def refused(call: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(grpc.RpcError) as caught:
        call()
    details = dict(caught.value.trailing_metadata())["grpc-status-details-bin"]
    return refusal(status_pb2.Status.FromString(details))


@pytest.fixture(scope="module")
def channel(edge: Any) -> Iterator[grpc.Channel]:
    with grpc.insecure_channel(edge.address) as channel:
        collections = collection_pb2_grpc.CollectionServiceStub(channel)
        fields = [
            collection.CollectionField(name="n", type=collection.FIELD_TYPE_INTEGER),
            collection.CollectionField(name="r", type=collection.FIELD_TYPE_FLOAT),
        ]
        wanted = collection.Collection(name=NAME, fields=fields)  # the default model's dimension
        made = collections.CreateCollection(collection.CreateCollectionRequest(collection=wanted))
        assert made.collection.model
        yield channel
        collections.DeleteCollection(collection.DeleteCollectionRequest(name=NAME))


@pytest.fixture
def points(channel: grpc.Channel) -> point_pb2_grpc.PointServiceStub:
    return point_pb2_grpc.PointServiceStub(channel)


@pytest.fixture
def dimension(channel: grpc.Channel) -> int:
    request = collection.GetCollectionRequest(name=NAME)
    found = collection_pb2_grpc.CollectionServiceStub(channel).GetCollection(request)
    return int(found.collection.dimension)


def test_a_bad_payload_costs_its_point_alone(
    points: point_pb2_grpc.PointServiceStub, dimension: int
) -> None:
    values = {"good": number(3), **BAD, "fine": number(0.5)}
    request = point.UpsertPointsRequest(collection=NAME)
    for id_, value in values.items():
        request.points.add(id=id_, vector={"values": [1.0] * dimension}, payload=payload(value))
    response = points.UpsertPoints(request)
    assert response.stored == 2
    assert [(e.index, e.id, refusal(e.error)) for e in response.errors] == [
        (index, id_, ("INVALID_FIELD", f"points[{index}].payload"))
        for index, id_ in enumerate(BAD, 1)
    ]
    found = points.GetPoints(point.GetPointsRequest(collection=NAME, ids=list(values)))
    assert [(p.id, p.payload) for p in found.points] == [
        ("good", payload(number(3))),
        ("fine", payload(number(0.5))),
    ]


def test_a_bad_payload_costs_its_item_alone(
    points: point_pb2_grpc.PointServiceStub, photo: Callable[[str], bytes]
) -> None:
    image = image_pb2.Image(encoded=photo("coffee"))
    items = {"item good": number(1), **BAD, "item fine": number(2)}

    def messages() -> Iterator[point.IndexStreamRequest]:
        yield point.IndexStreamRequest(config=point.IndexStreamConfig(collection=NAME))
        for id_, value in items.items():
            item = point.IndexItem(id=id_, image=image, payload=payload(value))
            yield point.IndexStreamRequest(item=item)

    answers = [r.answer for r in points.IndexStream(messages()) if r.HasField("answer")]
    assert [answer.id for answer in answers] == list(items)
    for answer in answers:
        if answer.id in BAD:
            assert refusal(answer.error) == ("INVALID_FIELD", "item.payload")
        else:
            assert answer.HasField("result"), answer


def test_no_model_looks_at_the_image_of_a_bad_payload(
    points: point_pb2_grpc.PointServiceStub, photo: Callable[[str], bytes]
) -> None:
    image = image_pb2.Image(encoded=photo("coffee")[:-100])  # refused too, were it looked at first
    item = point.IndexItem(id="x", image=image, payload={"n": "three"})

    def messages() -> Iterator[point.IndexStreamRequest]:
        yield point.IndexStreamRequest(config=point.IndexStreamConfig(collection=NAME))
        yield point.IndexStreamRequest(item=item)

    (answer,) = (r.answer for r in points.IndexStream(messages()) if r.HasField("answer"))
    assert refusal(answer.error) == ("FIELD_NOT_IN_SCHEMA", "item.payload.n")


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("change", ["merge", "replace"])
def test_a_bad_payload_is_refused_as_a_change(
    points: point_pb2_grpc.PointServiceStub, bad: str, change: str
) -> None:
    request = point.UpdatePayloadRequest(
        collection=NAME, ids=["good"], **{change: payload(BAD[bad])}
    )
    assert refused(lambda: points.UpdatePayload(request)) == ("INVALID_FIELD", change)


def counted(tree: filter_pb2.Filter) -> point.CountPointsRequest:
    return point.CountPointsRequest(collection=NAME, filter=tree)


@pytest.mark.parametrize("field", ["n", "r"])
@pytest.mark.parametrize(
    "value",
    [number(math.nan), number(math.inf), struct_pb2.Value(null_value=0), struct_pb2.Value()],
)
def test_filters_by_what_no_payload_holds_are_refused(
    points: point_pb2_grpc.PointServiceStub, field: str, value: struct_pb2.Value
) -> None:
    equals = filter_pb2.Filter(equals=filter_pb2.FilterEquals(field=field, value=value))
    assert refused(lambda: points.CountPoints(counted(equals))) == (
        "INVALID_FIELD",
        "filter.equals.value",
    )


def test_bounds_that_are_nan_are_refused_and_infinite_ones_taken(
    points: point_pb2_grpc.PointServiceStub,
) -> None:
    bad = filter_pb2.Filter(range=filter_pb2.FilterRange(field="r", gt=0, lte=math.nan))
    assert refused(lambda: points.CountPoints(counted(bad))) == (
        "INVALID_FIELD",
        "filter.range.lte",
    )
    all_ = filter_pb2.Filter(range=filter_pb2.FilterRange(field="n", gt=-math.inf, lt=math.inf))
    assert points.CountPoints(counted(all_)).count == 0
