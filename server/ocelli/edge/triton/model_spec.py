"""What the edge knows of a usable model."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from ocelli.edge.tasks.task import Task
from ocelli.edge.triton.arena import Slot
from ocelli.edge.triton.model_input import ModelInput, TextInput
from ocelli.edge.triton.request_form import RequestForm


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What the task of a model adds: how its outputs are read. Each task has its own.

    The attributes below are what people are told of a model; a head has those that its task knows.

    Attributes:
        task: what the model does.
        labels: class names by class number.
        score_threshold: lowest score reported by default, 0 to 1.
        iou_threshold: largest overlap of two boxes of a class by default, 0 to 1.
        keypoint_names: names of the keypoints of an object, in their order.
        dimension: length of its vectors.
        space: name of what its vectors can be compared in; empty if it has none.
    """

    task: ClassVar[Task]

    @property
    def output_names(self) -> tuple[str, ...]:
        """The tensors to ask the model for."""
        raise NotImplementedError


HeadT_co = TypeVar("HeadT_co", bound=Head, covariant=True)


@dataclass(frozen=True, slots=True)
class Canary:
    """A version that is tried on a part of the requests that name none.

    Attributes:
        version: its name.
        share: its part, 0 to 1.
    """

    version: str
    share: float


@dataclass(frozen=True, slots=True, eq=False)
class ModelRequest:
    """What is sent to a model.

    Attributes:
        header: the constant part.
        tensors: the inputs that the header leaves to the call, in its order, each C-contiguous.
        slot: the shared memory that the only tensor lies in, from its beginning. It is given back
            when the call ended.
    """

    header: bytes
    tensors: tuple[NDArray[np.generic], ...]
    slot: Slot | None = None

    @property
    def size_bytes(self) -> int:
        """Size of the tensors."""
        return sum(tensor.nbytes for tensor in self.tensors)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSpec(Generic[HeadT_co]):
    """A model the edge can use.

    Attributes:
        name: folder in the model repository.
        version: the newest version that serves.
        asked_version: the version that requests name; empty for Triton's choice, the newest.
        adapter_name: which adapter reads its outputs.
        input: what it takes.
        backend_bytes: shared memory that the processes of Triton's Python backend may come to use
            for it.
        is_default: used where a request names no model.
        max_batch_size: 0 if it cannot batch.
        canary: a version that is tried; None if none is.
        self_test: whether it is tried when it is loaded.
        form: how its requests look.
        head: how its outputs are read.
    """

    name: str
    version: str
    asked_version: str = ""
    adapter_name: str
    input: ModelInput
    backend_bytes: int
    is_default: bool
    max_batch_size: int
    canary: Canary | None = None
    self_test: bool = True
    form: RequestForm
    head: HeadT_co

    @property
    def slot_bytes(self) -> int:
        """Size of the shared memory for a tensor; 0 if none is used."""
        return 0 if isinstance(self.input, TextInput) else self.input.slot_bytes

    def at_version(self, version: str) -> "ModelSpec[HeadT_co]":
        """The same model, asked for one version."""
        return replace(self, asked_version=version)

    def request(
        self,
        *tensors: NDArray[np.generic],
        slot: Slot | None = None,
        batch_size: int = 1,
        length: int = 0,
        shape: tuple[int, ...] = (),
        more_outputs: Sequence[str] = (),
    ) -> ModelRequest:
        """A request for it.

        Args:
            tensors: its inputs, but for those that are always the same, in their order.
            slot: the shared memory that the only one lies in.
            batch_size: first axis of each.
            length: what stands in the place of axes of any size.
            shape: of the only input, where several of its axes may have any size; else empty.
            more_outputs: names of outputs beside the usual ones.
        """
        header = self.form.header(
            self.asked_version,
            batch_size=batch_size,
            length=length,
            shape=shape,
            more_outputs=more_outputs,
        )
        return ModelRequest(header, tensors, slot)
