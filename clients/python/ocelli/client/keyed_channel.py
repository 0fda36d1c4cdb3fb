"""A channel in plain text whose calls all carry a key.

gRPC sends the credentials of calls over TLS only, and a server on the same machine may ask for a
key without.
"""

from functools import partial
from typing import Any

KINDS = ("unary_unary", "unary_stream", "stream_unary", "stream_stream")


class KeyedChannel:
    """What generated stubs take for a channel, of `grpc` or `grpc.aio`.

    Args:
        channel: makes the calls.
        metadata: goes with each of them.
    """

    def __init__(self, channel: Any, metadata: tuple[tuple[str, str], ...]) -> None:  # noqa: ANN401  either kind
        for kind in KINDS:
            setattr(self, kind, partial(_method, getattr(channel, kind), metadata))


def _method(make: Any, metadata: tuple[tuple[str, str], ...], *args: Any, **options: Any) -> Any:  # noqa: ANN401  gRPC's
    return partial(make(*args, **options), metadata=metadata)
