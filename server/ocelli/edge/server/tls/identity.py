"""The server's certificate and key, checked to be whole and to fit before anything uses them."""

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ocelli.edge.config import Config, ConfigError
from ocelli.edge.server.tls.public_key import key_kind

_BEGIN, _END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"


@dataclass(frozen=True, slots=True)
class Identity:
    """What a server shows of itself, and whom it lets in. PEM, known to be whole."""

    cert: bytes
    """The certificate and those between it and its authority."""
    key: bytes = field(repr=False)
    """The certificate's private key."""
    client_ca: bytes | None
    """Authorities of the clients' certificates; None: clients need none."""


def read_identity(config: Config) -> Identity:
    """Reads and checks the files that `tls_cert`, `tls_key` and `tls_client_ca` name.

    Raises:
        ConfigError: one cannot be read or is not what it should be, or the key does not fit.
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
        with _held(cert) as cert_path, _held(key) as key_path:
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
    first = cert.decode("ascii").partition(_BEGIN)[2].partition(_END)[0]
    if key_kind(ssl.PEM_cert_to_DER_cert(f"{_BEGIN}{first}{_END}")) is None:
        raise ConfigError(
            f"tls_key: {config.tls_key} is of a kind that gRPC does not serve with; expected RSA, "
            "P-256 or P-384"
        )


@contextmanager
def _held(content: bytes) -> Iterator[str]:
    """The path of a file in memory that only this process sees."""
    with open(os.memfd_create("ocelli-tls"), "wb") as held:  # noqa: PTH123  it has no path yet
        held.write(content)
        held.flush()
        yield f"/proc/self/fd/{held.fileno()}"
