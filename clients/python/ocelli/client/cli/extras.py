"""Parts that a plain installation lacks."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import click


@contextmanager
def extra(name: Literal["media", "edge", "parquet"]) -> Iterator[None]:
    """Turns a failed import inside the block into one line that says what to install.

    Raises:
        click.ClickException: a module could not be imported.
    """
    try:
        yield
    except ImportError as error:
        missing = f" ({error.name} is missing)" if error.name else ""
        raise click.ClickException(
            f"this needs more than the plain installation{missing}: "
            f"pip install 'ocelli-vision[{name}]'"
        ) from error
