"""`ocelli models inspect`, `add` and `adapters`: models that people bring."""

from collections.abc import Mapping
from pathlib import Path

import click

from ocelli.client.cli.extras import extra
from ocelli.client.cli.output import add_row, console, say_json, table
from ocelli.client.cli.session import Session, json_option, server_options
from ocelli.client.cli.settings import SettingsCommand, Value, settings
from ocelli.client.sync.models import LOAD_TIMEOUT_S

_SET = click.option(
    "--set",
    "said",
    multiple=True,
    metavar="KEY=VALUE",
    help="A key of docs/models.md, such as labels=cat,dog; as often as needed.",
)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def inspect(file: Path, *, as_json: bool) -> None:
    """Tell what the model in the ONNX FILE is: tensors, metadata, and how it would be read."""
    with extra("edge"):
        from ocelli.models.errors import InstallError  # noqa: PLC0415  needs the extra `edge`
        from ocelli.models.own.onnx_file import read  # noqa: PLC0415  as above
        from ocelli.models.own.recognise import recognise  # noqa: PLC0415  as above
    try:
        found = read(file)
        recognised = recognise(found)
    except InstallError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        say_json(
            {
                "file": str(file),
                "family": recognised.family,
                "adapter": recognised.adapter,
                "keys": dict(recognised.keys),
                "asks": dict(recognised.asks),
                "inputs": [str(tensor) for tensor in found.inputs],
                "outputs": [str(tensor) for tensor in found.outputs],
                "metadata": dict(found.metadata),
                "producer": found.producer,
                "opset": found.opset,
            }
        )
        return
    rows = table("", "")
    for tensor in found.inputs:
        add_row(rows, "input", tensor)
    for tensor in found.outputs:
        add_row(rows, "output", tensor)
    add_row(rows, "made by", f"{found.producer or 'unknown'}, opset {found.opset}")
    add_row(rows, "looks like", recognised.family)
    add_row(rows, "adapter", recognised.adapter or "to be said")
    for key, value in recognised.keys.items():
        add_row(rows, key, value)
    for key, choices in recognised.asks.items():
        add_row(rows, f"--set {key}=…", choices)
    console().print(rows)


@click.command(cls=SettingsCommand, only=("home", "models"))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", default="", help="Name of the model.  [default: the file's]")
@_SET
@click.option("--replace", is_flag=True, help="Replace a model of this name.")
@click.option("--no-load", is_flag=True, help="Write the folder only; do not ask a server.")
@server_options
@click.pass_obj
def add(
    session: Session,
    /,
    file: Path,
    name: str,
    said: tuple[str, ...],
    *,
    replace: bool,
    no_load: bool,
    **flags: Value | None,
) -> None:
    """Serve the model in the ONNX FILE: write its folder, and have the server load it.

    What the file does not say is asked for by naming the key.
    """
    config = settings(flags)
    with extra("edge"):
        from ocelli.models.errors import InstallError  # noqa: PLC0415  needs the extra `edge`
        from ocelli.models.own.add import add as add_model  # noqa: PLC0415  as above
        from ocelli.models.own.add import keys_of  # noqa: PLC0415  as above
        from ocelli.models.own.onnx_file import read  # noqa: PLC0415  as above
        from ocelli.models.own.recognise import recognise, said_to_be  # noqa: PLC0415  as above
    chosen = _pairs(said)
    try:
        found = read(file)
        if chosen.get("adapter"):
            try:
                recognised = recognise(found)
            except InstallError:
                recognised = said_to_be(chosen["adapter"])
        else:
            recognised = recognise(found)
        keys = keys_of(found, recognised, chosen)
        folder = add_model(found, name or file.stem, keys, config.models_dir, replace=replace)
    except InstallError as error:
        raise click.ClickException(str(error)) from error
    console().print(f"{folder.name}: {recognised.family}, read by {keys['adapter']}, in {folder}")
    if no_load:
        return
    with session.connect() as client:
        loaded = client.models.load(folder.name, timeout_s=session.timeout_s or LOAD_TIMEOUT_S)
    labels = f", {len(loaded.labels)} labels" if loaded.labels else ""
    console().print(f"{loaded.name}: {loaded.state}, version {loaded.version}{labels}")


@click.command(cls=SettingsCommand, only=("home", "models"))
@click.argument("name")
@click.option("--replace", is_flag=True, help="Replace folders of these names.")
@click.option("--no-load", is_flag=True, help="Write the folders only; do not ask a server.")
@server_options
@click.pass_obj
def encoded(
    session: Session, /, name: str, *, replace: bool, no_load: bool, **flags: Value | None
) -> None:
    """Put a decoder in front of the model NAME, which then takes whole image files.

    NAME_encoded is what to call: the edge passes files on as they are, and Triton decodes them.
    """
    config = settings(flags)
    with extra("edge"):
        from ocelli.models.encoded.ensemble import add as add_ensemble  # noqa: PLC0415  as above
        from ocelli.models.errors import InstallError  # noqa: PLC0415  as above
    try:
        folders = add_ensemble(name, config.models_dir, replace=replace)
    except InstallError as error:
        raise click.ClickException(str(error)) from error
    for folder in folders:
        console().print(f"{folder.name}: in {folder}")
    if no_load:
        return
    with session.connect() as client:
        for folder in folders[1:]:
            loaded = client.models.load(folder.name, timeout_s=session.timeout_s or LOAD_TIMEOUT_S)
            console().print(f"{loaded.name}: {loaded.state}, version {loaded.version}")


@click.command()
@json_option
def adapters(*, as_json: bool) -> None:
    """List how outputs of models can be read."""
    with extra("edge"):
        from ocelli.edge.vision.adapters import (  # noqa: PLC0415  needs the extra `edge`
            CLASSIFY_ADAPTERS,
            DETECT_ADAPTERS,
            EMBED_ADAPTERS,
        )
    rows = table("adapter", "task", "")
    of_tasks: tuple[tuple[str, Mapping[str, object]], ...] = (
        ("detect", DETECT_ADAPTERS),
        ("classify", CLASSIFY_ADAPTERS),
        ("embed", EMBED_ADAPTERS),
    )
    for task, known in of_tasks:
        for name, made in known.items():
            about = (made.__doc__ or "").partition("\n")[0]
            add_row(rows, name, task, about)
            if as_json:
                say_json({"adapter": name, "task": task, "reads": about})
    if not as_json:
        console().print(rows)


def _pairs(said: tuple[str, ...]) -> Mapping[str, str]:
    pairs = {}
    for one in said:
        key, equals, value = one.partition("=")
        key = key.removeprefix("ocelli.")
        if not key or not equals:
            raise click.BadParameter(f"{one!r} is no KEY=VALUE", param_hint="--set")
        pairs[key] = value
    return pairs
