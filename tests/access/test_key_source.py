"""Key sets from files and URLs: what is in them, when they are read, and what a flood costs."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from ocelli.edge.access.key_source import KeySource
from ocelli.edge.config import Config, ConfigError
from tests.access.issuer import SigningKey, key_set

EC = SigningKey.make("ec")


class Publisher:
    """An issuer's HTTP server."""

    def __init__(self) -> None:
        self.status, self.body, self.delay_s = 200, key_set(EC), 0.0
        self.location = ""
        self.asked = 0
        publisher = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                publisher.asked += 1
                time.sleep(publisher.delay_s)
                self.send_response(publisher.status)
                if publisher.location:
                    self.send_header("Location", publisher.location)
                self.send_header("Content-Length", str(len(publisher.body)))
                self.end_headers()
                self.wfile.write(publisher.body)

            def log_message(self, *_: Any) -> None:
                """Says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/jwks"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    made = Publisher()
    yield made
    made.server.shutdown()
    made.server.server_close()


def source(place: str, refresh_s: float = 3600, min_refresh_s: float = 3600) -> KeySource:
    return KeySource(place, refresh_s, min_refresh_s, lambda: None)


async def test_a_url_is_asked_for_the_first_token_and_not_for_the_next(
    publisher: Publisher,
) -> None:
    keys = source(publisher.url)
    assert publisher.asked == 0
    for _ in range(3):
        found = await keys.find("ec")
        assert found is not None
        assert found.algorithms == ("ES256", "ES384", "ES512")
    assert publisher.asked == 1


async def test_a_flood_of_unknown_keys_asks_once(publisher: Publisher) -> None:
    publisher.delay_s = 0.2
    keys = source(publisher.url)
    flood = [asyncio.create_task(keys.find(f"unknown-{number}")) for number in range(500)]
    known = asyncio.create_task(keys.find("ec"))
    done, _ = await asyncio.wait(flood, timeout=0.1)
    assert len(done) > 400, "only so many wait for the answer"
    assert {await one for one in flood} == {None}
    assert publisher.asked == 1
    await known
    assert await keys.find("ec") is not None
    assert publisher.asked == 1


async def test_the_loop_goes_on_while_the_issuer_is_slow(publisher: Publisher) -> None:
    publisher.delay_s = 0.3
    finding = asyncio.create_task(source(publisher.url).find("ec"))
    turns = 0
    while not finding.done():
        await asyncio.sleep(0.01)
        turns += 1
    assert turns > 10


async def test_known_keys_stay_while_the_issuer_fails(
    publisher: Publisher, caplog: pytest.LogCaptureFixture
) -> None:
    keys = source(publisher.url, refresh_s=0, min_refresh_s=0)
    assert await keys.find("ec") is not None
    for status, body in (
        (500, b"no"),
        (200, b"{"),
        (200, b'{"keys": []}'),
        (200, b" " * (2 << 20)),
    ):
        publisher.status, publisher.body = status, body
        await keys.keep_current()
        assert await keys.find("ec") is not None
        assert "the keys known before stay in use" in caplog.text
        caplog.clear()


async def test_nobody_is_followed_to_where_anybody_could_answer(
    publisher: Publisher, caplog: pytest.LogCaptureFixture
) -> None:
    publisher.status, publisher.location = 302, "file:///etc/passwd"
    assert await source(publisher.url).find("ec") is None
    assert "cannot fetch" in caplog.text


@pytest.mark.parametrize(
    "keys",
    [
        [{"kty": "oct", "k": "c2VjcmV0", "kid": "a", "alg": "HS256"}],
        [EC.public | {"alg": "HS256"}],
        [EC.public | {"alg": "none"}],
        [EC.public | {"use": "enc"}],
        [EC.public | {"x": "!"}],
        [{"kty": "EC"}],
        ["a"],
        {},
        [],
    ],
)
def test_a_set_without_a_key_that_signs_is_refused(tmp_path: Path, keys: Any) -> None:
    path = tmp_path / "jwks.json"
    path.write_text(json.dumps({"keys": keys}))
    with pytest.raises(ConfigError, match="jwks: "):
        source(str(path))


@pytest.mark.parametrize(
    "place", ["http://issuer.example/jwks", "ftp://issuer.example/jwks", "file:///etc/passwd"]
)
def test_public_keys_come_from_files_and_over_tls(place: str) -> None:
    with pytest.raises(ValueError, match="expected a file, or an https URL"):
        Config(jwks=place, jwt_issuer="i", jwt_audience="a")
    Config(jwks="https://issuer.example/jwks", jwt_issuer="i", jwt_audience="a")
    with pytest.raises(ValueError, match="one issuer and one audience"):
        Config(jwks="https://issuer.example/jwks", jwt_issuer="i")
