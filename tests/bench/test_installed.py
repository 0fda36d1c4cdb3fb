from pathlib import Path

import pytest

from bench.installed import size_bytes


def test_a_folder_counts_with_all_in_it(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file").write_bytes(bytes(1000))
    (tmp_path / "file").write_bytes(bytes(24))
    assert size_bytes(str(tmp_path)) == 1024
    assert size_bytes(str(tmp_path / "file")) == 24


def test_a_distribution_counts_with_what_it_requires() -> None:
    alone, required = size_bytes("distribution:mdurl"), size_bytes("distribution:markdown-it-py")
    assert 5_000 < alone < 200_000
    assert required > alone + 100_000


def test_what_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        size_bytes(str(tmp_path / "nothing"))
