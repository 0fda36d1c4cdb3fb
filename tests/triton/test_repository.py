"""How often a repository of a hundred models is asked for its configs: the server counts."""

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest_asyncio
from tritonclient.grpc import service_pb2, service_pb2_grpc

from ocelli.edge.tasks.registry import TASKS
from ocelli.edge.triton.access import TritonAccess
from ocelli.edge.triton.balancing import Balancer
from ocelli.edge.triton.control import TritonControl
from ocelli.edge.triton.model_entry import ModelState
from ocelli.edge.triton.repository import RepositoryReader

MODELS = 100


class CountingRepository(service_pb2_grpc.GRPCInferenceServiceServicer):
    """A Triton's repository, as far as reading it goes."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.versions = {f"model-{number:03}": "1" for number in range(MODELS)}
        self.labels = "a,b"

    async def RepositoryIndex(self, request: Any, context: Any) -> Any:  # noqa: N802
        answer = service_pb2.RepositoryIndexResponse()
        for name, version in self.versions.items():
            answer.models.add(name=name, version=version, state="READY")
        return answer

    async def ModelConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        self.asked[request.name] += 1
        answer = service_pb2.ModelConfigResponse()
        config = answer.config
        config.name, config.max_batch_size = request.name, 8
        config.input.add(name="images", data_type=11, dims=[3, 64, 64])
        config.output.add(name="output0", data_type=11, dims=[6, 10])
        for key, value in (("task", "detect"), ("adapter", "yolov8"), ("labels", self.labels)):
            config.parameters[f"ocelli.{key}"].string_value = value
        return answer


@pytest_asyncio.fixture
async def repository() -> AsyncIterator[CountingRepository]:
    repository = CountingRepository()
    server = grpc.aio.server()
    service_pb2_grpc.add_GRPCInferenceServiceServicer_to_server(repository, server)
    repository.port = server.add_insecure_port("127.0.0.1:0")  # type: ignore[attr-defined]
    await server.start()
    yield repository
    await server.stop(None)


@pytest_asyncio.fixture
async def reader(repository: Any) -> AsyncIterator[RepositoryReader]:
    access = TritonAccess(targets=(f"127.0.0.1:{repository.port}",))
    balancer = Balancer(access, max_message_bytes=1 << 20, keepalive_s=10)
    yield RepositoryReader(TritonControl(balancer), TASKS)
    await balancer.close()


async def test_configs_are_read_once_and_then_in_rotation(
    repository: CountingRepository, reader: RepositoryReader
) -> None:
    entries = await reader.read()
    assert {entry.state for entry in entries.values()} == {ModelState.READY}
    assert repository.asked.total() == MODELS
    for _ in range(30):
        assert await reader.read() == entries
    assert repository.asked.total() <= 2 * MODELS + 30
    assert min(repository.asked.values()) >= 2


async def test_what_the_index_shows_to_have_changed_is_read_at_once(
    repository: CountingRepository, reader: RepositoryReader
) -> None:
    await reader.read()
    repository.versions["model-007"] = "2"
    repository.versions.pop("model-008")
    repository.asked.clear()
    entries = await reader.read()
    assert entries["model-007"].version == "2"
    assert "model-008" not in entries
    assert repository.asked["model-007"] == 1
    assert repository.asked.total() <= 1 + 4


async def test_a_model_known_to_be_loaded_anew_is_read_at_once(
    repository: CountingRepository, reader: RepositoryReader
) -> None:
    await reader.read()
    repository.labels = "c,d"
    reader.forget("model-050")
    entries = await reader.read()
    spec = entries["model-050"].spec
    assert spec is not None
    assert spec.head.labels == ("c", "d")  # type: ignore[attr-defined]  # a detector's


async def test_a_config_that_changed_unseen_is_noticed_within_thirty_polls(
    repository: CountingRepository, reader: RepositoryReader
) -> None:
    await reader.read()
    repository.labels = "c,d"
    for _ in range(30):
        entries = await reader.read()
    labels = {entry.spec.head.labels for entry in entries.values() if entry.spec}  # type: ignore[attr-defined]
    assert labels == {("c", "d")}
