"""ModelInferRequest without its cost.

A request differs from the last one of the same model only in its timeout and its pixels. All that
stays the same is serialised once per model; a call joins it with two short fields. Concatenated
protobuf messages merge, so the parts need no common envelope (Protocol Buffers encoding, "Last One
Wins" and repeated fields).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from tritonclient.grpc import service_pb2

from ocelli.edge.triton.extra_inputs import ConstantInput
from ocelli.edge.triton.tensors import from_raw
from ocelli.edge.varint import varint

_LENGTH_BYTES = 4
_RAW_INPUT_CONTENTS_TAG = bytes([7 << 3 | 2])


def request_header(
    model: str,
    version: str,
    *,
    inputs: Sequence[tuple[str, str, tuple[int, ...]]],
    outputs: Sequence[str],
    constants: Sequence[ConstantInput] = (),
) -> bytes:
    """Everything of a request that no call changes.

    Args:
        model: name in the model repository.
        version: version to ask for, empty for Triton's choice.
        inputs: name, type as Triton names it, and shape of each input that calls send, batch
            dimension included where the model has one.
        outputs: names of the outputs to return.
        constants: other inputs, which are always the same.
    """
    request = service_pb2.ModelInferRequest(model_name=model, model_version=version)
    # Values stand in the order of the inputs, and those of the header come before the calls'.
    for constant in constants:
        request.inputs.add(
            name=constant.name, datatype=constant.datatype, shape=constant.values.shape
        )
        request.raw_input_contents.append(constant.values.tobytes())
    for name, datatype, shape in inputs:
        request.inputs.add(name=name, datatype=datatype, shape=shape)
    for name in outputs:
        request.outputs.add(name=name)
    serialised: bytes = request.SerializeToString()
    return serialised


def join_request(header: bytes, timeout_us: int, tensors: Sequence[NDArray[np.generic]]) -> bytes:
    """A serialised request: `header`, the time Triton may take, and C-contiguous tensors."""
    parts: list[bytes | memoryview] = [header, _timeout(timeout_us)]
    for tensor in tensors:
        values = tensor.data.cast("B")
        parts += (_RAW_INPUT_CONTENTS_TAG, varint(values.nbytes), values)
    return b"".join(parts)


def byte_strings(values: Sequence[bytes]) -> NDArray[np.uint8]:
    """Elements of a BYTES tensor as they travel: each after its length in four bytes."""
    parts = [
        part for value in values for part in (len(value).to_bytes(_LENGTH_BYTES, "little"), value)
    ]
    return np.frombuffer(b"".join(parts), np.uint8)


def byte_string_bytes(value: bytes) -> int:
    """Size of an element of a BYTES tensor as it travels."""
    return _LENGTH_BYTES + len(value)


def write_byte_string(value: bytes, memory: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """As `byte_strings` for one element, in memory that is given; the part of it that is used."""
    used = memory[: byte_string_bytes(value)]
    used[:_LENGTH_BYTES] = np.frombuffer(len(value).to_bytes(_LENGTH_BYTES, "little"), np.uint8)
    used[_LENGTH_BYTES:] = np.frombuffer(value, np.uint8)
    return used


def join_slot_request(slot_header: bytes, timeout_us: int) -> bytes:
    """A serialised request whose tensor lies in shared memory, as `slot_header` names it."""
    return slot_header + _timeout(timeout_us)


def slot_header(header: bytes, segment: str, offset: int, size_bytes: int) -> bytes:
    """`header` with its image in shared memory instead of in the message."""
    request = service_pb2.ModelInferRequest.FromString(header)
    parameters = request.inputs[-1].parameters
    parameters["shared_memory_region"].string_param = segment
    parameters["shared_memory_offset"].int64_param = offset
    parameters["shared_memory_byte_size"].int64_param = size_bytes
    serialised: bytes = request.SerializeToString()
    return serialised


class Outputs(dict[str, NDArray[np.generic]]):
    """Output tensors by name, read-only, batch dimension included.

    Attributes:
        version: of the model that answered.
    """

    version = ""


def read_outputs(response: service_pb2.ModelInferResponse) -> Outputs:
    """What a model answered.

    Raises:
        ValueError: a tensor's bytes do not fit its type and shape.
    """
    raw = response.raw_output_contents
    if len(raw) != len(response.outputs):
        raise ValueError(f"{len(response.outputs)} outputs came with {len(raw)} tensors")
    outputs = Outputs(
        (output.name, from_raw(raw[position], output.datatype, tuple(output.shape)))
        for position, output in enumerate(response.outputs)
    )
    outputs.version = response.model_version
    return outputs


def _timeout(timeout_us: int) -> bytes:
    request = service_pb2.ModelInferRequest()
    request.parameters["timeout"].int64_param = max(1, timeout_us)
    serialised: bytes = request.SerializeToString()
    return serialised
