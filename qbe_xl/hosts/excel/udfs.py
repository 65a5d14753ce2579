"""What the xlwings module `udfs/qbe_udfs.py` calls: cells as xlwings hands them over in, what VBA turns into cells out.

xlwings' worksheet functions exist on Windows only. Its open-source part cannot return spreadsheet errors, so an error
leaves here as its own text (`#N/A`) and the VBA of `hosts.excel.vba` makes the real error of it, for functions that give
numbers. Functions that give texts give texts, whatever they say.
"""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from qbe_xl.core.languages import Text
from qbe_xl.forms.profile import shipped_profile
from qbe_xl.forms.texts import norm
from qbe_xl.functions import CellError, WorksheetFunction, registered, to_rows

CATEGORY = Text("QBE 优质均衡", "QBE")
LONGEST_HELP = 255  # characters that Excel takes for a description
# Errors younger than xlwings' own list reach Python as these numbers: #SPILL!, #BLOCKED!, #CONNECT!, #CALC! …
_ERROR_NUMBERS = range(-2146826288, -2146826200)
_BUSY = (-2146826245, -2146826237)  # #GETTING_DATA, #BUSY!: not there yet
_EPOCH = datetime(1899, 12, 30)
_FRESH = 2.0  # seconds: one recalculation asks for the same sheet again and again
_FORM, _SHEET = "qbe-county-1", "schools"

Rows = list[list[Any]]
_seen: dict[str, tuple[float, Rows]] = {}


def serial(
    year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0, microsecond: int = 0, **_: Any
) -> float:
    """A date as the number that its cell holds: xlwings' `dates` option, so that dates are what they are elsewhere."""
    gone = datetime(year, month, day, hour, minute, second, microsecond) - _EPOCH
    return gone.total_seconds() / 86400


def answer(name: str, *args: Any) -> Rows:
    """The function's answer to arguments as xlwings reads them (rows of cells, None for one left out), as rows.

    Errors are their texts. KeyError for a name that is not registered.
    """
    rows = to_rows(registered()[name].call(*(_read(arg) for arg in args)))
    return [[str(cell) if isinstance(cell, CellError) else cell for cell in row] for row in rows]


def answer_check(school: Any, table: Any, caller: Any) -> Rows:
    """QBE_CHECK: without a table it is the 学校 sheet of the workbook that the calling cell (an xlwings Range) is in."""
    if caller is not None and (table is None or table == [[None]]):
        table = _schools_of(caller.sheet.book)
    return answer("QBE_CHECK", school, table)


def _read(value: Any) -> Any:
    if isinstance(value, list):
        return [_read(each) for each in value]
    if type(value) is int and value in _ERROR_NUMBERS:
        return CellError.NA if value in _BUSY else CellError.VALUE
    return value


def _schools_of(book: Any) -> Rows | None:
    """The cells of the workbook's 学校 sheet from A1 on; None where there is no such sheet."""
    key = str(book.fullname)
    found = _seen.get(key)
    if found is not None and time.monotonic() - found[0] < _FRESH:
        return found[1]
    known = {norm(word) for word in shipped_profile(_FORM).sheet(_SHEET).sheet.words}
    for sheet in book.sheets:
        if norm(sheet.name) in known:
            whole = sheet.range((1, 1), sheet.used_range.last_cell)
            rows: Rows = whole.options(ndim=2, err_to_str=True, dates=serial).value
            _seen.clear()
            _seen[key] = (time.monotonic(), rows)
            return rows
    return None


def description(function: WorksheetFunction) -> str:
    """Title and as many whole sentences of the help as Excel's function dialog takes."""
    text = f"{function.title.zh}。"
    for sentence in function.help.zh.split("。"):
        if sentence and len(text) + len(sentence) + 1 <= LONGEST_HELP:
            text += f"{sentence}。"
        else:
            break
    return text


def parameters(function: WorksheetFunction) -> list[str]:
    """Names of the arguments in order; QBE_CHECK also wants the calling cell."""
    return [arg.name for arg in function.args] + (["caller"] if function.name == "QBE_CHECK" else [])


def module_text() -> str:
    """The text of `udfs/qbe_udfs.py`, made from the registry."""
    lines = [
        "# ruff: noqa: E501",
        '"""QBE_* worksheet functions for Excel on Windows, through xlwings. 由 scripts/udfs.py 生成，请勿手改。',
        "",
        "Written by scripts/udfs.py from the registry of functions; do not edit.",
        '"""',
        "",
        "import xlwings as xw",
        "",
        "from qbe_xl.hosts.excel.udfs import answer, answer_check, serial",
    ]
    for function in registered().values():
        lines += ["", "", *_function_lines(function)]
    return "\n".join(lines) + "\n"


def _function_lines(function: WorksheetFunction) -> list[str]:
    arguments = [
        f'@xw.arg("{arg.name}", ndim=2, err_to_str=True, dates=serial, doc={_quoted(arg.zh[:LONGEST_HELP])})'
        for arg in function.args
    ]
    names = parameters(function)
    signature = [name if i < function.required else f"{name}=None" for i, name in enumerate(names)]
    called = "answer_check(" if function.name == "QBE_CHECK" else f'answer("{function.name}", '
    return [
        f"@xw.func(category={_quoted(CATEGORY.zh)}, volatile={function.volatile})",
        *arguments,
        "@xw.ret(transpose=False)",
        f"def {function.name}({', '.join(signature)}):",
        f'    """{description(function)}"""',
        f"    return {called}{', '.join(names)})",
    ]


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
