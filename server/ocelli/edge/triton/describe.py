"""From a model's Triton config to what the edge needs to use it.

The `parameters` of the config carry what tensors cannot say; `docs/models.md` lists the keys. A
model that lacks one, or contradicts its own tensors, is refused with a line that names the key.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import prod

from tritonclient.grpc import model_config_pb2

from ocelli.edge.tasks.task import Task
from ocelli.edge.triton.extra_inputs import fill
from ocelli.edge.triton.model_spec import Head, ModelSpec
from ocelli.edge.triton.parameters import Parameters
from ocelli.edge.triton.request_codec import request_header
from ocelli.edge.triton.tensors import datatype_of
from ocelli.edge.vision.adapters.adapter import ModelSignature, TensorSpec
from ocelli.edge.vision.image import ColorOrder
from ocelli.edge.vision.letterbox import Anchor, InputSpec, Resize
from ocelli.edge.vision.tensor import TensorLayout, TensorPacker, TensorType

_MAX_INPUT_SIDE = 8192
_BYTES = {TensorType.UINT8: 1, TensorType.FP16: 2, TensorType.FP32: 4}
_OUTPUT_BYTES = {"FP32": 4, "INT32": 4, "FP16": 2, "BF16": 2, "UINT8": 1}
_MAX_ELEMENT_BYTES = 8
_STUB_BYTES = 1 << 20
"""What each process of the Python backend takes at its start (`shm-default-byte-size`)."""
_BATCHES_HELD = 2
"""It copies in the next batch before it has freed the last one."""


@dataclass(frozen=True, slots=True)
class _Input:
    name: str
    datatype: TensorType
    layout: TensorLayout
    width: int
    height: int

    @property
    def shape(self) -> tuple[int, ...]:
        if self.layout is TensorLayout.NHWC:
            return (1, self.height, self.width, 3)
        return (1, 3, self.height, self.width)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskEntry:
    """What has to be known of a task to describe its models and to serve it.

    Attributes:
        service: the gRPC service that serves it, for health.
        read_head: reads its part of a model's parameters; raises MODEL_REFUSED.
        antialias: whether its models usually want smooth reductions (`InputSpec.antialias`).
    """

    service: str
    read_head: Callable[[Parameters, ModelSignature], Head]
    antialias: bool


def describe(
    config: model_config_pb2.ModelConfig, version: str, tasks: Mapping[Task, TaskEntry]
) -> ModelSpec[Head]:
    """How to use a model.

    Args:
        config: from Triton.
        version: the version that serves.
        tasks: the tasks there are.

    Raises:
        OcelliError: MODEL_REFUSED, with the key or tensor that is wrong and what was expected.
    """
    parameters = Parameters(config.name, config.parameters)
    task = tasks[parameters.one_of("task", Task)]
    tensor = _read_input(config, parameters)
    view = InputSpec(
        width=tensor.width,
        height=tensor.height,
        color=parameters.one_of("color_order", ColorOrder, ColorOrder.RGB),
        resize=parameters.one_of("resize", Resize, Resize.LETTERBOX),
        anchor=parameters.one_of("letterbox_anchor", Anchor, Anchor.CENTER),
        pad_value=int(parameters.number("pad_value", 114, 0, 255)),
        antialias=parameters.flag("antialias", default=task.antialias),
    )
    signature = ModelSignature(
        outputs=_outputs(config),
        input_width=tensor.width,
        input_height=tensor.height,
        options=parameters.all,
    )
    head = task.read_head(parameters, signature)
    others = [other for other in config.input if other.name != tensor.name]
    tensor_bytes = prod(tensor.shape) * _BYTES[tensor.datatype]
    return ModelSpec(
        name=config.name,
        version=version,
        adapter_name=parameters.text("adapter"),
        view=view,
        packer=_packer(parameters, tensor),
        datatype=tensor.datatype,
        layout=tensor.layout,
        tensor_bytes=tensor_bytes,
        backend_bytes=_backend_bytes(config, tensor_bytes),
        is_default=parameters.flag("default"),
        max_batch_size=config.max_batch_size,
        request_header=request_header(
            config.name,
            version,
            input_name=tensor.name,
            datatype=tensor.datatype.value,
            shape=tensor.shape,
            outputs=head.output_names,
            constants=fill(
                others,
                parameters,
                width=tensor.width,
                height=tensor.height,
                batched=bool(config.max_batch_size),
            ),
        ),
        head=head,
    )


def _packer(parameters: Parameters, tensor: _Input) -> TensorPacker:
    scale = 1.0 if tensor.datatype is TensorType.UINT8 else 1 / 255
    try:
        return TensorPacker(
            tensor.datatype,
            tensor.layout,
            scale=parameters.number("scale", scale, 1e-6, 1e6),
            mean=parameters.channels("mean", (0.0, 0.0, 0.0)),
            std=parameters.channels("std", (1.0, 1.0, 1.0)),
        )
    except ValueError as error:
        raise parameters.refuse_tensor(f"its scale, mean or std does not fit: {error}") from error


def _read_input(config: model_config_pb2.ModelConfig, parameters: Parameters) -> _Input:
    expected = "expected one image input, UINT8, FP16 or FP32, [H,W,3] or [3,H,W]"
    if not config.input:
        raise parameters.refuse_tensor(f"it has no inputs; {expected}")
    batch_axes = 0 if config.max_batch_size else 1
    images = [tensor for tensor in config.input if _is_image(tensor, batch_axes)]
    if len(images) > 1:
        names = ", ".join(repr(image.name) for image in images)
        raise parameters.refuse_tensor(f"its inputs {names} are all images; {expected}")
    tensor = (images or config.input)[0]
    found = f"its input {tensor.name!r} is {datatype_of(tensor)}{list(tensor.dims)}"
    dims = tuple(tensor.dims)
    if config.max_batch_size == 0:
        if dims[:1] not in ((1,), (-1,)):
            raise parameters.refuse_tensor(
                f"{found} without batch dimension; set max_batch_size or add one"
            )
        dims = dims[1:]
    if not images:
        raise parameters.refuse_tensor(f"{found}; {expected}")
    layout = _layout(tensor, dims)
    height, width = dims[1:] if layout is TensorLayout.NCHW else dims[:2]
    return _Input(
        tensor.name,
        TensorType(datatype_of(tensor)),
        layout,
        _side(parameters, "width", width),
        _side(parameters, "height", height),
    )


def _is_image(tensor: model_config_pb2.ModelInput, batch_axes: int) -> bool:
    dims = tuple(tensor.dims)[batch_axes:]
    return datatype_of(tensor) in _BYTES and len(dims) == 3 and 3 in (dims[0], dims[2])


def _layout(tensor: model_config_pb2.ModelInput, dims: tuple[int, ...]) -> TensorLayout:
    if tensor.format == model_config_pb2.ModelInput.FORMAT_NCHW:
        return TensorLayout.NCHW
    if tensor.format == model_config_pb2.ModelInput.FORMAT_NHWC:
        return TensorLayout.NHWC
    return TensorLayout.NHWC if dims[2] == 3 else TensorLayout.NCHW


def _side(parameters: Parameters, key: str, stated: int) -> int:
    """A side of the input: as the tensor states it, or by parameter where it takes any size."""
    if stated > 0:
        return stated
    side = int(parameters.number(key, 0, 0, _MAX_INPUT_SIDE))
    if side == 0:
        expected = "a number of pixels, since the input takes any"
        raise parameters.refuse(key, "is missing", expected)
    return side


def _outputs(config: model_config_pb2.ModelConfig) -> tuple[TensorSpec, ...]:
    batch = (-1,) if config.max_batch_size else ()
    return tuple(
        TensorSpec(output.name, datatype_of(output), (*batch, *output.dims))
        for output in config.output
    )


def _backend_bytes(config: model_config_pb2.ModelConfig, tensor_bytes: int) -> int:
    """Shared memory of the Python backend for all instances; outputs of unknown size left out."""
    output_bytes: int = sum(
        prod(output.dims) * _OUTPUT_BYTES.get(datatype_of(output), _MAX_ELEMENT_BYTES)
        for output in config.output
        if min(output.dims, default=1) > 0
    )
    batch_bytes: int = max(1, config.max_batch_size) * (tensor_bytes + output_bytes)
    instances: int = sum(max(1, group.count) for group in config.instance_group) or 1
    return instances * (_STUB_BYTES + _BATCHES_HELD * batch_bytes)
