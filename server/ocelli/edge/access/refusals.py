"""Calls that are refused for who makes them: the errors, counted and logged.

What a caller showed is never in a message or in the log.
"""

import logging
import time

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError, Reason, quote
from ocelli.edge.observability.definitions import CALLS_REFUSED
from ocelli.edge.principal import Principal

_log = logging.getLogger(__name__)

ACCESS_REASONS = (
    Reason.CREDENTIALS_MISSING,
    Reason.CREDENTIALS_INVALID,
    Reason.CREDENTIALS_EXPIRED,
    Reason.PRINCIPAL_UNKNOWN,
    Reason.SCOPE_MISSING,
    Reason.COLLECTION_DENIED,
    Reason.MODEL_DENIED,
)
_MAX_LINES = 10
_EVERY_S = 1.0

for _reason in ACCESS_REASONS:
    CALLS_REFUSED.labels(_reason.value)


class _Lines:
    """Bounds what a flood of refusals writes: ten lines a second, and then how many were left."""

    def __init__(self) -> None:
        self._began_s = 0.0
        self._written = 0

    def write(self, reason: Reason, who: str, what: str) -> None:
        now_s = time.monotonic()
        if now_s >= self._began_s + _EVERY_S:
            if self._written > _MAX_LINES:
                _log.info("%d more calls were refused", self._written - _MAX_LINES)
            self._began_s, self._written = now_s, 0
        self._written += 1
        if self._written <= _MAX_LINES:
            _log.info("%s: %s refused %s", reason.value, what, who)


_lines = _Lines()


def _refused(
    reason: Reason, message: str, who: str, what: str, resource: tuple[str, str] | None = None
) -> OcelliError:
    CALLS_REFUSED.labels(reason.value).inc()
    _lines.write(reason, who, what)
    return OcelliError(reason, message, resource=resource)


def credentials_missing(method: str, peer: str) -> OcelliError:
    """A CREDENTIALS_MISSING: the caller showed nothing."""
    return _refused(
        Reason.CREDENTIALS_MISSING,
        "the call shows no key, token or certificate; send `authorization: Bearer KEY`",
        peer,
        method,
    )


def credentials_invalid(method: str, peer: str, why: str) -> OcelliError:
    """A CREDENTIALS_INVALID; which part of them is wrong only the log says."""
    return _refused(
        Reason.CREDENTIALS_INVALID,
        "the key or token is unknown, wrong or revoked; ask the operator of the server for another",
        f"{peer} ({why})",
        method,
    )


def credentials_expired(method: str, peer: str, name: str) -> OcelliError:
    """A CREDENTIALS_EXPIRED: they were good."""
    return _refused(
        Reason.CREDENTIALS_EXPIRED,
        "the key or token has expired; get a new one",
        f"{peer} ({quote(name)})",
        method,
    )


def principal_unknown(method: str, peer: str, name: str) -> OcelliError:
    """A PRINCIPAL_UNKNOWN: whoever it is, the policy has no place for it."""
    return _refused(
        Reason.PRINCIPAL_UNKNOWN,
        f"{quote(name)} is who it says, but the server's policy does not name it; ask its operator",
        f"{peer} ({quote(name)})",
        method,
    )


def scope_missing(method: str, principal: Principal, scope: str) -> OcelliError:
    """A SCOPE_MISSING."""
    return _refused(
        Reason.SCOPE_MISSING,
        f"{method} takes the scope {scope}, which {_called(principal)} does not have",
        _called(principal),
        method,
    )


def collection_denied(call: Call, name: str) -> OcelliError:
    """A COLLECTION_DENIED; it says nothing of whether there is such a collection."""
    return _refused(
        Reason.COLLECTION_DENIED,
        f"{_called(call.principal)} may not touch collection {quote(name)}; see its patterns",
        _called(call.principal),
        f"{call.method} for collection {quote(name)}",
        ("collection", name),
    )


def model_denied(call: Call, name: str) -> OcelliError:
    """A MODEL_DENIED; it says nothing of whether there is such a model."""
    return _refused(
        Reason.MODEL_DENIED,
        f"{_called(call.principal)} may not use model {quote(name)}; see its patterns",
        _called(call.principal),
        f"{call.method} for model {quote(name)}",
        ("model", name),
    )


def _called(principal: Principal) -> str:
    return f"principal {quote(principal.name)}" if principal.name else "a caller without a name"
