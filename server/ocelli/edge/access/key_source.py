"""The public keys of whoever issues tokens: a JSON Web Key Set from a file or a URL (RFC 7517)."""

import asyncio
import json
import logging
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any

import jwt

from ocelli.edge.config import ConfigError, key_set_place

_log = logging.getLogger(__name__)

_ALGORITHMS: Mapping[str, tuple[str, ...]] = {
    "RSA": ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    "EC": ("ES256", "ES384", "ES512"),
    "OKP": ("EdDSA",),
}
"""By the kind of key. Nothing that is signed with a shared secret, and nothing unsigned."""
_MAX_BYTES = 1 << 20
_FETCH_TIMEOUT_S = 5.0
_MAX_WAITING = 64


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that tokens may be signed with, and the algorithms that it is for."""

    key: Any
    algorithms: tuple[str, ...]


class KeySource:
    """The keys by their ids, as the issuer publishes them.

    Args:
        place: a file, or an https URL (http for this machine).
        refresh_s: how often they are read again.
        min_refresh_s: how soon again for a token whose key is unknown.
        changed: told when the keys are others.
    """

    def __init__(
        self, place: str, refresh_s: float, min_refresh_s: float, changed: Callable[[], None]
    ) -> None:
        self._place = place
        self._is_url = "://" in place
        self._refresh_s = refresh_s
        self._min_refresh_s = min_refresh_s
        self._changed = changed
        self._keys: Mapping[str, PublicKey] = {}
        self._raw = b""
        self._read_s = float("-inf")
        self._waiting = 0
        self._reading: asyncio.Task[None] | None = None
        if not self._is_url:
            self._take(_read_file(place))

    async def find(self, key_id: str) -> PublicKey | None:
        """The key of this id, after another look at what the issuer has if it is unknown here.

        A flood of unknown ids makes one look per `min_refresh_s`; those that come meanwhile wait
        for one under way, at most five seconds, or are told at once that there is no such key.
        """
        found = self._get(key_id)
        if found is None:
            if self._waiting >= _MAX_WAITING:
                return None
            self._waiting += 1
            try:
                await self.refresh(self._min_refresh_s)
            finally:
                self._waiting -= 1
            found = self._get(key_id)
        return found

    async def keep_current(self) -> None:
        """Reads them again if it is time to."""
        await self.refresh(self._refresh_s)

    async def refresh(self, older_than_s: float) -> None:
        """Reads them again unless that was done a shorter time ago."""
        if self._reading is None:
            if time.monotonic() < self._read_s + older_than_s:
                return
            self._read_s = time.monotonic()
            self._reading = asyncio.create_task(self._read())
        await asyncio.shield(self._reading)

    def _get(self, key_id: str) -> PublicKey | None:
        if not key_id and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        return self._keys.get(key_id)

    async def _read(self) -> None:
        read = _fetch if self._is_url else _read_file
        try:
            self._take(await asyncio.to_thread(read, self._place))
        except ConfigError as error:
            _log.error("%s; the keys known before stay in use", error)  # one line
        finally:
            self._reading = None

    def _take(self, raw: bytes) -> None:
        if raw == self._raw:
            return
        self._keys, self._raw = _keys(raw, self._place), raw
        _log.info("tokens may be signed with %d keys of %s", len(self._keys), self._place)
        self._changed()


def _read_file(place: str) -> bytes:
    try:
        return Path(place).read_bytes()
    except OSError as error:
        raise ConfigError(f"jwks: cannot read {place}: {error.strerror}") from error


def _fetch(place: str) -> bytes:
    try:
        with urllib.request.urlopen(place, timeout=_FETCH_TIMEOUT_S) as answer:  # noqa: S310  # checked by the setting
            key_set_place(answer.url)  # where it was sent to from there
            raw: bytes = answer.read(_MAX_BYTES + 1)
    except (OSError, HTTPException, ValueError) as error:
        raise ConfigError(f"jwks: cannot fetch {place}: {error}") from error
    if len(raw) > _MAX_BYTES:
        raise ConfigError(f"jwks: {place} has over {_MAX_BYTES} bytes")
    return raw


def _keys(raw: bytes, place: str) -> Mapping[str, PublicKey]:
    """Raises ConfigError if it is no key set; keys of kinds that are not for this are left out."""
    try:
        listed = json.loads(raw)["keys"]
        found = {}
        for one in listed:
            allowed = _ALGORITHMS.get(one.get("kty"), ())
            named = (one["alg"],) if "alg" in one else allowed
            if one.get("use", "sig") != "sig" or not set(named) <= set(allowed) or not named:
                continue
            found[str(one.get("kid", ""))] = PublicKey(jwt.PyJWK(one, named[0]).key, named)
    except (ValueError, KeyError, TypeError, AttributeError, jwt.PyJWTError) as error:
        raise ConfigError(f"jwks: {place} is no JSON Web Key Set: {error}") from error
    if not found:
        raise ConfigError(f"jwks: {place} has no RSA, EC or Ed25519 key to verify signatures with")
    return found
