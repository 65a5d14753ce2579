"""What passes between a macro and the spreadsheet does not grow with the number of schools."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import xlwings as xw

from benchmarks.counties import with_template
from qbe_xl.hosts.excel import painter, state
from tests.hosts.macros.test_macros import quiet

Open = Callable[[Path], xw.Book]


def links(book: xw.Book) -> int:
    """How many cells of the result sheets have a link: each is a call of its own, and there is a most."""
    drawing = state.load(book).current.drawing
    assert drawing is not None
    return sum(
        min(painter.MOST_LINKS, sum(cell.link is not None for cell in sheet.cells.values())) for sheet in drawing.sheets
    )


def test_transfers_do_not_grow_with_schools(open_book: Open, engine: str, tmp_path: Path) -> None:
    counts = []
    for schools in (30, 240):
        book = open_book(with_template(schools, tmp_path / f"{schools}.xlsx"))
        transfers = book.app.impl.transfers
        transfers.reset()
        outcome = quiet("run_assessment", book)
        assert outcome.ok, outcome.message
        reads, writes = transfers.reads, transfers.writes
        # LibreOffice's links are written as texts
        counts.append((reads, writes - links(book) * (engine == "libreoffice")))
        transfers.reset()
        assert quiet("run_assessment", book).ok
        counts.append((transfers.reads, transfers.writes))
    first_small, second_small, first_large, second_large = counts
    # texts of the record come in chunks of 30,000 characters, all in one transfer
    assert first_large == first_small
    assert second_large == second_small
    assert sum(first_small) < 50
