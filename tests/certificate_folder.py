"""Certificates as files."""

from dataclasses import dataclass
from pathlib import Path

import trustme


@dataclass
class CertificateFolder:
    """A certificate and its key, as files that can be replaced."""

    path: Path

    @property
    def cert(self) -> Path:
        return self.path / "cert.pem"

    @property
    def key(self) -> Path:
        return self.path / "key.pem"

    @property
    def ca(self) -> Path:
        return self.path / "ca.pem"

    @property
    def client_ca(self) -> Path:
        return self.path / "client-ca.pem"

    @property
    def flags(self) -> tuple[str, ...]:
        return "--tls-cert", str(self.cert), "--tls-key", str(self.key)

    def issue(self, ca: trustme.CA, *names: str) -> trustme.LeafCert:
        """Writes a new pair and its authority."""
        leaf = ca.issue_cert(*(names or ("127.0.0.1",)))
        self.key.write_bytes(leaf.private_key_pem.bytes())
        self.cert.write_bytes(b"".join(pem.bytes() for pem in leaf.cert_chain_pems))
        self.ca.write_bytes(ca.cert_pem.bytes())
        return leaf
