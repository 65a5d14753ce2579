"""`run_assessment` on an open workbook of 500 schools: first run, and a run that changes nothing. On the openpyxl engine,
in LibreOffice driven over a pipe, and within LibreOffice, as its menu runs it in a real window."""

from __future__ import annotations

import statistics
import sysconfig
import time
from collections.abc import Callable
from pathlib import Path

import xlwings as xw

from benchmarks.counties import with_template
from qbe_xl.hosts.engines import openpyxl_engine, uno_engine
from qbe_xl.hosts.excel.entry import run
from tests.hosts.desktops import add_in_in, windows
from tests.hosts.engines.uno_office import PipeOffice
from tests.paths import ROOT

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


def _from_the_menu(path: Path, place: Path, runs: int) -> tuple[float, float]:
    site = place / "site"
    site.mkdir()
    (site / "qbe.pth").write_text(f"{ROOT}\n{sysconfig.get_paths()['purelib']}\n", encoding="utf-8")
    seconds: tuple[list[float], list[float]] = ([], [])
    with windows(add_in_in(place), site) as desktop:
        for number in range(runs + 1):
            desktop.open(path)
            for kind in seconds:
                start = time.perf_counter()
                answer = desktop.ask("dispatch", url="vnd.qbe.xl:run_assessment", arguments={"quiet": True})
                if answer["state"] != 1:
                    raise ValueError(answer["result"])
                if number:  # the first time in a fresh office its Python loads the package
                    kind.append(time.perf_counter() - start)
            desktop.ask("close")
    return statistics.median(seconds[0]), statistics.median(seconds[1])


def macro_seconds(place: Path, runs: int = 3) -> dict[str, tuple[float, float]]:
    """By engine: median seconds of a first run, which writes all result sheets, and of a second one."""
    path = with_template(MACRO_SCHOOLS, place / "macros.xlsx")
    with PipeOffice() as office:
        found = {
            "openpyxl": _both(openpyxl_engine.open_book, path, runs),
            "LibreOffice": _both(lambda p: uno_engine.open_book(office.context, p, hidden=False), path, runs),
        }
    return {**found, "LibreOffice menu": _from_the_menu(path, place, runs)}
