"""The backend named onnxruntime, in a real Triton."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper
from tritonclient.grpc.aio import InferenceServerClient
from tritonclient.utils import InferenceServerException

from ocelli.edge.triton.local.triton_process import LocalTriton
from tests.triton.conftest import NO_GRACE_S

Infer = Callable[..., Awaitable[np.ndarray]]
WAITS = "dynamic_batching { max_queue_delay_microseconds: 50000 }"
DATA_TYPES = {
    "FP16": TensorProto.FLOAT16,
    "FP64": TensorProto.DOUBLE,
    "UINT8": TensorProto.UINT8,
    "INT32": TensorProto.INT32,
    "INT64": TensorProto.INT64,
    "BOOL": TensorProto.BOOL,
}
THREADS = 'parameters {{ key: "intra_op_thread_count" value {{ string_value: "{}" }} }}'


def write_all(repository: Path, write: Callable[..., None]) -> None:
    write(repository / "double", f"max_batch_size: 32 {WAITS}")
    write(repository / "two_threads", f"max_batch_size: 1 {THREADS.format(2)}")
    write(repository / "unbatched", "max_batch_size: 0", shape=(4,))
    write(repository / "two_instances", "max_batch_size: 1 instance_group [{ count: 2 }]")
    for name, onnx_type in DATA_TYPES.items():
        same = (helper.make_node("Identity", ["x"], ["y"]),)
        write(repository / f"same_{name}", nodes=same, onnx_type=onnx_type, config_type=name)
    # The shape comes from the data, so that nothing but a run can tell what it will be.
    folds = (
        helper.make_node("ReduceMax", ["x"], ["top"], keepdims=0),
        helper.make_node("Cast", ["top"], ["rows"], to=TensorProto.INT64),
        helper.make_node("Add", ["rows", "flat"], ["to"]),
        helper.make_node("Reshape", ["x", "to"], ["y"]),
    )
    write(
        repository / "folds",
        f"max_batch_size: 8 {WAITS}",
        nodes=folds,
        constants=(numpy_helper.from_array(np.array([1, -1]), "flat"),),
        shape=("N", "w"),
        config_dims="-1",
    )
    # Its gather fails for the rows whose numbers lie beyond 0..2.
    gathers = (
        helper.make_node("Cast", ["x"], ["at"], to=TensorProto.INT64),
        helper.make_node("Gather", ["table", "at"], ["y"]),
    )
    table = numpy_helper.from_array(np.array([10, 20, 30], np.float32), "table")
    write(repository / "looks_up", f"max_batch_size: 8 {WAITS}", nodes=gathers, constants=(table,))
    slow = (
        helper.make_node("ReduceMean", ["x"], ["m"], keepdims=0),
        helper.make_node("Add", ["m", "big"], ["a0"]),
        *(helper.make_node("MatMul", [f"a{n}", "big"], [f"a{n + 1}"]) for n in range(20)),
        helper.make_node("ReduceMax", ["a20"], ["z"], keepdims=0),
        helper.make_node("Add", ["x", "z"], ["y"]),
    )
    big = numpy_helper.from_array(np.full((700, 700), 1 / 700, np.float32), "big")
    write(
        repository / "slow", "max_batch_size: 1 dynamic_batching {}", nodes=slow, constants=(big,)
    )

    write(repository / "bad_file")
    (repository / "bad_file/1/model.onnx").write_bytes(b"not a model")
    write(repository / "bad_config")
    (repository / "bad_config/config.pbtxt").write_text('backend: "onnxruntime" max_batch_size: 8')
    two_inputs = (helper.make_node("Add", ["x", "w"], ["y"]),)
    write(repository / "bad_input", nodes=two_inputs, inputs="xw")
    write(repository / "bad_batch", shape=(1, 4))
    write(repository / "bad_threads", f"max_batch_size: 1 {THREADS.format('many')}")
    write(repository / "bad_type", config_type="FP16")
    write(repository / "bad_name", config_output="probabilities")
    write(repository / "bad_shape", config_dims="5")


@pytest.fixture(scope="module")
async def triton(
    make_home: Callable[[Path], Path],
    write_model: Callable[..., None],
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[LocalTriton]:
    folder = tmp_path_factory.mktemp("backend")
    write_all(folder / "models", write_model)
    triton = LocalTriton(home=make_home(folder / "home"), model_repository=folder / "models")
    try:
        await triton.start()
        yield triton
    finally:
        await triton.stop(NO_GRACE_S)


@pytest.fixture(scope="module")
async def client(triton: LocalTriton) -> AsyncIterator[InferenceServerClient]:
    async with InferenceServerClient(triton.address) as client:
        yield client


async def counts(client: InferenceServerClient, model: str) -> tuple[int, int]:
    """Rows inferred, and executions, once Triton has counted what it has answered."""
    await asyncio.sleep(0.2)
    one = (await client.get_inference_statistics(model)).model_stats[0]
    return one.inference_count, one.execution_count


async def test_concurrent_requests_become_few_runs(client: InferenceServerClient, infer: Infer):
    rows = [np.full((1 + n % 3, 4), n, np.float32) for n in range(48)]
    before = await counts(client, "double")
    results = await asyncio.gather(*(infer(client, "double", row) for row in rows))
    after = await counts(client, "double")
    for row, result in zip(rows, results, strict=True):
        np.testing.assert_array_equal(result, 2 * row)
    inferred, executions = after[0] - before[0], after[1] - before[1]
    assert inferred == sum(len(row) for row in rows)
    assert executions * 3 <= inferred


async def test_no_batch_dimension(client: InferenceServerClient, infer: Infer):
    row = np.arange(4, dtype=np.float32)
    results = await asyncio.gather(*(infer(client, "unbatched", row + n) for n in range(8)))
    for n, result in enumerate(results):
        np.testing.assert_array_equal(result, 2 * (row + n))


@pytest.mark.parametrize("model", ["two_threads", "two_instances"])
async def test_parameters_and_instances(client: InferenceServerClient, infer: Infer, model: str):
    rows = [np.full((1, 4), n, np.float32) for n in range(16)]
    results = await asyncio.gather(*(infer(client, model, row) for row in rows))
    for row, result in zip(rows, results, strict=True):
        np.testing.assert_array_equal(result, 2 * row)


@pytest.mark.parametrize("data_type", DATA_TYPES)
async def test_data_types(client: InferenceServerClient, infer: Infer, data_type: str):
    numpy_type = helper.tensor_dtype_to_np_dtype(DATA_TYPES[data_type])
    rows = np.array([[0, 1, 1, 0], [1, 0, 0, 1]]).astype(numpy_type)
    result = await infer(client, f"same_{data_type}", rows, data_type)
    assert result.dtype == numpy_type
    np.testing.assert_array_equal(result, rows)


async def test_a_request_that_fails_fails_alone(client: InferenceServerClient, infer: Infer):
    rows = [np.full((1, 4), n, np.float32) for n in (0, 1, 7, 2)]
    results = await asyncio.gather(
        *(infer(client, "looks_up", row) for row in rows), return_exceptions=True
    )
    assert isinstance(results[2], InferenceServerException)
    assert "indices element out of data bounds" in str(results[2])
    good = [result for n, result in enumerate(results) if n != 2]
    assert [result[0, 0] for result in good if isinstance(result, np.ndarray)] == [10, 20, 30]


async def test_a_graph_that_folds_the_batch_gives_no_wrong_rows(
    client: InferenceServerClient, infer: Infer
):
    rows = [np.full((1, 4), -n / 10, np.float32) for n in range(4)]
    results = await asyncio.gather(*(infer(client, "folds", row) for row in rows))
    for row, result in zip(rows, results, strict=True):
        np.testing.assert_array_equal(result, row)
    with pytest.raises(InferenceServerException, match="has 1 rows for a batch of 2"):
        await infer(client, "folds", np.zeros((2, 4), np.float32))


async def test_cancelled_requests_are_dropped_and_harm_nothing(
    client: InferenceServerClient, infer: Infer, triton: LocalTriton
):
    row = np.ones((1, 4), np.float32)
    await infer(client, "slow", row)
    before = await counts(client, "slow")
    calls = [asyncio.create_task(infer(client, "slow", row)) for _ in range(40)]
    await asyncio.sleep(0.2)
    for call in calls:
        call.cancel()
    await asyncio.gather(*calls, return_exceptions=True)
    np.testing.assert_allclose(await infer(client, "slow", row), 2 * row, atol=0.01)
    after = await counts(client, "slow")
    assert after[0] - before[0] < 40
    assert (triton.running, triton.restarts) == (True, 0)


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        ("bad_file", "model.onnx does not load: [ONNXRuntimeError] : 7 : INVALID_PROTOBUF"),
        ("bad_config", "config.pbtxt names no output; the graph has y"),
        ("bad_input", "model.onnx has inputs that config.pbtxt lacks: w"),
        ("bad_batch", "input 'x' has shape [1, 4] in the graph; config.pbtxt expects [-1, 4]"),
        ("bad_threads", "intra_op_thread_count is 'many'; expected a number of threads"),
        ("bad_type", "input 'x' is TYPE_FP16 in config.pbtxt and tensor(float) in the graph"),
        ("bad_name", "config.pbtxt names output 'probabilities', the graph has y"),
        ("bad_shape", "input 'x' has shape [-1, 4] in the graph; config.pbtxt expects [-1, 5]"),
    ],
)
async def test_a_bad_model_says_why_and_the_others_serve(
    client: InferenceServerClient, model: str, reason: str
):
    index = {one.name: one for one in (await client.get_model_repository_index()).models}
    assert index[model].state == "UNAVAILABLE"
    assert reason in index[model].reason
    assert index["double"].state == "READY"
