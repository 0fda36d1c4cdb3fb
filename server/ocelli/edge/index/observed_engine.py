"""A vector engine whose requests are timed, counted and traced."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, cast

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index.port import IndexEngine, OutOfDate
from ocelli.edge.observability.definitions import INDEX_FAILURES, INDEX_SECONDS
from ocelli.edge.observability.trace_context import exemplar

OPERATIONS = (
    "create_collection",
    "describe_collection",
    "list_collections",
    "update_collection",
    "delete_collection",
    "set_alias",
    "delete_alias",
    "list_aliases",
    "size",
    "upsert",
    "replace",
    "get",
    "list_points",
    "count",
    "delete",
    "delete_by_filter",
    "update_payload",
    "update_payload_by_filter",
    "search",
)
"""What callers ask of an engine: its methods that take a `Call`."""

_NOT_ANSWERED = frozenset(
    {Reason.INDEX_UNAVAILABLE, Reason.DEADLINE_EXCEEDED, Reason.OVERLOADED, Reason.INTERNAL}
)

_Operation = Callable[..., Awaitable[Any]]


def observed(engine: IndexEngine) -> IndexEngine:
    """The engine, each of whose requests is observed. Made once for each engine."""
    return cast("IndexEngine", _ObservedEngine(engine))


class _ObservedEngine:
    """Stands for an engine: what all its operations meet is written once."""

    def __init__(self, engine: IndexEngine) -> None:
        self._engine = engine
        for name in OPERATIONS:
            setattr(self, name, _timed(name, getattr(engine, name)))

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # whatever the engine has
        return getattr(self._engine, name)


def _timed(name: str, operation: _Operation) -> _Operation:
    seconds, failures = INDEX_SECONDS.labels(name), INDEX_FAILURES.labels(name)

    async def timed(*arguments: object, call: Call, **options: object) -> object:
        began_s = time.perf_counter()
        try:
            with call.trace.request(f"index {name}", {}):
                return await operation(*arguments, call=call, **options)
        except OcelliError as error:
            if error.reason in _NOT_ANSWERED:
                failures.inc()
            raise
        except (OutOfDate, asyncio.CancelledError):
            raise
        except Exception:
            failures.inc()
            raise
        finally:
            ended_s = time.perf_counter()
            seconds.observe(ended_s - began_s, exemplar())
            call.stage("index", began_s, ended_s, span=False)

    return timed
