"""Calls that are turned away a few times before they succeed."""

import re
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any, TypeAlias

import grpc

from ocelli.edge.errors import OcelliError, Reason
from ocelli.v1 import (
    classify_pb2,
    classify_pb2_grpc,
    collection_pb2,
    collection_pb2_grpc,
    embed_pb2,
    embed_pb2_grpc,
    point_pb2,
    point_pb2_grpc,
    read_pb2,
    read_pb2_grpc,
    search_pb2,
    search_pb2_grpc,
)
from tests.conformance.resizing import CLASSIFY, EMBED, INDEX, RESIZING, resize

Context: TypeAlias = grpc.aio.ServicerContext[Any, Any]

PUSHBACK_S = 0.7
"""More than all the backoff of three attempts, so that a call which takes so long has heeded it."""


def add_unsteady(server: grpc.aio.Server) -> None:
    """Adds them to a server: some that may be repeated, and two that delete and may not."""
    attempts = _Attempts()
    # The abstract methods of the generated classes answer UNIMPLEMENTED, which is what is meant.
    classify = _Classify(attempts)
    embed = _Embed(attempts)
    points = _Points(attempts)  # type: ignore[abstract]
    collections = _Collections(attempts)  # type: ignore[abstract]
    search = _Search(attempts)  # type: ignore[abstract]
    classify_pb2_grpc.add_ClassifyServiceServicer_to_server(classify, server)
    embed_pb2_grpc.add_EmbedServiceServicer_to_server(embed, server)
    read_pb2_grpc.add_ReadServiceServicer_to_server(_Read(attempts), server)
    point_pb2_grpc.add_PointServiceServicer_to_server(points, server)
    collection_pb2_grpc.add_CollectionServiceServicer_to_server(collections, server)
    search_pb2_grpc.add_SearchServiceServicer_to_server(search, server)


class _Attempts:
    """Turns calls away at first: those for `away-2-x` or `pushback-2-x` twice."""

    def __init__(self) -> None:
        self._count: Counter[str] = Counter()

    def attempt(self, name: str) -> int:
        """Counts an attempt at a call.

        Raises:
            OcelliError: DRAINING, as often as the name says; MODEL_NOT_READY for `loading`.
        """
        self._count[name] += 1
        number = self._count[name]
        if name == "loading":
            raise OcelliError(
                Reason.MODEL_NOT_READY, "the model is loading", resource=("model", name)
            )
        asked = re.match(r"(away|pushback)-(\d+)-", name)
        if asked is not None and number <= int(asked[2]):
            error = OcelliError if asked[1] == "away" else _LaterError
            raise error(Reason.DRAINING, f"attempt {number} is turned away")
        return number


class _LaterError(OcelliError):
    """DRAINING, to be repeated after a while that a call shows."""

    @property
    def retry_after_s(self) -> float:
        return PUSHBACK_S


class _Classify(classify_pb2_grpc.ClassifyServiceServicer):
    """A call that may be repeated, and a stream whose window changes."""

    def __init__(self, attempts: _Attempts) -> None:
        self._attempts = attempts

    async def Classify(  # noqa: N802  the contract's name
        self, request: classify_pb2.ClassifyRequest, context: Context
    ) -> classify_pb2.ClassifyResponse:
        """Answers with the number of the attempt for a width."""
        attempt = self._attempts.attempt(request.model)
        return classify_pb2.ClassifyResponse(result=classify_pb2.ClassifyResult(width=attempt))

    async def ClassifyStream(  # type: ignore[override]  # noqa: N802  it writes through the context
        self, messages: Any, context: Context
    ) -> None:
        """Grants one window and then another."""
        config = (await context.read()).config
        await resize(context, CLASSIFY, *RESIZING[config.model])


class _Embed(embed_pb2_grpc.EmbedServiceServicer):
    """A call that may be repeated, and a stream whose window changes."""

    def __init__(self, attempts: _Attempts) -> None:
        self._attempts = attempts

    async def Embed(  # noqa: N802  the contract's name
        self, request: embed_pb2.EmbedRequest, context: Context
    ) -> embed_pb2.EmbedResponse:
        """Answers with the number of the attempt for a width."""
        attempt = self._attempts.attempt(request.model)
        return embed_pb2.EmbedResponse(result=embed_pb2.EmbedResult(width=attempt))

    async def EmbedStream(  # type: ignore[override]  # noqa: N802  it writes through the context
        self, messages: Any, context: Context
    ) -> None:
        """Grants one window and then another."""
        config = (await context.read()).config
        await resize(context, EMBED, *RESIZING[config.model])


class _Read(read_pb2_grpc.ReadServiceServicer):
    """A call that may be repeated."""

    def __init__(self, attempts: _Attempts) -> None:
        self._attempts = attempts

    async def Read(  # noqa: N802  the contract's name
        self, request: read_pb2.ReadRequest, context: Context
    ) -> read_pb2.ReadResponse:
        """Answers with the number of the attempt for a width."""
        attempt = self._attempts.attempt(request.model)
        return read_pb2.ReadResponse(result=read_pb2.ReadResult(width=attempt))


class _Points(point_pb2_grpc.PointServiceServicer):
    """Writes that may be repeated, one that must not, and a stream whose window changes."""

    def __init__(self, attempts: _Attempts) -> None:
        self._attempts = attempts

    async def UpsertPoints(  # noqa: N802  the contract's name
        self, request: point_pb2.UpsertPointsRequest, context: Context
    ) -> point_pb2.UpsertPointsResponse:
        """Answers with the number of the attempt."""
        stored = self._attempts.attempt(request.collection)
        return point_pb2.UpsertPointsResponse(stored=stored)

    async def UpdatePayload(  # noqa: N802  the contract's name
        self, request: point_pb2.UpdatePayloadRequest, context: Context
    ) -> point_pb2.UpdatePayloadResponse:
        """Answers with the number of the attempt."""
        updated = self._attempts.attempt(request.collection)
        return point_pb2.UpdatePayloadResponse(updated=updated)

    async def DeletePoints(  # noqa: N802  the contract's name
        self, request: point_pb2.DeletePointsRequest, context: Context
    ) -> point_pb2.DeletePointsResponse:
        """Answers with the number of the attempt."""
        deleted = self._attempts.attempt(request.collection)
        return point_pb2.DeletePointsResponse(deleted=deleted)

    async def IndexStream(  # type: ignore[override]  # noqa: N802  it writes through the context
        self, messages: Any, context: Context
    ) -> None:
        """Grants one window and then another."""
        config = (await context.read()).config
        await resize(context, INDEX, *RESIZING[config.collection])


class _Collections(collection_pb2_grpc.CollectionServiceServicer):
    """A change of aliases that may be repeated, and one that must not."""

    def __init__(self, attempts: _Attempts) -> None:
        self._attempts = attempts

    async def SetAlias(  # noqa: N802  the contract's name
        self, request: collection_pb2.SetAliasRequest, context: Context
    ) -> collection_pb2.SetAliasResponse:
        """Answers with the number of the attempt."""
        number = self._attempts.attempt(request.alias)
        return collection_pb2.SetAliasResponse(previous_collection=f"attempt {number}")

    async def DeleteAlias(  # noqa: N802  the contract's name
        self, request: collection_pb2.DeleteAliasRequest, context: Context
    ) -> collection_pb2.DeleteAliasResponse:
        """Is done when the attempts suffice."""
        self._attempts.attempt(request.alias)
        return collection_pb2.DeleteAliasResponse()


class _Search(search_pb2_grpc.SearchServiceServicer):
    """A search of many answers, which may be repeated while none of them has come."""

    def __init__(self, attempts: _Attempts) -> None:
        self._attempts = attempts

    async def FindDuplicates(  # noqa: N802  the contract's name
        self, request: search_pb2.FindDuplicatesRequest, context: Context
    ) -> AsyncIterator[search_pb2.FindDuplicatesResponse]:
        """Answers with the number of the attempt for a size, the first one for `torn-x` in part."""
        number = self._attempts.attempt(request.collection)
        group = search_pb2.DuplicateGroup(size=number)
        yield search_pb2.FindDuplicatesResponse(group=group)
        if request.collection.startswith("torn-") and number == 1:
            raise OcelliError(Reason.DRAINING, "the answers end before their end")
