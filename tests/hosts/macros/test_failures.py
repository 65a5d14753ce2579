"""A run that fails or is stopped leaves the workbook and the spreadsheet's settings as they were, and says why."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlwings as xw
from openpyxl.styles import Protection

from qbe_xl.core.errors import QbeError
from qbe_xl.forms import read
from qbe_xl.hosts.engines import openpyxl_engine, uno_engine
from qbe_xl.hosts.excel import entry, macros, marks, painter, settings, state
from qbe_xl.hosts.excel.entry import run
from qbe_xl.hosts.excel.registry import macros as registered
from tests.hosts.engines.uno_office import PipeOffice
from tests.hosts.macros.books import WORKBOOKS, copied, everything
from tests.hosts.macros.test_macros import faulty, quiet

Open = Callable[[Path], xw.Book]


def calm(book: xw.Book) -> tuple[object, ...]:
    """The settings that a macro changes while it runs."""
    app = book.app
    return app.screen_updating, app.enable_events, app.calculation, bool(app.status_bar)


def test_every_macro_of_the_registry_exists_and_no_other() -> None:
    assert set(entry.MACROS) == set(registered())


def test_only_registered_names_are_run(open_book: Open, tmp_path: Path) -> None:
    book = open_book(copied(WORKBOOKS / "samples" / "pass.xlsx", tmp_path))
    outcome = quiet("os.system", book)
    assert (outcome.ok, outcome.code) == (False, "QBE-MAC-001")
    assert "os.system" in outcome.message


@pytest.mark.parametrize("sheet", [0, 4, 8])
def test_a_failure_while_writing(open_book: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sheet: int) -> None:
    """At the first, a middle and the last result sheet."""
    book = open_book(faulty(tmp_path))
    book.app.calculate()
    before, quiet_before = everything(book), calm(book)
    real, count = painter.paint, iter(range(99))

    def paint(*args: object, **more: object) -> None:
        if next(count) == sheet:
            raise MemoryError("no more")
        real(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(painter, "paint", paint)
    outcome = quiet("run_assessment", book)
    assert (outcome.ok, outcome.code) == (False, "QBE-MAC-002")
    assert "MemoryError" in outcome.message
    assert "macros.log" in outcome.message
    assert everything(book) == before
    assert calm(book) == quiet_before


def test_a_failure_while_marking(open_book: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = faulty(tmp_path)
    rows = read(path).county.schools  # type: ignore[union-attr]
    cells = [("学校", row.place("pupils_primary").ref) for row in rows[:3]]  # type: ignore[union-attr]
    book = open_book(path)
    book.app.calculate()
    before = everything(book, cells)
    real, count = marks._write_note, iter(range(99))

    def write(target: xw.Range, text: str) -> None:
        if next(count) == 2:
            raise OSError("gone")
        real(target, text)

    monkeypatch.setattr(marks, "_write_note", write)
    assert not quiet("run_assessment", book).ok
    monkeypatch.undo()
    assert everything(book, cells) == before


def test_a_failure_of_the_second_run_leaves_the_first(
    open_book: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = faulty(tmp_path)
    book = open_book(path)
    quiet("run_assessment", book)
    cell = book.sheets["学校"].range(read(path).county.schools[8].place("pupils_primary").ref)  # type: ignore[union-attr]
    cell.value = 77
    tabs = settings.own_sheets(book)
    before = {tab: rows for tab, rows in everything(book).values.items() if tab in tabs.values()}
    monkeypatch.setattr(marks, "put", lambda *args: 1 / 0)
    assert quiet("run_assessment", book).code == "QBE-MAC-002"
    monkeypatch.undo()
    after = {tab: rows for tab, rows in everything(book).values.items() if tab in tabs.values()}
    assert after == before
    assert state.load(book).current.drawing is not None
    assert quiet("undo_run", book).ok
    assert settings.own_sheets(book) == {}


@pytest.mark.parametrize("after", [1, 3, 8, 20, 60])
def test_stopping_half_way(open_book: Open, tmp_path: Path, after: int) -> None:
    book = open_book(faulty(tmp_path))
    book.app.calculate()
    before, quiet_before = everything(book), calm(book)
    asked = iter(range(10_000))
    outcome = quiet("run_assessment", book, stop=lambda: next(asked) >= after)
    assert (outcome.ok, outcome.code, outcome.message) == (False, None, "已停止，工作簿没有改动。")
    assert everything(book) == before
    assert calm(book) == quiet_before


def test_a_protected_sheet(open_book: Open, tmp_path: Path) -> None:
    """Whoever protected the sheet against comments is told which sheet it is and what to do."""
    path = faulty(tmp_path)
    workbook = openpyxl.load_workbook(path)
    sheet = workbook["学校"]
    sheet.protection.enable()
    sheet.protection.formatCells = True
    sheet.protection.objects = True
    for row in sheet.iter_rows():
        for cell in row:
            cell.protection = Protection(locked=True)
    workbook.save(path)
    book = open_book(path)
    book.app.calculate()
    before = everything(book)
    outcome = quiet("run_assessment", book)
    assert (outcome.ok, outcome.code) == (False, "QBE-MAC-003")
    assert "“学校”受保护" in outcome.message
    assert everything(book) == before


def test_results_that_cannot_be_saved(open_book: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object) -> Path:
        raise QbeError("QBE-CAL-001", file="x.xlsx", problem="No space left on device")

    monkeypatch.setattr(macros, "save_atomically", full)
    book = open_book(copied(WORKBOOKS / "samples" / "pass.xlsx", tmp_path))
    before, files = everything(book), sorted(p.name for p in tmp_path.iterdir())
    outcome = quiet("export_results", book)
    assert (outcome.ok, outcome.code) == (False, "QBE-CAL-001")
    assert "No space left" in outcome.message
    assert everything(book) == before
    assert sorted(p.name for p in tmp_path.iterdir() if p.name != "home") == [f for f in files if f != "home"]


@pytest.mark.office
def test_the_office_is_killed_in_the_middle(tmp_path: Path) -> None:
    path = copied(WORKBOOKS / "samples" / "pass.xlsx", tmp_path)
    bytes_before = path.read_bytes()
    with PipeOffice() as office:
        book = uno_engine.open_book(office.context, path, hidden=False)
        asked = iter(range(10_000))

        def kill() -> bool:
            if next(asked) == 12:
                office.kill()
            return False

        outcome = run("run_assessment", book, stop=kill, quiet=True)
    assert not outcome.ok
    assert outcome.code in ("QBE-MAC-003", "QBE-MAC-004", "QBE-MAC-008")
    assert "LibreOffice" in outcome.message
    assert path.read_bytes() == bytes_before


@pytest.mark.office
def test_the_workbook_is_closed_in_the_middle(pipe_office: PipeOffice, tmp_path: Path) -> None:
    book = uno_engine.open_book(
        pipe_office.context, copied(WORKBOOKS / "samples" / "pass.xlsx", tmp_path), hidden=False
    )
    asked = iter(range(10_000))

    def close() -> bool:
        if next(asked) == 12:
            book.api.close(True)
        return False

    outcome = run("run_assessment", book, stop=close, quiet=True)
    assert not outcome.ok
    assert outcome.code in ("QBE-MAC-003", "QBE-MAC-004", "QBE-MAC-008")
    assert "关闭" in outcome.message


def test_the_user_is_told_once(open_book: Open, tmp_path: Path) -> None:
    book = open_book(copied(WORKBOOKS / "samples" / "pass.xlsx", tmp_path))
    outcome = run("run_assessment", book)
    alerts = book.app.impl.alerts.log
    assert len(alerts) == 1
    assert alerts[0].prompt == outcome.message


def test_a_step_that_cannot_be_put_back_keeps_no_other_from_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names cannot be removed, yet the record's sheet is, which comes last; and the user is told."""
    book = openpyxl_engine.open_book(faulty(tmp_path))
    book.app.engine.activate()
    before = everything(book)
    monkeypatch.setattr(marks, "put", lambda *args: 1 / 0)
    monkeypatch.setattr(settings, "forget_sheet", lambda *args: [][0])
    outcome = quiet("run_assessment", book)
    assert (outcome.ok, outcome.code) == (False, "QBE-MAC-008")
    left = set(everything(book).sheets) - set(before.sheets)
    assert state.SHEET not in left  # the last of the steps was done all the same
    book.close()


def test_collecting_garbage_is_as_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run goes without it; afterwards it is on again, or off where it was off, also when the run breaks."""
    book = openpyxl_engine.open_book(faulty(tmp_path))
    during: list[bool] = []
    monkeypatch.setattr(marks, "put", lambda *args: during.append(gc.isenabled()) or 1 / 0)
    for before in (True, False):
        (gc.enable if before else gc.disable)()
        try:
            assert quiet("run_assessment", book).code == "QBE-MAC-002"
            assert gc.isenabled() is before
        finally:
            gc.enable()
    assert during == [False, False]
    book.close()
