"""What became of the cases, by language."""

from dataclasses import dataclass, field
from typing import Any

PASSED = "passed"
FAILED = "failed"
SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one case of one language."""

    outcome: str
    message: str = ""
    duration_ms: int = 0


@dataclass(slots=True)
class Results:
    """The matrix.

    Attributes:
        cases: ids of the cases, in order; the crossing of messages comes last.
        languages: outcome by language and by case.
    """

    cases: list[str]
    languages: dict[str, dict[str, Outcome]] = field(default_factory=dict)

    def take(self, language: str, report: dict[str, Any]) -> None:
        """Reads a runner's report; a case that it leaves out has failed."""
        reported = {
            entry["id"]: Outcome(entry["outcome"], entry["message"], entry["duration_ms"])
            for entry in report["cases"]
        }
        missing = Outcome(FAILED, "the runner did not report it")
        self.languages[language] = {case: reported.get(case, missing) for case in self.cases}

    def fail(self, language: str, message: str) -> None:
        """Fails every case of a language."""
        self.languages[language] = {case: Outcome(FAILED, message) for case in self.cases}

    def add(self, case: str, language: str, faults: dict[str, str]) -> None:
        """Adds a case that the harness judged itself."""
        if case not in self.cases:
            self.cases.append(case)
        told = "; ".join(f"{name}: {fault}" for name, fault in list(faults.items())[:3])
        more = f"; and {len(faults) - 3} more" if len(faults) > 3 else ""
        outcome = Outcome(FAILED, told + more) if faults else Outcome(PASSED)
        self.languages[language][case] = outcome

    def counts(self, language: str) -> dict[str, int]:
        """How many cases of a language came out how."""
        outcomes = [found.outcome for found in self.languages[language].values()]
        return {kind: outcomes.count(kind) for kind in (PASSED, FAILED, SKIPPED)}

    @property
    def all_passed(self) -> bool:
        """Whether everything did."""
        return all(
            found.outcome == PASSED
            for of_language in self.languages.values()
            for found in of_language.values()
        )

    def to_json(self) -> dict[str, Any]:
        """The report."""
        return {
            "languages": {language: self.counts(language) for language in self.languages},
            "cases": {
                case: {
                    language: {
                        "outcome": found[case].outcome,
                        "message": found[case].message,
                        "duration_ms": found[case].duration_ms,
                    }
                    for language, found in self.languages.items()
                    if case in found
                }
                for case in self.cases
            },
        }
