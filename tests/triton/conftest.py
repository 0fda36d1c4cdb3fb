"""What it takes to test against a real Triton: its environment, small models, a client."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import pytest_asyncio
from onnx import TensorProto, helper
from tritonclient.grpc import InferInput
from tritonclient.grpc.aio import InferenceServerClient

from ocelli.edge.triton.local.environment import TritonEnvironment, ensure_environment
from ocelli.edge.triton.local.triton_process import LocalTriton

MEANS_CONFIG = """
backend: "onnxruntime"
max_batch_size: 8
input [ { name: "images" data_type: TYPE_UINT8 dims: [32, 32, 3] } ]
output [ { name: "embedding" data_type: TYPE_FP32 dims: [3] } ]
dynamic_batching { }
instance_group [ { kind: KIND_CPU count: 1 } ]
parameters { key: "ocelli.task" value { string_value: "embed" } }
parameters { key: "ocelli.adapter" value { string_value: "embedding" } }
"""
REPOSITORY_ROOT = Path(__file__).parents[2]
NO_GRACE_S = 0.0
"""For the end of a Triton of which nobody asks anything more: it would take two seconds."""
DOUBLE = (helper.make_node("Add", ["x", "x"], ["y"]),)


@pytest.fixture(scope="session")
def ocelli_home() -> Path:
    """Where downloads are kept between runs."""
    return Path(os.environ.get("OCELLI_HOME", REPOSITORY_ROOT / ".ocelli"))


@pytest.fixture(scope="session")
async def triton_environment(ocelli_home: Path) -> TritonEnvironment:
    return await ensure_environment(ocelli_home, print)


@pytest.fixture(scope="session")
def make_home(triton_environment: TritonEnvironment) -> Callable[[Path], Path]:
    """Makes a home of one's own (log, backends) that shares the installed environment."""

    def make(folder: Path) -> Path:
        (folder / "triton").mkdir(parents=True)
        (folder / "triton" / "env").symlink_to(triton_environment.root)
        return folder

    return make


@pytest.fixture(scope="session")
def write_model() -> Callable[..., None]:
    """Writes a model from `x` to `y`, of one type and shape, into a repository folder.

    Unless told otherwise it doubles rows of four FP32 numbers.
    """

    def write(
        folder: Path,
        config: str = "max_batch_size: 32",
        *,
        nodes: tuple[onnx.NodeProto, ...] = DOUBLE,
        constants: tuple[onnx.TensorProto, ...] = (),
        onnx_type: int = TensorProto.FLOAT,
        shape: tuple[int | str, ...] = ("N", 4),
        inputs: str = "x",
        config_type: str = "FP32",
        config_dims: str = "4",
        config_output: str = "y",
    ) -> None:
        *x, y = (helper.make_tensor_value_info(name, onnx_type, shape) for name in (*inputs, "y"))
        graph = helper.make_graph(nodes, folder.name, x, [y], constants)
        opsets = [helper.make_opsetid("", 17)]
        (folder / "1").mkdir(parents=True)
        onnx.save(
            helper.make_model(graph, opset_imports=opsets, ir_version=9), folder / "1/model.onnx"
        )
        tensor = f"data_type: TYPE_{config_type} dims: [{config_dims}]"
        (folder / "config.pbtxt").write_text(
            f'backend: "onnxruntime" {config} input [{{ name: "x" {tensor} }}] '
            f'output [{{ name: "{config_output}" {tensor} }}]'
            + ("" if "instance_group" in config else "instance_group [{ kind: KIND_CPU count: 1 }]")
        )

    return write


@pytest.fixture(scope="session")
def infer() -> Callable[..., Awaitable[np.ndarray[Any, Any]]]:
    """Runs a model of `write_model` once."""

    async def run(
        client: InferenceServerClient,
        model: str,
        array: np.ndarray[Any, Any],
        data_type: str = "FP32",
    ) -> np.ndarray[Any, Any]:
        tensor = InferInput("x", list(array.shape), data_type)
        tensor.set_data_from_numpy(array)
        reply = await client.infer(model, [tensor], client_timeout=20.0)
        result: np.ndarray[Any, Any] = reply.as_numpy("y")
        return result

    return run


@pytest.fixture(scope="session")
def write_means() -> Callable[..., None]:
    """Writes an embedder that gives the mean of each channel of a square image."""

    def write(folder: Path, side: int = 32) -> None:
        nodes = [
            helper.make_node("Cast", ["images"], ["floats"], to=TensorProto.FLOAT),
            helper.make_node("ReduceMean", ["floats"], ["embedding"], axes=[1, 2], keepdims=0),
        ]
        images = helper.make_tensor_value_info("images", TensorProto.UINT8, ["N", side, side, 3])
        means = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["N", 3])
        graph = helper.make_graph(nodes, "means", [images], [means])
        (folder / "1").mkdir(parents=True)
        (folder / "config.pbtxt").write_text(
            MEANS_CONFIG.replace("[32, 32, 3]", f"[{side}, {side}, 3]")
        )
        opsets = [helper.make_opsetid("", 17)]
        onnx.save(
            helper.make_model(graph, opset_imports=opsets, ir_version=8), folder / "1/model.onnx"
        )

    return write


@asynccontextmanager
async def serving_means(
    folder: Path, make_home: Callable[[Path], Path], write_means: Callable[..., None]
) -> AsyncIterator[LocalTriton]:
    """A Triton that serves `means`."""
    write_means(folder / "models" / "means")
    triton = LocalTriton(home=make_home(folder / "home"), model_repository=folder / "models")
    await triton.start()
    try:
        yield triton
    finally:
        await triton.stop(NO_GRACE_S)


@pytest_asyncio.fixture(scope="session")
async def triton(
    tmp_path_factory: pytest.TempPathFactory,
    make_home: Callable[[Path], Path],
    write_means: Callable[..., None],
) -> AsyncIterator[LocalTriton]:
    """One Triton with `means` for all tests that leave it as they found it."""
    async with serving_means(tmp_path_factory.mktemp("triton"), make_home, write_means) as triton:
        yield triton


@pytest_asyncio.fixture
async def own_triton(
    tmp_path: Path, make_home: Callable[[Path], Path], write_means: Callable[..., None]
) -> AsyncIterator[LocalTriton]:
    """A Triton with `means` that the test may hurt."""
    async with serving_means(tmp_path, make_home, write_means) as triton:
        yield triton
