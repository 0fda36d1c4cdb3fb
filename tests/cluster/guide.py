"""The commands of docs/deploy.md for Kubernetes, as somebody with a checkout types them.

Blocks of `console` are run in their order, in a copy of the checkout whose model repository is
small. A block of `kubectl … port-forward` runs beside those that follow it.
"""

import re
import subprocess
import textwrap
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests import installed
from tests.conftest import REPOSITORY_ROOT

DOCUMENT = REPOSITORY_ROOT / "docs" / "deploy.md"
VALUES = "tests/cluster/values.yaml"
"""What a cluster of one small node without GPUs needs besides."""
_SECTION = re.compile(r"^## Kubernetes$(.*?)^## ", re.MULTILINE | re.DOTALL)
_BLOCK = re.compile(r"^( *)```console\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_BLOCK_S = 420
_FORWARD_S = 20


@dataclass
class Guide:
    """A reader, and what the commands printed.

    Attributes:
        folder: the copy of the checkout.
        printed: by a block's text, in the order in which they ran.
    """

    folder: Path
    printed: dict[str, str] = field(default_factory=dict)
    _forward: subprocess.Popen[bytes] | None = None

    def follow(self) -> None:
        """Types everything."""
        for block in blocks():
            began_s = time.monotonic()
            if " port-forward " in block:
                self._start(block)
            else:
                self.printed[block] = self.type(block)
            print(f"{time.monotonic() - began_s:5.1f} s  {block.splitlines()[0]}", flush=True)

    def type(self, block: str) -> str:
        """Runs a block; what it prints.

        It stands as it is, but for the values of a small node, and for the network of an engine
        that has no bridge.
        """
        text = re.sub(
            r"^helm (install|upgrade) ", rf"helm \1 --values {VALUES} ", block, flags=re.MULTILINE
        )
        text = text.replace("docker build ", "docker build --network host ")
        ended = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", text],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_BLOCK_S,
            check=False,
        )
        assert ended.returncode == 0, f"{block}\n{ended.stdout}"
        return ended.stdout

    def said_by(self, command: str) -> str:
        """What the one block with this command printed."""
        (said,) = (said for block, said in self.printed.items() if command in block)
        return said

    def close(self) -> None:
        """Ends what runs beside."""
        if self._forward is not None:
            self._forward.terminate()
            self._forward.wait(10)

    def _start(self, block: str) -> None:
        log = self.folder / "port-forward.log"
        with log.open("wb") as output:
            self._forward = subprocess.Popen(
                ["bash", "-c", f"exec {block}"], cwd=self.folder, stdout=output, stderr=output
            )
        until_s = time.monotonic() + _FORWARD_S
        while "Forwarding from" not in log.read_text():
            assert self._forward.poll() is None, log.read_text()
            assert time.monotonic() < until_s, log.read_text()
            time.sleep(0.1)


def blocks() -> list[str]:
    """The commands, a block each."""
    section = _SECTION.search(DOCUMENT.read_text())
    assert section is not None
    return [textwrap.dedent(found[2]).strip() for found in _BLOCK.finditer(section[1])]


def check_out(folder: Path, home: Path) -> None:
    """Copies the checkout as it stands, with two of the installed models and the demo's media."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=REPOSITORY_ROOT, capture_output=True, check=True).stdout
    copy = ["tar", "-c", "--null", "--ignore-failed-read", "--files-from=-"]
    archive = subprocess.run(
        copy, cwd=REPOSITORY_ROOT, input=names, capture_output=True, check=True
    )
    folder.mkdir()
    subprocess.run(["tar", "-x"], cwd=folder, input=archive.stdout, check=True)
    installed.lay_out(home / "models", folder / ".ocelli" / "models")
    (folder / ".ocelli" / "media").symlink_to(home / "media")
