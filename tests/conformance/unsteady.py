"""Calls that are turned away a few times before they succeed."""

import re
from collections import Counter

import grpc

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.services.frames import Context
from ocelli.v1 import embed_pb2, embed_pb2_grpc, search_pb2, search_pb2_grpc


def add_unsteady(server: grpc.aio.Server) -> None:
    """Adds them to a server: one that may be repeated, `Embed`, and one that may not."""
    unsteady = _Unsteady()
    # The abstract methods of the generated classes answer UNIMPLEMENTED, which is what is meant.
    embed = _Embed(unsteady)  # type: ignore[abstract]
    search = _Search(unsteady)  # type: ignore[abstract]
    embed_pb2_grpc.add_EmbedServiceServicer_to_server(embed, server)
    search_pb2_grpc.add_SearchServiceServicer_to_server(search, server)


class _Unsteady:
    """Turns calls away at first: those for `away-2-x` twice."""

    def __init__(self) -> None:
        self._attempts: Counter[str] = Counter()

    def attempt(self, name: str) -> int:
        """Counts an attempt at a call.

        Raises:
            OcelliError: DRAINING, as often as the name says.
        """
        self._attempts[name] += 1
        times = re.match(r"away-(\d+)-", name)
        if times is not None and self._attempts[name] <= int(times[1]):
            raise OcelliError(Reason.DRAINING, f"attempt {self._attempts[name]} is turned away")
        return self._attempts[name]


class _Embed(embed_pb2_grpc.EmbedServiceServicer):
    """A call that may be repeated."""

    def __init__(self, unsteady: _Unsteady) -> None:
        self._unsteady = unsteady

    async def Embed(  # noqa: N802  the contract's name
        self, request: embed_pb2.EmbedRequest, context: Context
    ) -> embed_pb2.EmbedResponse:
        """Answers with the number of the attempt for a width."""
        attempt = self._unsteady.attempt(request.model)
        return embed_pb2.EmbedResponse(result=embed_pb2.EmbedResult(width=attempt))


class _Search(search_pb2_grpc.SearchServiceServicer):
    """A call that must not be repeated."""

    def __init__(self, unsteady: _Unsteady) -> None:
        self._unsteady = unsteady

    async def DeletePoints(  # noqa: N802  the contract's name
        self, request: search_pb2.DeletePointsRequest, context: Context
    ) -> search_pb2.DeletePointsResponse:
        """Answers with the number of the attempt."""
        return search_pb2.DeletePointsResponse(deleted=self._unsteady.attempt(request.collection))
