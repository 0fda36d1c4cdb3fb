"""Tells whose a call is: by its key, its token or its certificate, and the policy."""

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ocelli.edge.access import patterns, scopes
from ocelli.edge.access.api_keys import PREFIX, ApiKey, KeyDocument, KeySet
from ocelli.edge.access.followed_file import FollowedFile
from ocelli.edge.access.key_file import read_keys
from ocelli.edge.access.key_source import KeySource
from ocelli.edge.access.policy import Policy, read_policy
from ocelli.edge.access.refusals import (
    credentials_expired,
    credentials_invalid,
    credentials_missing,
    principal_unknown,
    scope_missing,
)
from ocelli.edge.access.tokens import BadTokenError, ExpiredTokenError, TokenVerifier
from ocelli.edge.config import Config
from ocelli.edge.principal import ANYONE, Principal

_log = logging.getLogger(__name__)

_LOOK_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class Shown:
    """What a call shows of its caller.

    Attributes:
        method: `ocelli.v1.DetectService/Detect`.
        peer: where it comes from, for the log.
        credentials: keys and tokens, of which there must not be two.
        certificates: names in the client's certificate, the one to go by first.
    """

    method: str
    peer: str
    credentials: Sequence[str]
    certificates: Sequence[str]


class Gatekeeper:
    """Knows the callers of one process. Make it before serving, keep `follow` running.

    Args:
        config: says what callers show, and where the files are.

    Raises:
        ConfigError: a file cannot be used.
    """

    def __init__(self, config: Config) -> None:
        self._asks_for_credentials = bool(config.keys_file or config.jwks)
        self._policy: Policy | None = None
        self._keys = KeySet()
        self._principals: dict[str, Principal] = {}
        self._files: list[FollowedFile[Policy] | FollowedFile[KeyDocument]] = []
        if config.policy_file:
            policy = FollowedFile(Path(config.policy_file), read_policy, self._use_policy)
            self._use_policy(policy.value)
            self._files.append(policy)
        if config.keys_file:
            keys = FollowedFile(Path(config.keys_file), read_keys, self._use_keys)
            self._use_keys(keys.value)
            self._files.append(keys)
        self._tokens: TokenVerifier | None = None
        self._issuer: KeySource | None = None
        if config.jwks:
            self._issuer = KeySource(
                config.jwks, config.jwks_refresh_s, config.jwks_min_refresh_s, self._forget_tokens
            )
            self._tokens = TokenVerifier(
                self._issuer,
                issuer=config.jwt_issuer,
                audience=config.jwt_audience,
                principal_claim=config.jwt_principal_claim,
                scope_claim=config.jwt_scope_claim,
            )

    async def follow(self) -> None:
        """Keeps up with the files and the issuer's keys until it is cancelled."""
        while True:
            try:
                for file in self._files:
                    await file.look()
                if self._issuer is not None:
                    await self._issuer.keep_current()
            except Exception:  # noqa: BLE001  # a bug must not keep revoked keys in force for ever
                _log.exception("cannot look after keys and policy; trying again")
            await asyncio.sleep(_LOOK_EVERY_S)

    async def admit(self, shown: Shown, scope: str) -> Principal:
        """Whose the call is, if that one may make it.

        Raises:
            OcelliError: CREDENTIALS_MISSING, CREDENTIALS_INVALID, CREDENTIALS_EXPIRED,
                PRINCIPAL_UNKNOWN or SCOPE_MISSING.
        """
        principal = await self._principal(shown)
        if not principal.has_scope(scope):
            raise scope_missing(shown.method, principal, scope)
        return principal

    async def _principal(self, shown: Shown) -> Principal:
        if shown.credentials and self._asks_for_credentials:
            if len(shown.credentials) > 1:
                raise credentials_invalid(shown.method, shown.peer, "several keys or tokens")
            credential = shown.credentials[0]
            if credential.startswith(PREFIX) or self._tokens is None:
                return self._of_key(credential, shown)
            return await self._of_token(credential, self._tokens, shown)
        if shown.certificates and (self._policy is not None or not self._asks_for_credentials):
            return self._of_certificate(shown)
        if self._policy is not None and self._policy.anonymous is not None:
            return self._policy.anonymous
        if self._policy is None and not self._asks_for_credentials:
            return ANYONE
        raise credentials_missing(shown.method, shown.peer)

    def _of_key(self, credential: str, shown: Shown) -> Principal:
        key = self._keys.find(credential)
        state = "" if key is None else key.state(time.time())
        if key is None or state == "revoked":
            raise credentials_invalid(shown.method, shown.peer, f"a key that is {state or 'none'}")
        if state == "expired":
            raise credentials_expired(shown.method, shown.peer, key.name)
        principal = self._principals.get(key.id)
        if principal is None:
            principal = self._principals[key.id] = self._narrowed(key)
        return principal

    def _narrowed(self, key: ApiKey) -> Principal:
        """What the policy gives whom the key names, as far as the key goes."""
        given = None
        if self._policy is not None:
            given = self._policy.principals.get(key.name)
            if given is None and self._policy.unknown is not None:
                given = self._policy.unknown(key.name)
        given = given or Principal(name=key.name)
        return replace(
            given,
            scopes=scopes.narrowed(given.scopes, key.scopes),
            collections=patterns.narrowed(given.collections, key.collections),
            models=patterns.narrowed(given.models, key.models),
        )

    async def _of_token(self, token: str, tokens: TokenVerifier, shown: Shown) -> Principal:
        try:
            claims = await tokens.verify(token)
        except BadTokenError as error:
            raise credentials_invalid(shown.method, shown.peer, str(error)) from None
        except ExpiredTokenError:
            raise credentials_expired(shown.method, shown.peer, "a token") from None
        if self._policy is None:
            return Principal(name=claims.subject, scopes=claims.scopes or frozenset())
        given = self._named(self._policy.by_subject.get(claims.subject), claims.subject, shown)
        if claims.scopes is None:
            return given
        return replace(given, scopes=scopes.narrowed(given.scopes, claims.scopes))

    def _of_certificate(self, shown: Shown) -> Principal:
        if self._policy is None:
            return Principal(name=shown.certificates[0])
        found = (self._policy.by_certificate.get(name) for name in shown.certificates)
        return self._named(next(filter(None, found), None), shown.certificates[0], shown)

    def _named(self, principal: Principal | None, name: str, shown: Shown) -> Principal:
        if principal is not None:
            return principal
        if self._policy is None or self._policy.unknown is None:
            raise principal_unknown(shown.method, shown.peer, name)
        return self._policy.unknown(name)

    def _use_policy(self, policy: Policy) -> None:
        self._policy = policy
        self._principals.clear()

    def _use_keys(self, document: KeyDocument) -> None:
        self._keys = KeySet(document.keys)
        self._principals.clear()

    def _forget_tokens(self) -> None:
        if self._tokens is not None:
            self._tokens.forget()
