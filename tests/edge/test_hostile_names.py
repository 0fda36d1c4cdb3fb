"""Names that would lead out of their folder, if anybody took them for paths."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.message import Message
from tritonclient.grpc import service_pb2

from ocelli.client import Point
from ocelli.v1 import collection_pb2, detect_pb2, model_pb2, point_pb2
from tests.conftest import RunningEdge
from tests.edge.guarded_edge import refused

NAMES = (
    "..",
    "../models",
    "../../etc/passwd",
    "/etc/passwd",
    "a/../../b",
    "a\\..\\..\\b",
    "%2e%2e%2fmodels",
    "a\0b",
    "~root",
    "．．/a",
    "a\n../b",
    ".hidden",
)
REFUSALS = {
    "INVALID_FIELD",
    "MODEL_NOT_FOUND",
    "COLLECTION_NOT_FOUND",
    "NOT_FOUND",
    "INVALID_ARGUMENT",
}
REQUESTS: dict[str, Callable[[str], Message]] = {
    "ocelli.v1.ModelService/LoadModel": lambda name: model_pb2.LoadModelRequest(name=name),
    "ocelli.v1.ModelService/UnloadModel": lambda name: model_pb2.UnloadModelRequest(name=name),
    "ocelli.v1.ModelService/GetModel": lambda name: model_pb2.GetModelRequest(name=name),
    "ocelli.v1.DetectService/Detect": lambda name: detect_pb2.DetectRequest(
        model=name, image={"encoded": b"x"}
    ),
    "ocelli.v1.CollectionService/CreateCollection": (
        lambda name: collection_pb2.CreateCollectionRequest(
            collection={"name": name, "dimension": 2}
        )
    ),
    "ocelli.v1.CollectionService/DeleteCollection": (
        lambda name: collection_pb2.DeleteCollectionRequest(name=name)
    ),
    "ocelli.v1.CollectionService/SetAlias": (
        lambda name: collection_pb2.SetAliasRequest(alias=name, collection="named")
    ),
    "ocelli.v1.PointService/CountPoints": (
        lambda name: point_pb2.CountPointsRequest(collection=name)
    ),
    "inference.GRPCInferenceService/ModelConfig": (
        lambda name: service_pb2.ModelConfigRequest(name=name)
    ),
    "inference.GRPCInferenceService/ModelInfer": (
        lambda name: service_pb2.ModelInferRequest(model_name=name)
    ),
}


@pytest.fixture(scope="module", autouse=True)
def named(edge: RunningEdge) -> Any:
    with edge.connect() as client:
        client.collections.create("named", dimension=2)
        yield
        client.collections.delete("named")


def files_beside(edge: RunningEdge) -> set[Path]:
    """What is in the edge's folder and beside it, but for what the index and Triton keep there."""
    found = {*edge.home.iterdir(), *edge.models_dir.iterdir()}
    return found | {
        one for one in edge.home.parent.iterdir() if one.name.startswith(edge.home.name)
    }


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
@pytest.mark.parametrize("method", REQUESTS)
def test_they_are_refused_and_touch_nothing(edge: RunningEdge, method: str, name: str) -> None:
    before = files_beside(edge)
    assert refused(edge.address, method, REQUESTS[method](name)) in REFUSALS
    assert files_beside(edge) == before


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_ids_of_points_are_no_paths(edge: RunningEdge, name: str) -> None:
    with edge.connect() as client:
        before = files_beside(edge)
        client.points.upsert("named", [Point(name, [1.0, 0.0])])
        assert [point.id for point in client.points.get("named", [name]).points] == [name]
        client.points.delete("named", [name])
        assert files_beside(edge) == before
