"""API keys: what they look like, and what the file of keys holds of each.

A key is `ocelli_<id>_<secret>`. The file holds the SHA-256 of the secret and never the secret. That
is 256 random bits: nobody finds it by trying, so there is nobody whom a slow hash would hinder.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Mapping

import msgspec

from ocelli.edge.access.patterns import ANY

_KEY = re.compile(r"ocelli_([0-9a-f]{12})_([0-9a-f]{64})")
PREFIX = "ocelli_"


class ApiKey(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """One key, as the file has it.

    Times are seconds since 1970, UTC. Scopes and patterns narrow what the policy gives a principal
    of this name, where it has one.
    """

    id: str
    name: str
    sha256: str
    created_s: int
    scopes: tuple[str, ...] = ANY
    collections: tuple[str, ...] = ANY
    models: tuple[str, ...] = ANY
    expires_s: int | None = None
    revoked_s: int | None = None

    def state(self, now_s: float) -> str:
        """`active`, `expired` or `revoked`."""
        if self.revoked_s is not None:
            return "revoked"
        return "expired" if self.expires_s is not None and now_s >= self.expires_s else "active"


class KeySet:
    """Keys to look callers up in."""

    def __init__(self, keys: Iterable[ApiKey] = ()) -> None:
        self._keys: Mapping[str, ApiKey] = {key.id: key for key in keys}

    def __len__(self) -> int:
        return len(self._keys)

    def find(self, shown: str) -> ApiKey | None:
        """The key that a caller shows, expired and revoked ones included; None: it is none.

        An unknown id costs the same work as a wrong secret: one hash, one comparison.
        """
        match = _KEY.fullmatch(shown)
        id_, secret = match.groups() if match else ("", "")
        key = self._keys.get(id_, _NONE)
        same = hmac.compare_digest(digest(secret), key.sha256)
        return key if same and key is not _NONE else None


class KeyDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    keys: tuple[ApiKey, ...] = ()


def digest(secret: str) -> str:
    """What is kept of a secret: SHA-256, hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_secret() -> tuple[str, str]:
    """A new id and secret."""
    return secrets.token_hex(6), secrets.token_hex(32)


def written(id_: str, secret: str) -> str:
    """The key as its owner gets it."""
    return f"{PREFIX}{id_}_{secret}"


_NONE = ApiKey(id="", name="", sha256=digest(secrets.token_hex(32)), created_s=0)
"""What unknown ids are compared with."""
