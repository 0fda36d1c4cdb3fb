"""The server's certificate and key, checked to be whole and to match before anything uses them."""

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from ocelli.edge.config import Config, ConfigError

_BEGIN = "-----BEGIN CERTIFICATE-----"


@dataclass(frozen=True, slots=True)
class Identity:
    """The server's certificate and key, and the authorities of its clients, as whole PEM."""

    cert: bytes
    """The certificate and those between it and its authority."""
    key: bytes = field(repr=False)
    """The certificate's private key."""
    client_ca: bytes | None
    """Authorities of the clients' certificates; None: clients need none."""


def read_identity(config: Config) -> Identity:
    """Reads and checks the files that `tls_cert`, `tls_key` and `tls_client_ca` name.

    Raises:
        ConfigError: one cannot be read or is not what it should be, or the key does not match.
    """
    cert = _read("tls_cert", config.tls_cert)
    key = _read("tls_key", config.tls_key)
    client_ca = _read("tls_client_ca", config.tls_client_ca) if config.tls_client_ca else None
    _check_certificates("tls_cert", config.tls_cert, cert)
    _check_pair(config, cert, key)
    _check_kind(config, cert)
    if client_ca is not None:
        _check_certificates("tls_client_ca", config.tls_client_ca, client_ca)
    return Identity(cert, key, client_ca)


def _read(name: str, path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise ConfigError(f"{name}: cannot read {path}: {error.strerror}") from error


def _check_certificates(name: str, path: str, pem: bytes) -> None:
    try:
        text = pem.decode("ascii")
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_verify_locations(cadata=text)
        text.index(_BEGIN)  # OpenSSL takes other headings as well
    except (ssl.SSLError, ValueError) as error:
        raise ConfigError(
            f"{name}: {path} holds no whole certificate; expected PEM, {_BEGIN}"
        ) from error


def _check_pair(config: Config, cert: bytes, key: bytes) -> None:
    def no_password() -> str:
        raise ConfigError(
            f"tls_key: {config.tls_key} is encrypted; expected a key without a passphrase"
        )

    # `ssl` reads pairs from files only. The named ones may change between two looks.
    try:
        with _in_memory(cert) as cert_path, _in_memory(key) as key_path:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(
                cert_path, key_path, no_password
            )
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise ConfigError(
                f"tls_key: {config.tls_key} is not the key of the certificate {config.tls_cert}"
            ) from error
        if error.reason == "EE_KEY_TOO_SMALL":
            raise ConfigError(
                f"tls_key: {config.tls_key} is too short; expected RSA from 2048 bits, P-256 or "
                "P-384"
            ) from error
        raise ConfigError(
            f"tls_key: {config.tls_key} holds no whole private key; expected PEM, "
            "-----BEGIN PRIVATE KEY-----"
        ) from error


def _check_kind(config: Config, cert: bytes) -> None:
    # gRPC would take such a pair, and then fail every handshake.
    if not _is_served(cert):
        raise ConfigError(
            f"tls_key: {config.tls_key} is of a kind that gRPC does not serve with; expected RSA, "
            "P-256 or P-384"
        )


def _is_served(cert: bytes) -> bool:
    """Whether gRPC's BoringSSL signs handshakes with the key of the first certificate."""
    try:
        key = x509.load_pem_x509_certificate(cert).public_key()
    except (ValueError, UnsupportedAlgorithm):
        return False
    if isinstance(key, ec.EllipticCurvePublicKey):
        return isinstance(key.curve, ec.SECP256R1 | ec.SECP384R1)
    return isinstance(key, rsa.RSAPublicKey)


@contextmanager
def _in_memory(content: bytes) -> Iterator[str]:
    """The path of a file in memory that only this process sees."""
    with open(os.memfd_create("ocelli-tls"), "wb") as file:  # noqa: PTH123  it has no path yet
        file.write(content)
        file.flush()
        yield f"/proc/self/fd/{file.fileno()}"
