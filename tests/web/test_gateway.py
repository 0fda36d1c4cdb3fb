"""`make serve-web` itself: its one line, its end, and what it says when it cannot serve."""

import socket
import subprocess
from pathlib import Path

import httpx
import psutil
import pytest

from ocelli.models.media import Media
from tests.conftest import REPOSITORY_ROOT, RunningEdge, StartEdge, free_port
from tests.web.conftest import Gateway, gateway_command, running_gateway


def complaint(*arguments: str) -> str:
    """Runs a gateway that cannot serve; returns the one line that it says."""
    ended = subprocess.run(
        gateway_command(*arguments),
        cwd=REPOSITORY_ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stdout == ""
    (line,) = ended.stderr.splitlines()
    return line


def test_it_says_one_line_and_where_it_is(gateway: Gateway, edge: RunningEdge) -> None:
    assert gateway.announcement.count("\n") == 1
    assert gateway.url in gateway.announcement
    assert edge.address in gateway.announcement


def test_the_page_is_served_with_its_policy_and_types(http: httpx.Client) -> None:
    page = http.get("/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert "<title>Ocelli</title>" in page.text
    assert http.get("/page.css").headers["content-type"] == "text/css; charset=utf-8"
    assert http.get("/page.js").headers["content-type"] == "text/javascript; charset=utf-8"
    for path in ("/deploy/envoy/envoy.yaml", "/../README.md", "/samples/../README.md", "/nothing"):
        assert http.get(path).status_code == 404


def test_the_demos_media_are_samples(http: httpx.Client, media: Media) -> None:
    folder = media.video.path.parent
    index = http.get("/samples/index.json")
    assert index.headers["content-type"] == "application/json"
    assert folder.as_posix().endswith(index.json()["folder"])
    samples = {sample["name"]: sample for sample in index.json()["samples"]}
    assert set(samples) == {path.name for path in folder.iterdir()}
    assert samples["street.mp4"]["type"] == "video/mp4"
    for name, sample in samples.items():
        answer = http.get(f"/samples/{name}")
        assert answer.headers["content-type"] == sample["type"]
        assert answer.content == (folder / name).read_bytes()
        assert len(sample["thumbnail"]) < 16_384


def test_only_the_loopback_hears_the_admin_interface(gateway: Gateway) -> None:
    family = psutil.Process(gateway.process.pid).children(recursive=True)
    listening = [
        connection.laddr.ip
        for member in family
        if member.name() == "envoy"
        for connection in member.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert len(listening) >= 2
    assert set(listening) == {"127.0.0.1"}


def test_it_starts_an_edge_of_its_own_and_leaves_nothing(
    tmp_path: Path, start_edge: StartEdge
) -> None:
    home = start_edge(tmp_path)
    home.stop()  # it leaves a home with Triton and models behind
    address = f"127.0.0.1:{free_port()}"
    with running_gateway(OCELLI_HOME=str(tmp_path), OCELLI_ADDRESS=address) as gateway:
        assert address in gateway.announcement
        family = psutil.Process(gateway.process.pid).children(recursive=True)
        names = {member.name() for member in family}
        assert {"envoy", "tritonserver"} <= names
        assert httpx.get(f"{gateway.url}/v1/models", timeout=10).json()["models"]
        samples = httpx.get(f"{gateway.url}/samples/index.json", timeout=10).json()["samples"]
        assert samples == [], "this home has no media"
    _, alive = psutil.wait_procs(family, timeout=5)
    assert alive == []


def test_when_the_edge_dies_json_callers_are_told(tmp_path: Path, start_edge: StartEdge) -> None:
    edge = start_edge(tmp_path)
    with running_gateway("--edge", edge.address) as gateway:
        edge.stop()
        answer = httpx.get(f"{gateway.url}/v1/models", timeout=10)
        assert answer.status_code == 503
        assert answer.json()["code"] == 14
        assert "the edge does not answer" in answer.json()["message"]


@pytest.mark.parametrize("address", ["127.0.0.1", "8080", "127.0.0.1:http", "127.0.0.1:70000"])
def test_an_address_without_a_port_is_named(address: str) -> None:
    assert f"'{address}' is no address; expected host:port" in complaint("--address", address)


def test_a_taken_port_is_named(edge: RunningEdge) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        line = complaint("--address", f"127.0.0.1:{port}", "--edge", edge.address)
    assert f"cannot listen on 127.0.0.1:{port}" in line
    assert "WEB=" in line


def test_an_edge_that_is_not_there_is_named() -> None:
    port = free_port()
    line = complaint("--address", f"127.0.0.1:{free_port()}", "--edge", f"127.0.0.1:{port}")
    assert f"cannot reach 127.0.0.1:{port}" in line
