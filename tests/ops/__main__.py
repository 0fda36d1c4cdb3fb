"""`make test-ops`: dashboards, alerts, traces and the access log against an edge under load.

A real Prometheus scrapes the edge and its Triton while a small load runs; then every query of every
dashboard and every rule must have data, traces must be whole, exemplars must name them, and the
access log must have its lines. Writes `ops.json`, and draws each dashboard.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from itertools import groupby
from pathlib import Path

from bench import trivial_model
from ocelli.models.install import install
from ocelli.models.media import install_media
from tests.conftest import free_port, launch
from tests.observability.collector import Collector
from tests.ops import checks
from tests.ops.boards import drawn, queries
from tests.ops.figures import note
from tests.ops.load import MAX_CALLS_PER_CONNECTION, load
from tests.ops.pictures import draw
from tests.ops.prometheus import (
    ROOT,
    SCRAPE_S,
    Prometheus,
    alerts_tested,
    fixed,
    running_prometheus,
)

_LOAD_S = 25.0


def main() -> None:
    """Runs everything; the exit status says whether it held."""
    parser = argparse.ArgumentParser(prog="python -m tests.ops", description=__doc__)
    parser.add_argument("--prometheus", type=Path, required=True, help="folder of its programs")
    parser.add_argument("--out", type=Path, default=ROOT / "out", help="folder (%(default)s)")
    asked = parser.parse_args()
    tested = alerts_tested(asked.prometheus)
    print(f"{tested} alerts fire and stay silent as they should")
    with tempfile.TemporaryDirectory() as scratch:
        found = _observe(asked.prometheus, Path(scratch), asked.out / "ops")
    note(asked.out / "ops.json", {**found, "alerts_tested": tested})
    print(f"figures: {asked.out / 'ops.json'}; pictures: {asked.out / 'ops'}")


def _observe(binaries: Path, scratch: Path, pictures: Path) -> dict[str, object]:
    installed = Path(os.environ.get("OCELLI_HOME", ROOT / ".ocelli"))
    install([], installed / "models", installed / "downloads")
    media = install_media(installed / "media", installed / "downloads")
    photo = min(media.photos, key=lambda photo: photo.path.stat().st_size).path.read_bytes()
    scraped, triton = (f"127.0.0.1:{free_port()}" for _ in range(2))
    lines = scratch / "access.log"
    trivial_model.write(scratch / "edge" / "models")
    with Collector() as collector:
        edge = launch(
            installed,
            installed / "models",
            scratch / "edge",
            *("--workers", "2", "--metrics-address", scraped, "--triton-metrics-address", triton),
            *("--otlp-endpoint", collector.endpoint, "--trace-ratio", "0.05"),
            *("--access-log", str(lines)),
            *("--max-calls-per-connection", str(MAX_CALLS_PER_CONNECTION)),
        )
        try:
            edge.wait_ready()
            targets = {"ocelli": scraped, "triton": triton}
            own = scratch / "prometheus"
            with running_prometheus(binaries, own, fixed(targets)) as prometheus:
                prometheus.wait_until_up(len(targets))
                began_s = time.time()
                asyncio.run(load(edge.address, photo, _LOAD_S))
                time.sleep(2 * SCRAPE_S)
                ended_s = time.time()
                found = _asked(prometheus)
                # What is exported in batches arrives in the end.
                edge.process.terminate()
                edge.process.wait(30)
                checks.check_traces(collector.spans)
                checks.check_exemplars(prometheus, collector.spans, began_s)
                checks.check_lines(lines)
                print(f"{len(collector.spans)} spans, whole; exemplars name them")
                _draw(prometheus, (began_s, ended_s), pictures)
                return {**found, "traces_ok": True}
        except BaseException:
            print(edge.log.read_text()[-4000:], file=sys.stderr)
            raise
        finally:
            edge.stop()


def _asked(prometheus: Prometheus) -> dict[str, object]:
    count, empty = checks.empty_queries(prometheus)
    for each in empty:
        print(f"no data: {each.board} / {each.panel}: {each.expr}", file=sys.stderr)
    bad = checks.bad_rules(prometheus)
    for each in bad:
        print(f"rule {each}", file=sys.stderr)
    if empty or bad:
        raise AssertionError(f"{len(empty)} of {count} queries and {len(bad)} rules lack data")
    print(f"{count} queries of the dashboards, and every rule, have data")
    return {"dashboards": {"queries": count, "empty": len(empty)}}


def _draw(prometheus: Prometheus, during_s: tuple[float, float], folder: Path) -> None:
    """One picture for each dashboard, of the time of the load."""
    folder.mkdir(parents=True, exist_ok=True)
    for board, of_board in groupby(queries(), lambda each: each.board):
        panels = []
        for (title, unit), of_panel in groupby(of_board, lambda each: (each.panel, each.unit)):
            lines = {}
            for each in of_panel:
                lines.update(drawn(prometheus, each, *during_s))
            panels.append((title, unit, lines))
        draw(panels, folder / f"dashboard-{board.rpartition(' ')[2]}.png")


if __name__ == "__main__":
    main()
