"""From a model's Triton config to what the edge needs to use it.

The `parameters` of the config carry what tensors cannot say; `docs/models.md` lists the keys. A
model that lacks one, or contradicts its own tensors, is refused with a line that names the key.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import nan, prod
from pathlib import Path

from tritonclient.grpc import model_config_pb2

from ocelli.edge.tasks.task import Task
from ocelli.edge.triton.describe_input import DescribedInput, Usual, describe_input
from ocelli.edge.triton.extra_inputs import fill
from ocelli.edge.triton.model_input import PixelInput, TextInput
from ocelli.edge.triton.model_spec import Canary, Head, ModelSpec
from ocelli.edge.triton.parameters import Parameters
from ocelli.edge.triton.request_form import RequestForm
from ocelli.edge.triton.tensors import datatype_of
from ocelli.edge.vision.adapters.adapter import ModelSignature, TensorSpec

_OUTPUT_BYTES = {"FP32": 4, "INT32": 4, "FP16": 2, "BF16": 2, "UINT8": 1}
_MAX_ELEMENT_BYTES = 8
_STUB_BYTES = 1 << 20
"""What each process of the Python backend takes at its start (`shm-default-byte-size`)."""
_BATCHES_HELD = 2
"""It copies in the next batch before it has freed the last one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskEntry:
    """What has to be known of a task to describe its models and to serve it.

    Attributes:
        service: the gRPC service that serves it, for health.
        read_head: reads its part of a model's parameters; raises MODEL_REFUSED.
        usual: how its models usually want images fitted.
        takes_text: whether its models may take texts.
    """

    service: str
    read_head: Callable[[Parameters, ModelSignature], Head]
    usual: Usual
    takes_text: bool = False


def describe(
    config: model_config_pb2.ModelConfig,
    version: str,
    tasks: Mapping[Task, TaskEntry],
    models_dir: Path | None = None,
) -> ModelSpec[Head]:
    """How to use a model.

    Args:
        config: from Triton.
        version: the newest version that serves.
        tasks: the tasks there are.
        models_dir: where the edge finds the files of the models; None if it does not see them.

    Raises:
        OcelliError: MODEL_REFUSED, with the key or tensor that is wrong and what was expected.
    """
    parameters = Parameters(config.name, config.parameters)
    task = tasks[parameters.one_of("task", Task)]
    taken = describe_input(config, parameters, models_dir, task.usual)
    signature = ModelSignature(
        outputs=_outputs(config),
        input_width=taken.width,
        input_height=taken.height,
        options=parameters.all,
    )
    head = task.read_head(parameters, signature)
    if isinstance(taken.input, TextInput) and not task.takes_text:
        raise parameters.refuse("task", f"is {head.task.value!r}", "embed for a model for texts")
    sent = {tensor.name for tensor in taken.tensors}
    constants = fill(
        [other for other in config.input if other.name not in sent],
        parameters,
        width=taken.width,
        height=taken.height,
        batched=bool(config.max_batch_size),
    )
    return ModelSpec(
        name=config.name,
        version=version,
        adapter_name=parameters.text("adapter"),
        input=taken.input,
        backend_bytes=_backend_bytes(config, taken),
        is_default=parameters.flag("default"),
        max_batch_size=config.max_batch_size,
        canary=_canary(parameters),
        self_test=parameters.flag("self_test", default=True),
        form=RequestForm(
            model=config.name,
            inputs=taken.tensors,
            constants=constants,
            outputs=head.output_names,
        ),
        head=head,
    )


def _canary(parameters: Parameters) -> Canary | None:
    """The version that `ocelli.canary` names, and its share: `2:0.05`."""
    stated = parameters.text("canary")
    if not stated:
        return None
    version, _, share = stated.partition(":")
    try:
        number = float(share)
    except ValueError:
        number = nan
    if not version.isdecimal() or not 0 <= number <= 1:
        expected = "a version and its share of the requests, such as 2:0.05"
        raise parameters.refuse("canary", f"is {stated!r}", expected)
    return Canary(version, number)


def _outputs(config: model_config_pb2.ModelConfig) -> tuple[TensorSpec, ...]:
    batch = (-1,) if config.max_batch_size else ()
    return tuple(
        TensorSpec(output.name, datatype_of(output), (*batch, *output.dims))
        for output in config.output
    )


def _backend_bytes(config: model_config_pb2.ModelConfig, taken: DescribedInput) -> int:
    """Shared memory of the Python backend for all instances; tensors of unknown size left out."""
    tensor_bytes = taken.input.slot_bytes if isinstance(taken.input, PixelInput) else 0
    output_bytes: int = sum(
        prod(output.dims) * _OUTPUT_BYTES.get(datatype_of(output), _MAX_ELEMENT_BYTES)
        for output in config.output
        if min(output.dims, default=1) > 0
    )
    batch_bytes: int = max(1, config.max_batch_size) * (tensor_bytes + output_bytes)
    instances: int = sum(max(1, group.count) for group in config.instance_group) or 1
    return instances * (_STUB_BYTES + _BATCHES_HELD * batch_bytes)
