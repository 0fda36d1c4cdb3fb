"""Writes, many in a request, of which those that a node could not take are made again."""

import asyncio
from collections.abc import Sequence
from typing import Self

import msgspec

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index.opensearch import failures
from ocelli.edge.index.opensearch.cluster import Cluster
from ocelli.edge.index.opensearch.failures import Fault, Refused
from ocelli.edge.index.opensearch.tuning import OpenSearchTuning

_PAUSE_S = 0.1
_MAX_BYTES = 64 << 20
"""OpenSearch takes requests of at most 100 MB."""


class Write(msgspec.Struct, frozen=True):
    """One write of a request."""

    action: str
    id: str
    document: bytes | None = None
    """JSON; None to delete."""
    seq_no: tuple[int, int] | None = None
    """Sequence number and primary term that the document must have; None for any."""

    @classmethod
    def update(cls, id_: str, document: dict[str, object], seq_no: tuple[int, int]) -> Self:
        """A change of some fields of a document.

        It is made even if it changes nothing: an attempt before, of which nothing was heard, may
        have changed this copy of the document and not yet the others.
        """
        body = {"doc": document, "detect_noop": False}
        return cls("update", id_, msgspec.json.encode(body), seq_no)

    def encoded(self) -> bytes:
        """Its lines."""
        about: dict[str, object] = {"_id": self.id}
        if self.seq_no is not None:
            about |= {"if_seq_no": self.seq_no[0], "if_primary_term": self.seq_no[1]}
        line = msgspec.json.encode({self.action: about}) + b"\n"
        return line if self.document is None else line + self.document + b"\n"


class Outcome(msgspec.Struct, frozen=True):
    """What became of a write."""

    status: int
    result: str = ""
    error: Fault | None = None

    @property
    def is_conflict(self) -> bool:
        """Whether the document was another one."""
        return self.status == 409  # HTTP's number


class _Answer(msgspec.Struct, frozen=True):
    items: list[dict[str, Outcome]] = []


class Writer:
    """Writes to collections."""

    def __init__(self, cluster: Cluster, tuning: OpenSearchTuning) -> None:
        self._cluster = cluster
        self._refresh: str = tuning.refresh
        self._params: dict[str, str | int] = {
            "require_alias": "true",
            "wait_for_active_shards": tuning.min_copies,
            "timeout": "10s",
            "filter_path": "items.*.status,items.*.result,items.*.error.type,items.*.error.reason",
        }

    async def refresh(self, target: str, call: Call) -> None:
        """Makes visible what was written."""
        try:
            await self._cluster.request("POST", f"/{target}/_refresh", msgspec.Raw, call=call)
        except Refused as refused:
            raise failures.of_state(refused.fault) from refused

    async def write(
        self, target: str, writes: Sequence[Write], call: Call, *, refresh: bool = True
    ) -> list[Outcome]:
        """Makes writes.

        Args:
            target: alias of the collection's state.
            writes: in order; none of them on an id that another is on.
            call: whose work it is.
            refresh: have them visible to searches when it returns.

        Returns:
            Per write what became of it: done, not found, or a conflict.

        Raises:
            OutOfDate: the alias is not there.
            OcelliError: DEADLINE_EXCEEDED; INDEX_UNAVAILABLE; OVERLOADED.
        """
        outcomes: dict[int, Outcome] = {}
        waiting = list(range(len(writes)))
        while True:
            for some in _within_size(writes, waiting):
                lines = [line for _, line in some]
                answered = await self._send(target, lines, call, refresh=refresh)
                outcomes.update(zip((at for at, _ in some), answered, strict=True))
            waiting = [at for at in waiting if _is_passing(outcomes[at])]
            if not waiting:
                break
            if call.deadline.remaining_s() < _PAUSE_S:
                raise _unfinished(outcomes[waiting[0]], len(waiting), len(writes))
            await asyncio.sleep(_PAUSE_S)
        found = [outcomes[at] for at in range(len(writes))]
        for outcome in found:
            if outcome.error is not None and not outcome.is_conflict and not _is_gone(outcome):
                raise failures.of_state(
                    Fault(outcome.status, outcome.error.type, outcome.error.reason)
                )
        return found

    async def _send(
        self, target: str, lines: list[bytes], call: Call, *, refresh: bool
    ) -> list[Outcome]:
        params = {**self._params, "refresh": self._refresh if refresh else "false"}
        try:
            answer = await self._cluster.request(
                "POST", f"/{target}/_bulk", _Answer, call=call, body=b"".join(lines), **params
            )
        except Refused as refused:
            raise failures.of_state(refused.fault) from refused
        return [next(iter(item.values())) for item in answer.items]


def _within_size(writes: Sequence[Write], wanted: list[int]) -> list[list[tuple[int, bytes]]]:
    groups: list[list[tuple[int, bytes]]] = [[]]
    size_bytes = 0
    for at in wanted:
        lines = writes[at].encoded()
        if groups[-1] and size_bytes + len(lines) > _MAX_BYTES:
            groups.append([])
            size_bytes = 0
        groups[-1].append((at, lines))
        size_bytes += len(lines)
    return groups


def _is_passing(outcome: Outcome) -> bool:
    return outcome.error is not None and Fault(outcome.status, outcome.error.type).is_passing


def _is_gone(outcome: Outcome) -> bool:
    return outcome.error is not None and outcome.error.type == "document_missing_exception"


def _unfinished(outcome: Outcome, left: int, of: int) -> OcelliError:
    what = outcome.error.type if outcome.error else ""
    reason = Reason.OVERLOADED if outcome.status == 429 else Reason.INDEX_UNAVAILABLE
    return OcelliError(
        reason,
        f"{left} of {of} writes were not taken by the vector database ({what}); try again",
        quota="index.calls" if reason is Reason.OVERLOADED else None,
    )
