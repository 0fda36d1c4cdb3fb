"""Which kind of key a certificate is for, read off its DER (RFC 5280, section 4.1)."""

from collections.abc import Iterator

_EXPLICIT_VERSION = 0xA0
_SUBJECT_PUBLIC_KEY_INFO = 5
"""Its place in a TBSCertificate without the version."""

_SERVED = {
    bytes.fromhex("06092a864886f70d0101010500"): "RSA",
    bytes.fromhex("06072a8648ce3d020106082a8648ce3d030107"): "P-256",
    bytes.fromhex("06072a8648ce3d020106052b81040022"): "P-384",
}
"""AlgorithmIdentifiers of the keys that gRPC's BoringSSL signs handshakes with."""


def key_kind(certificate: bytes) -> str | None:
    """RSA, P-256 or P-384; None for a key that gRPC takes and then cannot serve with.

    Args:
        certificate: whole, in DER, as OpenSSL has accepted it.
    """
    (_, outer), *_ = _elements(certificate)
    (_, signed), *_ = _elements(outer)
    fields = list(_elements(signed))
    if fields[0][0] == _EXPLICIT_VERSION:
        del fields[0]
    (_, algorithm), *_ = _elements(fields[_SUBJECT_PUBLIC_KEY_INFO][1])
    return _SERVED.get(algorithm)


def _elements(der: bytes) -> Iterator[tuple[int, bytes]]:
    """Tags and contents of what stands one after the other."""
    at = 0
    while at < len(der):
        tag, size, at = der[at], der[at + 1], at + 2
        if size & 0x80:
            digits = size & 0x7F
            size, at = int.from_bytes(der[at : at + digits]), at + digits
        yield tag, der[at : at + size]
        at += size
