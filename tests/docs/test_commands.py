"""README.md and docs/ as a reader uses them: every command in them is run as it stands.

A reader has run `make demo`, keeps `make serve` in one terminal and types into another. Blocks of
`sh` and `python` are run, those of `pbtxt` are written where the text says; others are to look at.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import psutil
import pytest
from onnx import TensorProto, helper, numpy_helper

from ocelli.client import connect
from ocelli.client.channel import DEFAULT_ADDRESS

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
DOCUMENTS = [README, *sorted((ROOT / "docs").glob("*.md"))]
REMOTE_TRITON = "127.0.0.1:8001"
DETECT = "ocelli.v1.DetectService"
_FENCED = re.compile(
    r"^(?:<!-- exit status: (?P<status>\d+) -->\n)?```(?P<language>\w+)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_MAKE = re.compile(r"make ([a-z-]+)")


@dataclass(frozen=True)
class Block:
    where: str
    language: str
    text: str
    status: int

    @property
    def is_make(self) -> bool:
        """It consists of make targets, which CI runs."""
        return all(line.startswith("make ") for line in self.text.splitlines())

    @property
    def is_serve(self) -> bool:
        return "ocelli serve" in self.text

    @property
    def is_grpcurl(self) -> bool:
        return "grpcurl -" in self.text


def blocks_of(document: Path) -> list[Block]:
    text = document.read_text()
    return [
        Block(
            f"{document.name}:{text.count(chr(10), 0, found.start()) + 1}",
            found["language"],
            found["text"],
            int(found["status"] or 0),
        )
        for found in _FENCED.finditer(text)
    ]


BLOCKS = {document.name: blocks_of(document) for document in DOCUMENTS}


@dataclass
class Reader:
    """Someone with a checkout, in whose other terminal `make serve` runs."""

    folder: Path
    address: str
    serving: psutil.Process

    @property
    def variables(self) -> dict[str, str]:
        path = [str(ROOT / ".build" / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]]
        return {
            **os.environ,
            "PATH": os.pathsep.join(path),
            "OCELLI_ADDRESS": self.address,
            "OCELLI_HOME": str(self.folder / ".ocelli"),
        }

    def run(self, block: Block) -> None:
        if block.language == "pbtxt":
            (name,) = re.findall(r'^name: "(\w+)"', block.text, re.MULTILINE)
            config = self.folder / ".ocelli" / "models" / name / "config.pbtxt"
            config.write_text(block.text)
            return
        text = block.text.replace(DEFAULT_ADDRESS, self.address)
        program = {"sh": ["bash", "-euo", "pipefail", "-c"], "python": [sys.executable, "-c"]}
        ended = subprocess.run(
            [*program[block.language], text],
            cwd=self.folder,
            env=self.variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert ended.returncode == block.status, f"{block.where}\n{ended.stdout}\n{ended.stderr}"
        assert "Traceback" not in ended.stderr, f"{block.where}\n{ended.stderr}"

    def triton_address(self) -> str:
        """Where the Triton of `make serve` listens."""
        for member in self.serving.children(recursive=True):
            if member.name() == "tritonserver":
                for connection in member.net_connections("tcp"):
                    if connection.status == psutil.CONN_LISTEN:
                        return f"127.0.0.1:{connection.laddr.port}"
        pytest.fail("no tritonserver listens below `make serve`")


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex(("127.0.0.1", port)) != 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def write_detector(path: Path) -> None:
    """What `best.onnx` is to a reader: a head as Ultralytics exports it, of two classes."""
    shape = numpy_helper.from_array(np.array([6, 8400]), "tail")
    nodes = [
        helper.make_node("Shape", ["images"], ["batch"], start=0, end=1),
        helper.make_node("Concat", ["batch", "tail"], ["shape"], axis=0),
        helper.make_node("ConstantOfShape", ["shape"], ["output0"]),
    ]
    graph = helper.make_graph(
        nodes,
        "detector",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, ["batch", 3, "h", "w"])],
        [helper.make_tensor_value_info("output0", TensorProto.FLOAT, ["batch", 6, "cells"])],
        [shape],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def make_home(home: Path, installed: Path) -> None:
    """A home that shares what was downloaded and has models and vectors of its own."""
    (home / "triton").mkdir(parents=True)
    for shared in ("triton/env", "downloads", "media"):
        (home / shared).symlink_to(installed / shared)
    for model in ("nanodet_coco80", "efficientnet_lite0"):
        shutil.copytree(installed / "models" / model, home / "models" / model)


@pytest.fixture(scope="module")
def reader(
    tmp_path_factory: pytest.TempPathFactory, ocelli_home: Path, models_dir: Path, media: Any
) -> Iterator[Reader]:
    """Keeps `make serve` until the end, which is a Ctrl-C that leaves no process behind."""
    folder = tmp_path_factory.mktemp("reader")
    (folder / "out").mkdir()
    (folder / ".venv").symlink_to(sys.prefix)
    make_home(folder / ".ocelli", ocelli_home)
    write_detector(folder / "best.onnx")
    port = int(DEFAULT_ADDRESS.rpartition(":")[2])
    address = DEFAULT_ADDRESS if is_free(port) else f"127.0.0.1:{free_port()}"
    log = folder / "serve.log"
    variables = {"OCELLI_HOME": str(folder / ".ocelli"), "OCELLI_ADDRESS": address}
    with log.open("wb") as output:
        make = subprocess.Popen(
            ["make", "serve"],
            cwd=ROOT,
            env={**os.environ, **variables},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    serving = psutil.Process(make.pid)
    family = [serving]
    try:
        with connect(address) as client:
            client.wait_until_ready(90, service=DETECT)
            client.wait_until_ready(30, service="ocelli.v1.SearchService")
        family += serving.children(recursive=True)
        yield Reader(folder, address, serving)
        os.killpg(make.pid, signal.SIGINT)
        make.wait(30)
        _, alive = psutil.wait_procs(family, timeout=5)
        assert alive == []
        assert "draining" in log.read_text()
    except Exception as error:
        error.add_note(log.read_text())
        raise
    finally:
        for member in family:
            if member.is_running():
                member.kill()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", BLOCKS)
def test_the_commands_of_a_document_work_in_order(name: str, reader: Reader) -> None:
    for block in BLOCKS[name]:
        special = block.is_make or block.is_serve or block.is_grpcurl
        if block.language in ("sh", "python", "pbtxt") and not special:
            reader.run(block)


@pytest.mark.parametrize(
    "name", [name for name in BLOCKS if any(b.is_grpcurl for b in BLOCKS[name])]
)
def test_the_grpcurl_commands_of_a_document_work(name: str, reader: Reader) -> None:
    if shutil.which("grpcurl", path=reader.variables["PATH"]) is None:
        assert "CI" not in os.environ, "grpcurl is missing; CI builds it with `make grpcurl`"
        pytest.skip("grpcurl is not installed; `make grpcurl` builds it")
    for block in BLOCKS[name]:
        if block.is_grpcurl and block.language == "sh":
            reader.run(block)


def test_the_readme_serves_in_front_of_a_triton_that_runs_elsewhere(
    reader: Reader, tmp_path: Path, photo: Any
) -> None:
    (block,) = [block for block in BLOCKS["README.md"] if block.is_serve]
    assert REMOTE_TRITON in block.text
    address = f"127.0.0.1:{free_port()}"
    edge = subprocess.Popen(
        ["bash", "-c", f"exec {block.text.replace(REMOTE_TRITON, reader.triton_address())}"],
        env={**reader.variables, "OCELLI_ADDRESS": address, "OCELLI_HOME": str(tmp_path)},
        stdin=subprocess.DEVNULL,
    )
    try:
        with connect(address) as client:
            client.wait_until_ready(30, service=DETECT)
            assert [found.label for found in client.detect(photo("cat")).detections] == ["cat"]
        edge.send_signal(signal.SIGINT)
        assert edge.wait(20) == 0
    finally:
        edge.kill()
        edge.wait(5)


def test_ci_runs_the_make_targets_that_documents_name() -> None:
    named = {
        target
        for blocks in BLOCKS.values()
        for block in blocks
        if block.is_make and block.language == "sh"
        for target in _MAKE.findall(block.text)
    }
    assert named >= {"demo", "test", "serve"}
    run_by_ci = set(_MAKE.findall((ROOT / ".ci" / "run").read_text()))
    assert named - {"serve"} <= run_by_ci, "`make serve` is run here, all others by .ci/run"


def test_the_tour_of_the_readme_is_there_to_be_run() -> None:
    languages = [block.language for block in BLOCKS["README.md"]]
    assert languages.count("python") >= 2
    assert languages.count("sh") >= 6
    assert any(block.is_grpcurl for block in BLOCKS["README.md"])
