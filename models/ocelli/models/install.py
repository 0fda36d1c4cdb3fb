"""Installing models: fetch, assemble, write."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import onnx

from ocelli.models import efficientnet, nanodet, repository
from ocelli.models.card import Card, available
from ocelli.models.errors import InstallError
from ocelli.models.fetch import exclusive, fetch
from ocelli.models.progress import Progress, silent

__all__ = ["Card", "InstallError", "Installed", "Progress", "available", "install"]

_ASSEMBLERS: Mapping[str, Callable[[Path], onnx.ModelProto]] = MappingProxyType(
    {"nanodet": nanodet.assemble, "efficientnet": efficientnet.assemble}
)


@dataclass(frozen=True)
class Installed:
    """A model that stands in the repository."""

    card: Card
    folder: Path
    """The model's folder in the repository."""
    fresh: bool
    """Whether this call wrote it; otherwise it stood there already."""


def install(
    names: Iterable[str],
    models_dir: Path,
    downloads_dir: Path,
    progress: Progress = silent,
) -> list[Installed]:
    """Installs models into a Triton model repository.

    What is installed already is verified by its digests and left alone, without a download. Blocks
    while it downloads and assembles: not for an event loop.

    Args:
        names: of the models; all available ones if there are none.
        models_dir: the repository; made if it does not exist.
        downloads_dir: where the source files are kept; made if it does not exist.
        progress: told of every step.

    Returns:
        The models, in the order of `names`.

    Raises:
        InstallError: if a name is unknown, a source cannot be had, or a folder cannot be written.
    """
    cards = {card.name: card for card in available()}
    wanted = list(dict.fromkeys(names)) or list(cards)
    for name in wanted:
        if name not in cards:
            raise InstallError(f"no model is called {name}; available are {', '.join(cards)}")
    try:
        with exclusive(downloads_dir):
            return [_install(cards[name], models_dir, downloads_dir, progress) for name in wanted]
    except OSError as error:
        raise InstallError(f"cannot write the models: {error}") from error


def _install(card: Card, models_dir: Path, downloads_dir: Path, progress: Progress) -> Installed:
    if repository.is_installed(card, models_dir):
        return Installed(card, models_dir / card.name, fresh=False)
    sources = fetch(card.source, downloads_dir, progress)
    step = f"assemble {card.name}"
    progress(step, 0, 1)
    model = _ASSEMBLERS[card.assembler](sources)
    folder = repository.write(card, model.SerializeToString(), models_dir)
    progress(step, 1, 1)
    return Installed(card, folder, fresh=True)
