"""What a cell means: exact values by the field's type. Understood or reported, never guessed.

The rules, field type by field type: numbers may be typed as text, in full width, with well-placed thousands separators
and with a unit that fits; everything else is a finding with the cell's content. A blank is missing, not 0.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

from qbe_xl.core.fields import Field
from qbe_xl.core.languages import Text
from qbe_xl.core.numbers import REPORTED_DIGITS, Exact, exact, json_number, tidy
from qbe_xl.county.model import Value
from qbe_xl.forms.texts import norm
from qbe_xl.forms.units import Dimension, Unit, dimension_of, is_unit, unit_name

FIRST_YEAR, LAST_YEAR = 1900, 2100  # what a four-digit year can be
LEVELS = 6  # national monitoring reports levels Ⅰ to Ⅵ
SHOWN = 40  # characters of a cell's content that stand in a message

_MISSING = frozenset(
    map(norm, ("缺", "缺失", "缺数据", "不详", "未统计", "无数据", "暂无", "暂无数据", "未填", "待补", "待定", "空", "—", "——", "-",
               "--", "/", "\\", "N/A", "NA", "不适用", "none given", "missing", "unknown", "not available", "...", "…", "?", "null"))
)  # fmt: skip
_NOT_SAMPLED = frozenset(
    map(norm, ("未参加", "未抽中", "未抽到", "未被抽中", "未抽样", "没有抽中", "not sampled", "not drawn"))
)
_ERRORS = frozenset(
    ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!", "#GETTING_DATA", "#BLOCKED!",
     "#FIELD!", "#CONNECT!", "#UNKNOWN!", "#BUSY!")
)  # fmt: skip
_YES = frozenset(("是", "yes", "y", "true"))
_NO = frozenset(("否", "no", "n", "false"))
_LEVEL_WORDS = {
    **{word: n for n, word in enumerate(("i", "ii", "iii", "iv", "v", "vi"), 1)},
    **{word: n for n, word in enumerate("一二三四五六", 1)},
    **{str(n): n for n in range(1, LEVELS + 1)},
}
_NUMBER = re.compile(r"([+-]?)((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?|\.[0-9]+)")
_YEAR = re.compile(r"([0-9]{4})年?")
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_NONE: Mapping[str, object] = MappingProxyType({})


class Parsed(NamedTuple):
    """A cell's meaning. `state` is "missing", "unusable" or "not_sampled" where there is no value.

    `code` and `values` make a finding of it, which the caller gives its place: an error where `state` is "unusable".
    """

    value: Value | None
    state: str | None = None
    code: str | None = None
    values: Mapping[str, object] = _NONE


BLANK = Parsed(None, "missing")


def parse(field: Field, raw: Any, unit: Unit | None = None) -> Parsed:
    """What `raw`, as openpyxl read it, means for `field`, in the field's own unit and exact.

    `unit` is what the column or row says its numbers are in; None stands for the field's own.
    """
    if raw is None:
        return BLANK
    if isinstance(raw, str):
        text = raw.strip()
        if not text:
            return BLANK
        if text.upper() in _ERRORS:
            return _bad("QBE-DAT-001", field, text)
        word = norm(text)
        if not word:
            return BLANK
        if word in _MISSING or (word == "无" and field.type in {"code", "text"}):
            return Parsed(None, "missing", "QBE-CMP-005", {"field": field.name, "value": text[:SHOWN]})
        if word in _NOT_SAMPLED and (field.type == "level" or field.unit == "比例"):
            return Parsed(None, "not_sampled")
    if field.type in {"count", "amount"}:
        return _number(field, raw, unit)
    if field.type == "choice":
        return _choice(field, raw)
    if field.type == "yes_no":
        return _yes_no(field, raw)
    if field.type == "year":
        return _year(field, raw)
    if field.type == "level":
        return _level(field, raw)
    return _text(field, raw)


def _bad(code: str, field: Field, raw: object, **more: object) -> Parsed:
    shown = shown_raw(raw)
    return Parsed(None, "unusable", code, {"field": field.name, "value": shown, **more})


def shown_raw(raw: object) -> str:
    """A cell's content for a message, cut to a bearable length."""
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, datetime.datetime) and raw.time() == datetime.time():
        raw = raw.date()
    text = str(raw).strip()
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def number_text(value: Exact) -> str:
    """An exact value for a message: all its digits, at most 15."""
    return str(json_number(value))


def is_date(raw: object) -> bool:
    """Whether openpyxl read a date, time or duration."""
    return isinstance(raw, datetime.date | datetime.time | datetime.timedelta)


# ---- numbers


def _number(field: Field, raw: Any, unit: Unit | None) -> Parsed:
    if isinstance(raw, str):
        return _number_in_text(field, raw, unit)
    if isinstance(raw, bool):
        return _bad("QBE-DAT-014", field, raw)
    if is_date(raw):
        return _bad("QBE-DAT-013", field, raw)
    try:
        value = exact(raw)
    except ValueError:
        return _bad("QBE-DAT-012", field, raw)
    return _checked(field, value if unit is None else tidy(value * unit.factor), raw)


def _checked(field: Field, value: Exact, raw: object, note: Parsed | None = None) -> Parsed:
    """The value, if it is one the field can have; with the note where there is one."""
    if value < 0:
        return _bad("QBE-DAT-002", field, raw)
    if value >= 10**REPORTED_DIGITS:
        return _bad("QBE-DAT-017", field, raw)
    if field.type == "count" and value.denominator != 1:
        return _bad("QBE-DAT-003", field, raw)
    if field.unit == "比例" and value > 1:
        return _bad("QBE-DAT-016", field, raw)
    return Parsed(value) if note is None else note._replace(value=value)


def _number_in_text(field: Field, raw: str, unit: Unit | None) -> Parsed:
    text = unicodedata.normalize("NFKC", raw).replace("−", "-").strip()
    match = _NUMBER.match(text)
    if match is None:
        return _bad("QBE-DAT-012", field, raw)
    sign, digits = match.groups()
    dimension = dimension_of(field.unit)
    rest = norm(text[match.end() :])
    typed: Unit | None = None
    if rest:
        typed = dimension.units.get(rest) if dimension else None
        if typed is None:
            code = "QBE-DAT-010" if is_unit(rest) else "QBE-DAT-012"
            return _bad(code, field, raw, unit=unit_name(field.unit))
        unit = typed
    try:
        value = exact(sign + digits.replace(",", ""))
    except ValueError:
        return _bad("QBE-DAT-012", field, raw)
    if unit is not None:
        value = tidy(value * unit.factor)
    if typed is None and _PLAIN.fullmatch(raw.strip()):
        return _checked(field, value, raw)
    said = {"field": field.name, "value": shown_raw(raw), "number": number_text(value), "unit": unit_name(field.unit)}
    return _checked(field, value, raw, Parsed(None, None, "QBE-DAT-009", said))


def stated(raw: Any, percent: bool) -> tuple[Exact | None, str | None]:
    """A ratio or value that the form states itself: (exact value, code of a finding).

    A text with % is a percentage. Where the unit is %, a number up to 1.5 is the fraction that a cell formatted as a
    percentage holds (95.01 % is stored as 0.9501); above that it was typed as a percentage (95.01), which a note says.
    """
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None, None
    if isinstance(raw, str):
        text = unicodedata.normalize("NFKC", raw).replace("−", "-").strip()
        if text.upper() in _ERRORS:
            return None, "QBE-DAT-001"
        if norm(text) in _MISSING:
            return None, None
        match = _NUMBER.match(text)
        if match is None:
            return None, "QBE-DAT-012"
        value = exact(match[1] + match[2].replace(",", ""))
        rest = text[match.end() :].strip()
        if rest == "%":
            return tidy(Fraction(value) / 100), None
        if rest and dimension_of("元") is not None and (unit := _MONEY.get(norm(rest))) is not None and not percent:
            return tidy(value * unit.factor), "QBE-DAT-009"
        if rest:
            return None, "QBE-DAT-012"
    elif isinstance(raw, bool) or is_date(raw):
        return None, "QBE-DAT-012"
    else:
        try:
            value = exact(raw)
        except ValueError:
            return None, "QBE-DAT-012"
    if percent and value > FRACTION_UP_TO:
        return tidy(Fraction(value) / 100), "QBE-DAT-009"
    return value, None


FRACTION_UP_TO = Fraction(3, 2)  # a stated ratio above this under "%" was typed as a percentage


def _money() -> dict[str, Unit]:
    dimension: Dimension | None = dimension_of("元")
    return dimension.units if dimension else {}


_MONEY = _money()


# ---- words


@cache
def _choices(field: Field) -> dict[str, str]:
    return {
        norm(word): choice.id
        for choice in field.choices
        for word in (*choice.also, choice.id, choice.name.en, choice.name.zh)
    }


def _choice(field: Field, raw: Any) -> Parsed:
    known = _choices(field)
    found = known.get(norm(raw)) if isinstance(raw, str) else None
    if found is not None:
        return Parsed(found)
    names = Text("、".join(c.name.zh for c in field.choices), ", ".join(c.name.en for c in field.choices))
    return _bad("QBE-DAT-004", field, raw, choices=names)


def _yes_no(field: Field, raw: Any) -> Parsed:
    word = norm(str(raw)) if isinstance(raw, str | bool) else ""
    if word in _YES:
        return Parsed("yes")
    if word in _NO:
        return Parsed("no")
    return _bad("QBE-DAT-005", field, raw)


def _year(field: Field, raw: Any) -> Parsed:
    if isinstance(raw, datetime.date):  # datetime is one too
        said = {"field": field.name, "value": shown_raw(raw), "number": str(raw.year), "unit": Text("", "")}
        return Parsed(raw.year, None, "QBE-DAT-009", said)
    if isinstance(raw, str):
        match = _YEAR.fullmatch(norm(raw))
        year = int(match[1]) if match else 0
    elif isinstance(raw, int | float) and not isinstance(raw, bool) and float(raw).is_integer():
        year = int(raw)
    else:
        year = 0
    return Parsed(year) if FIRST_YEAR <= year <= LAST_YEAR else _bad("QBE-DAT-008", field, raw)


def _level(field: Field, raw: Any) -> Parsed:
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return Parsed(int(raw)) if raw in range(1, LEVELS + 1) else _bad("QBE-DAT-011", field, raw)
    word = norm(raw) if isinstance(raw, str) else ""
    level = _LEVEL_WORDS.get(word.removeprefix("level").removesuffix("等级").removesuffix("级"))
    return Parsed(level) if level else _bad("QBE-DAT-011", field, raw)


def _text(field: Field, raw: Any) -> Parsed:
    if isinstance(raw, str):
        text = raw.strip().strip("\u3000\u00a0\ufeff\u200b").strip()
        return Parsed(unicodedata.normalize("NFKC", text) if field.type == "code" else text) if text else BLANK
    if isinstance(raw, bool):
        return Parsed("TRUE" if raw else "FALSE")
    if is_date(raw):
        return Parsed(shown_raw(raw)) if field.type == "text" else _bad("QBE-DAT-013", field, raw)
    try:
        value = exact(raw)
    except ValueError:
        return _bad("QBE-DAT-012", field, raw)
    if field.type == "code" and abs(value) >= 10**REPORTED_DIGITS:
        return _bad("QBE-DAT-015", field, raw)
    return Parsed(number_text(value))
