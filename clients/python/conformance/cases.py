"""Cases, one after the other, each within its time."""

import json
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from conformance import drain, duplicates, streams, unary
from conformance.failures import error_difference
from conformance.link import Link
from conformance.matching import difference
from conformance.seen import Seen
from ocelli.client import OcelliError, Tls
from ocelli.client.security import Security, secure

_MAX_CASE_S = 30.0

Case: TypeAlias = dict[str, Any]

_KINDS = {
    "unary": unary.call,
    "duplicates": duplicates.find,
    "file": unary.detect_file,
    "health": unary.health,
    "stream": streams.run,
    "drain": drain.run,
}


@dataclass(frozen=True, slots=True)
class Setting:
    """What the cases refer to.

    Attributes:
        targets: `host:port` by name.
        tls: PEM files by name.
        tokens: API keys and tokens by name.
        files: folder of the images.
    """

    targets: dict[str, str]
    tls: dict[str, Path]
    tokens: dict[str, str]
    files: Path

    def security(self, case: Case) -> Security:
        """What `tls` and `token` of the case ask for."""
        token = self.tokens[case["token"]] if "token" in case else None
        return secure(self._tls(case), token, address=self.targets[case["target"]])

    def _tls(self, case: Case) -> Tls | bool:
        match case.get("tls"):
            case "ca":
                return Tls(ca=self.tls["ca"])
            case "other_ca":
                return Tls(ca=self.tls["other_ca"])
            case "mutual":
                return Tls(
                    ca=self.tls["ca"], cert=self.tls["client_cert"], key=self.tls["client_key"]
                )
            case None:
                return False
            case other:
                raise ValueError(f"unknown tls: {other!r}")


@dataclass(slots=True)
class _Attempt:
    """One case under way, in a thread of its own that may be given up."""

    case: Case
    setting: Setting
    link: Link
    message: str = "it did not end"
    done: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        began_s = time.monotonic()
        try:
            self.message = self._check()
        except Exception as error:  # noqa: BLE001  whatever it is, it is the case that failed
            self.message = f"{type(error).__name__}: {error}"
        took_ms = (time.monotonic() - began_s) * 1e3
        self.message = self.message or difference_of_time(self.case["expect"], took_ms)
        self.done.set()

    def _check(self) -> str:
        expect = self.case["expect"]
        try:
            seen = _KINDS[self.case["kind"]](self.link, self.case, self.setting.files)
        except OcelliError as error:
            seen = Seen(error=error)
        if differs := _difference_of_end(expect, seen.error):
            return differs
        if "response" in expect:
            return difference(expect["response"], seen.response, "response")
        return streams.difference_of_answers(expect, seen)


def difference_of_time(expect: dict[str, Any], took_ms: float) -> str:
    """Says in one line how the time of a case differs from what is expected; empty if it fits."""
    most_ms, least_ms = expect.get("within_ms"), expect.get("at_least_ms")
    if most_ms is not None and took_ms > most_ms:
        return f"it took {took_ms:.0f} ms, expected at most {most_ms}"
    if least_ms is not None and took_ms < least_ms:
        return f"it took {took_ms:.0f} ms, expected at least {least_ms}"
    return ""


def _difference_of_end(expect: dict[str, Any], error: OcelliError | None) -> str:
    if error is None:
        return f"no error; expected {expect['error']}" if "error" in expect else ""
    if "error" not in expect:
        return f"an unexpected error: {error!r}"
    return error_difference(expect["error"], error)


def spoken(case: Case, language: str) -> Case:
    """The case with the runner's name in place of `{language}`."""
    found: Case = json.loads(json.dumps(case).replace("{language}", language))
    return found


def execute(case: Case, setting: Setting) -> dict[str, Any]:
    """Runs a case; its entry in the report."""
    began_s = time.monotonic()
    link = Link(setting.targets[case["target"]], case.get("timeout_ms"), setting.security(case))
    attempt = _Attempt(case, setting, link)
    threading.Thread(target=attempt.run, daemon=True).start()
    ended = attempt.done.wait(_MAX_CASE_S)
    link.client.close()
    message = attempt.message if ended else f"it did not end within {_MAX_CASE_S:.0f} s"
    return {
        "id": case["id"],
        "outcome": "failed" if message else "passed",
        "message": " ".join(message.split()),
        "duration_ms": round((time.monotonic() - began_s) * 1e3),
    }
