"""What the config of a model that finds lines of text says of its outputs and of who reads them."""

from dataclasses import dataclass
from typing import ClassVar

from ocelli.edge.tasks.task import Task
from ocelli.edge.triton.model_spec import Head
from ocelli.edge.triton.parameters import Parameters
from ocelli.edge.vision.adapters import READ_ADAPTERS
from ocelli.edge.vision.adapters.adapter import ModelSignature
from ocelli.edge.vision.adapters.db import DbAdapter


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadHead(Head):
    """How to find lines and have them read.

    Attributes:
        adapter: reads its outputs.
        recogniser: name of the model that reads a line.
        classifier: name of the model that tells lines that stand on their head; empty for none.
        score_threshold: lowest score of a line reported by default, 0 to 1.
    """

    task: ClassVar[Task] = Task.READ

    adapter: DbAdapter
    recogniser: str
    classifier: str
    score_threshold: float

    @property
    def output_names(self) -> tuple[str, ...]:
        """The tensors to ask the model for."""
        return self.adapter.output_names


def read(parameters: Parameters, signature: ModelSignature) -> ReadHead:
    """The head of a model that finds lines.

    Raises:
        OcelliError: MODEL_REFUSED, with the key or tensor that is wrong and what was expected.
    """
    recogniser = parameters.text("recogniser")
    if not recogniser:
        expected = "the name of a model whose task is step"
        raise parameters.refuse("recogniser", "is missing", expected)
    return ReadHead(
        adapter=parameters.adapter(READ_ADAPTERS, signature),
        recogniser=recogniser,
        classifier=parameters.text("classifier"),
        score_threshold=parameters.number("score_threshold", 0.5, 0.0, 1.0),
    )
