"""`ocelli bench`: how much does a server take, and how fast?"""

import asyncio
from itertools import islice
from pathlib import Path
from typing import get_args

import click

from ocelli.client.channel import DEFAULT_ADDRESS, DEFAULT_TIMEOUT_S
from ocelli.client.cli.bench_report import show, to_json
from ocelli.client.cli.extras import extra
from ocelli.client.cli.files import images_under
from ocelli.client.cli.output import console, say_json
from ocelli.client.cli.progress import spending
from ocelli.client.cli.session import Session, json_option, server_options
from ocelli.client.load import Plan, run_load
from ocelli.client.load.plan import MAX_IMAGES, MAX_REQUESTS, Arrivals, Mode, Service
from ocelli.client.results import OverflowPolicy

_IN_FLIGHT = 16
_OPEN_IN_FLIGHT = 1024


@click.command()
@click.argument("images", metavar="[IMAGE]...", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--service",
    type=click.Choice(["detect", "embed"]),
    default="detect",
    show_default=True,
    help="Which service to call.",
)
@click.option("--model", default="", help="Which model.  [default: the server's]")
@click.option(
    "--mode",
    type=click.Choice(["unary", "stream"]),
    default="unary",
    show_default=True,
    help="A call for each image, or one stream per connection.",
)
@click.option(
    "--rate",
    type=click.FloatRange(0, 100_000, min_open=True),
    help="Open loop: requests per second, whatever the server does.  [default: closed loop]",
)
@click.option(
    "--arrivals",
    type=click.Choice(["steady", "poisson"]),
    default="steady",
    show_default=True,
    help="With --rate: at equal distances, or at random.",
)
@click.option(
    "--in-flight",
    type=click.IntRange(1, 65_536),
    help="Requests under way at once, over all connections; with --rate at most so many."
    f"  [default: {_IN_FLIGHT}, with --rate {_OPEN_IN_FLIGHT}]",
)
@click.option(
    "--connections",
    type=click.IntRange(1, 256),
    default=1,
    show_default=True,
    help="TCP connections.",
)
@click.option(
    "--overflow-policy",
    type=click.Choice(get_args(OverflowPolicy)),
    default="block",
    show_default=True,
    help="Of streams: look at every frame, or at the newest.",
)
@click.option(
    "--duration",
    "duration_s",
    type=click.FloatRange(0.1, 3600),
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to measure.",
)
@click.option(
    "--warmup",
    "warm_up_s",
    type=click.FloatRange(0, 600),
    default=2.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to load the server before.",
)
@json_option
@server_options
@click.pass_obj
def bench(
    session: Session,
    *,
    images: tuple[Path, ...],
    service: Service,
    model: str,
    mode: Mode,
    rate: float | None,
    arrivals: Arrivals,
    in_flight: int | None,
    connections: int,
    overflow_policy: OverflowPolicy,
    duration_s: float,
    warm_up_s: float,
    as_json: bool,
) -> int:
    """Put load on a server and measure it.

    IMAGEs are files or folders, sent in turn; without any, one of 1920×1080 is made up. With
    --rate, latency counts from when a request was due, so that a server that stalls shows it.
    """
    in_flight = in_flight or max(connections, _IN_FLIGHT if rate is None else _OPEN_IN_FLIGHT)
    if in_flight < connections:
        raise click.UsageError(f"--in-flight {in_flight} does not fill {connections} connections")
    if rate is not None and rate * (duration_s + warm_up_s) > MAX_REQUESTS:
        raise click.UsageError(f"--rate {rate:g} for so long is over {MAX_REQUESTS:,} requests")
    plan = Plan(
        address=session.address or DEFAULT_ADDRESS,
        images=_read(images),
        tls=session.tls,
        api_key=session.api_key,
        service=service,
        mode=mode,
        model=model,
        rate=rate,
        arrivals=arrivals,
        in_flight=in_flight,
        connections=connections,
        overflow_policy=overflow_policy,
        duration_s=duration_s,
        warm_up_s=warm_up_s,
        timeout_s=session.timeout_s or DEFAULT_TIMEOUT_S,
    )
    progress, task = spending(plan.address)
    with progress:
        report = asyncio.run(
            run_load(
                plan,
                lambda spent, answers: progress.update(
                    task, completed=spent, note=f"{answers} answers"
                ),
            )
        )
    if as_json:
        say_json(to_json(plan, report))
    else:
        show(console(), plan, report)
    return 0 if report.results else 1


def _read(paths: tuple[Path, ...]) -> tuple[bytes, ...]:
    """The images named, or one that is made up.

    Raises:
        click.ClickException: one cannot be read, there are none, or too many.
    """
    if not paths:
        with extra("media"):
            from ocelli.client.load.scene import make_scene  # noqa: PLC0415  needs the extra
        return (make_scene(),)
    files = [file for file, _ in islice(images_under(paths), MAX_IMAGES + 1)]
    if not files:
        raise click.ClickException(f"there are no images in {', '.join(map(str, paths))}")
    if len(files) > MAX_IMAGES:
        raise click.ClickException(f"more than {MAX_IMAGES} images; name fewer")
    try:
        return tuple(file.read_bytes() for file in files)
    except OSError as error:
        raise click.ClickException(f"cannot read {error.filename}: {error.strerror}") from error
