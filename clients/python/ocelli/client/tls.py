"""TLS as a value: whom to trust, and who this client is."""

import os
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import grpc

from ocelli.client.errors import invalid_request

PathLike: TypeAlias = str | os.PathLike[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """Encrypts the connection and checks who answers. The files, PEM, are read by `connect`."""

    ca: PathLike | None = None
    """Authorities, one of which must have issued the server's certificate. None: the public ones
    that gRPC brings along, or those of the file that GRPC_DEFAULT_SSL_ROOTS_FILE_PATH names."""
    cert: PathLike | None = None
    """This client's certificate and those between it and its authority, for a server that asks."""
    key: PathLike | None = None
    """The private key of `cert`, without a passphrase."""
    server_name: str = ""
    """Name that the server's certificate must be for. Empty: the host of the address."""

    def credentials(self) -> grpc.ChannelCredentials:
        """Reads and checks the files.

        Raises:
            InvalidRequest: one cannot be read or is not what it should be, or the key does not fit.
        """
        ca = None if self.ca is None else _read("ca", self.ca)
        if ca is not None:
            _check_certificates("ca", self.ca, ca)
        if self.cert is None and self.key is None:
            return grpc.ssl_channel_credentials(ca)
        if self.cert is None or self.key is None:
            given, missing = ("cert", "key") if self.key is None else ("key", "cert")
            raise invalid_request(f"tls has a {given} but no {missing}", field=f"tls.{missing}")
        cert, key = _read("cert", self.cert), _read("key", self.key)
        _check_certificates("cert", self.cert, cert)
        _check_key(self.cert, self.key)
        return grpc.ssl_channel_credentials(ca, key, cert)

    def as_grpc(self) -> list[tuple[str, str]]:
        """The server's name as `grpc` channel arguments."""
        if not self.server_name:
            return []
        return [
            ("grpc.ssl_target_name_override", self.server_name),
            ("grpc.default_authority", self.server_name),
        ]


def _read(field: str, path: PathLike) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise invalid_request(
            f"cannot read {os.fspath(path)}: {error.strerror}", field=f"tls.{field}"
        ) from error


def _check_certificates(field: str, path: PathLike | None, pem: bytes) -> None:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=pem.decode("ascii"))
    except (ssl.SSLError, ValueError) as error:
        raise invalid_request(
            f"{path} holds no certificate; expected PEM, -----BEGIN CERTIFICATE-----",
            field=f"tls.{field}",
        ) from error


def _check_key(cert: PathLike, key: PathLike) -> None:
    def no_password() -> str:
        raise invalid_request(
            f"{os.fspath(key)} is encrypted; expected a key without a passphrase", field="tls.key"
        )

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(cert, key, no_password)
    except ssl.SSLError as error:
        fault = (
            f"is not the key of the certificate {os.fspath(cert)}"
            if error.reason == "KEY_VALUES_MISMATCH"
            else "holds no private key; expected PEM, -----BEGIN PRIVATE KEY-----"
        )
        raise invalid_request(f"{os.fspath(key)} {fault}", field="tls.key") from error
