"""What a caller may ask and see in Triton's own protocol, by the names of models in messages."""

from google.protobuf.message import DecodeError
from tritonclient.grpc import service_pb2

from ocelli.edge.access.patterns import ANY
from ocelli.edge.access.permit import permit_model
from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.triton.passthrough import model_name

_LISTS = frozenset({"ModelStatistics", "RepositoryIndex"})
_OF_NO_MODEL = frozenset({"ServerLive", "ServerReady", "ServerMetadata", "RepositoryIndex"})


def permit_request(method: str, request: bytes, call: Call) -> None:
    """Returns if the caller may ask this.

    Args:
        method: its name, `ModelConfig`.
        request: its message.
        call: whose it is.

    Raises:
        OcelliError: MODEL_DENIED, or MESSAGE_INVALID.
    """
    if call.principal.models == ANY or method in _OF_NO_MODEL:
        return
    name = model_name(request)
    if name or method not in _LISTS:
        permit_model(call, name)


def permitted_answer(method: str, answer: bytes, call: Call) -> bytes:
    """The answer without the models that the caller may not use.

    Raises:
        OcelliError: TRITON_UNAVAILABLE: what answered is no Triton.
    """
    if call.principal.models == ANY or method not in _LISTS:
        return answer
    may_use = call.principal.may_use_model
    try:
        if method == "RepositoryIndex":
            index = service_pb2.RepositoryIndexResponse.FromString(answer)
            models = [model for model in index.models if may_use(model.name)]
            return bytes(service_pb2.RepositoryIndexResponse(models=models).SerializeToString())
        statistics = service_pb2.ModelStatisticsResponse.FromString(answer)
        counted = [model for model in statistics.model_stats if may_use(model.name)]
        return bytes(service_pb2.ModelStatisticsResponse(model_stats=counted).SerializeToString())
    except DecodeError as error:
        raise OcelliError(
            Reason.TRITON_UNAVAILABLE, f"Triton's answer to {method} cannot be parsed: {error}"
        ) from error
