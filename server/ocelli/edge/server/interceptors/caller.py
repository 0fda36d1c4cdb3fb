"""What a call shows of who makes it, read off gRPC."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from ocelli.edge.access.gatekeeper import Gatekeeper, Shown
from ocelli.edge.access.scopes import SCOPES
from ocelli.edge.principal import Principal
from ocelli.edge.server.interceptors.handlers import Context

_CERTIFICATE_NAMES = ("x509_subject_alternative_name", "x509_common_name")
_SCHEME = "bearer "

Identify: TypeAlias = Callable[[str, Context], Awaitable[Principal]]
"""Tells whose a call of a method is; raises `OcelliError` if that one may not make it."""


def identified_by(gatekeeper: Gatekeeper, *, by_certificate: bool) -> Identify:
    """Goes by what calls show: see `shown`."""

    async def identify(method: str, context: Context) -> Principal:
        caller = shown(method, context, by_certificate=by_certificate)
        return await gatekeeper.admit(caller, SCOPES[method])

    return identify


def shown(method: str, context: Context, *, by_certificate: bool) -> Shown:
    """What the call shows.

    Args:
        method: `ocelli.v1.DetectService/Detect`.
        context: of the call.
        by_certificate: clients show certificates, whose alternative names go before the common one
            (RFC 6125).
    """
    credentials = []
    for key, value in context.invocation_metadata() or ():
        if key == "authorization":
            text = str(value)
            bearer = text[: len(_SCHEME)].lower() == _SCHEME
            credentials.append(text[len(_SCHEME) :].strip() if bearer else "")
        elif key == "x-api-key":
            credentials.append(str(value))
    names: list[str] = []
    if by_certificate:
        certificate = context.auth_context()
        for kind in _CERTIFICATE_NAMES:
            names += [bytes(value).decode(errors="replace") for value in certificate.get(kind, ())]
    return Shown(method, context.peer(), credentials, names)
