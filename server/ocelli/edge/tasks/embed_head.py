"""What an embedder's config says of its outputs."""

from dataclasses import dataclass
from typing import ClassVar

from ocelli.edge.tasks.task import Task
from ocelli.edge.triton.model_spec import Head
from ocelli.edge.triton.parameters import Parameters
from ocelli.edge.vision.adapters import EMBED_ADAPTERS
from ocelli.edge.vision.adapters.adapter import EmbedAdapter, ModelSignature
from ocelli.edge.vision.align import TEMPLATES, Alignment, Template


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbedHead(Head):
    """How to read an embedder.

    Attributes:
        adapter: reads its outputs.
        space: name of what its vectors can be compared in; empty if it shares it with no model.
        align: where the landmarks of a face are to lie in its input; None for a model that takes
            images as they are.
    """

    task: ClassVar[Task] = Task.EMBED

    adapter: EmbedAdapter
    space: str
    align: Template | None = None

    @property
    def output_names(self) -> tuple[str, ...]:
        """The tensors to ask the model for."""
        return self.adapter.output_names

    @property
    def dimension(self) -> int:
        """Length of its vectors."""
        return self.adapter.dimension


def read(parameters: Parameters, signature: ModelSignature) -> EmbedHead:
    """The head of an embedder.

    Raises:
        OcelliError: MODEL_REFUSED, with the key or tensor that is wrong and what was expected.
    """
    return EmbedHead(
        adapter=parameters.adapter(EMBED_ADAPTERS, signature),
        space=parameters.text("space"),
        align=_template(parameters, signature),
    )


def _template(parameters: Parameters, signature: ModelSignature) -> Template | None:
    if not parameters.text("align"):
        return None
    if not signature.input_width or signature.input_width != signature.input_height:
        size = f"{signature.input_width}×{signature.input_height}"
        raise parameters.refuse("align", f"is for an input of {size}", "a square of pixels")
    return TEMPLATES[parameters.one_of("align", Alignment)]
