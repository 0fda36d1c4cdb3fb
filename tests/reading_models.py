"""The installed models that read text, on an edge whose repository is without them."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ocelli.client import Client, ModelInfo, OcelliError

_STEPS = ("text_directions", "text_recogniser")
_NAME = "text_lines"


@contextmanager
def loaded(client: Client, installed: Path, models_dir: Path) -> Iterator[ModelInfo]:
    """Copies and loads them for the length of a `with`; gives the one that finds the lines.

    Triton loads the steps, too, though nobody can call them: LoadModel says so.
    """
    for name in (*_STEPS, _NAME):
        shutil.copytree(installed / name, models_dir / name, dirs_exist_ok=True)
    for name in _STEPS:
        with pytest.raises(OcelliError, match="step of other models"):
            client.models.load(name)
    yield client.models.load(_NAME)
    for name in (_NAME, *_STEPS):
        client.models.unload(name)
        shutil.rmtree(models_dir / name)
