"""Installing models: fetch, assemble, write."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ocelli.models import repository
from ocelli.models.assemblers import ASSEMBLERS
from ocelli.models.card import Card, available
from ocelli.models.errors import ClientMissingError, InstallError
from ocelli.models.fetch import exclusive, fetch_all
from ocelli.models.progress import Progress, silent


@dataclass(frozen=True)
class Installed:
    """A model that stands in the repository."""

    card: Card
    folder: Path
    """The model's folder in the repository."""
    fresh: bool
    """Whether this call wrote it; otherwise it stood there already."""


@dataclass(frozen=True)
class LeftOut:
    """A model that this machine cannot get."""

    card: Card
    reason: str
    """One line."""


@dataclass(frozen=True)
class Installation:
    """What came of it."""

    models: Sequence[Installed]
    left_out: Sequence[LeftOut]
    """Only where all available models were asked for."""


def install(
    names: Iterable[str],
    models_dir: Path,
    downloads_dir: Path,
    progress: Progress = silent,
) -> Installation:
    """Installs models into a Triton model repository.

    What is installed already is verified by its digests and left alone, without a download. Blocks
    while it downloads and assembles: not for an event loop.

    Args:
        names: of the models; all available ones if there are none. Of these, models are left out
            whose registry's client is not on this machine.
        models_dir: the repository; made if it does not exist.
        downloads_dir: where the source files are kept; made if it does not exist.
        progress: told of every step.

    Returns:
        The models, in the order of `names`.

    Raises:
        InstallError: if a name is unknown, a source cannot be had, or a folder cannot be written.
    """
    cards = {card.name: card for card in available()}
    named = list(dict.fromkeys(names))
    for name in named:
        if name not in cards:
            raise InstallError(f"no model is called {name}; available are {', '.join(cards)}")
    installed: list[Installed] = []
    left_out: list[LeftOut] = []
    try:
        with exclusive(downloads_dir):
            for name in named or cards:
                try:
                    installed.append(_install(cards[name], models_dir, downloads_dir, progress))
                except ClientMissingError as error:
                    if named:
                        raise
                    left_out.append(LeftOut(cards[name], str(error)))
    except OSError as error:
        raise InstallError(f"cannot write the models: {error}") from error
    return Installation(installed, left_out)


def _install(card: Card, models_dir: Path, downloads_dir: Path, progress: Progress) -> Installed:
    if repository.is_installed(card, models_dir):
        return Installed(card, models_dir / card.name, fresh=False)
    files = fetch_all(card.sources, downloads_dir, progress)
    step = f"assemble {card.name}"
    progress(step, 0, 1)
    folder = repository.write(card, ASSEMBLERS[card.assembler](files), models_dir)
    progress(step, 1, 1)
    return Installed(card, folder, fresh=True)
