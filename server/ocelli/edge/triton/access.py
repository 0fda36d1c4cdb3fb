"""How Triton is reached: addresses, TLS, and what every call brings along."""

from dataclasses import dataclass
from pathlib import Path

import grpc

from ocelli.edge.config import ConfigError

Metadata = tuple[tuple[str, str], ...]
Options = list[tuple[str, str | int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TritonAccess:
    """Where Triton is and how to talk to it.

    Attributes:
        targets: `host:port` addresses of one or several; `dns:///name:port` stands for every
            address of a name.
        tls: whether they serve TLS.
        ca: PEM file of the authorities to trust; empty for those of the system.
        cert: PEM file of the certificate to show; empty for none.
        key: PEM file of its key.
        metadata: sent with every call, a token for one. Kept out of `repr`.
    """

    targets: tuple[str, ...]
    tls: bool = False
    ca: str = ""
    cert: str = ""
    key: str = ""
    metadata: Metadata = ()

    def __repr__(self) -> str:
        return f"TritonAccess({','.join(self.targets)}, tls={self.tls})"

    def open(self, target: str, options: Options) -> grpc.aio.Channel:
        """A channel.

        Args:
            target: one of `targets`, or an address that one of them stands for.
            options: of the channel.

        Raises:
            ConfigError: a file cannot be read.
        """
        if not self.tls:
            return grpc.aio.insecure_channel(target, options=options)
        credentials = grpc.ssl_channel_credentials(
            _read("triton_tls_ca", self.ca),
            _read("triton_tls_key", self.key),
            _read("triton_tls_cert", self.cert),
        )
        return grpc.aio.secure_channel(target, credentials, options=options)


def _read(name: str, path: str) -> bytes | None:
    if not path:
        return None
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise ConfigError(f"{name}: cannot read {path}: {error.strerror}") from error
