"""One thing that a package shows, as plain data: what the integrity checks judge."""

from __future__ import annotations

from typing import NamedTuple

SHOWN = 5  # places and texts kept of each kind; the total tells how many there are
LONGEST = 120  # characters of a text of the file


class Noted(NamedTuple):
    """`kind` says what (`hidden_rows`, `external_links`, …); `cells` are the first places in the sheet, `details` the first
    texts, `total` how many there are in all. `file` is set where a county comes from several workbooks."""

    kind: str
    sheet: str | None = None
    cells: tuple[str, ...] = ()
    total: int = 1
    details: tuple[str, ...] = ()
    file: str | None = None


def noted(kind: str, details: list[str], sheet: str | None = None) -> Noted:
    """A note about texts: the first of them, shortened, and how many there are."""
    return Noted(kind, sheet, (), len(details), tuple(text[:LONGEST] for text in details[:SHOWN]))
