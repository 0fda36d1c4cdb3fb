"""Model cards: where a model comes from, what was changed and how it is served."""

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

from ocelli.models import package
from ocelli.models.package import Package


@dataclass(frozen=True)
class Tensor:
    """An input or output as Triton describes it."""

    name: str
    datatype: str
    """Triton's name of the element type, such as `UINT8` or `FP32`."""
    dims: Sequence[int]
    """Without the batch dimension."""


@dataclass(frozen=True)
class Licence:
    """SPDX names, or `public domain`: the licences that a model comes under."""

    package: str
    upstream: str
    """Of the weights' original publication."""
    holder: str


@dataclass(frozen=True)
class Card:
    """A model that can be installed."""

    name: str
    task: str
    """`detect`, `classify`, `embed` or `read`, or `step` for what another model needs."""
    description: str
    citation: str
    assembler: str
    """What makes the ONNX graph from the source files, by its name in `assemblers.py`."""
    revision: int
    """Rises whenever the assembled graph changes, so that installed models are renewed."""
    changes: Sequence[str]
    """What was done to the published model."""
    sources: Sequence[Package]
    """What it is made of, the weights first."""
    licence: Licence
    inputs: Sequence[Tensor]
    outputs: Sequence[Tensor]
    parameters: Mapping[str, str]
    """What the edge reads from the model's configuration, without the `ocelli.` prefix."""
    labels: Sequence[str]
    """Class names by class number; empty for embedders, and where a source file lists them."""
    text: bytes
    """The card as written."""
    max_batch_size: int = 32
    """Largest batch that Triton may form."""

    @property
    def version(self) -> str:
        """Of the weights, and how often what is made of them was changed: `3.0.4-r2`."""
        return f"{self.sources[0].version}-r{self.revision}"

    @property
    def sha256(self) -> str:
        """Digest of the card's text."""
        return hashlib.sha256(self.text).hexdigest()


def available() -> list[Card]:
    """Every model that can be installed, by name."""
    folder = resources.files("ocelli.models") / "cards"
    texts = [entry.read_bytes() for entry in folder.iterdir() if entry.name.endswith(".toml")]
    return sorted((_parse(text) for text in texts), key=lambda card: card.name)


def _parse(text: bytes) -> Card:
    table = tomllib.loads(text.decode())
    sources = tuple(package.parse(entry) for entry in table["sources"])
    names = [file.save_as for source in sources for file in source.files]
    if len(set(names)) < len(names):
        raise ValueError(f"{table['name']}: two source files have one name; set save_as")
    parsed = {
        "sources": sources,
        "licence": Licence(**table["licence"]),
        "inputs": tuple(Tensor(**entry) for entry in table["inputs"]),
        "outputs": tuple(Tensor(**entry) for entry in table["outputs"]),
        "labels": tuple(table.get("labels", {}).get("names", ())),
        "text": text,
    }
    return Card(**(table | parsed))
