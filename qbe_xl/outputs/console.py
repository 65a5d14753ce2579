"""What texts in the terminal share: marks and styles of statuses, one safe line, a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

MARKS = {"pass": "✓", "fail": "✗", "undetermined": "?", "not_applicable": "–"}
STYLES = {"pass": "green", "fail": "bold red", "undetermined": "yellow", "not_applicable": "dim"}


def one_line(text: str) -> str:
    """One line without control characters or markup: a name in a workbook must not steer the terminal."""
    from rich.markup import escape

    return escape("".join(c if c.isprintable() else " " for c in text))


def say(console: Console, text: str, style: str = "") -> None:
    """One line, as long as it is: the terminal wraps it."""
    console.print(one_line(text), style=style, soft_wrap=True, highlight=False)


def table_of(*columns: tuple[str, bool]) -> Table:
    """A table with these column names; True for those on the right."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    for name, right in columns:
        table.add_column(one_line(name), justify="right" if right else "left")
    return table
