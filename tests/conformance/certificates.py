"""Certificates for the servers with TLS and for their clients, PEM."""

from dataclasses import dataclass
from pathlib import Path

import trustme
from cryptography.hazmat.primitives import serialization

_HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Certificates:
    """Files of one authority, of what it issued, and of an authority that issued nothing."""

    folder: Path

    @property
    def serving(self) -> list[str]:
        """Flags of a server that encrypts."""
        return [
            *("--tls-cert", str(self.folder / "server.pem")),
            *("--tls-key", str(self.folder / "server.key")),
        ]

    @property
    def asking(self) -> list[str]:
        """Flags of a server that asks its clients for a certificate, too."""
        return [*self.serving, "--tls-client-ca", str(self.folder / "ca.pem")]

    @property
    def of_plan(self) -> dict[str, str]:
        """What runners are told."""
        return {
            "ca": str(self.folder / "ca.pem"),
            "other_ca": str(self.folder / "other_ca.pem"),
            "client_cert": str(self.folder / "client.pem"),
            "client_key": str(self.folder / "client.key"),
        }


def issue(folder: Path) -> Certificates:
    """Writes all files."""
    folder.mkdir(parents=True, exist_ok=True)
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    trustme.CA().cert_pem.write_to_path(folder / "other_ca.pem")
    for name in ("server", "client"):
        leaf = authority.issue_cert(_HOST)
        chain = b"".join(pem.bytes() for pem in leaf.cert_chain_pems)
        (folder / f"{name}.pem").write_bytes(chain)
        (folder / f"{name}.key").write_bytes(_as_pkcs8(leaf.private_key_pem.bytes()))
    return Certificates(folder)


def _as_pkcs8(pem: bytes) -> bytes:
    """The one form of a private key that every language reads."""
    key = serialization.load_pem_private_key(pem, None)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
