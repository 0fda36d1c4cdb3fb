"""What gRPC says of a server that it cannot reach, and what that comes from."""

import re
from typing import NamedTuple


class Cause(NamedTuple):
    """Why there is no connection."""

    message: str
    """What happened, after "cannot reach ADDRESS: "."""
    hint: str
    """What it is likely to come from, or what to do."""


class _Known(NamedTuple):
    pattern: str
    message: str
    hint: str


# The first that matches counts. The words are those of gRPC's C core and of its BoringSSL.
_KNOWN = (
    _Known(
        r"Getting metadata from plugin failed with error: (?P<cause>.*)",
        "there is no token: {cause}",
        "it comes from the token given to connect()",
    ),
    _Known(
        r"Hostname Verification Check failed",
        "its certificate is for another name",
        "use an address that the certificate names, or say which name it has: Tls(server_name=…), "
        "--tls-server-name",
    ),
    _Known(
        r"CERTIFICATE_VERIFY_FAILED: (?P<cause>certificate (?:has expired|is not yet valid))",
        "its {cause}",
        "renew the server's certificate, or set the clock of this machine",
    ),
    _Known(
        r"CERTIFICATE_VERIFY_FAILED: (?P<cause>[^:]*)",
        "its certificate is not trusted: {cause}",
        "name the authority that issued it: Tls(ca=…), --tls-ca",
    ),
    _Known(
        r"WRONG_VERSION_NUMBER",
        "it does not answer in TLS",
        "does it serve plain text? then connect without TLS",
    ),
    _Known(
        r"missing selected ALPN property",
        "it speaks TLS, but not HTTP/2",
        "is this the port of an HTTPS server, and not Ocelli's?",
    ),
    _Known(
        r"Tls handshake failed.*?(?P<cause>SSL_ERROR.*?)(?:: OK)?$",
        "TLS was refused: {cause}",
        "do both sides trust each other's authority, with certificates that are in date?",
    ),
    _Known(
        r"Handshake (?:read|write) failed",
        "it broke off the TLS handshake",
        "its log may say why: set GRPC_VERBOSITY=info there",
    ),
    _Known(
        r"Failed parsing HTTP/2",
        "it does not speak gRPC",
        "is this the port of an HTTP server, or of one that wants TLS?",
    ),
    _Known(
        r"failed to connect to all addresses.*: "
        r"(?:Socket closed|Unwrap failed|.*Connection reset by peer|.*Broken pipe)",
        "it closed the connection at once",
        "does it want TLS: Tls(…), --tls? or a certificate of this client that it trusts: "
        "Tls(cert=…, key=…), --tls-cert, --tls-key?",
    ),
)


def explain(details: str, address: str) -> Cause:
    """Reads the details of an UNAVAILABLE that is gRPC's own."""
    for known in _KNOWN:
        if found := re.search(known.pattern, details):
            return Cause(known.message.format(**found.groupdict()), known.hint)
    return Cause(_end(details), f"is `ocelli serve` running at {address}?")


def _end(details: str) -> str:
    """The end of gRPC's list of attempts, which says why the last one failed."""
    _, known, cause = details.rpartition("Failed to connect to remote host: ")
    return cause if known else details or "no details"
