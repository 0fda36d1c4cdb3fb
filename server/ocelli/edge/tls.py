"""The server's certificate and key: used only as a whole, and read anew when their files change."""

import logging
import os
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import grpc

from ocelli.edge.config import Config, ConfigError

_log = logging.getLogger(__name__)


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
    _check_key(config, cert, key)
    if client_ca is not None:
        _check_certificates("tls_client_ca", config.tls_client_ca, client_ca)
    return Identity(cert, key, client_ca)


def server_credentials(config: Config) -> grpc.ServerCredentials:
    """Credentials that follow the files: a connection gets what they hold when it is made.

    Raises:
        ConfigError: as `read_identity`.
    """
    files = _Files(config)
    return grpc.dynamic_ssl_server_credentials(
        files.first,
        files.changed,  # type: ignore[arg-type]  # grpc-stubs forget that None stands for no change
        require_client_authentication=bool(config.tls_client_ca),
    )


class _Files:
    """Notices that the files changed, by their inodes, times and sizes."""

    def __init__(self, config: Config) -> None:
        self._config = config
        # gRPC asks from several threads.
        self._lock = threading.Lock()
        self._trouble = ""
        # Before they are read, so that what changes meanwhile is noticed the next time.
        self._stamps = self._stamp()
        self._identity = read_identity(config)
        self.first = _as_grpc(self._identity)

    def changed(self) -> "grpc.ServerCertificateConfiguration | None":
        """What to use from now on; None: what is in use. gRPC asks before every handshake."""
        with self._lock:
            stamps = self._stamp()
            if stamps == self._stamps:
                return None
            self._stamps = stamps
            try:
                identity = read_identity(self._config)
            except ConfigError as error:
                if str(error) != self._trouble:
                    _log.warning("%s; the certificate in use stays", error)
                self._trouble = str(error)
                return None
            self._trouble = ""
            if identity == self._identity:
                return None
            self._identity = identity
            _log.info("new connections get the new certificate of %s", self._config.tls_cert)
            return _as_grpc(identity)

    def _stamp(self) -> list[tuple[int, int, int] | None]:
        config = self._config
        paths = (config.tls_cert, config.tls_key, config.tls_client_ca)
        return [_stamp(path) for path in paths if path]


def _stamp(path: str) -> tuple[int, int, int] | None:
    try:
        found = Path(path).stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _as_grpc(identity: Identity) -> "grpc.ServerCertificateConfiguration":
    pairs = [(identity.key, identity.cert)]
    return grpc.ssl_server_certificate_configuration(pairs, identity.client_ca)


def _read(name: str, path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise ConfigError(f"{name}: cannot read {path}: {error.strerror}") from error


def _check_certificates(name: str, path: str, pem: bytes) -> None:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_verify_locations(cadata=pem.decode("ascii"))
    except (ssl.SSLError, ValueError) as error:
        raise ConfigError(
            f"{name}: {path} holds no whole certificate; expected PEM, -----BEGIN CERTIFICATE-----"
        ) from error


def _check_key(config: Config, cert: bytes, key: bytes) -> None:
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
        raise ConfigError(
            f"tls_key: {config.tls_key} holds no whole private key; expected PEM, "
            "-----BEGIN PRIVATE KEY-----"
        ) from error


@contextmanager
def _held(content: bytes) -> Iterator[str]:
    """The path of a file in memory that only this process sees."""
    with open(os.memfd_create("ocelli-tls"), "wb") as held:  # noqa: PTH123  it has no path yet
        held.write(content)
        held.flush()
        yield f"/proc/self/fd/{held.fileno()}"
