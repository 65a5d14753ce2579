"""What passes between a macro and the spreadsheet does not grow with the number of schools."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import xlwings as xw

from benchmarks.counties import with_template
from tests.hosts.macros.test_macros import quiet

Open = Callable[[Path], xw.Book]


def test_transfers_do_not_grow_with_schools(open_book: Open, tmp_path: Path) -> None:
    counts = []
    for schools in (30, 240):
        book = open_book(with_template(schools, tmp_path / f"{schools}.xlsx"))
        transfers = book.app.impl.transfers
        transfers.reset()
        outcome = quiet("run_assessment", book)
        assert outcome.ok, outcome.message
        counts.append((transfers.reads, transfers.writes))
        transfers.reset()
        assert quiet("run_assessment", book).ok
        counts.append((transfers.reads, transfers.writes))
    first_small, second_small, first_large, second_large = counts
    # texts of the record come in chunks of 30,000 characters, all in one transfer
    assert first_large == first_small
    assert second_large == second_small
    assert sum(first_small) < 200
