"""docs/observability.md against what it describes."""

import subprocess
import sys

import yaml

from ocelli.edge.observability import access_log
from ocelli.edge.observability.call_record import CallRecord
from ocelli.edge.observability.definitions import LIMITS, REGISTRY, STAGES
from tests.docs.test_tables import ROOT, rows, section, text_of

TEXT = text_of("docs/observability.md")
RULES = ROOT / "deploy" / "prometheus" / "rules.yml"


def test_every_counted_metric_is_listed_with_its_labels() -> None:
    listed = rows(section(TEXT, "Metrics"))
    for metric in REGISTRY.collect():
        name = f"{metric.name}_total" if metric.type == "counter" else metric.name
        assert name in listed, name
        labels = {label for sample in metric.samples for label in sample.labels} - {"le"}
        assert all(f"`{label}`" in listed[name][0] for label in labels), name
        assert metric.type != "histogram" or listed[name][1].startswith("Histogram: "), name


def test_every_stage_is_explained() -> None:
    assert set(rows(section(TEXT, "Stages"))) == set(STAGES)


def test_every_field_of_the_access_log_is_listed() -> None:
    line = access_log._line(CallRecord(is_stream=True), {}, 0.0, 0.0)
    fields = {
        cell.strip("` ") for cells in rows(section(TEXT, "Access log")) for cell in cells.split(",")
    }
    assert fields == set(access_log.msgspec.json.decode(line))


def test_every_alert_says_what_to_do() -> None:
    groups = yaml.safe_load(RULES.read_text())["groups"]
    severities = {
        rule["alert"]: rule["labels"]["severity"]
        for group in groups
        for rule in group["rules"]
        if "alert" in rule
    }
    listed = {name: cells[0] for name, cells in rows(section(TEXT, "Alerts")).items()}
    assert listed == severities


def test_the_committed_dashboards_are_those_of_the_code() -> None:
    command = [sys.executable, "-m", "deploy.dashboards", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_limit_that_errors_name_is_one_that_refusals_count() -> None:
    """Those that are named by a variable are its possible values."""
    edge = ROOT / "server" / "ocelli" / "edge"
    found = set()
    for path in edge.rglob("*.py"):
        for after in path.read_text().split('quota="')[1:]:
            found.add(after.partition('"')[0])
    assert found <= set(LIMITS), found - set(LIMITS)
