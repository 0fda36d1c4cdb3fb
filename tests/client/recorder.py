"""A server that notes what it is sent and answers as it was told."""

from collections import defaultdict, deque
from collections.abc import Iterator
from concurrent import futures
from contextlib import contextmanager
from typing import Any, TypeVar

import grpc
from google.protobuf import descriptor_pool, message_factory
from google.protobuf.message import Message
from google.rpc import status_pb2

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

M = TypeVar("M", bound=Message)

KNOWN = (
    classify_pb2,
    collection_pb2,
    detect_pb2,
    embed_pb2,
    model_pb2,
    point_pb2,
    read_pb2,
    search_pb2,
)
"""Modules whose import makes their services known to the pool."""


class Recorder(grpc.GenericRpcHandler):  # type: ignore[type-arg]  # not generic at run time
    """Answers calls with one request of every service of the contract."""

    def __init__(self) -> None:
        self.address = ""
        self.requests: list[Any] = []
        """What came, in order."""
        self._answers: dict[str, deque[Message]] = defaultdict(deque)

    def answer(self, method: str, *responses: Message) -> None:
        """Tells what to answer calls of a method with, in turn; a status is an error.

        A method of which nothing was told, or no more, is answered with an empty message.
        """
        self._answers[method].extend(responses)

    def only(self, kind: type[M]) -> M:
        """The only request that came."""
        (request,) = self.requests
        assert isinstance(request, kind)
        return request

    def service(self, details: grpc.HandlerCallDetails) -> "grpc.RpcMethodHandler[Any, Any]":
        service, _, method = details.method.lstrip("/").partition("/")
        found = descriptor_pool.Default().FindServiceByName(service).methods_by_name[method]
        response = message_factory.GetMessageClass(found.output_type)

        def handle(request: Message, context: grpc.ServicerContext) -> Message:
            self.requests.append(request)
            told = self._answers[method]
            answer = told.popleft() if told else response()
            if isinstance(answer, status_pb2.Status):
                context.set_trailing_metadata(
                    (("grpc-status-details-bin", answer.SerializeToString()),)
                )
                code = next(code for code in grpc.StatusCode if code.value[0] == answer.code)
                context.abort(code, answer.message)
            return answer

        def handle_all(request: Message, context: grpc.ServicerContext) -> Iterator[Message]:
            yield handle(request, context)
            while self._answers[method]:
                yield self._answers[method].popleft()

        read = message_factory.GetMessageClass(found.input_type).FromString
        if found.server_streaming:
            return grpc.unary_stream_rpc_method_handler(
                handle_all, read, response.SerializeToString
            )
        return grpc.unary_unary_rpc_method_handler(handle, read, response.SerializeToString)


@contextmanager
def recording() -> Iterator[Recorder]:
    """Serves a recorder."""
    recorder = Recorder()
    server = grpc.server(futures.ThreadPoolExecutor(2), handlers=(recorder,))
    recorder.address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    try:
        yield recorder
    finally:
        server.stop(None).wait(5)
