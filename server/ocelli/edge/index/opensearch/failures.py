"""What the cluster's refusals mean."""

import aiohttp
import msgspec

from ocelli.edge.errors import OcelliError, Reason, quote
from ocelli.edge.index.port import OutOfDate

DENIALS = frozenset({401, 403})
_OVERLOADS = frozenset({"circuit_breaking_exception", "rejected_execution_exception"})
_MISSING = frozenset({"index_not_found_exception", "aliases_not_found_exception"})


class Fault(msgspec.Struct, frozen=True):
    """Why the cluster refused a request or a part of one."""

    status: int = 0
    type: str = ""
    reason: str | None = ""

    @property
    def is_overload(self) -> bool:
        """Whether a node has as much to do as it may."""
        return self.status == 429 or self.type in _OVERLOADS  # HTTP's number

    @property
    def is_passing(self) -> bool:
        """Whether the same may be taken soon, or elsewhere."""
        return self.status >= 500 or self.is_overload  # HTTP's number

    @property
    def is_missing(self) -> bool:
        """Whether the index or the alias that was addressed is not there."""
        return self.type in _MISSING


class Refused(Exception):  # noqa: N818  # an event, and no fault
    """The cluster refused a request for good."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"{fault.status} {fault.type}")
        self.fault = fault


class _Body(msgspec.Struct, frozen=True):
    error: Fault | str = ""
    status: int = 0


def read(status: int, body: bytes) -> Fault:
    """The fault in an answer."""
    try:
        error = msgspec.json.decode(body, type=_Body).error
    except msgspec.DecodeError:
        return Fault(status)
    return (
        Fault(status, "", error)
        if isinstance(error, str)
        else Fault(status, error.type, error.reason)
    )


def of_state(fault: Fault) -> Exception:
    """What a call meets that addressed a collection in one state."""
    return OutOfDate() if fault.is_missing else unexpected(fault)


def unexpected(fault: Fault) -> OcelliError:
    """What a call meets that nothing in it explains."""
    if fault.is_overload:
        return OcelliError(
            Reason.OVERLOADED,
            "the vector database has as much to do as it may; try again later",
            quota="index.calls",
        )
    if fault.status in DENIALS:
        return OcelliError(Reason.INDEX_UNAVAILABLE, denied(fault.status))
    return OcelliError(
        Reason.INDEX_UNAVAILABLE,
        f"the vector database refused the request with {fault.status} {quote(fault.type)}: "
        f"{quote(fault.reason or '', 200)}",
    )


def denied(status: int) -> str:
    """What to do about credentials that are refused (401) or lack a right (403)."""
    if status == 401:  # HTTP's number
        return (
            "the vector database refuses the edge's credentials; see the settings opensearch_user, "
            "opensearch_password and opensearch_token"
        )
    return (
        "the vector database does not allow what the edge's credentials ask for; docs/search.md "
        "lists the rights that they need"
    )


def untrusted(url: str, error: aiohttp.ClientSSLError) -> str:
    """What to do about a node with which no TLS connection comes about."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        why = getattr(error.certificate_error, "verify_message", "") or "unknown"
        return (
            f"the certificate of {url} is not accepted ({why}); see the setting opensearch_tls_ca"
        )
    return (
        f"there is no TLS with {url} ({quote(str(error.os_error.strerror))}); does it speak HTTPS, "
        "and want a certificate (opensearch_tls_cert)?"
    )


def not_found(name: str, alias_of: str = "") -> OcelliError:
    """There is no such collection; there may be an alias of that name."""
    known = f"it is an alias of {alias_of!r}" if alias_of else "create it"
    return OcelliError(
        Reason.COLLECTION_NOT_FOUND,
        f"there is no collection {quote(name)}; {known}, or list those that exist",
        resource=("collection", name[:80]),
    )


def exists(name: str, alias_of: str = "") -> OcelliError:
    """There is a collection of that name, or an alias of one."""
    what = (
        f"an alias of collection {alias_of!r}, {name!r}" if alias_of else f"a collection {name!r}"
    )
    return OcelliError(
        Reason.COLLECTION_EXISTS,
        f"there is {what}; choose another name or delete it first",
        resource=("collection", name),
    )
