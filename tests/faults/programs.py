"""The programs of the languages, as a command line names them."""

import argparse
import shlex


def add_programs(parser: argparse.ArgumentParser) -> None:
    """Adds `--callers LANGUAGE=WORDS`, for each program: `callers`, pairs of name and words."""
    parser.add_argument(
        "--callers",
        action="append",
        required=True,
        metavar="LANGUAGE=WORDS",
        type=_named,
        help="program of a language",
    )


def _named(text: str) -> tuple[str, list[str]]:
    """Reads LANGUAGE=WORDS."""
    name, _, words = text.partition("=")
    return name, shlex.split(words)
