"""What the UNO engine works out by itself, without an office: notations of formulas, boxes, jumps, a missing `uno`."""

from __future__ import annotations

import builtins
import importlib
import itertools
import sys
from typing import Any

import pytest

from qbe_xl.hosts.engines import uno_bridge
from qbe_xl.hosts.engines.common import EngineError
from qbe_xl.hosts.engines.uno_document import rectangles
from qbe_xl.hosts.engines.uno_formulas import FunctionNames, differing, to_excel, to_office
from qbe_xl.hosts.engines.uno_range import jump

NAMES = FunctionNames(*differing([("EFFECTIVE", "EFFECT"), ("SUM", "SUM"), ("CEILING.XCL", "CEILING")]))


@pytest.mark.parametrize(
    ("excel", "office"),
    [
        ("=SUM('学校'!B2:B9,1)", "=SUM($'学校'.B2:B9;1)"),
        ("=SUM(Sheet1!A:A,(A1,B2))", "=SUM($'Sheet1'.A:A;(A1~B2))"),
        ("='a''b'!$A$1:$B$2&\"x,'y'!z\"", "=$'a''b'.$A$1:$B$2&\"x,'y'!z\""),
        ("={1,2;3,4}", "={1;2|3;4}"),
        ("=SUM(A1:C3 B2:B4)", "=SUM(A1:C3!B2:B4)"),
        ("=IF(A1>1,TRUE,FALSE)", "=IF(A1>1;TRUE();FALSE())"),
        ("=EFFECT(0.1,2)+CEILING(1.5,1)", "=EFFECTIVE(0.1;2)+CEILING.XCL(1.5;1)"),
        ("=N(#DIV/0!)+#REF!", "=N(#DIV/0!)+#REF!"),
        ("=IFERROR(qbe_in/1.5E+3%,)", "=IFERROR(qbe_in/1.5E+3%;)"),
        ("=SUM('学校'!1:3, 2)", "=SUM($'学校'.1:3; 2)"),
    ],
)
def test_formulas_both_ways(excel: str, office: str) -> None:
    assert to_office(excel, NAMES) == office
    assert to_excel(office, ("学校", "Sheet1"), NAMES) == excel


@pytest.mark.parametrize(
    ("office", "excel"),
    [
        ("=SUM($学校.H8:$学校.H10)", "=SUM('学校'!H8:H10)"),
        ("=Sheet1.A1+1.5", "=Sheet1!A1+1.5"),
        ("=SUM(#REF!.A1;1)", "=SUM(#REF!,1)"),
        ("=STDEV.P(A1:A3)", "=STDEV.P(A1:A3)"),
    ],
)
def test_what_libreoffice_writes_otherwise(office: str, excel: str) -> None:
    assert to_excel(office, ("学校", "Sheet1"), NAMES) == excel


def test_prefixes_of_the_file_format_go() -> None:
    assert to_office("=_xlfn.STDEV.P(A1:A3)") == "=STDEV.P(A1:A3)"


@pytest.mark.parametrize("rows", [(1, 2, 3), (1, 3), (2,)])
@pytest.mark.parametrize("columns", [(1, 2), (1, 3, 4), (5,)])
def test_rectangles_are_just_the_cells(rows: tuple[int, ...], columns: tuple[int, ...]) -> None:
    cells = {*itertools.product(rows, columns), (7, 2)}
    boxes = rectangles(cells)
    covered = [
        (row, column)
        for box in boxes
        for row in range(box.row, box.last_row + 1)
        for column in range(box.column, box.last_column + 1)
    ]
    assert sorted(covered) == sorted(cells)
    assert len(rectangles(itertools.product(range(1, 501), range(1, 71)))) == 1


@pytest.mark.parametrize(
    ("start", "step", "found"), [(1, 1, 3), (3, 1, 6), (4, 1, 6), (7, 1, 100), (6, -1, 3), (3, -1, 1), (50, -1, 7)]
)
def test_jumps_along_a_line(start: int, step: int, found: int) -> None:
    filled = {1, 2, 3, 6, 7}
    assert jump(start, step, filled.__contains__, last=7, limit=100) == found


def test_a_missing_uno_tells_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.delitem(sys.modules, "uno", raising=False)  # an earlier test may have loaded it
    monkeypatch.setattr(importlib, "import_module", missing)
    monkeypatch.setattr(uno_bridge, "uno_folders", list)
    before = builtins.__import__
    with pytest.raises(EngineError, match="python3-uno"):
        uno_bridge.uno_module.__wrapped__()
    assert builtins.__import__ is before
