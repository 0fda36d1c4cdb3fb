"""gRPC's credentials, which follow the files of the certificate and key when they change."""

import logging
import threading
from pathlib import Path

import grpc

from ocelli.edge.config import Config, ConfigError
from ocelli.edge.server.tls.identity import Identity, read_identity

_log = logging.getLogger(__name__)


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
        self._last_error = ""
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
                if str(error) != self._last_error:
                    _log.warning("%s; the certificate in use stays", error)
                self._last_error = str(error)
                return None
            self._last_error = ""
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
