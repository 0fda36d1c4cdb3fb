"""A home that cannot be written to ends the start with one line."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ocelli.edge.config import Config, ConfigError
from ocelli.edge.home import check_home

NOBODY = 65534


def test_a_home_that_is_missing_is_made(tmp_path: Path) -> None:
    check_home(Config(home=str(tmp_path / "new" / "home")))
    assert (tmp_path / "new" / "home" / "index").is_dir()
    assert list((tmp_path / "new" / "home" / "index").iterdir()) == []


def test_a_home_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match=r"^home: cannot write to .*/file/home as user \d+"):
        check_home(Config(home=str(tmp_path / "file" / "home")))


def test_a_triton_and_vectors_elsewhere_need_no_folder_here(tmp_path: Path) -> None:
    home = tmp_path / "home"
    elsewhere = {"triton": "127.0.0.1:8001", "index": "opensearch://127.0.0.1:9200"}
    check_home(Config(home=str(home), **elsewhere))
    assert not home.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize("roots", [".", "index"])
def test_a_folder_of_roots_ends_the_start_of_somebody_else(tmp_path: Path, roots: str) -> None:
    home = tmp_path / "home"
    (home / "index").mkdir(parents=True)
    for folder in (home, home / "index"):
        os.chown(folder, NOBODY, NOBODY)
    os.chown(home / roots, 0, 0)
    for folder in (tmp_path, *list(tmp_path.parents)[:3]):
        folder.chmod(0o755)
    # It becomes somebody else once it is loaded: whose Python this is may read it alone.
    serve = (
        "import os, sys; from ocelli.edge.config import Config; from ocelli.edge.run import run\n"
        f"os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY})\n"
        f"sys.exit(run(Config(home={str(home)!r})))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", serve], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    setting = "home" if roots == "." else "index"
    folder = re.escape(str((home / roots).resolve()))
    assert re.search(f"error: {setting}: cannot write to {folder} as user {NOBODY}", line)
    assert "fsGroup" in line
