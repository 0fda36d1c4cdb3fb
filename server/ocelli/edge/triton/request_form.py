"""The constant part of a model's requests, made once for each form that they have."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ocelli.edge.triton.extra_inputs import ConstantInput
from ocelli.edge.triton.request_codec import request_header


@dataclass(frozen=True, slots=True)
class InputTensor:
    """An input that differs from call to call.

    Attributes:
        name: of the tensor.
        datatype: as Triton names it.
        shape: with a batch axis of 1; −1 where the call decides.
    """

    name: str
    datatype: str
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestForm:
    """How requests for a model look.

    Attributes:
        model: its name.
        inputs: what each call sends, in this order.
        constants: what every call sends alike, each with a batch axis of 1.
        outputs: names of the outputs that are usually asked for.
    """

    model: str
    inputs: tuple[InputTensor, ...]
    constants: tuple[ConstantInput, ...]
    outputs: tuple[str, ...]
    _headers: dict[object, bytes] = field(default_factory=dict, compare=False, repr=False)

    def header(
        self,
        version: str = "",
        *,
        batch_size: int = 1,
        length: int = 0,
        shape: tuple[int, ...] = (),
        more_outputs: Sequence[str] = (),
    ) -> bytes:
        """The serialised part of a request that its tensors and its timeout are joined to.

        Args:
            version: version to ask for; empty for Triton's choice.
            batch_size: first axis of every input.
            length: what stands in the place of axes of any size.
            shape: of the only input; empty: as stated.
            more_outputs: names of outputs beside the usual ones.
        """
        key = (version, batch_size, length, shape, tuple(more_outputs))
        header = self._headers.get(key)
        if header is None:
            header = self._headers[key] = request_header(
                self.model,
                version,
                inputs=[
                    (
                        tensor.name,
                        tensor.datatype,
                        shape or _shape(tensor.shape, batch_size, length),
                    )
                    for tensor in self.inputs
                ],
                outputs=(*self.outputs, *more_outputs),
                constants=[constant.repeated(batch_size) for constant in self.constants],
            )
        return header


def _shape(stated: tuple[int, ...], batch_size: int, length: int) -> tuple[int, ...]:
    return (batch_size, *(size if size > 0 else length for size in stated[1:]))
