"""Which of a model's inputs the edge fills, and how."""

from dataclasses import dataclass
from math import prod
from pathlib import Path

from tritonclient.grpc import model_config_pb2

from ocelli.edge.text.tokenizer import TextTokenizer, TokenizerError
from ocelli.edge.triton.model_input import EncodedInput, ModelInput, PixelInput, TextInput
from ocelli.edge.triton.parameters import Parameters
from ocelli.edge.triton.request_form import InputTensor
from ocelli.edge.triton.tensors import datatype_of
from ocelli.edge.vision.image import ColorOrder
from ocelli.edge.vision.letterbox import Anchor, InputSpec, Resize
from ocelli.edge.vision.tensor import TensorLayout, TensorPacker, TensorType

_MAX_INPUT_SIDE = 8192
_MAX_TOKENS = 8192
_BYTES = {TensorType.UINT8: 1, TensorType.FP16: 2, TensorType.FP32: 4}
_IDS = ("INT64", "INT32")
# As transformers names them.
_TEXT_TENSORS = ("input_ids", "attention_mask", "token_type_ids")
_KINDS = ("pixels", "encoded", "text")


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """How models of a task usually want images fitted.

    Attributes:
        antialias: what `ocelli.antialias` is by default.
        resize: what `ocelli.resize` is by default.
    """

    antialias: bool = False
    resize: Resize = Resize.LETTERBOX


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedInput:
    """What a model takes.

    Attributes:
        input: how it is filled.
        tensors: that each call sends.
        width: of the image that the model sees, in pixels; 0 if it sees none.
        height: likewise.
    """

    input: ModelInput
    tensors: tuple[InputTensor, ...]
    width: int = 0
    height: int = 0


def describe_input(
    config: model_config_pb2.ModelConfig,
    parameters: Parameters,
    models_dir: Path | None,
    usual: Usual,
) -> DescribedInput:
    """What a model takes, by its tensors and the parameters of its config.

    Args:
        config: from Triton.
        parameters: of that config.
        models_dir: where the edge finds the files of the models, for tokenizers.
        usual: what holds where the parameters say nothing.

    Raises:
        OcelliError: MODEL_REFUSED, with the key or tensor that is wrong and what was expected.
    """
    named = {tensor.name for tensor in config.input}
    kind = parameters.text("input", "text" if _TEXT_TENSORS[0] in named else "pixels")
    if kind not in _KINDS:
        raise parameters.refuse("input", f"is {kind!r}", f"one of {', '.join(_KINDS)}")
    if kind == "text":
        return _text(config, parameters, models_dir)
    if kind == "encoded":
        return _encoded(config, parameters, usual)
    return _pixels(config, parameters, usual)


def _pixels(
    config: model_config_pb2.ModelConfig, parameters: Parameters, usual: Usual
) -> DescribedInput:
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
    stated = dims[1:] if layout is TensorLayout.NCHW else dims[:2]
    height, width = _side(parameters, "height", stated[0]), _side(parameters, "width", stated[1])
    nhwc = layout is TensorLayout.NHWC
    shape = (1, height, width, 3) if nhwc else (1, 3, height, width)
    datatype = TensorType(datatype_of(tensor))
    pixels = PixelInput(
        view=_view(parameters, width, height, usual),
        packer=_packer(parameters, datatype, layout),
        datatype=datatype,
        layout=layout,
        slot_bytes=prod(shape) * _BYTES[datatype],
    )
    sent = InputTensor(tensor.name, datatype.value, shape)
    return DescribedInput(input=pixels, tensors=(sent,), width=width, height=height)


def _encoded(
    config: model_config_pb2.ModelConfig, parameters: Parameters, usual: Usual
) -> DescribedInput:
    files = [tensor for tensor in config.input if datatype_of(tensor) == "STRING"]
    if len(files) != 1:
        found = ", ".join(
            f"{tensor.name!r} {datatype_of(tensor)}{list(tensor.dims)}" for tensor in config.input
        )
        raise parameters.refuse_tensor(
            f"ocelli.input is encoded and its inputs are {found or 'none'}; expected one, of "
            "TYPE_STRING, for an image file"
        )
    (tensor,) = files
    shape = tuple(tensor.dims) if config.max_batch_size == 0 else (1, *tensor.dims)
    if any(size not in (1, -1) for size in shape):
        raise parameters.refuse_tensor(
            f"its input {tensor.name!r} is STRING{list(tensor.dims)}; expected [1], a file"
        )
    width, height = _side(parameters, "width", 0), _side(parameters, "height", 0)
    encoded = EncodedInput(
        view=_view(parameters, width, height, usual),
        turns_upright=parameters.flag("turns_upright"),
    )
    sent = InputTensor(tensor.name, "BYTES", (1,) * len(shape))
    return DescribedInput(input=encoded, tensors=(sent,), width=width, height=height)


def _text(
    config: model_config_pb2.ModelConfig, parameters: Parameters, models_dir: Path | None
) -> DescribedInput:
    tensors = {tensor.name: tensor for tensor in config.input}
    first = tensors.get(_TEXT_TENSORS[0])
    datatype = "" if first is None else datatype_of(first)
    if first is None or datatype not in _IDS:
        raise parameters.refuse_tensor(
            f"its inputs are {', '.join(tensors) or 'none'}; expected input_ids, INT64 or INT32, "
            "and none but attention_mask and token_type_ids beside it"
        )
    names = tuple(name for name in _TEXT_TENSORS if name in tensors)
    other = next((name for name in tensors if name not in names), None)
    if other is not None:
        raise parameters.refuse_tensor(f"the edge does not know what its input {other!r} is for")
    if config.max_batch_size == 0:
        raise parameters.refuse_tensor("it takes texts and has no batch axis; set max_batch_size")
    stated = first.dims[-1]
    max_tokens = int(parameters.number("max_tokens", stated if stated > 0 else 512, 1, _MAX_TOKENS))
    text = TextInput(
        tokenizer=_tokenizer(config.name, parameters, models_dir, max_tokens, fixed=stated > 0),
        tensors=names,
        datatype=datatype,
    )
    sent = tuple(InputTensor(name, datatype, (1, -1)) for name in names)
    return DescribedInput(input=text, tensors=sent)


def _tokenizer(
    model: str,
    parameters: Parameters,
    models_dir: Path | None,
    max_tokens: int,
    *,
    fixed: bool,
) -> TextTokenizer:
    name = parameters.text("tokenizer", "tokenizer.json")
    expected = "the name of a tokenizer.json in the model's folder, which the edge reads"
    if models_dir is None or Path(name).name != name:
        raise parameters.refuse("tokenizer", f"is {name!r}", expected)
    try:
        return TextTokenizer(models_dir / model / name, max_tokens, fixed=fixed)
    except TokenizerError as error:
        raise parameters.refuse("tokenizer", f"is {name!r}, but {error}", expected) from error


def _view(parameters: Parameters, width: int, height: int, usual: Usual) -> InputSpec:
    return InputSpec(
        width=width,
        height=height,
        color=parameters.one_of("color_order", ColorOrder, ColorOrder.RGB),
        resize=parameters.one_of("resize", Resize, usual.resize),
        anchor=parameters.one_of("letterbox_anchor", Anchor, Anchor.CENTER),
        pad_value=int(parameters.number("pad_value", 114, 0, 255)),
        antialias=parameters.flag("antialias", default=usual.antialias),
        crop_share=parameters.number("crop_share", 1.0, 0.1, 1.0),
    )


def _packer(parameters: Parameters, datatype: TensorType, layout: TensorLayout) -> TensorPacker:
    scale = 1.0 if datatype is TensorType.UINT8 else 1 / 255
    try:
        return TensorPacker(
            datatype,
            layout,
            scale=parameters.number("scale", scale, 1e-6, 1e6),
            mean=parameters.channels("mean", (0.0, 0.0, 0.0)),
            std=parameters.channels("std", (1.0, 1.0, 1.0)),
        )
    except ValueError as error:
        raise parameters.refuse_tensor(f"its scale, mean or std does not fit: {error}") from error


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
