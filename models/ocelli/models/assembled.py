"""What an assembler makes of a model's source files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import onnx


@dataclass(frozen=True)
class Assembled:
    """What goes into a model's folder, beside the config and the card."""

    graph: bytes
    """The ONNX model, serialised."""
    labels: Sequence[str] = ()
    """Class names by class number, if the source has them; else the card may."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """More files of the folder by their names, such as a tokenizer."""

    @classmethod
    def of(
        cls,
        model: onnx.ModelProto,
        labels: Sequence[str] = (),
        files: Mapping[str, bytes] | None = None,
    ) -> "Assembled":
        """The same of a model that is not serialised."""
        return cls(model.SerializeToString(), labels, files or {})
