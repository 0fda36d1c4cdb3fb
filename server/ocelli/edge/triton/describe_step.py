"""Models that serve other models: Triton's ensembles, or a task of the edge that asks several."""

from dataclasses import dataclass

from tritonclient.grpc import model_config_pb2

from ocelli.edge.triton.describe_input import Usual, describe_input
from ocelli.edge.triton.model_spec import Head, ModelSpec
from ocelli.edge.triton.parameters import Parameters
from ocelli.edge.triton.request_form import RequestForm


@dataclass(frozen=True, slots=True, kw_only=True)
class StepHead(Head):
    """What a step gives; the task that asks it knows what it means.

    Attributes:
        outputs: names of all its outputs.
        labels: class names by class number; empty if it has none.
    """

    outputs: tuple[str, ...]
    labels: tuple[str, ...]

    @property
    def output_names(self) -> tuple[str, ...]:
        """The tensors to ask the model for."""
        return self.outputs


def describe_step(config: model_config_pb2.ModelConfig, version: str) -> ModelSpec[StepHead]:
    """How to use a step that takes an image.

    Args:
        config: from Triton.
        version: the newest version that serves.

    Raises:
        OcelliError: MODEL_REFUSED: it takes something else.
    """
    parameters = Parameters(config.name, config.parameters)
    taken = describe_input(config, parameters, None, Usual())
    outputs = tuple(output.name for output in config.output)
    return ModelSpec(
        name=config.name,
        version=version,
        adapter_name="",
        input=taken.input,
        backend_bytes=0,
        is_default=False,
        max_batch_size=config.max_batch_size,
        form=RequestForm(model=config.name, inputs=taken.tensors, constants=(), outputs=outputs),
        head=StepHead(outputs=outputs, labels=parameters.names("labels")),
    )
