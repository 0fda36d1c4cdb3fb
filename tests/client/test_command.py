"""The command `ocelli` where the packages of its extra are missing."""

import subprocess
import sys

import pytest


def _run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False
    )


@pytest.mark.parametrize("missing", ["click", "rich"])
def test_the_plain_installation_says_what_the_command_needs(missing: str) -> None:
    done = _run(
        f"import sys; sys.modules[{missing!r}] = None; from ocelli.command import main; main()"
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"ocelli: the command needs more than the plain installation ({missing} is missing): "
        "pip install 'ocelli-vision[cli]'\n"
    )


def test_the_client_needs_neither() -> None:
    packages = "('click', 'rich', 'cv2', 'tritonclient', 'pydantic')"
    done = _run(
        f"import sys; sys.modules.update(dict.fromkeys({packages})); "
        "import ocelli.client; print(len(ocelli.client.__all__))"
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 50


def test_what_else_is_missing_is_not_hidden() -> None:
    done = _run("import sys; sys.modules['numpy'] = None; from ocelli.command import main; main()")
    assert done.returncode == 1
    assert "numpy" in done.stderr
    assert "ModuleNotFoundError" in done.stderr
