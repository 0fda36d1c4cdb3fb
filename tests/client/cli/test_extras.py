"""Parts that a plain installation lacks."""

import click
import pytest

from ocelli.client.cli.extras import extra


def test_what_is_missing_and_how_to_get_it_is_one_line() -> None:
    with pytest.raises(click.ClickException) as caught, extra("media"):
        import no_such_module  # type: ignore[import-not-found]  # noqa: F401
    assert caught.value.message == (
        "this needs more than the plain installation (no_such_module is missing): "
        "pip install 'ocelli-vision[media]'"
    )


def test_what_is_there_is_let_through() -> None:
    with extra("media"):
        import json  # noqa: F401
