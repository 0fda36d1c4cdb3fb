"""README.md and docs/ as a reader uses them: every command in them is run as it stands.

A reader has run `make demo`, keeps `make serve` in one terminal and types into another. Blocks of
`sh` and `python` are run, those of `pbtxt` are written where the text says; others are to look at.
A block of `text` right after one that is run stands in its output, `…` for anything. One of
`ocelli serve` runs beside those that follow it.
"""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
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
from ocelli.v1 import (
    classify_pb2,
    collection_pb2,
    detect_pb2,
    embed_pb2,
    model_pb2,
    point_pb2,
    read_pb2,
    search_pb2,
)

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
DOCUMENTS = [README, *sorted((ROOT / "docs").glob("*.md"))]
REMOTE_TRITON = "127.0.0.1:8001"
WEB_ADDRESS = "127.0.0.1:8080"
TLS_ADDRESS = "127.0.0.1:8443"
GO_TOOLS = ("grpcurl", "grpc_health_probe", "ghz")
DETECT = "ocelli.v1.DetectService"
_FENCED = re.compile(
    r"^(?:<!-- exit status: (?P<status>\d+) -->\n)?```(?P<language>\w+)\n(?P<text>.*?)^```$"
    r"(?:\n\n```text\n(?P<output>.*?)^```$)?",
    re.MULTILINE | re.DOTALL,
)
_MAKE = re.compile(r"make ([a-z-]+)")
_TOOL = re.compile(rf"\b({'|'.join(GO_TOOLS)}|buf curl) -")


@dataclass(frozen=True)
class Block:
    where: str
    language: str
    text: str
    status: int
    output: str

    @property
    def is_make(self) -> bool:
        """It consists of make targets, which CI runs."""
        return all(line.startswith("make ") for line in self.text.splitlines())

    @property
    def is_serve(self) -> bool:
        return "ocelli serve" in self.text

    @property
    def is_run(self) -> bool:
        return self.language in ("sh", "python", "pbtxt") and not self.is_make

    @property
    def needs_tools(self) -> bool:
        return self.is_run and _TOOL.search(self.text) is not None

    def shows(self, output: str) -> bool:
        """Whether what the document shows of the output is in it."""
        parts = (re.escape(part) for part in self.output.rstrip().split("…"))
        return re.search(".*".join(parts), output, re.DOTALL) is not None


def blocks_of(document: Path) -> list[Block]:
    text = document.read_text()
    return [
        Block(
            f"{document.name}:{text.count(chr(10), 0, found.start()) + 1}",
            found["language"],
            found["text"],
            int(found["status"] or 0),
            found["output"] or "",
        )
        for found in _FENCED.finditer(text)
    ]


BLOCKS = {document.name: blocks_of(document) for document in DOCUMENTS}


@dataclass
class Reader:
    """Someone with a checkout, in whose other terminal `make serve` runs."""

    folder: Path
    address: str
    tls_address: str
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
        program = {"sh": ["bash", "-euo", "pipefail", "-c"], "python": [sys.executable, "-c"]}
        ended = subprocess.run(
            [*program[block.language], self.text_of(block)],
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
        assert block.shows(ended.stdout + ended.stderr), f"{block.where}\n{ended.stdout}"

    @contextlib.contextmanager
    def serve(self, block: Block, **variables: str) -> Iterator[None]:
        """Runs a block of `ocelli serve` until its banner and then until Ctrl-C."""
        log = self.folder / "other.log"
        with log.open("wb") as output:
            edge = subprocess.Popen(
                ["bash", "-c", f"exec {self.text_of(block)}"],
                cwd=self.folder,
                env={**self.variables, **variables},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            deadline_s = time.monotonic() + 60
            while "Ocelli serves on" not in log.read_text():
                assert edge.poll() is None, f"{block.where}\n{log.read_text()}"
                assert time.monotonic() < deadline_s, f"{block.where}\n{log.read_text()}"
                time.sleep(0.1)
            yield
            edge.send_signal(signal.SIGINT)
            assert edge.wait(20) == 0
        finally:
            edge.kill()
            edge.wait(5)

    def text_of(self, block: Block) -> str:
        """A block with the addresses that things have here."""
        text = block.text.replace(DEFAULT_ADDRESS, self.address)
        text = text.replace(TLS_ADDRESS, self.tls_address)
        if REMOTE_TRITON in text:
            text = text.replace(REMOTE_TRITON, self.triton_address())
        return text

    def triton_address(self) -> str:
        """Where the Triton of `make serve` listens."""
        for member in self.serving.children(recursive=True):
            if member.name() == "tritonserver":
                for connection in member.net_connections("tcp"):
                    if connection.status == psutil.CONN_LISTEN:
                        return f"127.0.0.1:{connection.laddr.port}"
        pytest.fail("no tritonserver listens below `make serve`")


def free_address(wanted: str) -> str:
    """This one if nothing serves there, else one with another port."""
    host, _, port = wanted.rpartition(":")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if probe.connect_ex((host, int(port))) != 0:
            return wanted
    with socket.socket() as probe:
        probe.bind((host, 0))
        return f"{host}:{probe.getsockname()[1]}"


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
    names = "{0: 'helmet', 1: 'vest'}"
    metadata = {"task": "detect", "stride": "32", "names": names, "imgsz": "[640, 640]"}
    helper.set_model_props(model, metadata)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def make_home(home: Path, installed: Path) -> None:
    """A home that shares what was downloaded and has models and vectors of its own."""
    (home / "triton").mkdir(parents=True)
    for shared in ("triton/env", "downloads", "media"):
        (home / shared).symlink_to(installed / shared)
    shutil.copytree(installed / "models", home / "models")


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
    address = free_address(DEFAULT_ADDRESS)
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
        yield Reader(folder, address, free_address(TLS_ADDRESS), serving)
        os.killpg(make.pid, signal.SIGINT)
        make.wait(30)
        _, alive = psutil.wait_procs(family, timeout=5)
        assert alive == []
        assert "draining" in log.read_text()
    except Exception as error:
        error.add_note(log.read_text())
        raise
    finally:
        with contextlib.suppress(psutil.NoSuchProcess):
            family += serving.children(recursive=True)  # it may have failed before it was ready
        for member in family:
            if member.is_running():
                member.kill()
        make.wait(5)


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", BLOCKS)
def test_the_commands_of_a_document_work_in_order(name: str, reader: Reader) -> None:
    path = reader.variables["PATH"]
    missing = [tool for tool in GO_TOOLS if shutil.which(tool, path=path) is None]
    elsewhere = (REMOTE_TRITON, WEB_ADDRESS)  # the latter's are run by `make test-web`
    blocks = [
        block
        for block in BLOCKS[name]
        if block.is_run and not any(address in block.text for address in elsewhere)
    ]
    with contextlib.ExitStack() as servers:
        for block in blocks:
            if block.is_serve:
                servers.enter_context(reader.serve(block))
            elif not (missing and block.needs_tools):
                reader.run(block)
    if missing and any(block.needs_tools for block in blocks):
        assert "CI" not in os.environ, f"{missing} are missing; CI builds them with `make tools`"
        pytest.skip(f"the rest works; {', '.join(missing)} missing: `make tools` builds them")


@pytest.mark.slow
def test_the_readme_serves_in_front_of_a_triton_that_runs_elsewhere(
    reader: Reader, tmp_path: Path, photo: Any
) -> None:
    (block,) = [block for block in BLOCKS["README.md"] if block.is_serve]
    assert REMOTE_TRITON in block.text
    address = free_address(reader.address)
    assert address != reader.address
    with (
        reader.serve(block, OCELLI_ADDRESS=address, OCELLI_HOME=str(tmp_path)),
        connect(address) as client,
    ):
        client.wait_until_ready(30, service=DETECT)
        assert [found.label for found in client.detect(photo("cat")).detections] == ["cat"]


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
    run_by_tests = {"demo", "serve", "serve-web"}
    assert named - run_by_tests <= run_by_ci, "tests run these three, .ci/run all others"


def test_the_tour_of_the_readme_is_there_to_be_run() -> None:
    languages = [block.language for block in BLOCKS["README.md"]]
    assert languages.count("python") >= 2
    assert languages.count("sh") >= 6
    assert any(block.needs_tools for block in BLOCKS["README.md"])


def test_the_cookbook_has_every_call() -> None:
    text = (ROOT / "docs" / "tools.md").read_text()
    services = [
        service
        for module in (
            *(classify_pb2, collection_pb2, detect_pb2, embed_pb2),
            *(model_pb2, point_pb2, read_pb2, search_pb2),
        )
        for service in module.DESCRIPTOR.services_by_name.values()
    ]
    assert len(services) == 8
    for service in services:
        for method in service.methods:
            assert f"{service.full_name}/{method.name}" in text
