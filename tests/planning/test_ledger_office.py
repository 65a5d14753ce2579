"""The pages are printed by LibreOffice: as many pages as schools, whatever they lack."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from qbe_xl.assessment import assess
from qbe_xl.core.languages import LANGUAGES, Lang
from qbe_xl.outputs.ledger_workbook import draw_pages
from qbe_xl.outputs.results.writer import workbook_bytes
from qbe_xl.planning.ledger.ledger import make_ledger
from tests.office import Office
from tests.paths import ROOT


@pytest.mark.parametrize("lang", LANGUAGES)
def test_one_printed_page_a_school(lang: Lang, tmp_path: Path, office: Office) -> None:
    ledger = make_ledger(assess(ROOT / "workbooks" / "samples" / "linyi.xlsx"))
    book, pdf = tmp_path / "pages.xlsx", tmp_path / "pages.pdf"
    book.write_bytes(workbook_bytes(draw_pages(ledger, lang)))
    office.run(book, dump=[], pdf=pdf)
    told = subprocess.run(["pdfinfo", str(pdf)], check=True, capture_output=True, text=True, timeout=60).stdout
    pages = re.search(r"^Pages:\s*(\d+)$", told, re.MULTILINE)
    assert pages is not None and int(pages[1]) == len(ledger.assessment.schools) == 75
    size = re.search(r"^Page size:\s*([\d.]+) x ([\d.]+)", told, re.MULTILINE)
    assert size is not None and (round(float(size[1])), round(float(size[2]))) == (595, 842)  # A4 upright
