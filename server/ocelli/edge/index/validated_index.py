"""The index as callers have it: every request is checked before an engine sees it.

A name that is not the caller's to touch ends in COLLECTION_DENIED, whether or not there is such a
collection. Other errors are those of `port`, and those of the checks: INVALID_FIELD,
VECTOR_DIMENSION, VECTOR_NOT_FINITE and FIELD_NOT_IN_SCHEMA, with the path of the offending field
from the method's parameters (`points[3].vector`, `ids[0]`, `page_token`). Paths of a single query
or point begin in it (`vector`, `filter.equals.value`, `payload.word`); `OcelliError.within`
prepends the rest.

The module is long because callers hold one index; each method is a check and a call.
"""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from ocelli.edge.access.permit import permit_collection
from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError, Reason, quote
from ocelli.edge.index import (
    deep_search,
    limits,
    payload_change,
    validate,
    validate_collection,
    validate_filter,
    validate_points,
    validate_query,
)
from ocelli.edge.index import page_token as tokens
from ocelli.edge.index.collection_limits import CollectionLimits
from ocelli.edge.index.filters import Equals, Filter
from ocelli.edge.index.payload_change import PayloadChange
from ocelli.edge.index.permitted_page import permitted_page
from ocelli.edge.index.points import Hit, Page, Point, Record, SearchQuery
from ocelli.edge.index.port import Alias, CheckedPoint, CollectionState, IndexEngine
from ocelli.edge.index.schema import Collection, FieldType
from ocelli.edge.index.schema_cache import SchemaCache
from ocelli.edge.index.validate_text import collection_name
from ocelli.edge.scheduling.deadline import Deadline

_COLLECTIONS = tokens.digest(b"collections")
_ALIASES = tokens.digest(b"aliases")


class ValidatedIndex:
    """An engine behind checks. Use it from one event loop.

    A call that takes several steps and meets an error or its deadline may have done some of them.

    Args:
        engine: where the collections are.
        max_answer_bytes: most that a call may return, counted by `answer_size`; what is larger ends
            in ANSWER_TOO_LARGE before it is made.
    """

    def __init__(self, engine: IndexEngine, *, max_answer_bytes: int = 32 << 20) -> None:
        self._engine = engine
        self._max_answer_bytes = min(max_answer_bytes, limits.MAX_ANSWER_BYTES)
        self._schemas = SchemaCache(engine)
        self._limits = CollectionLimits(engine)

    @property
    def ready(self) -> bool:
        """Whether the engine can be reached right now."""
        return self._engine.ready

    def on_change(self, listener: Callable[[bool], None]) -> None:
        """Has `listener(ready)` called, on the event loop, whenever `ready` changes."""
        self._engine.on_change(listener)

    async def start(self, deadline: Deadline) -> None:
        """Makes the engine ready; INDEX_UNAVAILABLE, with nothing left running, if it cannot."""
        await self._engine.start(deadline)

    async def close(self) -> None:
        """Makes everything acknowledged durable and lets go of the engine."""
        await self._engine.close()

    async def create_collection(self, collection: Collection, *, call: Call) -> None:
        """Creates an empty one. Paths: `collection.name`, `collection.fields[0].name` and so on."""
        permit_collection(call, collection.name)
        try:
            validate_collection.check(collection)
        except OcelliError as error:
            raise error.within("collection") from None
        async with self._limits.creating(call):
            self._schemas.keep(await self._engine.create_collection(collection, call=call))

    async def get_collection(self, name: str, *, call: Call) -> Collection:
        """Describes one collection, as it is now."""
        return (await self._schemas.describe(name, call)).collection

    async def list_collections(
        self, *, page_size: int = 0, page_token: str = "", call: Call
    ) -> Page[Collection]:
        """By name, ascending; a page is as in `list_points`. Paths: `page_size`, `page_token`."""

        async def fetch(after: str, limit: int) -> tuple[list[Collection], bool]:
            return await self._engine.list_collections(
                after=after, limit=limit, max_bytes=self._max_answer_bytes, call=call
            )

        items, more = await permitted_page(
            fetch,
            lambda collection: (collection.name,),
            after=tokens.decode(page_token, _COLLECTIONS).decode(errors="replace"),
            limit=validate.page_size(page_size),
            call=call,
        )
        last = items[-1].name.encode() if more else b""
        return Page(items, tokens.encode(_COLLECTIONS, last))

    async def update_collection(
        self,
        name: str,
        *,
        model: str | None = None,
        add_fields: Mapping[str, FieldType] | None = None,
        call: Call,
    ) -> Collection:
        """Sets the model, unless None, and adds fields; those that exist are passed over.

        Paths: `collection.model`, `collection.fields`, `collection.fields[i].name`,
        `collection.fields[i].type`, i being the position in `add_fields`.
        """
        add = add_fields or {}

        async def update(state: CollectionState) -> CollectionState:
            try:
                validate_collection.check_model(model or "")
                validate_collection.extended(state.collection.fields, add)
            except OcelliError as error:
                raise error.within("collection") from None
            return await self._engine.update_collection(
                state, model=model, add_fields=add, call=call
            )

        return self._schemas.keep(await self._schemas.use(name, call, update)).collection

    async def delete_collection(self, name: str, *, call: Call) -> None:
        """Deletes a collection and all its points, also one that cannot be opened."""
        permit_collection(call, name)
        self._schemas.forget(name)
        await self._engine.delete_collection(name, call=call)

    async def set_alias(self, alias: str, collection: str, *, call: Call) -> str:
        """Points an alias to a collection; returns where it pointed before, or "".

        Raises:
            OcelliError: paths: `alias`, `collection`; COLLECTION_EXISTS for a collection's name.
        """
        permit_collection(call, alias, collection)
        collection_name(alias, "alias")
        collection_name(collection, "collection")
        self._schemas.forget(alias)
        return await self._engine.set_alias(alias, collection, call=call)

    async def delete_alias(self, alias: str, *, call: Call) -> None:
        """Takes an alias away; COLLECTION_NOT_FOUND if there is none of that name."""
        permit_collection(call, alias)
        self._schemas.forget(alias)
        await self._engine.delete_alias(alias, call=call)

    async def list_aliases(
        self, *, page_size: int = 0, page_token: str = "", call: Call
    ) -> Page[Alias]:
        """By name, ascending. Paths: `page_size`, `page_token`."""

        async def fetch(after: str, limit: int) -> tuple[list[Alias], bool]:
            return await self._engine.list_aliases(after=after, limit=limit, call=call)

        items, more = await permitted_page(
            fetch,
            lambda alias: (alias.alias, alias.collection),
            after=tokens.decode(page_token, _ALIASES).decode(errors="replace"),
            limit=validate.page_size(page_size),
            call=call,
        )
        return Page(items, tokens.encode(_ALIASES, items[-1].alias.encode() if more else b""))

    async def upsert(
        self, collection: str, points: Sequence[Point | OcelliError], *, call: Call
    ) -> list[OcelliError | None]:
        """Stores points, replacing those whose id exists; of equal ids the last one stays.

        One that could not be read is its own outcome.

        Returns:
            Per point: None if it is stored, else why not. Paths: `points`, `points[3].vector`, …
        """
        validate.number("points", len(points), limits.MAX_POINTS_PER_CALL)

        async def store(state: CollectionState) -> list[OcelliError | None]:
            checked = await validate_points.check(points, state.collection)
            refused = [point if isinstance(point, OcelliError) else None for point in checked]
            if any(refused):
                await self._schemas.check_current(state, call)
            good = [point for point in checked if isinstance(point, CheckedPoint)]
            if good:
                await self._limits.check_points(state, good, call)
                await self._engine.upsert(state, good, call=call)
            return refused

        return await self._schemas.use(collection, call, store)

    async def upsert_one(self, collection: str, point: Point, *, call: Call) -> None:
        """Raises if the point is refused. Paths: `id`, `vector`, `payload`, `payload.word`."""

        async def store(state: CollectionState) -> None:
            checked = validate_points.check_one(point, state.collection)
            await self._limits.check_points(state, [checked], call)
            await self._engine.upsert(state, [checked], call=call)

        await self._schemas.use(collection, call, store)

    async def replace(
        self, collection: str, owner: Equals, points: Sequence[Point], *, call: Call
    ) -> None:
        """Stores points, which match `owner`, and deletes all others that do, in one step.

        Paths are those of `upsert_one`, and `equals…` for `owner`.
        """

        async def store(state: CollectionState) -> None:
            checked = [validate_points.check_one(point, state.collection) for point in points]
            validate_filter.check(owner, state.collection)
            await self._limits.check_points(state, checked, call)
            await self._engine.replace(state, owner, checked, call=call)

        await self._schemas.use(collection, call, store)

    async def get(
        self,
        collection: str,
        ids: Sequence[str],
        *,
        with_payload: bool = True,
        with_vectors: bool = False,
        call: Call,
    ) -> list[Record]:
        """Those that exist, in the order asked for, each once. Paths: `ids`, `ids[0]`."""
        wanted = validate.ids(ids)
        records = await self._read(
            collection,
            wanted,
            self._max_answer_bytes,
            with_payload=with_payload,
            with_vectors=with_vectors,
            call=call,
        )
        found = {record.id: record for record in records}
        return [found[id_] for id_ in wanted if id_ in found]

    async def get_one(
        self,
        collection: str,
        id: str,  # noqa: A002  # the field's word
        *,
        with_payload: bool = True,
        with_vectors: bool = False,
        call: Call,
    ) -> Record:
        """POINT_NOT_FOUND if there is none; of any size. Path: `id`."""
        validate.point_id(id)
        records = await self._read(
            collection,
            [id],
            limits.MAX_ANSWER_BYTES,
            with_payload=with_payload,
            with_vectors=with_vectors,
            call=call,
        )
        if not records:
            raise OcelliError(
                Reason.POINT_NOT_FOUND,
                f"collection {quote(collection)} has no point {quote(id)}; store it first, or list "
                "those that exist",
                resource=("point", id),
            )
        return records[0]

    async def _read(
        self,
        collection: str,
        ids: list[str],
        max_bytes: int,
        *,
        with_payload: bool,
        with_vectors: bool,
        call: Call,
    ) -> list[Record]:
        async def read(state: CollectionState) -> list[Record]:
            return await self._engine.get(
                state,
                ids,
                max_bytes=max_bytes,
                with_payload=with_payload,
                with_vectors=with_vectors,
                call=call,
            )

        return await self._schemas.use(collection, call, read)

    async def list_points(
        self,
        collection: str,
        *,
        filter: Filter | None = None,  # noqa: A002  # the field's word
        page_size: int = 0,
        page_token: str = "",
        max_bytes: int = 8 << 20,
        with_payload: bool = True,
        with_vectors: bool = False,
        call: Call,
    ) -> Page[Record]:
        """Lists points, all or those that match, in an order that does not change.

        A point that is stored, and matches, throughout the walk is on exactly one page; any other
        is on one or none. A page may be short, but none is empty before the end.

        Args:
            collection: where to look.
            filter: only points that match; the same on every page.
            page_size: most points to return, 1 to 1000; 0: 100.
            page_token: from the page before; "" for the first.
            max_bytes: about how large the page may be, payloads counted as JSON and vectors with 4
                bytes a value; one point is returned in any case.
            with_payload: return payloads.
            with_vectors: return vectors.
            call: whose work it is.

        Raises:
            OcelliError: paths: `filter…`, `page_size`, `page_token`.
        """
        size = validate.page_size(page_size)

        async def read(state: CollectionState) -> Page[Record]:
            tree = _checked(filter, state)
            walk = tokens.digest(state.generation.encode(), msgspec.msgpack.encode(tree))
            records, after = await self._engine.list_points(
                state,
                filter=tree,
                after=tokens.decode(page_token, walk),
                limit=size,
                max_bytes=max_bytes,
                with_payload=with_payload,
                with_vectors=with_vectors,
                call=call,
            )
            return Page(records, tokens.encode(walk, after))

        return await self._schemas.use(collection, call, read)

    async def count(
        self,
        collection: str,
        *,
        filter: Filter | None = None,  # noqa: A002  # the field's word
        call: Call,
    ) -> int:
        """Counts the points that match, exactly. Paths: `filter…`."""

        async def count(state: CollectionState) -> int:
            tree = _checked(filter, state)
            return await self._engine.count(state, filter=tree, call=call)

        return await self._schemas.use(collection, call, count)

    async def delete(self, collection: str, ids: Sequence[str], *, call: Call) -> int:
        """Deletes points by id; returns how many existed. Paths: `ids`, `ids[0]`."""
        wanted = validate.ids(ids)

        async def delete(state: CollectionState) -> int:
            return await self._engine.delete(state, wanted, call=call)

        return await self._schemas.use(collection, call, delete)

    async def delete_by_filter(
        self,
        collection: str,
        filter: Filter,  # noqa: A002  # the field's word
        *,
        call: Call,
    ) -> int:
        """Deletes the points that match; returns how many. Paths: `filter…`.

        It is done in steps between which other calls are served: a point that is written meanwhile
        may be deleted or not.
        """

        async def delete(state: CollectionState) -> int:
            tree = validate_filter.check(filter, state.collection)
            return await self._engine.delete_by_filter(state, tree, call=call)

        return await self._schemas.use(collection, call, delete)

    async def update_payload(
        self, collection: str, ids: Sequence[str], change: PayloadChange, *, call: Call
    ) -> int:
        """Changes payloads; returns how many of the points exist, and so have what was asked for.

        Each point is changed whole or not at all. A payload that would come to break the schema, or
        to be too large, ends the call, with that payload and those after it as they were.

        Raises:
            OcelliError: paths: `ids`, `ids[0]`, `merge…`, `replace…`, `delete_keys.keys`,
                `delete_keys.keys[0]`.
        """
        wanted = validate.ids(ids)

        async def update(state: CollectionState) -> int:
            payload_change.check(change, state.collection)
            return await self._engine.update_payload(state, wanted, change, call=call)

        return await self._schemas.use(collection, call, update)

    async def update_payload_by_filter(
        self,
        collection: str,
        filter: Filter,  # noqa: A002  # the field's word
        change: PayloadChange,
        *,
        call: Call,
    ) -> int:
        """As `update_payload` for the points that match, in steps as `delete_by_filter`."""

        async def update(state: CollectionState) -> int:
            tree = validate_filter.check(filter, state.collection)
            payload_change.check(change, state.collection)
            return await self._engine.update_payload_by_filter(state, tree, change, call=call)

        return await self._schemas.use(collection, call, update)

    async def search(self, collection: str, query: SearchQuery, *, call: Call) -> list[Hit]:
        """Finds the points nearest to a vector, nearest first.

        Raises:
            OcelliError: paths: `vector`, `limit`, `filter…`, `score_threshold`, `exclude_id`,
                `offset`, `group_by`.
        """

        async def search(state: CollectionState) -> list[Hit]:
            checked = validate_query.check(query, state.collection, self._max_answer_bytes)
            (hits,) = await deep_search.search(
                self._engine, state, [checked], max_bytes=self._max_answer_bytes, call=call
            )
            if isinstance(hits, OcelliError):
                raise hits
            return hits

        return await self._schemas.use(collection, call, search)

    async def search_many(
        self, collection: str, requests: Sequence[SearchQuery], *, call: Call
    ) -> list[list[Hit] | OcelliError]:
        """Searches many times; each succeeds or fails alone, with the paths of `search`.

        What is returned for all together is bounded: searches that do not fit beside those before
        them fail with ANSWER_TOO_LARGE.

        Raises:
            OcelliError: all fail alike; INVALID_FIELD for `requests`: there are too many or none,
                or they ask for too many hits in all.
        """
        validate_query.check_number(requests)

        async def search(state: CollectionState) -> list[list[Hit] | OcelliError]:
            checked = [
                validate_query.outcome(query, state.collection, self._max_answer_bytes)
                for query in requests
            ]
            good = [query for query in checked if isinstance(query, SearchQuery)]
            if len(good) < len(checked):
                await self._schemas.check_current(state, call)
            found = iter(
                await deep_search.search(
                    self._engine, state, good, max_bytes=self._max_answer_bytes, call=call
                )
            )
            return [query if isinstance(query, OcelliError) else next(found) for query in checked]

        return await self._schemas.use(collection, call, search)


def _checked(tree: Filter | None, state: CollectionState) -> Filter | None:
    return None if tree is None else validate_filter.check(tree, state.collection)
