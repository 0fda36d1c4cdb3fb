"""What a classifier's config says of its outputs."""

from dataclasses import dataclass, replace
from typing import ClassVar

from ocelli.edge.tasks.task import Task
from ocelli.edge.triton.model_spec import Head
from ocelli.edge.triton.parameters import Parameters
from ocelli.edge.vision.adapters import CLASSIFY_ADAPTERS
from ocelli.edge.vision.adapters.adapter import ClassifyAdapter, ModelSignature


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassifyHead(Head):
    """How to read a classifier.

    Attributes:
        adapter: reads its outputs.
        labels: class names by class number; empty if it has none.
    """

    task: ClassVar[Task] = Task.CLASSIFY

    adapter: ClassifyAdapter
    labels: tuple[str, ...]

    @property
    def output_names(self) -> tuple[str, ...]:
        """The tensors to ask the model for."""
        return self.adapter.output_names


def read(parameters: Parameters, signature: ModelSignature) -> ClassifyHead:
    """The head of a classifier.

    Raises:
        OcelliError: MODEL_REFUSED, with the key or tensor that is wrong and what was expected.
    """
    labels = parameters.names("labels")
    counted = replace(signature, label_count=len(labels))
    return ClassifyHead(adapter=parameters.adapter(CLASSIFY_ADAPTERS, counted), labels=labels)
