"""A channel whose calls all carry the same metadata.

Interceptors of `grpc.aio` would put objects of their own in the place of calls, which differ from
them in how streams are written and cancelled.
"""

from functools import partial
from typing import Any

_KINDS = ("unary_unary", "unary_stream", "stream_unary", "stream_stream")


class MetadataChannel:
    """What generated stubs take for a channel, of `grpc` or `grpc.aio`.

    Args:
        channel: makes the calls.
        metadata: goes with each of them.
    """

    def __init__(self, channel: Any, metadata: tuple[tuple[str, str], ...]) -> None:  # noqa: ANN401  either kind
        for kind in _KINDS:
            setattr(self, kind, partial(_method, getattr(channel, kind), metadata))


def _method(make: Any, metadata: tuple[tuple[str, str], ...], *args: Any, **options: Any) -> Any:  # noqa: ANN401  gRPC's
    return partial(make(*args, **options), metadata=metadata)
