"""Runs protoc with a generator of this repository."""

import subprocess
import sys
from pathlib import Path

from google.api import http_pb2

_SCRIPTS = Path(__file__).parents[2] / "scripts"
_GOOGLEAPIS = Path(http_pb2.__file__).parents[2]


def run_plugin(name: str, folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    """Runs `scripts/protoc-gen-NAME` on a file of this text; what it makes is in the folder."""
    plugin = folder / f"protoc-gen-{name}"
    plugin.write_text(f"#!/bin/sh\nexec {sys.executable} {_SCRIPTS / plugin.name}\n")
    plugin.chmod(0o755)
    (folder / "some.proto").write_text(text)
    options = [f"-I{folder}", f"-I{_GOOGLEAPIS}", f"--plugin={plugin}", f"--{name}_out={folder}"]
    return subprocess.run(
        [sys.executable, "-m", "grpc_tools.protoc", *options, "some.proto"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
