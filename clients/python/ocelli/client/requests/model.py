"""Calls of `ModelService`."""

from ocelli.client.model import ModelInfo, model_info
from ocelli.client.requests.call import Call, Page, PagedCall
from ocelli.v1 import model_pb2


def list_all() -> PagedCall[model_pb2.ListModelsRequest, model_pb2.ListModelsResponse, ModelInfo]:
    """Describes every model, a page at a time."""
    return lambda page_token: Call(
        lambda stubs: stubs.models.ListModels,
        model_pb2.ListModelsRequest(page_token=page_token),
        lambda response: Page(
            tuple(model_info(found) for found in response.models), response.next_page_token
        ),
    )


def get(
    name: str,
) -> Call[model_pb2.GetModelRequest, model_pb2.GetModelResponse, ModelInfo]:
    """Describes one model."""
    return Call(
        lambda stubs: stubs.models.GetModel,
        model_pb2.GetModelRequest(name=name),
        lambda response: model_info(response.model),
    )


def load(
    name: str,
) -> Call[model_pb2.LoadModelRequest, model_pb2.LoadModelResponse, ModelInfo]:
    """Loads a model."""
    return Call(
        lambda stubs: stubs.models.LoadModel,
        model_pb2.LoadModelRequest(name=name),
        lambda response: model_info(response.model),
    )


def unload(
    name: str,
) -> Call[model_pb2.UnloadModelRequest, model_pb2.UnloadModelResponse, None]:
    """Unloads a model."""
    return Call(
        lambda stubs: stubs.models.UnloadModel,
        model_pb2.UnloadModelRequest(name=name),
        lambda _: None,
    )
