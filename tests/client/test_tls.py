"""TLS from the client's side: against a real edge, and against what else may be on a port."""

import contextlib
import datetime as dt
import http.server
import json
import os
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent import futures
from dataclasses import dataclass
from pathlib import Path

import grpc
import pytest
import trustme

from ocelli.client import (
    DeadlineExceeded,
    Frame,
    HealthStatus,
    InvalidRequest,
    Tls,
    Unavailable,
    connect,
    connect_async,
)
from ocelli.v1.sdk import UNREACHABLE_HINT
from tests.conftest import RunningEdge, StartEdge

pytestmark = pytest.mark.system

TIMEOUT_S = 5.0


@dataclass(frozen=True)
class Certificates:
    """An authority for servers, one for clients, and files of certificates they issued."""

    folder: Path

    def pair(self, name: str) -> tuple[Path, Path]:
        return self.folder / f"{name}.pem", self.folder / f"{name}.key"

    @property
    def ca(self) -> Path:
        return self.folder / "ca.pem"

    @property
    def client_ca(self) -> Path:
        return self.folder / "client-ca.pem"

    def tls(self, name: str = "", **fields: str) -> Tls:
        cert, key = self.pair(name) if name else (None, None)
        return Tls(ca=self.ca, cert=cert, key=key, **fields)


def _write(leaf: trustme.LeafCert, cert: Path, key: Path) -> None:
    leaf.cert_chain_pems[0].write_to_path(cert)
    leaf.private_key_pem.write_to_path(key)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    made = Certificates(tmp_path_factory.mktemp("certificates"))
    servers, clients = trustme.CA(), trustme.CA()
    servers.cert_pem.write_to_path(made.ca)
    clients.cert_pem.write_to_path(made.client_ca)
    _write(servers.issue_cert("127.0.0.1"), *made.pair("address"))
    _write(servers.issue_cert("edge.example"), *made.pair("named"))
    _write(clients.issue_cert(common_name="camera-7"), *made.pair("client"))
    _write(trustme.CA().issue_cert(common_name="stranger"), *made.pair("stranger"))
    return made


def _serve(
    start_edge: StartEdge, home: Path, made: Certificates, name: str, *flags: str
) -> RunningEdge:
    cert, key = made.pair(name)
    pair = ("--tls-cert", str(cert), "--tls-key", str(key))
    return start_edge(home, *pair, *flags, wait=False)


@pytest.fixture(scope="module")
def tls_edge(
    start_shared_edge: StartEdge,
    tmp_path_factory: pytest.TempPathFactory,
    certificates: Certificates,
) -> RunningEdge:
    """An edge with models, whose certificate names its address."""
    edge = _serve(start_shared_edge, tmp_path_factory.mktemp("tls"), certificates, "address")
    with connect(edge.address, tls=certificates.tls()) as client:
        client.wait_until_ready(60, service="ocelli.v1.DetectService")
    return edge


@pytest.fixture(scope="module")
def strict_edge(
    start_shared_edge: StartEdge,
    tmp_path_factory: pytest.TempPathFactory,
    certificates: Certificates,
) -> RunningEdge:
    """An edge that asks for certificates, and whose own is for another name; without a Triton."""
    flags = ("--tls-client-ca", str(certificates.client_ca), "--triton", "127.0.0.1:1")
    edge = _serve(start_shared_edge, tmp_path_factory.mktemp("mtls"), certificates, "named", *flags)
    tls = certificates.tls("client", server_name="edge.example")
    with connect(edge.address, tls=tls) as client:
        client.wait_until_ready(30, service="")
    return edge


class _Website(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base's name
        """Says nothing."""


@contextlib.contextmanager
def website(context: ssl.SSLContext | None = None) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Website)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # handshakes fail on purpose
    if context is not None:
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_calls_and_streams_go_over_tls(
    tls_edge: RunningEdge, certificates: Certificates, photo: Callable[[str], bytes]
) -> None:
    with connect(tls_edge.address, tls=certificates.tls()) as client:
        assert [found.label for found in client.detect(photo("cat")).detections] == ["cat"]
        frames = [Frame(photo("cat"), frame_id=number) for number in range(3)]
        answers = list(client.detect_stream(frames))
    assert [answer.frame_id for answer in answers] == [0, 1, 2]
    assert all(answer.result is not None for answer in answers)


async def test_so_they_do_with_asyncio(
    tls_edge: RunningEdge, certificates: Certificates, photo: Callable[[str], bytes]
) -> None:
    async with connect_async(tls_edge.address, tls=certificates.tls()) as client:
        assert [found.label for found in (await client.detect(photo("cat"))).detections] == ["cat"]


def test_credentials_of_ones_own_do_as_well(
    tls_edge: RunningEdge, certificates: Certificates
) -> None:
    credentials = grpc.ssl_channel_credentials(certificates.ca.read_bytes())
    with connect(tls_edge.address, credentials=credentials) as client:
        assert client.health() is HealthStatus.SERVING


def test_a_client_shows_its_certificate_and_expects_the_name_it_was_told(
    strict_edge: RunningEdge, certificates: Certificates
) -> None:
    tls = certificates.tls("client", server_name="edge.example")
    with connect(strict_edge.address, tls=tls) as client:
        assert client.health() is HealthStatus.SERVING


@pytest.fixture(scope="module")
def grpc_servers(certificates: Certificates) -> Iterator[dict[str, str]]:
    """Servers of gRPC without services: in plain text, with TLS, and one that asks who calls."""
    address_pair, named_pair = certificates.pair("address"), certificates.pair("named")
    protections = {
        "plain": None,
        "tls": grpc.ssl_server_credentials([_read_pair(address_pair)]),
        "strict": grpc.ssl_server_credentials(
            [_read_pair(named_pair)], certificates.client_ca.read_bytes(), True
        ),
    }
    addresses = {}
    with contextlib.ExitStack() as stack:
        for name, credentials in protections.items():
            server = grpc.server(futures.ThreadPoolExecutor(1))
            if credentials is None:
                port = server.add_insecure_port("127.0.0.1:0")
            else:
                port = server.add_secure_port("127.0.0.1:0", credentials)
            server.start()
            stack.callback(lambda server=server: server.stop(None).wait(5))
            addresses[name] = f"127.0.0.1:{port}"
        yield addresses


def _read_pair(pair: tuple[Path, Path]) -> tuple[bytes, bytes]:
    cert, key = pair
    return key.read_bytes(), cert.read_bytes()


@dataclass(frozen=True)
class Mismatch:
    """A client and a server that cannot meet."""

    server: str
    tls: str
    """`plain`, `public` for the public authorities, or the name of a client's certificate."""
    server_name: str = ""


MISMATCHES = [
    Mismatch("tls", "plain"),
    Mismatch("plain", ""),
    Mismatch("tls", "public"),
    Mismatch("tls", "", "edge.example"),
    Mismatch("strict", "", "edge.example"),
    Mismatch("strict", "stranger", "edge.example"),
    Mismatch("http", "plain"),
    Mismatch("http", ""),
    Mismatch("https", ""),
    Mismatch("https", "plain"),
]


@pytest.fixture(params=MISMATCHES, ids=lambda case: f"{case.tls or 'tls'}-to-{case.server}")
def mismatch(
    request: pytest.FixtureRequest, certificates: Certificates, grpc_servers: dict[str, str]
) -> Iterator[tuple[str, Tls | bool]]:
    case: Mismatch = request.param
    tls: Tls | bool = certificates.tls(
        case.tls if case.tls in ("client", "stranger") else "", server_name=case.server_name
    )
    if case.tls in ("plain", "public"):
        tls = case.tls == "public"
    with contextlib.ExitStack() as stack:
        if case.server in ("http", "https"):
            context = None
            if case.server == "https":
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(*certificates.pair("address"))
            yield stack.enter_context(website(context)), tls
        else:
            yield grpc_servers[case.server], tls


def _is_unreachable(error: Unavailable, address: str) -> None:
    assert error.message.startswith(f"cannot reach {address}: ")
    assert error.hint == UNREACHABLE_HINT
    assert (error.code, error.reason) == (grpc.StatusCode.UNAVAILABLE, "")
    assert "\n" not in str(error)
    assert len(error.message) < 400


def test_a_mismatch_is_unavailable_with_what_to_look_at(
    mismatch: tuple[str, Tls | bool],
) -> None:
    address, tls = mismatch
    with connect(address, tls=tls, timeout_s=TIMEOUT_S) as client:
        with pytest.raises(Unavailable) as caught:
            client.models.list()
        _is_unreachable(caught.value, address)
        with pytest.raises(Unavailable) as streamed:
            next(iter(client.detect_stream([b"x"], timeout_s=TIMEOUT_S)))
        _is_unreachable(streamed.value, address)
        with pytest.raises(Unavailable, match="not ready within") as waited:
            client.wait_until_ready(0.5)
        assert waited.value.hint == UNREACHABLE_HINT


async def test_the_same_with_asyncio(mismatch: tuple[str, Tls | bool]) -> None:
    address, tls = mismatch
    async with connect_async(address, tls=tls, timeout_s=TIMEOUT_S) as client:
        with pytest.raises(Unavailable) as caught:
            await client.models.list()
        _is_unreachable(caught.value, address)
        with pytest.raises(Unavailable) as streamed:
            await anext(aiter(client.detect_stream([b"x"], timeout_s=TIMEOUT_S)))
        _is_unreachable(streamed.value, address)


@pytest.mark.parametrize("address", ["127.0.0.1:1", "nowhere.invalid:8500"])
def test_so_is_an_address_where_nobody_is(address: str) -> None:
    with connect(address, timeout_s=TIMEOUT_S) as client, pytest.raises(Unavailable) as caught:
        client.models.list()
    _is_unreachable(caught.value, address)


@pytest.mark.parametrize("days", [(-9, -1), (1, 9)])
def test_a_certificate_out_of_date_is_not_accepted(tmp_path: Path, days: tuple[int, int]) -> None:
    ca = trustme.CA()
    ca.cert_pem.write_to_path(tmp_path / "ca.pem")
    now = dt.datetime.now(dt.UTC)
    begins, ends = (now + dt.timedelta(days=day) for day in days)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1", not_before=begins, not_after=ends).configure_cert(context)
    with website(context) as address, connect(address, tls=Tls(ca=tmp_path / "ca.pem")) as client:
        with pytest.raises(Unavailable) as caught:
            client.health(timeout_s=TIMEOUT_S)
        _is_unreachable(caught.value, address)


@pytest.mark.parametrize("tls", [False, True])
def test_an_unresponsive_port_meets_the_deadline(tls: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        with (
            connect(address, tls=tls, timeout_s=0.5) as client,
            pytest.raises(DeadlineExceeded),
        ):
            client.health()


def _files(made: Certificates, tmp_path: Path) -> dict[str, Path]:
    junk = tmp_path / "junk.pem"
    junk.write_text("no PEM")
    cert, key = made.pair("client")
    return {
        "ca": made.ca,
        "cert": cert,
        "key": key,
        "other": made.pair("stranger")[1],
        "junk": junk,
        "none": tmp_path / "none.pem",
    }


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"ca": "none"}, "cannot read {none}: No such file or directory"),
        ({"ca": "junk"}, "{junk} holds no certificate; expected PEM"),
        ({"cert": "cert"}, "tls has a cert but no key"),
        ({"key": "key"}, "tls has a key but no cert"),
        ({"cert": "junk", "key": "key"}, "{junk} holds no certificate; expected PEM"),
        ({"cert": "cert", "key": "none"}, "cannot read {none}: No such file or directory"),
        ({"cert": "cert", "key": "junk"}, "{junk} holds no private key; expected PEM"),
        ({"cert": "cert", "key": "other"}, "{other} is not the key of the certificate {cert}"),
    ],
)
def test_files_that_cannot_be_used_are_named(
    certificates: Certificates, tmp_path: Path, fields: dict[str, str], expected: str
) -> None:
    files = _files(certificates, tmp_path)
    tls = Tls(**{field: files[name] for field, name in fields.items()})  # type: ignore[arg-type]
    with pytest.raises(InvalidRequest) as refused:
        connect(tls=tls)
    assert expected.format(**files) in refused.value.message
    assert refused.value.field_violations[0].field.startswith("tls.")


class Proxy(grpc.GenericRpcHandler):  # type: ignore[type-arg]  # not generic at run time
    """Something in front of the edge that sees who calls."""

    def __init__(self) -> None:
        self.seen: list[str | bytes | None] = []

    def service(self, details: grpc.HandlerCallDetails) -> "grpc.RpcMethodHandler[bytes, bytes]":
        self.seen.append(dict(details.invocation_metadata).get("authorization"))
        return grpc.unary_unary_rpc_method_handler(lambda request, context: b"")


@pytest.fixture
def proxy(certificates: Certificates) -> Iterator[tuple[Proxy, str]]:
    handler = Proxy()
    server = grpc.server(futures.ThreadPoolExecutor(2), handlers=(handler,))
    cert, key = certificates.pair("address")
    credentials = grpc.ssl_server_credentials([(key.read_bytes(), cert.read_bytes())])
    port = server.add_secure_port("127.0.0.1:0", credentials)
    server.start()
    yield handler, f"127.0.0.1:{port}"
    server.stop(None).wait(5)


async def test_a_token_goes_with_every_call(
    proxy: tuple[Proxy, str], certificates: Certificates
) -> None:
    handler, address = proxy
    fresh = iter(("first", "second"))
    with connect(address, tls=certificates.tls(), token=lambda: next(fresh)) as client:
        client.models.list()
        client.models.list()
    async with connect_async(address, tls=certificates.tls(), token="fixed") as client:
        await client.models.list()
    assert handler.seen == ["Bearer first", "Bearer second", "Bearer fixed"]


def _no_vault() -> str:
    raise OSError("the vault is locked")


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        (_no_vault, "the vault is locked"),
        ("a\nb", "cannot carry"),
        ("", "empty"),
    ],
)
def test_without_a_token_that_can_be_sent_nothing_is_sent(
    proxy: tuple[Proxy, str],
    certificates: Certificates,
    token: str | Callable[[], str],
    expected: str,
) -> None:
    handler, address = proxy
    with connect(address, tls=certificates.tls(), token=token) as client:
        with pytest.raises(Unavailable, match=expected) as caught:
            client.models.list()
        assert "no token, as given to connect()" in caught.value.message
    assert handler.seen == []


def _ocelli(*arguments: object, **environ: str) -> subprocess.CompletedProcess[str]:
    # A process of its own, whose standard error shows what gRPC itself would print.
    return subprocess.run(
        [Path(sys.executable).with_name("ocelli"), *map(str, arguments)],
        env={**os.environ, **environ},
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_the_command_takes_flags_before_and_after_its_name(
    strict_edge: RunningEdge, certificates: Certificates
) -> None:
    cert, key = certificates.pair("client")
    identity = ("--tls-cert", cert, "--tls-key", key, "--tls-server-name", "edge.example")
    address = ("--address", strict_edge.address)
    before = _ocelli(*address, "--tls-ca", certificates.ca, *identity, "health")
    after = _ocelli("health", *address, "--tls-ca", certificates.ca, *identity)
    mixed = _ocelli(
        *address, "--tls-ca", "overruled", "health", "--tls-ca", certificates.ca, *identity
    )
    for done in (before, after, mixed):
        assert (done.returncode, done.stdout, done.stderr) == (0, "SERVING\n", "")


def test_the_command_takes_variables_that_are_not_the_servers(
    strict_edge: RunningEdge, certificates: Certificates
) -> None:
    cert, key = certificates.pair("client")
    done = _ocelli(
        "health",
        OCELLI_ADDRESS=strict_edge.address,
        OCELLI_CLIENT_TLS_CA=str(certificates.ca),
        OCELLI_CLIENT_TLS_CERT=str(cert),
        OCELLI_CLIENT_TLS_KEY=str(key),
        OCELLI_CLIENT_TLS_SERVER_NAME="edge.example",
        OCELLI_TLS_CERT="the server's",
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "SERVING\n", "")


def test_bench_goes_over_tls(tls_edge: RunningEdge, certificates: Certificates) -> None:
    flags = ("--duration", "0.5", "--warmup", "0", "--in-flight", "2", "--json")
    done = _ocelli("--address", tls_edge.address, "bench", *flags, "--tls-ca", certificates.ca)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["report"]["results"] > 0


@pytest.mark.parametrize("arguments", [("health",), ("health", "--wait", "0.3")])
def test_the_command_says_what_is_wrong_in_one_line(
    tls_edge: RunningEdge, arguments: tuple[str, ...]
) -> None:
    done = _ocelli("--tls", "--address", tls_edge.address, *arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("ocelli: ")
    assert UNREACHABLE_HINT in done.stderr
    assert done.stderr.count("\n") == 1


def test_flags_for_clients_do_not_pass_for_the_servers() -> None:
    done = _ocelli("--tls-cert", "cert.pem", "--tls-key", "key.pem", "serve")
    assert done.returncode == 2
    assert "--tls-cert before `serve` is for clients" in done.stderr


def test_the_banner_shows_how_to_connect(tls_edge: RunningEdge) -> None:
    said = tls_edge.log.read_text()
    assert f"serves on {tls_edge.address} over TLS" in said
    assert f"ocelli --tls --address {tls_edge.address} detect" in said
    assert f"connect('{tls_edge.address}', tls=True)" in said
    assert f"grpcurl {tls_edge.address} list" in said
    assert "--tls-ca FILE" in said
