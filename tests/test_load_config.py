"""Where settings come from, and what is said of bad ones."""

from pathlib import Path

import pytest

from ocelli.edge.config import Config, ConfigError
from ocelli.edge.load_config import load_config


def test_flags_come_before_environment_before_file_before_defaults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "ocelli.toml"
    file.write_text('stream_window = 3\nlog_level = "debug"\ndecode_threads = 7\n')
    monkeypatch.setenv("OCELLI_CONFIG", str(file))
    monkeypatch.setenv("OCELLI_STREAM_WINDOW", "4")
    monkeypatch.setenv("OCELLI_DECODE_THREADS", "5")
    config = load_config({"decode_threads": "6"})
    assert (config.decode_threads, config.stream_window, config.log_level) == (6, 4, "debug")
    assert config.max_message_bytes == Config().max_message_bytes


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        (
            {"max_message_bytes": "lots"},
            (
                "max_message_bytes is 'lots' (from --max-message-bytes); "
                "expected a whole number from 65536 to 1073741824"
            ),
        ),
        (
            {"stream_window": "0"},
            "stream_window is '0' (from --stream-window); expected a whole number from 1 to 1024",
        ),
        (
            {"drain_grace_s": "nan"},
            "drain_grace_s is 'nan' (from --drain-grace-s); expected a number from 0 to 600",
        ),
        (
            {"index_flush_before_ack": "maybe"},
            (
                "index_flush_before_ack is 'maybe' (from --index-flush-before-ack); "
                "expected true or false"
            ),
        ),
        (
            {"triton": "http://a:8000"},
            "triton is 'http://a:8000' (from --triton); expected host:port",
        ),
        ({"address": "127.0.0.1"}, "address is '127.0.0.1' (from --address); expected host:port"),
        (
            {"otlp_endpoint": "127.0.0.1:4317"},
            (
                "otlp_endpoint is '127.0.0.1:4317' (from --otlp-endpoint); expected "
                "http://host:port or https://host:port"
            ),
        ),
        (
            {"triton": "a:8001", "triton_metrics_address": "127.0.0.1:9501"},
            (
                "triton_metrics_address is set, but triton is not 'local'; running Tritons have "
                "settings of their own"
            ),
        ),
        (
            {"log_level": "loud"},
            "log_level is 'loud' (from --log-level); expected debug, info, warning or error",
        ),
        (
            {"interceptors": "mine"},
            "interceptors is 'mine' (from --interceptors); expected module:Class[,module:Class…]",
        ),
        (
            {"triton_metadata": "Token=swordfish"},
            (
                "triton_metadata is (hidden) (from --triton-metadata); "
                "expected key=value[,key=value…] with lower-case keys and ASCII values"
            ),
        ),
        ({"tls_cert": "file.pem"}, "tls_cert is set, but tls_key is not; TLS needs"),
        ({"tls_key": "file.pem"}, "tls_key is set, but tls_cert is not; TLS needs"),
        ({"tls_client_ca": "file.pem"}, "tls_client_ca is set, but tls_cert is not; TLS needs"),
        (
            {"triton_tls_cert": "cert.pem"},
            (
                "triton_tls_cert is set, but triton_tls_key is not; "
                "the key and its certificate go together"
            ),
        ),
        ({"triton_tls": True}, "triton_tls is set, but triton is 'local'; expected host:port"),
        ({"config": "/no/such/file.toml"}, "cannot read /no/such/file.toml: No such file"),
    ],
)
def test_a_bad_value_is_refused_with_where_it_stands_and_what_it_takes(
    flags: dict[str, object], expected: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        load_config(flags)
    assert str(refused.value).startswith(expected)
    assert "\n" not in str(refused.value)


def test_a_bad_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCELLI_WORKERS", "many")
    with pytest.raises(ConfigError, match=r"^workers is 'many' \(from OCELLI_WORKERS\); expected"):
        load_config({})
    assert load_config({"workers": "2"}).workers == 2


def test_lists_are_separated_by_commas_everywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "ocelli.toml"
    file.write_text('triton_metadata = "a=1,b=2"')
    monkeypatch.setenv("OCELLI_INTERCEPTORS", "mine:First, mine:Second")
    config = load_config({"config": str(file)})
    assert config.interceptors == ("mine:First", "mine:Second")
    assert config.triton_metadata == (("a", "1"), ("b", "2"))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("workers = 1000", r"^workers is 1000 \(from {file}\); expected a whole number"),
        ("colour = 'red'", r"^unknown setting 'colour' \(from {file}\); known: address, workers"),
        ("home = 3", r"^home is 3 \(from {file}\); expected text"),
        ("workers", r"^{file} is not valid TOML: "),
    ],
)
def test_a_bad_line_of_a_file_is_named(
    tmp_path: Path, content: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OCELLI_HOME", raising=False)
    file = tmp_path / "ocelli.toml"
    file.write_text(content)
    with pytest.raises(ConfigError, match=expected.format(file=file)):
        load_config({"config": str(file)})
