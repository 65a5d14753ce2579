"""Every macro on every workbook of a county, in both engines: it ends well, and what was reported stays as it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlwings as xw

from qbe_xl import assess
from qbe_xl.forms import read, read_open
from qbe_xl.hosts.excel import settings, state
from qbe_xl.hosts.excel.live import LiveBook
from qbe_xl.hosts.excel.registry import macros
from tests.hosts.macros.books import COUNTIES, copied, everything
from tests.hosts.macros.test_macros import quiet
from tests.paths import SOAK

Open = Callable[[Path], xw.Book]
# In an order in which a user might click them; run_assessment has a test of its own on all of these.
ORDER = (
    "about_and_diagnose", "choose_edition", "check_data", "next_finding", "previous_finding", "what_is_missing",
    "compare_scenarios", "clear_marks", "undo_run", "cheapest_plan", "run_assessment", "switch_language", "export_results",
)  # fmt: skip
# Run in LibreOffice each time: published data with many findings, a clean county, functions, English.
FEW = {"linyi", "pass", "qbe-county-template-udf", "qbe-county-template.en"}


def test_the_order_has_them_all() -> None:
    assert sorted(ORDER) == sorted(macros())


def reported(book: xw.Book, tabs: list[str]) -> dict[str, Any]:
    """Values and formulas of the sheets that were there at first."""
    now = everything(book)
    return {tab: (now.values[tab], now.formulas[tab]) for tab in tabs}


@pytest.mark.parametrize("path", COUNTIES, ids=lambda path: path.stem)
def test_every_macro(open_book: Open, engine: str, path: Path, tmp_path: Path) -> None:
    if engine == "libreoffice" and path.stem not in FEW and not SOAK:
        pytest.skip("in LibreOffice all of them take minutes: make soak")
    path = copied(path, tmp_path)
    county, usable = read(path).county, assess(path).usable
    book = open_book(path)
    book.app.calculate()
    tabs = [sheet.name for sheet in book.sheets]
    before = reported(book, tabs)
    for name in ORDER:
        outcome = quiet(name, book, "" if name == "choose_edition" else None)
        expected = usable or name not in {"run_assessment", "compare_scenarios", "cheapest_plan"}
        assert outcome.ok is expected, (name, outcome.message)
        assert outcome.message
    assert reported(book, tabs) == before
    ours = {*settings.own_sheets(book).values(), state.SHEET}
    again = read_open(LiveBook(book, ours)).county
    assert again == county
    assert (tmp_path / f"{path.stem}.results.xlsx").is_file()  # in English by then
