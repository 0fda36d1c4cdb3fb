"""The edge's own TLS: who gets in, and certificates that change under a running server."""

import contextlib
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from ocelli.client import HealthStatus, Tls, Unavailable, connect
from tests.certificate_folder import CertificateFolder
from tests.conftest import OCELLI, RunningEdge, StartEdge

NO_TRITON = ("--triton", "127.0.0.1:1")
"""What is tested here needs none, and starts sooner without."""


@pytest.fixture
def folder(tmp_path: Path) -> CertificateFolder:
    return CertificateFolder(tmp_path)


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
    start_edge: StartEdge, folder: CertificateFolder, workers: int
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
    start_edge: StartEdge, folder: CertificateFolder
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
        said = [line for line in edge.log.read_text().splitlines() if "server.tls" in line]
    stays = "; the certificate in use stays"
    pem = "expected PEM, -----BEGIN CERTIFICATE-----"
    assert [line.partition("credentials: ")[2] for line in said] == [
        f"tls_cert: {folder.cert} holds no whole certificate; {pem}{stays}",
        f"tls_key: {folder.key} is not the key of the certificate {folder.cert}{stays}",
        f"tls_key: cannot read {folder.key}: No such file or directory{stays}",
        f"new connections get the new certificate of {folder.cert}",
    ]


def test_only_clients_of_the_authority_get_in_and_it_can_be_replaced(
    start_edge: StartEdge, folder: CertificateFolder
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


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_server_with_bad_files_does_not_start(folder: CertificateFolder, workers: str) -> None:
    folder.issue(trustme.CA())
    folder.key.write_text("no key")
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
