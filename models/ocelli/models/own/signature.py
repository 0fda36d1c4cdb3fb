"""What is known of a file, and what it is taken for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from ocelli.models.own.onnx_file import FileTensor, OnnxFile

IMAGENET = {"mean": "0.485,0.456,0.406", "std": "0.229,0.224,0.225"}
"""How most networks that began with ImageNet want pixels from 0 to 1."""
FLOATS = ("FP32", "FP16", "BF16")


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a file is taken for.

    Attributes:
        family: for people.
        adapter: what reads its outputs; empty if that has to be said.
        keys: of the config, without `ocelli.`.
        asks: keys that have to be said, each with its choices or an example.
    """

    family: str
    adapter: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    asks: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Signature:
    """A file and its image input.

    Attributes:
        file: the file.
        image: its image input.
        width: of that, in pixels; −1 for any.
        height: likewise.
    """

    file: OnnxFile
    image: FileTensor
    width: int
    height: int

    @property
    def outputs(self) -> tuple[FileTensor, ...]:
        """All outputs."""
        return self.file.outputs

    def named(self, *names: str) -> bool:
        """Whether there are outputs of all these names."""
        return set(names) <= {output.name for output in self.outputs}

    def output(self, name: str) -> FileTensor:
        """The output of a name."""
        return next(output for output in self.outputs if output.name == name)

    def cells(self, *strides: int) -> int:
        """How many cells grids of these strides have; −1 if the input takes any size."""
        if self.width < 0 or self.height < 0:
            return -1
        return sum(-(-self.width // stride) * -(-self.height // stride) for stride in strides)

    def has_shapes(self, *shapes: tuple[int, ...]) -> bool:
        """Whether the outputs end in these shapes, each one once."""
        ends = sorted(output.dims[-2:] for output in self.outputs)
        return ends == sorted(shapes)


Rule: TypeAlias = Callable[[Signature], Recognised | None]
"""Tells whether a file is of one family."""
