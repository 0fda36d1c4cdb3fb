"""The environments of exporters, which do not agree on what they need."""

import subprocess
import sys
import venv
from pathlib import Path

_WANTED = Path(__file__).parent / "requirements"
_OWN = ("paddle", "super_gradients")
"""Libraries with an environment of their own; the others share that of torch."""


def python_of(library: str, work: Path) -> Path:
    """The Python that a library is installed for; installs it first where it is not.

    What packages need is in `NAME.txt`, and those whose authors state versions long gone as needed
    are in `NAME-alone.txt`: these are installed without what they state.

    Args:
        library: of the exporter.
        work: where environments go: several GB each.

    Raises:
        subprocess.CalledProcessError: something cannot be installed.
    """
    name = library if library in _OWN else "torch"
    folder = (work / f"env-{name}").absolute()
    files = [_WANTED / f"{name}.txt", _WANTED / f"{name}-alone.txt"]
    wanted = "".join(file.read_text() for file in files)
    python, installed = folder / "bin/python", folder / ".installed"
    if installed.exists() and installed.read_text() == wanted:
        return python
    print(f"setting up {folder} (several minutes)", file=sys.stderr)
    venv.create(folder, with_pip=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "-r", str(files[0])], check=True)
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", "-r", str(files[1])], check=True)
    installed.write_text(wanted)
    return python
