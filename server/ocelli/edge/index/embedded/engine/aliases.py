"""Other names of the collections of one folder, all in one file that is replaced as a whole.

    aliases.json    by alias: the collection's name and generation

The generation ties an alias to the collection that it was set for. So a collection and its aliases
cease to be in one step, the rename of the collection's folder: an alias that the file still has
after that counts as gone, even if another collection takes the name.
"""

import logging
from bisect import bisect_right
from pathlib import Path

import msgspec

from ocelli.edge.errors import OcelliError, Reason, quote
from ocelli.edge.index.embedded import wire
from ocelli.edge.index.embedded.engine import durable
from ocelli.edge.index.embedded.engine.document import FormatTooNew

_FORMAT_VERSION = 1
_log = logging.getLogger(__name__)


class _Named(msgspec.Struct, frozen=True):
    """What an alias points to."""

    collection: str
    generation: str


class _File(msgspec.Struct, frozen=True, kw_only=True):
    format_version: int = _FORMAT_VERSION
    aliases: dict[str, _Named]


class Aliases:
    """The aliases of a folder. One that cannot be read takes none of the collections down.

    Raises:
        FormatTooNew: a newer version wrote the file.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "aliases.json"
        self._aliases: dict[str, _Named] = {}
        self._damage: OcelliError | None = None
        try:
            content = self._path.read_bytes()
            read = msgspec.json.decode(content, type=_File)
        except FileNotFoundError:
            return
        except (OSError, msgspec.MsgspecError) as error:
            self._damage = OcelliError(
                Reason.INDEX_UNAVAILABLE,
                f"the aliases cannot be read ({error}); restore aliases.json from a copy, or remove"
                " it and set them again",
            )
            _log.error("%s", self._damage.message)
            return
        if read.format_version > _FORMAT_VERSION:
            raise FormatTooNew(
                f"{self._path} cannot be opened: its format is {read.format_version}, and this "
                f"version of the server reads formats up to {_FORMAT_VERSION}; run the version "
                "that wrote it, or choose another folder"
            )
        self._aliases = read.aliases

    def keep(self, generations: dict[str, str]) -> None:
        """Forgets what points to none of these collections, or bears the name of one.

        Args:
            generations: by name; "" for a collection whose generation is not known.
        """
        self._aliases = {
            alias: named
            for alias, named in self._aliases.items()
            if alias not in generations
            and generations.get(named.collection) in ("", named.generation)
        }

    def collection(self, alias: str) -> str | None:
        """The collection that an alias points to; None if there is no such alias.

        Raises:
            OcelliError: INDEX_UNAVAILABLE: the file could not be read.
        """
        if self._damage is not None:
            raise self._damage
        named = self._aliases.get(alias)
        return None if named is None else named.collection

    def set(self, alias: str, collection: str, generation: str) -> str:
        """Points an alias to a collection, durably; returns where it pointed before, or ""."""
        before = self.collection(alias)
        self._write({**self._aliases, alias: _Named(collection, generation)})
        return before or ""

    def delete(self, alias: str) -> None:
        """Takes an alias away, durably."""
        if self.collection(alias) is None:
            raise OcelliError(
                Reason.COLLECTION_NOT_FOUND,
                f"there is no alias {quote(alias)}; list those that exist",
                resource=("alias", alias[:80]),
            )
        self._write({key: named for key, named in self._aliases.items() if key != alias})

    def list(self, after: str, limit: int) -> wire.ListedAliases:
        """The next aliases, by name."""
        if self._damage is not None:
            raise self._damage
        names = sorted(self._aliases)
        start = bisect_right(names, after)
        page = [wire.Alias(name, self._aliases[name].collection) for name in names[start:][:limit]]
        return wire.ListedAliases(page, start + len(page) < len(names))

    def _write(self, aliases: dict[str, _Named]) -> None:
        try:
            durable.replace(self._path, msgspec.json.encode(_File(aliases=aliases)))
        except OSError as error:
            raise OcelliError(
                Reason.INDEX_UNAVAILABLE, f"the aliases cannot be changed: {error}"
            ) from error
        self._aliases = aliases
