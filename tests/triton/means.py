"""The embedder of tests, which gives the mean of each channel, as the edge knows it."""

from ocelli.edge.tasks.embed import EmbedModel
from ocelli.edge.tasks.embed_head import EmbedHead
from ocelli.edge.tasks.registry import TASKS
from ocelli.edge.triton.channel import TritonChannel
from ocelli.edge.triton.registry import ModelRegistry


async def describe_means(channel: TritonChannel) -> EmbedModel:
    """Asks Triton how `means` is used."""
    registry = ModelRegistry(channel, TASKS, 1.0, lambda: None)
    registry.start()
    assert await registry.wait_reachable(10)
    spec = registry.choose("means", EmbedHead)
    await registry.close()
    return spec
