"""The files of the server's TLS, before anything uses them."""

import asyncio
import datetime as dt
import ipaddress
from pathlib import Path

import grpc
import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from ocelli.edge.config import ConfigError
from ocelli.edge.load_config import load_config
from ocelli.edge.server.tls.credentials import server_credentials
from ocelli.edge.server.tls.identity import read_identity
from tests.certificate_folder import CertificateFolder


@pytest.fixture
def folder(tmp_path: Path) -> CertificateFolder:
    return CertificateFolder(tmp_path)


def encrypted(leaf: trustme.LeafCert) -> bytes:
    key = load_pem_private_key(leaf.private_key_pem.bytes(), None)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("cert", None, "tls_cert: cannot read {cert}: No such file or directory"),
        ("cert", b"", "tls_cert: {cert} holds no whole certificate; expected PEM"),
        ("cert", b"\xff\x00", "tls_cert: {cert} holds no whole certificate; expected PEM"),
        ("cert", "trusted", "tls_cert: {cert} holds no whole certificate; expected PEM"),
        ("key", None, "tls_key: cannot read {key}: No such file or directory"),
        ("key", b"key", "tls_key: {key} holds no whole private key; expected PEM"),
        ("key", "another", "tls_key: {key} is not the key of the certificate {cert}"),
        ("key", "encrypted", "tls_key: {key} is encrypted; expected a key without a passphrase"),
        ("client_ca", None, "tls_client_ca: cannot read {client_ca}: No such file"),
        ("client_ca", b"ca", "tls_client_ca: {client_ca} holds no whole certificate"),
    ],
)
def test_files_that_cannot_be_used_are_named(
    folder: CertificateFolder, name: str, content: bytes | str | None, expected: str
) -> None:
    leaf = folder.issue(trustme.CA())
    folder.client_ca.write_bytes(folder.ca.read_bytes())
    made = {"another": trustme.CA().issue_cert("a").private_key_pem.bytes()}
    made["encrypted"] = encrypted(leaf)
    made["trusted"] = folder.cert.read_bytes().replace(b"CERTIFICATE", b"TRUSTED CERTIFICATE")
    paths = {one: getattr(folder, one) for one in ("cert", "key", "client_ca")}
    config = load_config({f"tls_{one}": str(path) for one, path in paths.items()})
    assert read_identity(config).client_ca == folder.ca.read_bytes()
    if content is None:
        paths[name].unlink()
    else:
        paths[name].write_bytes(made[content] if isinstance(content, str) else content)
    with pytest.raises(ConfigError) as refused:
        read_identity(config)
    assert expected.format(**paths) in str(refused.value)


def self_signed(key: CertificateIssuerPrivateKeyTypes) -> bytes:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "edge")])
    now = dt.datetime.now(dt.UTC)
    day = dt.timedelta(days=1)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now - day, now + day)
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    digest = None if isinstance(key, Ed25519PrivateKey) else hashes.SHA256()
    signed = builder.add_extension(names, critical=False).sign(key, digest)
    return signed.public_bytes(Encoding.PEM)


@pytest.mark.parametrize(
    ("key", "refusal"),
    [
        (rsa.generate_private_key(65537, 2048), None),
        (ec.generate_private_key(ec.SECP256R1()), None),
        (ec.generate_private_key(ec.SECP384R1()), None),
        (rsa.generate_private_key(65537, 1024), "is too short; expected RSA"),  # noqa: S505
        (ec.generate_private_key(ec.SECP521R1()), "is of a kind that gRPC does not serve with"),
        (ec.generate_private_key(ec.SECP256K1()), "is of a kind that gRPC does not serve with"),
        (Ed25519PrivateKey.generate(), "is of a kind that gRPC does not serve with"),
    ],
    ids=["rsa2048", "p256", "p384", "rsa1024", "p521", "secp256k1", "ed25519"],
)
async def test_a_key_is_taken_if_grpc_can_serve_with_it(
    folder: CertificateFolder, key: CertificateIssuerPrivateKeyTypes, refusal: str | None
) -> None:
    folder.cert.write_bytes(self_signed(key))
    folder.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    config = load_config({"tls_cert": str(folder.cert), "tls_key": str(folder.key)})
    if refusal is not None:
        with pytest.raises(ConfigError, match=refusal):
            read_identity(config)
        return
    server = grpc.aio.server()
    port = server.add_secure_port("127.0.0.1:0", server_credentials(config))
    await server.start()
    trusted = grpc.ssl_channel_credentials(folder.cert.read_bytes())
    async with grpc.aio.secure_channel(f"127.0.0.1:{port}", trusted) as channel:
        await asyncio.wait_for(channel.channel_ready(), 20)
    await server.stop(None)


def test_a_key_does_not_show_in_logs(folder: CertificateFolder) -> None:
    folder.issue(trustme.CA())
    identity = read_identity(
        load_config({"tls_cert": str(folder.cert), "tls_key": str(folder.key)})
    )
    assert "PRIVATE KEY" in identity.key.decode()
    assert "PRIVATE KEY" not in repr(identity)
