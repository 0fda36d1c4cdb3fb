"""Engines by address."""

import subprocess
import sys
from pathlib import Path

import pytest

from ocelli.edge.index.embedded.embedded_index import EmbeddedIndex
from ocelli.edge.index.engine_choice import open_engine


@pytest.mark.parametrize(
    ("address", "folder"),
    [
        ("", "default"),
        ("embedded", "default"),
        ("some/where", "some/where"),
        ("./x", "x"),
        (".", "."),
    ],
)
def test_a_folder_is_served_by_the_embedded_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, folder: str
):
    monkeypatch.chdir(tmp_path)
    engine = open_engine(address, default_folder=Path("default"))
    assert isinstance(engine, EmbeddedIndex)
    assert engine._engine._socket == (tmp_path / folder).resolve() / "engine.sock"


@pytest.mark.parametrize(
    "address", ["milvus://host:9200", "http://x/y", "://", "embeded", "x" * 1000]
)
def test_an_unknown_engine_is_refused_in_one_line(tmp_path: Path, address: str):
    with pytest.raises(ValueError, match="known: 'embedded'") as caught:
        open_engine(address, default_folder=tmp_path)
    message = str(caught.value)
    assert len(message) < 200
    assert "\n" not in message


def test_who_asks_no_cluster_does_not_wait_for_its_client():
    program = "import sys; import ocelli.edge.app; print('aiohttp' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "False\n"
