"""`ocelli config` as users run it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Ocelli = Callable[..., Any]


def test_config_shows_what_serve_would_run_with(
    offline: Ocelli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("OCELLI_STREAM_WINDOW", "5")
    file = tmp_path / "ocelli.toml"
    file.write_text("stream_window = 3\ndecode_threads = 2\n")
    (shown,) = offline("config", "--json", "--config", file, "--log-level", "debug").lines
    assert (shown["stream_window"], shown["decode_threads"], shown["log_level"]) == (5, 2, "debug")
    assert "stream_window" in offline("config").out
    offline("config", "--stream-window", "0").says("stream_window", 1)
