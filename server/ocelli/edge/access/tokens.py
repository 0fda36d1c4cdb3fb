"""JSON Web Tokens: whose they are, if they are good (RFC 7519, RFC 8725)."""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt

from ocelli.edge.access import scopes
from ocelli.edge.access.key_source import KeySource

_LEEWAY_S = 10.0
_MAX_KNOWN = 4096
_MAX_CHARS = 8192


class BadTokenError(Exception):
    """Not a token that holds; its words are for the log and tell nothing secret."""


class ExpiredTokenError(Exception):
    """A token that did hold."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What of a token counts.

    Attributes:
        subject: whose it is.
        scopes: those of its scopes that this server knows; None: it speaks of none.
        expires_s: until when it holds, seconds since 1970.
    """

    subject: str
    scopes: frozenset[str] | None
    expires_s: float


class TokenVerifier:
    """Verifies tokens, and remembers those that were good.

    Args:
        keys: of the issuer.
        issuer: whom tokens must be from.
        audience: whom they must be for.
        principal_claim: the claim that names the principal.
        scope_claim: the claim with its scopes, as words of one text or as a list.
    """

    def __init__(
        self,
        keys: KeySource,
        *,
        issuer: str,
        audience: str,
        principal_claim: str,
        scope_claim: str,
    ) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._principal_claim = principal_claim
        self._scope_claim = scope_claim
        self._known: OrderedDict[bytes, Claims] = OrderedDict()

    def forget(self) -> None:
        """Verifies every token anew: the keys are others."""
        self._known.clear()

    async def verify(self, token: str) -> Claims:
        """The claims of a token that holds.

        Raises:
            BadTokenError: it is none of this issuer's for this audience.
            ExpiredTokenError: it was.
        """
        if len(token) > _MAX_CHARS:
            raise BadTokenError("a token of over 8192 characters")
        # A hash, so that memory holds no token.
        known_as = hashlib.sha256(token.encode()).digest()
        known = self._known.get(known_as)
        if known is None:
            known = await self._verified(token)
            self._known[known_as] = known
            if len(self._known) > _MAX_KNOWN:
                self._known.popitem(last=False)
        if time.time() >= known.expires_s + _LEEWAY_S:
            self._known.pop(known_as, None)
            raise ExpiredTokenError
        return known

    async def _verified(self, token: str) -> Claims:
        try:
            header = jwt.get_unverified_header(token)
            key = await self._keys.find(str(header.get("kid", "")))
            if key is None:
                raise BadTokenError("a token signed with an unknown key")
            claims = jwt.decode(
                token,
                key.key,
                algorithms=list(key.algorithms),
                issuer=self._issuer,
                audience=self._audience,
                leeway=_LEEWAY_S,
                options={"require": ["exp", "iss", "aud", self._principal_claim]},
            )
        except jwt.ExpiredSignatureError:
            raise ExpiredTokenError from None
        except jwt.PyJWTError as error:
            raise BadTokenError(f"a bad token: {type(error).__name__}") from None
        return self._read(claims)

    def _read(self, claims: Mapping[str, Any]) -> Claims:
        subject = claims[self._principal_claim]
        if not isinstance(subject, str) or not subject:
            raise BadTokenError(f"a token whose {self._principal_claim} is no text")
        return Claims(subject, _scopes(claims.get(self._scope_claim)), float(claims["exp"]))


def _scopes(claim: object) -> frozenset[str] | None:
    """Issuers put other words beside, `openid` for one."""
    if claim is None:
        return None
    words = claim.split() if isinstance(claim, str) else claim
    if not isinstance(words, list):
        return frozenset()
    return frozenset(word for word in words if isinstance(word, str) and _is_scope(word))


def _is_scope(word: str) -> bool:
    try:
        scopes.checked(word)
    except ValueError:
        return False
    return True
