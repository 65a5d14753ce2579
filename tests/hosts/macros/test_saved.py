"""A workbook in which the macros have written, saved and handed in: what they wrote is no fault of the submission."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import xlwings as xw

from qbe_xl import assess
from tests.hosts.macros.books import SAMPLES, copied
from tests.hosts.macros.test_macros import quiet

Open = Callable[[Path], xw.Book]


def integrity(path: Path) -> list[str]:
    return [finding.sentence() for finding in assess(path).findings if finding.code.startswith("QBE-INT-")]


def test_what_the_macros_wrote_is_not_held_against_the_file(open_book: Open, tmp_path: Path) -> None:
    path = copied(SAMPLES / "pass.xlsx", tmp_path)
    assert integrity(path) == []
    book = open_book(path)
    assert quiet("run_assessment", book).ok
    book.save(tmp_path / "saved.xlsx")
    assert len(book.sheets) > 10
    assert integrity(tmp_path / "saved.xlsx") == []
