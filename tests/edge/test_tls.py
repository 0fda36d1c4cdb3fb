"""The edge's own TLS: who gets in, and certificates that change under a running server."""

import contextlib
import datetime as dt
import ipaddress
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
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

from ocelli.client import HealthStatus, NotPossible, Tls, Unavailable, connect, connect_async
from ocelli.edge.config import ConfigError
from ocelli.edge.load_config import load_config
from ocelli.edge.server.tls.credentials import server_credentials
from ocelli.edge.server.tls.identity import read_identity
from tests.conftest import OCELLI, RunningEdge, StartEdge

NO_TRITON = ("--triton", "127.0.0.1:1")
"""What is tested here needs none, and starts sooner without."""


@dataclass
class Folder:
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


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def shown(edge: RunningEdge) -> bytes:
    """The certificate that a new connection sees, DER."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(["h2"])
    host, _, port = edge.address.rpartition(":")
    with (
        socket.create_connection((host, int(port)), 5) as plain,
        context.wrap_socket(plain) as encrypted,
    ):
        assert encrypted.selected_alpn_protocol() == "h2"
        found = encrypted.getpeercert(binary_form=True)
    assert found
    return found


def der(leaf: trustme.LeafCert) -> bytes:
    return ssl.PEM_cert_to_DER_cert(leaf.cert_chain_pems[0].bytes().decode())


@contextlib.contextmanager
def serving(start_edge: StartEdge, home: Path, tls: Tls, *flags: str) -> Iterator[RunningEdge]:
    edge = start_edge(home, *NO_TRITON, *flags, wait=False)
    try:
        with connect(edge.address, tls=tls) as client:
            client.wait_until_ready(30, service="")
        yield edge
    finally:
        edge.stop()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_new_certificate_is_for_new_connections_and_old_ones_live_on(
    start_edge: StartEdge, folder: Folder, workers: int
) -> None:
    old = folder.issue(trustme.CA())
    tls = Tls(ca=folder.ca)
    flags = (*folder.flags, "--workers", str(workers))
    with (
        serving(start_edge, folder.path / "home", tls, *flags) as edge,
        connect(edge.address, tls=tls) as before,
    ):
        assert before.health() is HealthStatus.SERVING
        assert shown(edge) == der(old)

        new = folder.issue(trustme.CA())
        # So many that, of two workers, each gets some.
        assert {shown(edge) for _ in range(12)} == {der(new)}
        assert before.health() is HealthStatus.SERVING
        with connect(edge.address, tls=Tls(ca=folder.ca)) as after:
            assert after.health() is HealthStatus.SERVING


def test_a_pair_that_is_not_whole_is_not_taken_until_it_is(
    start_edge: StartEdge, folder: Folder
) -> None:
    old = folder.issue(trustme.CA())
    tls = Tls(ca=folder.ca)
    with serving(start_edge, folder.path / "home", tls, *folder.flags) as edge:
        new = trustme.CA().issue_cert("127.0.0.1")
        cert = new.cert_chain_pems[0].bytes()
        folder.cert.write_bytes(cert[: len(cert) // 2])
        assert {shown(edge) for _ in range(3)} == {der(old)}
        folder.cert.write_bytes(cert)
        assert {shown(edge) for _ in range(3)} == {der(old)}
        folder.key.unlink()
        assert {shown(edge) for _ in range(3)} == {der(old)}
        folder.key.write_bytes(new.private_key_pem.bytes())
        assert {shown(edge) for _ in range(3)} == {der(new)}
        said = [line for line in edge.log.read_text().splitlines() if "edge.tls" in line]
    stays = "; the certificate in use stays"
    pem = "expected PEM, -----BEGIN CERTIFICATE-----"
    assert [line.partition("credentials: ")[2] for line in said] == [
        f"tls_cert: {folder.cert} holds no whole certificate; {pem}{stays}",
        f"tls_key: {folder.key} is not the key of the certificate {folder.cert}{stays}",
        f"tls_key: cannot read {folder.key}: No such file or directory{stays}",
        f"new connections get the new certificate of {folder.cert}",
    ]


def test_only_clients_of_the_authority_get_in_and_it_can_be_replaced(
    start_edge: StartEdge, folder: Folder
) -> None:
    folder.issue(trustme.CA())
    ours, theirs = trustme.CA(), trustme.CA()
    tls = {}
    for name, ca in (("ours", ours), ("theirs", theirs)):
        leaf = ca.issue_cert(common_name=f"{name}.example")
        cert, key = folder.path / f"{name}.pem", folder.path / f"{name}.key"
        leaf.cert_chain_pems[0].write_to_path(cert)
        leaf.private_key_pem.write_to_path(key)
        tls[name] = Tls(ca=folder.ca, cert=cert, key=key)
    ours.cert_pem.write_to_path(folder.client_ca)
    flags = (*folder.flags, "--tls-client-ca", str(folder.client_ca))
    with serving(start_edge, folder.path / "home", tls["ours"], *flags) as edge:

        def gets_in(tls: Tls) -> bool:
            with connect(edge.address, tls=tls) as client:
                try:
                    return client.health(timeout_s=5) is HealthStatus.SERVING
                except Unavailable:
                    return False

        nobody = Tls(ca=folder.ca)
        assert [gets_in(one) for one in (tls["ours"], tls["theirs"], nobody)] == [
            True,
            False,
            False,
        ]
        folder.client_ca.write_bytes(theirs.cert_pem.bytes())
        assert [gets_in(one) for one in (tls["ours"], tls["theirs"], nobody)] == [
            False,
            True,
            False,
        ]


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
    folder: Folder, name: str, content: bytes | str | None, expected: str
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
    folder: Folder, key: CertificateIssuerPrivateKeyTypes, refusal: str | None
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
    async with connect_async(f"127.0.0.1:{port}", tls=Tls(ca=folder.cert)) as client:
        with pytest.raises(NotPossible, match="does not offer this call"):
            await client.models.list()
    await server.stop(None)


def test_a_key_does_not_show_in_logs(folder: Folder) -> None:
    folder.issue(trustme.CA())
    identity = read_identity(
        load_config({"tls_cert": str(folder.cert), "tls_key": str(folder.key)})
    )
    assert "PRIVATE KEY" in identity.key.decode()
    assert "PRIVATE KEY" not in repr(identity)


@pytest.mark.parametrize(
    ("given", "missing"),
    [("tls_cert", "tls_key"), ("tls_key", "tls_cert"), ("tls_client_ca", "tls_cert")],
)
def test_one_file_without_the_other_is_refused(
    monkeypatch: pytest.MonkeyPatch, given: str, missing: str
) -> None:
    monkeypatch.setenv(f"OCELLI_{given.upper()}", "file.pem")
    with pytest.raises(ConfigError, match=f"{given} is set, but {missing} is not"):
        load_config({})


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_server_with_bad_files_does_not_start(folder: Folder, workers: str) -> None:
    folder.issue(trustme.CA())
    folder.key.write_text("no key")
    began_s = time.monotonic()
    flags = ["--workers", workers, "--home", str(folder.path / "home"), *folder.flags]
    ended = subprocess.run(
        [OCELLI, "serve", *NO_TRITON, "--address", "127.0.0.1:0", *flags],
        check=False,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"ocelli: error: tls_key: {folder.key} holds no whole private")
    assert ended.stderr.count("\n") == 1
    assert ended.stdout == ""
    assert time.monotonic() - began_s < 15
