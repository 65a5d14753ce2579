"""The record in the workbook: as written, or not trusted at all."""

from __future__ import annotations

import base64
import json
import zlib
from pathlib import Path
from typing import Any

import pytest

from qbe_xl import assess
from qbe_xl.hosts.engines import openpyxl_engine
from qbe_xl.hosts.excel import state
from qbe_xl.hosts.excel.state import Damaged, Mark, State, Written, harmless, pack, unpack
from qbe_xl.outputs.results_workbook import draw_results
from tests.hosts.macros.books import COUNTIES, WORKBOOKS, copied
from tests.hosts.macros.test_macros import faulty, quiet

MARK = Mark("学校", "B7", "#FFFFFF", "#F8D7D3", "原有批注", "原有批注\n\n【优质均衡】…")


@pytest.mark.parametrize("path", COUNTIES, ids=lambda path: path.stem)
def test_what_is_packed_comes_back(path: Path) -> None:
    result = assess(path)
    drawing = draw_results(result, inside=True)
    record = State(Written(drawing, [MARK]), Written(None, [MARK]))
    again = unpack(pack(record))
    assert again.previous == record.previous
    assert again.current.marks == [MARK]
    assert again.current.drawing is not None
    for sheet, back in zip(drawing.sheets, again.current.drawing.sheets, strict=True):
        assert {at: (c.value, c.look, c.formula, c.link) for at, c in sheet.cells.items()} == {
            at: (c.value, c.look, c.formula, c.link) for at, c in back.cells.items()
        }
        assert (sheet.merges, sheet.heights, sheet.widths, sheet.freeze, sheet.charts) == (
            back.merges, back.heights, back.widths, back.freeze, back.charts,
        )  # fmt: skip


def altered(change: Any) -> str:
    """A record with something changed in its data."""
    packed = pack(State(Written(draw_results(assess(WORKBOOKS / "samples" / "pass.xlsx"), inside=True), [MARK])))
    data = json.loads(zlib.decompress(base64.b64decode(packed[1:])))
    change(data["current"])
    return "Q" + base64.b64encode(zlib.compress(json.dumps(data).encode())).decode()


def cell(data: Any) -> list[Any]:
    found: list[Any] = data["sheets"][0]["cells"][0]
    return found


@pytest.mark.parametrize(
    "change",
    [
        lambda data: cell(data).__setitem__(4, "=cmd|' /C calc'!A0"),
        lambda data: cell(data).__setitem__(4, '=HYPERLINK("http://x","y")'),
        lambda data: cell(data).__setitem__(4, "=WEBSERVICE(A1)"),
        lambda data: cell(data).__setitem__(4, "='[other.xlsx]a'!A1"),
        lambda data: cell(data).__setitem__(5, "http://example.org"),
        lambda data: cell(data).__setitem__(5, "#cmd|x!A1"),
        lambda data: cell(data).__setitem__(0, -1),
        lambda data: cell(data).__setitem__(2, {"a": 1}),
        lambda data: data["marks"][0].__setitem__(1, "A1:XFD1048576"),
        lambda data: data["marks"][0].__setitem__(3, "red"),
        lambda data: data["looks"][0].__setitem__(2, "=A1"),
        lambda data: data.__setitem__("lang", "fr"),
        lambda data: data.pop("sheets"),
    ],
)
def test_what_somebody_altered_is_not_trusted(change: Any) -> None:
    with pytest.raises(Damaged):
        unpack(altered(change))


@pytest.mark.parametrize("text", ["", "Q", "Qnot base64!", "Q" + base64.b64encode(b"x").decode(), "Qe30="])
def test_rubbish_is_not_trusted(text: str) -> None:
    with pytest.raises(Damaged):
        unpack(text)


def test_a_bomb_is_not_unpacked() -> None:
    bomb = zlib.compress(b" " * (state._MOST_BYTES + 10), 9)
    with pytest.raises(Damaged, match="too large"):
        unpack("Q" + base64.b64encode(bomb).decode())


@pytest.mark.parametrize(
    ("formula", "good"),
    [
        ("=SUM(A1:A9)", True),
        ("='结果·差异系数明细'!$B$7/$B7", True),
        ('=SUMIF(K6:K27,">=0",$B6:$B27)', True),
        ("=SUM(A1)&CALL(1)", False),
        ("SUM(A1)", False),
        (None, False),
        ("=SUM(A1)|x", False),
    ],
)
def test_harmless(formula: Any, good: bool) -> None:
    assert harmless(formula) is good


def test_a_damaged_record_keeps_nobody_from_running(tmp_path: Path) -> None:
    book = openpyxl_engine.open_book(faulty(tmp_path))
    quiet("run_assessment", book)
    book.sheets[state.SHEET].range("A3").value = "Qdamaged"
    assert quiet("run_assessment", book).ok
    assert state.load(book).current.drawing is not None
    book.close()


def test_a_sheet_that_only_bears_the_name_is_left_alone(tmp_path: Path) -> None:
    book = openpyxl_engine.open_book(copied(WORKBOOKS / "samples" / "pass.xlsx", tmp_path))
    book.sheets.add(state.SHEET, after=book.sheets[-1]).range("A1").value = "我的笔记"
    assert quiet("run_assessment", book).ok
    assert book.sheets[state.SHEET].range("A1").value == "我的笔记"
    assert quiet("undo_run", book).ok
    assert book.sheets[state.SHEET].range("A1").value == "我的笔记"
    book.close()
