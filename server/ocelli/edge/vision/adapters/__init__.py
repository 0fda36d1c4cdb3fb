"""Adapters: what the heads of models mean.

An adapter is a class that is constructed from a model's signature, which it refuses if it cannot
read it. Adding one takes a module and a line in the table of its task.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from ocelli.edge.vision.adapters.adapter import DetectAdapter, EmbedAdapter, ModelSignature
from ocelli.edge.vision.adapters.candidates import CandidatesAdapter
from ocelli.edge.vision.adapters.embedding import EmbeddingAdapter
from ocelli.edge.vision.adapters.yolov8 import Yolov8Adapter

DETECT_ADAPTERS: Mapping[str, Callable[[ModelSignature], DetectAdapter]] = MappingProxyType(
    {
        "candidates": CandidatesAdapter,
        "yolov8": Yolov8Adapter,
    }
)

EMBED_ADAPTERS: Mapping[str, Callable[[ModelSignature], EmbedAdapter]] = MappingProxyType(
    {
        "embedding": EmbeddingAdapter,
    }
)
