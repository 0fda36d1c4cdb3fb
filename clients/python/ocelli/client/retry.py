"""What is tried again beside gRPC's own policy, which cannot tell who cancelled a call."""

import json

import grpc
from google.protobuf import descriptor_pool
from google.protobuf.message import Message

from ocelli.client.timeout import Deadline
from ocelli.v1 import (  # noqa: F401  their import makes the contract's calls known to the pool
    classify_pb2,
    collection_pb2,
    detect_pb2,
    embed_pb2,
    model_pb2,
    point_pb2,
    read_pb2,
    search_pb2,
)
from ocelli.v1.sdk import IDEMPOTENT_METHODS, SERVICE_CONFIG

_POLICY = json.loads(SERVICE_CONFIG)["methodConfig"][0]["retryPolicy"]

BACKOFF_S = float(_POLICY["initialBackoff"].removesuffix("s"))
"""Pause before the attempt that follows a call which the server or the connection ended."""

# Each call has a request message of its own.
_REPEATABLE = frozenset(
    descriptor_pool.Default().FindMethodByName(name.replace("/", ".")).input_type.full_name
    for name in IDEMPOTENT_METHODS
)


def repeats(request: object, error: grpc.RpcError, deadline: Deadline) -> bool:
    """Tells whether a call that nobody here cancelled is worth another attempt.

    Args:
        request: its message.
        error: how it ended.
        deadline: of all attempts.
    """
    left_s = deadline.left_s
    return (
        getattr(error, "code", lambda: None)() is grpc.StatusCode.CANCELLED
        and isinstance(request, Message)
        and request.DESCRIPTOR.full_name in _REPEATABLE
        and (left_s is None or left_s > BACKOFF_S)
    )
