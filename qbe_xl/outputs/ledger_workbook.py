"""NAME.问题台账.xlsx and NAME.一校一策.xlsx. Neither is ever written over another file: people work in them."""

from __future__ import annotations

from pathlib import Path

from qbe_xl.core.languages import Lang, Text
from qbe_xl.outputs.results import ledger_sheet, school_pages
from qbe_xl.outputs.results.book import Book
from qbe_xl.outputs.results.drawing import Drawing
from qbe_xl.outputs.results.words import PLANNING_SHEETS
from qbe_xl.outputs.results.writer import workbook_bytes
from qbe_xl.planning.ledger.ledger import Ledger
from qbe_xl.safety.saving import save_atomically, unused_name

LEDGER_SUFFIX = Text(".问题台账.xlsx", ".ledger.xlsx")
PAGES_SUFFIX = Text(".一校一策.xlsx", ".school-pages.xlsx")


def write_new(drawing: Drawing, target: Path) -> Path:
    """Write a workbook where no file stands: `NAME.xlsx`, else `NAME (2).xlsx` and so on. QBE-CAL-001."""
    return save_atomically(unused_name(target), workbook_bytes(drawing))


def draw_ledger(ledger: Ledger, lang: Lang = "zh") -> Drawing:
    """问题台账 and 学校沿革."""
    who = _who(ledger)
    book = Book(lang, f"{PLANNING_SHEETS['ledger'][lang]} {who}", None, ("ledger", "ledger_schools"))
    ledger_sheet.write_ledger(book.sheet("ledger", ledger_sheet.widths(ledger), footer=who), ledger)
    ledger_sheet.write_schools(book.sheet("ledger_schools", ledger_sheet.SCHOOL_WIDTHS, footer=who), ledger)
    return book.drawing


def draw_pages(ledger: Ledger, lang: Lang = "zh") -> Drawing:
    """一校一策: one printed page a school, on one sheet (beyond 500 schools on several)."""
    who = _who(ledger)
    book = Book(lang, f"{PLANNING_SHEETS['school_pages'][lang]} {who}", None, ("school_pages",))
    for number, first in enumerate(range(0, max(1, len(ledger.assessment.schools)), school_pages.MOST), start=1):
        sheet = book.sheet("school_pages", school_pages.WIDTHS, footer=who)
        if number > 1:
            sheet.drawn.key, sheet.drawn.name = f"school_pages_{number}", f"{sheet.drawn.name} {number}"
        school_pages.write_pages(sheet, ledger, first)
    return book.drawing


def _who(ledger: Ledger) -> str:
    result = ledger.assessment
    name = (result.county.name if result.county is not None else None) or result.submission.file.name
    return f"{name} {ledger.label}"
