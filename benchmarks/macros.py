"""`run_assessment` on an open workbook of 500 schools, on each xlwings engine: first run, and a run that changes nothing."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import xlwings as xw

from benchmarks.counties import with_template
from qbe_xl.hosts.engines import openpyxl_engine, uno_engine
from qbe_xl.hosts.excel.entry import run
from tests.hosts.engines.uno_office import PipeOffice

MACRO_SCHOOLS = 500


def _timed(book: xw.Book) -> float:
    start = time.perf_counter()
    outcome = run("run_assessment", book, quiet=True)
    seconds = time.perf_counter() - start
    if not outcome.ok:
        raise ValueError(outcome.message)
    return seconds


def _both(open_book: Callable[[Path], xw.Book], path: Path, runs: int) -> tuple[float, float]:
    firsts, seconds = [], []
    for _ in range(runs):
        book = open_book(path)
        firsts.append(_timed(book))
        seconds.append(_timed(book))
        book.app.quit()
    return statistics.median(firsts), statistics.median(seconds)


def macro_seconds(place: Path, runs: int = 3) -> dict[str, tuple[float, float]]:
    """By engine: median seconds of a first run, which writes all result sheets, and of a second one."""
    path = with_template(MACRO_SCHOOLS, place / "macros.xlsx")
    with PipeOffice() as office:
        return {
            "openpyxl": _both(openpyxl_engine.open_book, path, runs),
            "LibreOffice": _both(lambda p: uno_engine.open_book(office.context, p, hidden=False), path, runs),
        }
