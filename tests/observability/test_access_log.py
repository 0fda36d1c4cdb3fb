"""The lines of the access log, and what it does where they cannot be written."""

import json
import os
import time
from pathlib import Path

import pytest

from ocelli.edge.observability import access_log as access_log_module
from ocelli.edge.observability.access_log import AccessLog
from ocelli.edge.observability.call_record import CallRecord
from ocelli.edge.observability.definitions import REGISTRY
from ocelli.edge.observability.trace_context import TraceContext

TRACE = "0af7651916cd43dd8448eb211c80319c"


def record(code: str = "OK", method: str = "s/M") -> CallRecord:
    made = CallRecord(method, "ipv4:127.0.0.1:1", TraceContext(f"00-{TRACE}-b7ad6b7169203331-00"))
    made.code = code
    return made


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def counted(outcome: str) -> float:
    return REGISTRY.get_sample_value("ocelli_access_log_lines_total", {"outcome": outcome}) or 0.0


def test_a_line_says_what_is_known_of_a_call(tmp_path: Path) -> None:
    log = AccessLog(str(tmp_path / "log"), 1)
    call = record("UNAVAILABLE")
    call.reason, call.principal, call.model, call.version = "DRAINING", "me", "m", "2"
    call.stages_s = {"decode": 0.0015}
    call.received_bytes, call.sent_bytes = 10, 20
    log.add(call)
    call.stages_s["triton"] = 1.0  # comes too late
    stream = CallRecord("s/Stream", is_stream=True)
    stream.code, stream.frames = "OK", {"result": 3}
    log.add(stream)
    log.close()
    first, second = lines(tmp_path / "log")
    assert str(first.pop("time")).endswith("+00:00")
    assert isinstance(first.pop("duration_us"), int)
    assert first == {
        "method": "s/M",
        "code": "UNAVAILABLE",
        "reason": "DRAINING",
        "principal": "me",
        "peer": "ipv4:127.0.0.1:1",
        "model": "m",
        "version": "2",
        "stages_us": {"decode": 1500},
        "received_bytes": 10,
        "sent_bytes": 20,
        "trace_id": TRACE,
    }
    assert second["frames"] == {"result": 3}


def test_only_calls_that_went_well_are_sampled(tmp_path: Path) -> None:
    log = AccessLog(str(tmp_path / "log"), 0)
    for code in ("OK", "INTERNAL", "OK", "CANCELLED"):
        log.add(record(code))
    log.close()
    assert [line["code"] for line in lines(tmp_path / "log")] == ["INTERNAL", "CANCELLED"]


def test_a_file_that_was_moved_away_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access_log_module, "_LOOK_AGAIN_S", 0.0)
    path, moved = tmp_path / "log", tmp_path / "log.1"
    log = AccessLog(str(path), 1)
    log.add(record(method="s/Old"))
    deadline_s = time.monotonic() + 10
    while not path.read_text():
        assert time.monotonic() < deadline_s
        time.sleep(0.01)
    path.rename(moved)
    log.add(record(method="s/New"))
    log.close()
    assert [line["method"] for line in lines(moved)] == ["s/Old"]
    assert [line["method"] for line in lines(path)] == ["s/New"]


def test_who_reads_too_slowly_holds_nobody_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access_log_module, "_MAX_WAITING", 1000)
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    log = AccessLog(str(fifo), 1)
    before = counted("dropped")
    began_s = time.monotonic()
    for _ in range(20_000):
        log.add(record())
    assert time.monotonic() - began_s < 5
    assert counted("dropped") - before > 10_000
    os.close(reader)
    log.close()


def test_a_disk_that_is_full_costs_lines_and_is_told_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    before = counted("dropped")
    log = AccessLog("/dev/full", 1)
    log.add(record())
    deadline_s = time.monotonic() + 10
    while counted("dropped") == before:
        assert time.monotonic() < deadline_s
        time.sleep(0.01)
    log.add(record())
    log.close()
    assert counted("dropped") == before + 2
    assert [r.message for r in caplog.records if "access log" in r.message] == [
        "the access log cannot be written: [Errno 28] No space left on device"
    ]
