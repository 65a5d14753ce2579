"""QBE_INDICATOR in a real LibreOffice: 5,000 cells of one call each, against one array call over 5,000 rows."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

import xlsxwriter

from qbe_xl.hosts.libreoffice.installed import environment
from tests.office import Office
from udfs.build_oxt import build

ROWS = 5_000


def _workbook(path: Path, kind: str) -> Path:
    """Amounts and pupils in 5,000 rows; beside them nothing, a call a row, or one array call."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("S")
        for row in range(ROWS):
            sheet.write_row(row, 0, (20 + row % 50, 400 + row % 900))
            if kind == "cells":
                sheet.write_formula(row, 2, f'=QBE_INDICATOR("L1",A{row + 1},B{row + 1})')
        if kind == "array":
            formula = f'{{=QBE_INDICATOR("L1",A1:A{ROWS},B1:B{ROWS})}}'
            sheet.write_array_formula(0, 2, ROWS - 1, 2, formula)
    return path


def indicator_seconds(runs: int = 3) -> tuple[float, float]:
    """Median seconds of the cells and of the array call, less what opening the plain sheet takes."""
    medians = {}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        with Office(extension=build(place / "qbe_xl.oxt"), site=environment()) as office:
            for kind in ("plain", "cells", "array"):
                book = _workbook(place / f"{kind}.xlsx", kind)
                office.run(book, timeout=600)
                times = []
                for _ in range(runs):
                    start = time.perf_counter()
                    answer = office.run(book, timeout=600)
                    times.append(time.perf_counter() - start)
                if kind != "plain" and abs(answer["values"]["S"]["C1"] - 100 * 20 / 400) > 1e-12:
                    raise ValueError(f"{kind}: {answer['values']['S']['C1']}")
                medians[kind] = statistics.median(times)
    return medians["cells"] - medians["plain"], medians["array"] - medians["plain"]
