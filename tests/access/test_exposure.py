"""Which addresses other machines reach, and what a server there must ask for."""

import logging

import pytest

from ocelli.edge.access.exposure import check_exposure, is_local
from ocelli.edge.config import Config, ConfigError

TLS = {"tls_cert": "cert.pem", "tls_key": "key.pem"}
ANYWHERE = "0.0.0.0:8500"  # what is tested


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("127.0.0.1:8500", True),
        ("127.9.9.9:0", True),
        ("localhost:8500", True),
        ("[::1]:8500", True),
        ("unix:/run/ocelli.sock", True),
        (ANYWHERE, False),
        ("[::]:8500", False),
        ("192.0.2.1:8500", False),
        ("localhost.example:8500", False),
        ("[::ffff:192.0.2.1]:8500", False),
    ],
)
def test_loopback_is_local_and_nothing_else(address: str, *, expected: bool) -> None:
    assert is_local(address) is expected


@pytest.mark.parametrize("asks", [{"keys_file": "k"}, {"tls_client_ca": "ca.pem"}])
def test_elsewhere_callers_are_asked_who_they_are(asks: dict[str, str]) -> None:
    check_exposure(Config())
    check_exposure(Config(address=ANYWHERE, **TLS, **asks))
    with pytest.raises(ConfigError, match=r"need to show nothing.*--insecure"):
        check_exposure(Config(address=ANYWHERE))
    with pytest.raises(ConfigError, match="need to show nothing"):
        check_exposure(Config(address=ANYWHERE, **TLS))


def test_who_serves_strangers_or_plain_text_is_told(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    check_exposure(Config(address=ANYWHERE, insecure=True))
    assert "may do everything" in caplog.text
    caplog.clear()
    check_exposure(Config(address=ANYWHERE, keys_file="k"))
    assert "in plain text" in caplog.text
