from pathlib import Path

import pytest

from ocelli.edge.config import Config, ConfigError, load


def test_flags_come_before_environment_before_file_before_defaults(tmp_path: Path) -> None:
    file = tmp_path / "ocelli.toml"
    file.write_text('stream_window = 3\nlog_level = "debug"\ndecode_threads = 7\n')
    environ = {
        "OCELLI_CONFIG": str(file),
        "OCELLI_STREAM_WINDOW": "4",
        "OCELLI_DECODE_THREADS": "5",
    }
    config = load({"decode_threads": "6"}, environ)
    assert (config.decode_threads, config.stream_window, config.log_level) == (6, 4, "debug")
    assert config.max_message_bytes == Config().max_message_bytes


def test_folders_follow_from_home_unless_named() -> None:
    config = load({"home": "/data", "index": "/vectors"}, {})
    assert (str(config.models_dir), str(config.index_dir)) == ("/data/models", "/vectors")


def test_targets_of_remote_tritons_are_split() -> None:
    assert load({"triton": "a:8001, b:8001"}, {}).triton_targets == ("a:8001", "b:8001")
    assert load({}, {}).triton_targets == ()


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ({"max_message_bytes": "lots"}, "max_message_bytes is 'lots'; expected a whole number"),
        ({"stream_window": "0"}, "stream_window is '0'; expected a whole number from 1 to 1024"),
        ({"drain_grace_s": "nan"}, "drain_grace_s is 'nan'; expected a number"),
        ({"index_flush_before_ack": "maybe"}, "expected true or false"),
        ({"triton": "http://a:8000"}, "triton is 'http://a:8000'; expected host:port"),
        ({"address": "127.0.0.1"}, "address is '127.0.0.1'; expected host:port"),
        ({"log_level": "loud"}, "expected debug, info, warning or error"),
        ({"colour": "red"}, "unknown setting 'colour'"),
        ({"config": "/no/such/file.toml"}, "cannot read /no/such/file.toml"),
    ],
)
def test_a_bad_value_is_refused_with_what_it_takes(flags: dict[str, str], expected: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load(flags, {})
    assert expected in str(refused.value)
