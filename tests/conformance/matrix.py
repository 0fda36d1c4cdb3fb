"""The matrix of languages and cases, for people."""

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tests.conformance.outcome import FAILED, PASSED, SKIPPED, Results

_MARKS = {PASSED: "[green]✓[/]", FAILED: "[red]✗[/]", SKIPPED: "[yellow]–[/]"}


def show(results: Results, console: Console) -> None:
    """Prints one row per case, the sums, and what failed."""
    table = Table(box=None, padding=(0, 1), header_style="bold")
    table.add_column("case")
    for language in results.languages:
        table.add_column(language, justify="center")
    for case in results.cases:
        marks = [
            _MARKS.get(found[case].outcome, "?") if case in found else " "
            for found in results.languages.values()
        ]
        table.add_row(escape(case), *marks)
    sums = [results.counts(language) for language in results.languages]
    table.add_section()
    table.add_row("passed", *(str(found[PASSED]) for found in sums), style="bold")
    console.print(table)
    for language, found in results.languages.items():
        for case, outcome in found.items():
            if outcome.outcome != PASSED:
                console.print(
                    f"[red]{language}[/] {escape(case)}: {escape(outcome.message)}",
                    highlight=False,
                    soft_wrap=True,
                )
