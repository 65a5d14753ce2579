"""What the engines share: errors, the counter of transfers, values as Excel hands them over, collections, alerts.

Addresses are worked out in `addresses` and offered here too; what a range needs no spreadsheet for stands in `ranges`.
"""

from __future__ import annotations

import datetime as dt
import decimal
import fractions
import itertools
import math
import numbers
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from qbe_xl.core.languages import Lang
from qbe_xl.hosts.engines.addresses import (
    MAX_ADDRESS,
    MAX_COLS,
    MAX_ROWS,
    Box,
    column_letters,
    column_number,
    format_address,
    parse_address,
    quoted_sheet,
    split_sheet,
)

__all__ = [
    "ERRORS",
    "MAX_ADDRESS",
    "MAX_COLS",
    "MAX_ROWS",
    "Alert",
    "Alerts",
    "Box",
    "CellError",
    "Collection",
    "EngineError",
    "SheetProtected",
    "Transfers",
    "clean_value_data",
    "column_letters",
    "column_number",
    "format_address",
    "from_rgb",
    "matrix",
    "parse_address",
    "prepare_xl_data_element",
    "quoted_sheet",
    "split_sheet",
    "to_rgb",
    "typed",
]

RGB = tuple[int, int, int]

# The error values a cell can hold, as Excel writes them.
ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})

_ZERO_DAY = dt.datetime(1899, 12, 30)  # what Excel's automation calls the date of a time of day


class EngineError(Exception):
    """An engine cannot do what was asked. The text is bilingual; `message(lang)` gives one language."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh = zh
        self.en = en
        super().__init__(f"{zh} / {en}")

    def message(self, lang: Lang) -> str:
        """The text in one language."""
        return self.zh if lang == "zh" else self.en


class SheetProtected(EngineError):
    """A locked cell of a protected sheet was to be changed."""

    def __init__(self, sheet: str, address: str = "") -> None:
        self.sheet = sheet
        self.address = address
        at = f"（{address}）" if address else ""
        super().__init__(
            f"工作表“{sheet}”受保护，锁定的单元格不能修改{at}。请先撤销工作表保护。",
            f"The sheet '{sheet}' is protected: its locked cells cannot be changed"
            f"{f' ({address})' if address else ''}. Unprotect the sheet first.",
        )


@dataclass
class Transfers:
    """How often the spreadsheet was spoken to: one for each call on a range, however many cells it has."""

    reads: int = 0  # values or formulas read
    writes: int = 0  # values or formulas written, contents cleared
    formats: int = 0  # format setters
    notes: int = 0  # notes added, changed or deleted

    def reset(self) -> None:
        """Start again at nought."""
        self.reads = self.writes = self.formats = self.notes = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.reads + self.writes + self.formats + self.notes


class CellError(str):
    """The error value of a cell (``#N/A``), as opposed to a text that reads the same."""

    __slots__ = ()


# ---------------------------------------------------------------------------------------------------- values


def prepare_xl_data_element(x: Any, options: Any = None) -> Any:
    """One value on its way into a cell: what is missing becomes None, library types become Python's.

    float, str, bool and datetime come out (or None); a Decimal or Fraction as float, a date as datetime at midnight,
    time zones cut off. Called by xlwings for each cell written.
    """
    kind = type(x)
    if kind is str:
        return x or None
    if x is None or kind is bool:
        return x
    if isinstance(x, str):
        return x or None
    if isinstance(x, int):
        return x
    if isinstance(x, float):
        return None if math.isnan(x) else (float(x) if type(x) is not float else x)
    if isinstance(x, dt.datetime | dt.date | dt.time | dt.timedelta):
        return _date_in(x)
    module = type(x).__module__.partition(".")[0]
    if module == "pandas" and type(x).__name__ in ("NaTType", "NAType"):
        return None
    if module == "numpy":
        return _from_numpy(x)
    if isinstance(x, decimal.Decimal | fractions.Fraction):
        return prepare_xl_data_element(float(x))
    return x


def _date_in(x: Any) -> Any:
    if type(x).__name__ == "NaTType":
        return None
    if hasattr(x, "to_pydatetime"):
        x = x.to_pydatetime(warn=False)
    if isinstance(x, dt.datetime):
        return x.replace(tzinfo=None)
    if isinstance(x, dt.date):
        return dt.datetime(x.year, x.month, x.day)
    return x


def _from_numpy(x: Any) -> Any:
    if type(x).__name__ == "datetime64":
        return prepare_xl_data_element(x.astype("datetime64[us]").item())
    return prepare_xl_data_element(x.item()) if hasattr(x, "item") else x


def clean_value_data(
    data: Sequence[Sequence[Any]],
    datetime_builder: Callable[..., Any],
    empty_as: Any,
    number_builder: Callable[[float], Any] | None,
    err_to_str: bool,
) -> list[list[Any]]:
    """A block of cell values as Excel's engine hands it to xlwings' converters.

    Numbers are float (or what `number_builder` makes of them), empty cells and empty texts `empty_as`, error cells
    None or with `err_to_str` their text, dates what `datetime_builder` makes of year, month, …, booleans bool.
    """

    def clean(v: Any) -> Any:
        if v is None or v == "":
            return empty_as
        if isinstance(v, CellError):
            return str(v) if err_to_str else None
        if isinstance(v, str | bool):
            return v
        if isinstance(v, int | float):
            return float(v) if number_builder is None else number_builder(float(v))
        if isinstance(v, dt.datetime | dt.date | dt.time | dt.timedelta):
            return _built(_date_out(v), datetime_builder)
        return v

    if number_builder is not None:
        return [[clean(v) for v in row] for row in data]
    # texts and numbers, which most values are, without a call
    return [[v if (type(v) is str and v) or type(v) is float else clean(v) for v in row] for row in data]


def _date_out(v: dt.datetime | dt.date | dt.time | dt.timedelta) -> dt.datetime:
    if isinstance(v, dt.datetime):
        return v
    if isinstance(v, dt.date):
        return dt.datetime(v.year, v.month, v.day)
    if isinstance(v, dt.time):
        return dt.datetime.combine(_ZERO_DAY.date(), v.replace(tzinfo=None))
    return _ZERO_DAY + v


def _built(v: dt.datetime, builder: Callable[..., Any]) -> Any:
    return builder(
        year=v.year, month=v.month, day=v.day, hour=v.hour, minute=v.minute, second=v.second,
        microsecond=v.microsecond, tzinfo=None,
    )  # fmt: skip


_NUMBER = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)?(?:\.\d*)?(?:[eE][+-]?\d+)?(?<=[\d.])%?", re.ASCII)
_DATE = re.compile(r"(\d{4})([-/])(\d{1,2})\2(\d{1,2})(?: (\d{1,2}):(\d{2})(?::(\d{2}))?)?", re.ASCII)
_MONTH_DAY = re.compile(r"(\d{1,2})[-/](\d{1,2})", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", re.ASCII)


def typed(text: str) -> Any:
    """What Excel makes of a text that is written through `.value` into a cell that is not formatted as text.

    Excel reads such a text as if it were typed: "12", "1,200", "85%" become numbers, "TRUE" a boolean, "#N/A" an
    error, "2024-09-01" or "9/1" a date, "7:30" a time; an apostrophe in front makes it text, whatever follows, and
    is not part of it. So macros write texts with an apostrophe. A formula (it begins with "=") comes back as it is;
    what Excel would read as a number only in some countries ("1.200,5", "1. Mai") stays text here.
    """
    if text.startswith("'"):
        return text[1:]
    bare = text.strip()
    if not bare or len(bare) > 40 or text.startswith("="):
        return text
    upper = bare.upper()
    if upper in ("TRUE", "FALSE"):
        return upper == "TRUE"
    if upper in ERRORS:
        return CellError(upper)
    if not bare[0].isascii() or not any(c.isdigit() for c in bare):
        return text
    if _NUMBER.fullmatch(bare):
        plain = bare.rstrip("%").replace(",", "")
        value = float(plain)
        return text if math.isinf(value) else value / 100 if bare.endswith("%") else value
    return _typed_date(bare, text)


def _typed_date(bare: str, text: str) -> Any:
    try:
        if whole := _DATE.fullmatch(bare):
            year, _, month, day, hour, minute, second = (int(p) if p and p.isdigit() else 0 for p in whole.groups())
            return dt.datetime(year, month, day, hour, minute, second)
        if short := _MONTH_DAY.fullmatch(bare):
            return dt.datetime(dt.date.today().year, int(short[1]), int(short[2]))
        if clock := _CLOCK.fullmatch(bare):
            return dt.time(int(clock[1]), int(clock[2]), int(clock[3] or 0))
    except ValueError:  # 13/45 is no date, so it stays a text
        return text
    return text


def matrix(value: Any, rows: int, columns: int) -> list[list[Any]]:
    """`value` as written by xlwings (scalar, one row, or rows) as `rows` × `columns`, as Excel spreads it.

    A scalar fills every cell, a single row or column is repeated; where the block is larger than the data, Excel
    writes #N/A; what the data has beyond the block is cut off.
    """
    if not isinstance(value, list | tuple):
        return [[value] * columns for _ in range(rows)]
    block = [list(r) if isinstance(r, list | tuple) else [r] for r in value]
    if value and not isinstance(value[0], list | tuple):
        block = [list(value)]
    if not block:
        return [[None] * columns for _ in range(rows)]
    if len(block) == rows and all(len(r) == columns for r in block):
        return block
    missing = CellError("#N/A")
    block = [r * columns if len(r) == 1 else [*r, *[missing] * (columns - len(r))][:columns] for r in block]
    if len(block) == 1:
        return [list(block[0]) for _ in range(rows)]
    return [*block, *([missing] * columns for _ in range(rows - len(block)))][:rows]


# ---------------------------------------------------------------------------------------------------- colours


def to_rgb(color: Any) -> RGB | None:
    """(red, green, blue) of what xlwings takes for a colour: "#RRGGBB", such a tuple, or Excel's number; None is none.

    ValueError if it is none of these.
    """
    if color is None:
        return None
    if isinstance(color, str):
        text = color.removeprefix("#")
        if not re.fullmatch(r"[0-9A-Fa-f]{6}", text):
            raise ValueError(f"not a colour: {color!r}")
        return int(text[0:2], 16), int(text[2:4], 16), int(text[4:6], 16)
    if isinstance(color, numbers.Integral):
        number = int(color)
        return number & 255, number >> 8 & 255, number >> 16 & 255
    red, green, blue = color
    if not all(0 <= int(part) <= 255 for part in (red, green, blue)):
        raise ValueError(f"not a colour: {color!r}")
    return int(red), int(green), int(blue)


def from_rgb(rgb: RGB) -> str:
    """RRGGBB, as files write it."""
    return "{:02X}{:02X}{:02X}".format(*rgb)


# ---------------------------------------------------------------------------------------------------- collections


class Collection:
    """Names, tables, sheets, …: found by 1-based number or, whatever the case, by name. `_list` gives the members."""

    api: Any = None

    def _list(self) -> Sequence[Any]:
        raise NotImplementedError

    def __len__(self) -> int:
        return len(self._list())

    def __iter__(self) -> Iterator[Any]:
        return iter(self._list())

    def _find(self, key: Any) -> Any | None:
        members = self._list()
        if isinstance(key, numbers.Integral):
            return members[int(key) - 1] if 1 <= int(key) <= len(members) else None
        wanted = str(key).casefold()
        return next((member for member in members if member.name.casefold() == wanted), None)

    def __contains__(self, key: Any) -> bool:
        return self._find(key) is not None

    def contains(self, key: Any) -> bool:
        """Is there one of that number or name? (xlwings asks `Names` so.)"""
        return key in self

    def __call__(self, key: Any) -> Any:
        found = self._find(key)
        if found is None:
            raise KeyError(key)
        return found


# ---------------------------------------------------------------------------------------------------- alerts


@dataclass(frozen=True)
class Alert:
    """A message box that would have been shown."""

    prompt: str
    title: str | None
    buttons: str
    mode: str | None
    answer: str


_FIRST_ANSWER = {"ok": "ok", "ok_cancel": "ok", "yes_no": "yes", "yes_no_cancel": "yes"}


@dataclass
class Alerts:
    """Where message boxes go when nobody sits in front: kept in `log`, answered by `answer`.

    `answer(prompt, title, buttons, mode)` gives "ok", "cancel", "yes" or "no"; without it the first button is pressed.
    """

    log: list[Alert] = field(default_factory=list)
    answer: Callable[[str, str | None, str, str | None], str] | None = None

    def show(self, prompt: str | None, title: str | None, buttons: str | None, mode: str | None) -> str:
        """Keep the message and give the answer. ValueError for buttons that xlwings does not know."""
        which = buttons or "ok"
        if which not in _FIRST_ANSWER:
            raise ValueError(f"unknown buttons: {buttons!r}")
        text = "" if prompt is None else str(prompt)
        answer = self.answer(text, title, which, mode) if self.answer else _FIRST_ANSWER[which]
        self.log.append(Alert(text, title, which, mode, answer))
        return answer


_process_ids = itertools.count(1)


def next_pid() -> int:
    """A number for an app that is no process of its own; xlwings tells apps apart by it."""
    return next(_process_ids)
