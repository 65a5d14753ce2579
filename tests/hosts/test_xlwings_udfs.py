"""The xlwings module through xlwings' own Windows code: what Excel would get, for every case and documented example."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import Any
from unittest.mock import MagicMock, patch

import pytest
import xlwings

from qbe_xl.functions import CellError, WorksheetFunction, registered
from qbe_xl.functions.constants import _arguments, _tokens
from qbe_xl.hosts.excel import udfs as host
from tests.functions.cases import CASES, OMIT, TABLE, Case
from tests.functions.compare import equal_cell, rows_of
from tests.hosts.xlwings_windows import ComTime, Windows, raw, windows

FUNCTIONS = list(registered().values())
EXAMPLES = [(f.name, e) for f in FUNCTIONS for e in f.examples]


@pytest.fixture(scope="module")
def excel() -> Iterator[Windows]:
    with windows() as found:
        yield found


def as_vba_does(name: str, rows: list[list[Any]]) -> list[list[Any]]:
    """What the VBA makes of what Python returned: errors of their texts, for functions that do not give texts."""
    assert isinstance(rows, list) and all(isinstance(row, list) for row in rows)
    if registered()[name].returns == "text":
        return rows
    errors = {error.value: error for error in CellError}
    return [[errors.get(cell, cell) if isinstance(cell, str) else cell for cell in row] for row in rows]


def same(found: list[list[Any]], expected: Any) -> bool:
    wanted = rows_of(expected)
    return [len(r) for r in found] == [len(r) for r in wanted] and all(
        equal_cell(a, b) for x, y in zip(found, wanted, strict=True) for a, b in zip(x, y, strict=True)
    )


@pytest.mark.parametrize("as_ranges", [True, False], ids=["ranges", "values"])
@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.function}: {c.note}")
def test_case(excel: Windows, case: Case, as_ranges: bool) -> None:
    args = [raw(arg) if arg is OMIT or not as_ranges else excel.range(raw(arg)) for arg in case.args]
    found = as_vba_does(case.function, excel.call(case.function, *args))
    assert same(found, case.expected), found


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=lambda x: x if isinstance(x, str) else x.formula[:60])
def test_documented_example(excel: Windows, name: str, example: Any) -> None:
    args, _ = _arguments(_tokens(example.formula), 3, example.formula)
    found = as_vba_does(name, excel.call(name, *(raw(OMIT if arg is None else arg) for arg in args)))
    assert same(found, example.value), found


def test_a_row_of_constants_arrives_flat(excel: Windows) -> None:
    """Excel hands `{1,3}` over as one dimension, `{1;3}` as two."""
    assert excel.call("QBE_STD", (1.0, 3.0)) == [[1.0]]
    assert excel.call("QBE_STD", ((1.0,), (3.0,))) == [[1.0]]
    assert excel.call("QBE_INDICATOR", "L1", (21.0, 42.0), 500.0) == [[4.2, 8.4]]


def test_dates_and_money_are_numbers_as_in_other_hosts(excel: Windows) -> None:
    """Range.Value gives dates and currency as objects; 2024-09-01 12:00 is 45536.5."""
    from decimal import Decimal

    assert host.serial(2024, 9, 1, 12) == 45536.5
    cells = excel.range(((ComTime(2024, 9, 1, 12),), (Decimal("45536.5"),)))
    assert excel.call("QBE_STD", cells) == [[0.0]]


def test_errors_younger_than_xlwings_stay_errors(excel: Windows) -> None:
    for number, expected in ((-2146826243, "#VALUE!"), (-2146826238, "#VALUE!"), (-2146826245, "#N/A")):
        assert excel.call("QBE_STD", excel.range(((1.0,), (number,)))) == [[expected]]


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.name)
def test_xlwings_knows_what_the_registry_says(excel: Windows, function: WorksheetFunction) -> None:
    info = excel.info(function.name)
    assert (info["name"], info["volatile"], info["category"]) == (function.name, False, "QBE 优质均衡")
    assert info["async_mode"] is None and info["sub"] is False
    assert 20 < len(info["ret"]["doc"]) <= 255 and info["ret"]["doc"].startswith(function.title.zh)
    assert info["ret"]["options"] == {"transpose": False}
    asked = [arg for arg in info["args"] if arg["name"] != "caller"]
    assert [a["name"] for a in asked] == [a.name for a in function.args]
    for arg, known in zip(function.args, asked, strict=True):
        assert known["options"] == {"ndim": 2, "err_to_str": True, "dates": host.serial}
        assert ("optional" in known) is arg.optional
        assert known["doc"] == arg.zh


def test_check_takes_the_callers_own_sheet(excel: Windows) -> None:
    """Without a table: the 学校 sheet of the workbook in which the formula stands, read once for a whole recalculation."""
    caller = MagicMock()
    sheet, other = MagicMock(), MagicMock()
    sheet.name, other.name = " 学校", "说明"
    whole = sheet.range.return_value
    whole.options.return_value.value = [[None if c is None else c for c in row] for row in TABLE]
    book = caller.sheet.book
    book.fullname, book.sheets = "a.xlsx", [other, sheet]
    host._seen.clear()
    assert host.answer_check([["S1"]], None, caller) == [["达标 7/7"]]
    assert host.answer_check([["S4"]], [[None]], caller) == [["待定 6/7（缺 L2）"]]
    assert whole.options.call_count == 1
    whole.options.assert_called_with(ndim=2, err_to_str=True, dates=host.serial)
    sheet.range.assert_called_with((1, 1), sheet.used_range.last_cell)
    book.fullname, book.sheets = "b.xlsx", [other]
    assert host.answer_check([["S1"]], None, caller)[0][0].startswith("没有学校表")
    # a table that is given is taken
    assert host.answer_check([["S1"]], TABLE, caller) == [["达标 7/7"]]


def test_check_is_read_again_after_a_moment() -> None:
    caller = MagicMock()
    sheet = MagicMock()
    sheet.name = "Schools"
    options = sheet.range.return_value.options
    options.return_value.value = TABLE
    caller.sheet.book.fullname, caller.sheet.book.sheets = "c.xlsx", [sheet]
    host._seen.clear()
    with patch.object(host.time, "monotonic", side_effect=[0.0, 1.0, 9.0, 9.0]):
        for _ in range(3):
            host.answer_check([["S1"]], None, caller)
    assert options.call_count == 2


def test_xlwings_hands_check_the_calling_cell(excel: Windows) -> None:
    with patch.object(excel.functions, "answer_check", return_value=[["x"]]) as asked:
        excel.call("QBE_CHECK", "S1", caller=MagicMock())
    school, table, caller = asked.call_args.args
    assert (school, table) == ([["S1"]], None)
    assert isinstance(caller, xlwings.Range)


def test_the_module_can_be_imported_anywhere() -> None:
    """Outside Windows the decorators change nothing; importing it starts nothing."""
    import subprocess
    import sys

    from tests.paths import ROOT

    asked = "import qbe_udfs as q; print(q.QBE_STD([[1.0], [3.0]]), hasattr(q.QBE_STD, '__xlfunc__'))"
    found = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT / "udfs", capture_output=True, text=True, check=True, timeout=60
    )
    assert found.stdout.split() == ["[[1.0]]", "False"]


# ---- the sources


def test_the_sources_are_current() -> None:
    from scripts import udfs

    assert udfs.stale() == [], "run: python scripts/udfs.py"


def test_a_stale_source_is_found_and_mended(tmp_path: Any) -> None:
    from scripts import udfs

    assert len(udfs.write(tmp_path)) == len(udfs.sources()) and udfs.stale(tmp_path) == []
    (tmp_path / "qbe_udfs.py").write_text("old", encoding="utf-8")
    assert udfs.stale(tmp_path) == ["qbe_udfs.py"]


def test_the_vba_is_sound() -> None:
    """ASCII, lines that VBA takes, balanced, a function for each of ours, names that are no VBA words."""
    from qbe_xl.hosts.excel.vba import vba_text

    text = vba_text()
    assert text.isascii() and max(map(len, text.splitlines())) <= 1023
    for start, end in (("Function", "End Function"), ("Sub", "End Sub")):
        opened = re.findall(rf"^(?:Public|Private) {start} (\w+)\(", text, re.MULTILINE)
        assert len(opened) == len(set(opened)) == len(re.findall(rf"^{end}$", text, re.MULTILINE))
    run, longest = 0, 0
    for line in text.splitlines():
        run = run + 1 if line.endswith(" _") else 0
        longest = max(longest, run)
    assert longest <= 24  # continued lines
    words = {
        "and", "as", "byref", "byval", "call", "case", "const", "date", "dim", "do", "each", "else", "empty", "end", "error",
        "exit", "false", "for", "function", "get", "if", "in", "is", "let", "like", "loop", "me", "mod", "new", "next", "not",
        "nothing", "null", "on", "option", "optional", "or", "paramarray", "private", "public", "resume", "select", "set",
        "static", "stop", "string", "sub", "then", "to", "true", "type", "until", "wend", "while", "with", "xor",
    }  # fmt: skip
    for function in FUNCTIONS:
        stub = re.search(rf"^Public Function {function.name}\((.*)\) As Variant$", text, re.MULTILINE)
        assert stub, function.name
        asked = stub[1].split(", ")
        assert [a.removeprefix("Optional ").removesuffix(" As Variant") for a in asked] == [
            a.name for a in function.args
        ]
        assert [a.startswith("Optional ") for a in asked] == [a.optional for a in function.args]
        assert not {a.name.lower() for a in function.args} & words


def test_vba_asks_for_what_the_module_has(excel: Windows) -> None:
    """The arguments handed over are as many as xlwings expects, and the workbook named is the add-in."""
    from qbe_xl.hosts.excel.vba import vba_text

    calls = re.findall(
        r'XLPy\.CallUDF\(PY_MODULE, "(\w+)", Array\(([^)]*)\), ThisWorkbook, Application\.Caller\)', vba_text()
    )
    assert [name for name, _ in calls] == list(registered())
    for name, handed in calls:
        names = [arg["name"] for arg in excel.info(name)["args"]]
        assert ["caller" if h == "Nothing" else h for h in handed.split(", ")] == names


def test_every_error_has_its_constant() -> None:
    from qbe_xl.hosts.excel.vba import vba_text

    cases = dict(re.findall(r'Case "(\S+)": QbeError = CVErr\((\w+)\)', vba_text()))
    assert set(cases) == {error.value for error in CellError}
    assert cases["#N/A"] == "xlErrNA" and cases["#DIV/0!"] == "xlErrDiv0"
    # texts are never turned into errors
    for function in FUNCTIONS:
        wrapper = "QbeTexts" if function.returns == "text" else "QbeNumbers"
        assert f"    {function.name} = {wrapper}( _" in vba_text()


def test_chinese_survives_ascii() -> None:
    from qbe_xl.hosts.excel.vba import literal as made

    text = 'QBE "优质\\均衡" √𠀀' + "长" * 250
    literal = made(text)
    assert literal.isascii()
    pieces = re.findall(r'QbeText\("((?:[^"]|"")*)"\)', literal)
    units = [
        int(code, 16) if code else ord(plain)
        for piece in pieces
        for code, plain in re.findall(r"\\u([0-9A-F]{4})|(.)", piece.replace('""', '"'))
    ]
    assert b"".join(unit.to_bytes(2, "big") for unit in units).decode("utf-16-be") == text


def test_help_is_cut_between_sentences() -> None:
    for function in FUNCTIONS:
        text = host.description(function)
        assert text.endswith("。") and len(text) <= 255


def test_dates_take_part_without_time() -> None:
    assert host.serial(1900, 3, 1) == 61.0
    assert host.serial(2024, 9, 1) == (datetime.datetime(2024, 9, 1) - datetime.datetime(1899, 12, 30)).days
