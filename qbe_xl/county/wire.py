"""A Submission as plain JSON data and back, for its way out of a process that has read a hostile file.

What comes back is held against the types it must have, for whoever wrote it may have been taken over by the file; only
plain data is ever made from it. Tables travel by columns, since their rows share them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import astuple, replace
from fractions import Fraction
from types import MappingProxyType
from typing import Any, TypeVar

from qbe_xl.core.findings import Explanation, Finding
from qbe_xl.core.languages import LANGUAGES, Text
from qbe_xl.core.messages import catalogue, render
from qbe_xl.core.numbers import Exact
from qbe_xl.county.model import County, Fact, FileInfo, Place, Row, Stated, Submission, Total, Value
from qbe_xl.county.package import Formulas, LiveSheets, Package, Saved, SavedTable
from qbe_xl.safety.noted import Noted

_T = TypeVar("_T")

_LAST_ROW = 1_048_576
_BITS = 4_096  # of a number: the widest float is far below
_NONE: Mapping[str, object] = MappingProxyType({})


class WireError(ValueError):
    """What came is not a Submission."""


# ---- out


def to_plain(submission: Submission) -> list[Any]:
    """The submission as lists, dicts, texts and integers; `from_plain` makes an equal one."""
    file, county = submission.file, submission.county
    return [
        [file.name, file.sha256, file.pinned_edition, file.template_version, list(file.hidden)],
        submission.form,
        None if county is None else _plain_county(county),
        [_plain_finding(finding) for finding in submission.findings],
        _plain_rows(submission.explanations),
        None if submission.package is None else _plain_package(submission.package),
    ]


def _plain_county(county: County) -> list[Any]:
    facts = {
        name: [_plain_value(fact.value), _plain_place(fact.place), fact.evidence, fact.state]
        for name, fact in county.facts.items()
    }
    stated = {name: [_plain_value(each.value), _plain_place(each.place)] for name, each in county.stated.items()}
    totals = [
        _plain_rows([each.row for each in county.totals]),
        [[each.label, each.first, each.last] for each in county.totals],
    ]
    return [_plain_rows(county.schools), facts, _plain_rows(county.survey), stated, dict(county.evidence), totals]


def _plain_rows(rows: Sequence[Row]) -> list[Any]:
    shapes: dict[tuple[Any, ...], int] = {}
    out = []
    for row in rows:
        shape = (tuple(row.values), row.sheet, tuple(row.columns.items()), row.file)
        number = shapes.setdefault(shape, len(shapes))
        places = {name: _plain_place(place) for name, place in row.places.items()}
        values = [_plain_value(value) for value in row.values.values()]
        out.append([number, row.number, values, places, sorted(row.unusable)])
    return [[[list(names), sheet, dict(columns), file] for names, sheet, columns, file in shapes], out]


def _plain_value(value: Value | None) -> Any:
    return [value.numerator, value.denominator] if isinstance(value, Fraction) else value


def _plain_place(place: Place | None) -> list[str | None] | None:
    return None if place is None else [place.sheet, place.ref, place.file]


def _plain_finding(finding: Finding) -> list[Any]:
    args = {name: _plain_arg(value) for name, value in finding.args.items()}
    return [finding.code, finding.sheet, finding.range, finding.school, args, finding.file, list(finding.also)]


def plain_findings(findings: Iterable[Finding]) -> list[Any]:
    """Findings with the answers that hold for them, as plain data; `findings_from` makes equal ones.

    TypeError where an argument is no text, number or pair of languages.
    """
    return [[_plain_finding(each), [list(astuple(why)) for why in each.explained]] for each in findings]


def findings_from(data: object) -> tuple[Finding, ...]:
    """The findings that `plain_findings` gave. Raises WireError where they are none."""
    found = []
    for each in _list(data):
        finding, explained = _list(each, 2)
        found.append(replace(_finding(finding), explained=tuple(map(_explanation, _list(explained)))))
    return tuple(found)


def _explanation(data: object) -> Explanation:
    kind, reason, who, value, date, origin = _list(data, 6)
    if kind not in ("explanation", "waiver"):
        raise WireError("explanation")
    return Explanation(kind, _text(reason), _text(who), _text(value), _text_or_none(date), _text(origin))


def _plain_arg(value: object) -> Any:
    if isinstance(value, Text):
        return {"zh": value.zh, "en": value.en}
    if isinstance(value, Fraction):
        return {"over": [value.numerator, value.denominator]}
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"an argument of a finding cannot travel: {type(value).__name__}")


def _plain_package(package: Package) -> list[Any]:
    noted = [[n.kind, n.sheet, list(n.cells), n.total, list(n.details), n.file] for n in package.noted]
    live = package.live
    if live is None:
        return [noted, package.form, package.marked, package.pinned, None]
    formulas = [[f.sheet, f.column, f.text, [list(span) for span in f.rows]] for f in live.formulas]
    values = {sheet: dict(found) for sheet, found in live.values.items()}
    tables = {sheet: [list(table.columns), list(table.rows)] for sheet, table in live.tables.items()}
    plain = [live.lang, live.variant, formulas, values, list(live.missing), list(live.damaged), live.cut, tables]
    return [noted, package.form, package.marked, package.pinned, plain]


# ---- back


def from_plain(data: object, name: str) -> Submission:
    """The submission that `to_plain` gave, of the file called `name`. Raises WireError where it is none."""
    file, form, county, findings, explanations, package = _list(data, 6)
    _, sha256, edition, version, hidden = _list(file, 5)
    if sha256 is not None and not re.fullmatch(r"[0-9a-f]{64}", _text(sha256)):
        raise WireError("digest")
    info = FileInfo(name, sha256, _text_or_none(edition), _text_or_none(version), tuple(map(_text, _list(hidden))))
    return Submission(
        info,
        _text_or_none(form),
        None if county is None else _county(county),
        tuple(_finding(each) for each in _list(findings)),
        _rows(explanations),
        None if package is None else _package(package),
    )


def _county(data: object) -> County:
    schools, facts, survey, stated, evidence, totals = _list(data, 6)
    return County(
        _rows(schools),
        _dict(facts, _fact),
        _rows(survey),
        _dict(stated, _stated),
        _dict(evidence, _text),
        _totals(totals),
    )


def _totals(data: object) -> tuple[Total, ...]:
    rows, said = _list(data, 2)
    read = _rows(rows)
    out = []
    for row, each in zip(read, _list(said, len(read)), strict=True):
        label, first, last = _list(each, 3)
        out.append(Total(_text(label), row, _whole_or_none(first), _whole_or_none(last)))
    return tuple(out)


def _whole_or_none(data: object) -> int | None:
    if data is not None and type(data) is not int:
        raise WireError("row")
    return data


def _fact(data: object) -> Fact:
    value, place, evidence, state = _list(data, 4)
    return Fact(_value(value), _place_or_none(place), _text_or_none(evidence), _text_or_none(state))


def _stated(data: object) -> Stated:
    value, place = _list(data, 2)
    return Stated(_number(value), _place_or_none(place))


def _rows(data: object) -> tuple[Row, ...]:
    shapes, rows = _list(data, 2)
    known = []
    for shape in _list(shapes):
        names, sheet, columns, file = _list(shape, 4)
        known.append((tuple(map(_text, _list(names))), _text(sheet), _dict(columns, _text), _text_or_none(file)))
    out = []
    for row in _list(rows):
        index, number, values, places, unusable = _list(row, 5)
        if type(index) is not int or not 0 <= index < len(known) or type(number) is not int:
            raise WireError("row")
        fields, sheet, columns, file = known[index]
        held = dict(zip(fields, map(_value, _list(values, len(fields))), strict=True))
        found = _dict(places, _place) if places else {}
        out.append(Row(held, sheet, number, columns, found, frozenset(map(_text, _list(unusable))), file))
    return tuple(out)


def _finding(data: object) -> Finding:
    code, sheet, ref, school, args, file, also = _list(data, 7)
    known = catalogue().get(_text(code))
    if known is None or known.severity == "call":
        raise WireError("code")
    values = _dict(args, _arg) if args else _NONE
    found = Finding(
        known.code,
        _text_or_none(sheet),
        _text_or_none(ref),
        _text_or_none(school),
        values,
        _text_or_none(file),
        tuple(map(_text, _list(also))),
    )
    try:
        render(known.code, "zh", values)
        render(known.code, "en", values)
        found.sort_key()
    except (KeyError, IndexError, ValueError, TypeError) as error:
        raise WireError("arguments") from error
    return found


def _package(data: object) -> Package:
    noted, form, marked, pinned, live = _list(data, 5)
    return Package(
        tuple(map(_noted, _list(noted))),
        _text_or_none(form),
        _bool(marked),
        _text_or_none(pinned),
        None if live is None else _live(live),
    )


def _noted(data: object) -> Noted:
    kind, sheet, cells, total, details, file = _list(data, 6)
    cells, details = tuple(map(_text, _list(cells))), tuple(map(_text, _list(details)))
    return Noted(_text(kind), _text_or_none(sheet), cells, _whole(total), details, _text_or_none(file))


def _live(data: object) -> LiveSheets:
    lang, variant, formulas, values, missing, damaged, cut, tables = _list(data, 8)
    if lang not in LANGUAGES:
        raise WireError("language")
    found = []
    for each in _list(formulas):
        sheet, column, text, rows = _list(each, 4)
        spans = tuple((_whole(first), _whole(last)) for first, last in (_list(span, 2) for span in _list(rows)))
        found.append(Formulas(_text(sheet), _column(column), _text(text), spans))
    saved = _dict(values, lambda cells: _dict(cells, _saved))
    gone, broken = tuple(map(_text, _list(missing))), tuple(map(_text, _list(damaged)))
    return LiveSheets(lang, _bool(variant), tuple(found), saved, gone, broken, _bool(cut), _dict(tables, _table))


def _table(data: object) -> SavedTable:
    columns, rows = _list(data, 2)
    return SavedTable(tuple(map(_column, _list(columns))), tuple(map(_text, _list(rows))))


def _column(data: object) -> str:
    if not re.fullmatch("[A-Z]{1,3}", _text(data)):
        raise WireError("column")
    return str(data)


def _saved(data: object) -> Saved:
    if data is None or isinstance(data, str) or (type(data) is float and math.isfinite(data)):
        return data
    raise WireError("saved value")


def _bool(data: object) -> bool:
    if not isinstance(data, bool):
        raise WireError("truth value")
    return data


def _whole(data: object) -> int:
    if type(data) is not int or not 0 <= data <= _LAST_ROW:
        raise WireError("whole number")
    return data


def _arg(data: object) -> object:
    if isinstance(data, dict):
        if data.keys() == {"zh", "en"}:
            return Text(_text(data["zh"]), _text(data["en"]))
        if data.keys() == {"over"}:
            return _number(data["over"])
        raise WireError("argument")
    if data is None or isinstance(data, str | int | float):
        return data
    raise WireError("argument")


def _value(data: object) -> Value | None:
    return data if data is None or isinstance(data, str) else _number(data)


def _number(data: object) -> Exact:
    kind = type(data)
    if kind is int and isinstance(data, int):
        if data.bit_length() <= _BITS:
            return data
    elif isinstance(data, list):
        over, under = data if len(data) == 2 else (None, None)
        if (
            type(over) is int
            and type(under) is int
            and under > 0
            and max(over.bit_length(), under.bit_length()) <= _BITS
        ):
            return Fraction(over, under)
    raise WireError("number")


def _place(data: object) -> Place:
    sheet, ref, file = _list(data, 3)
    return Place(_text(sheet), _text(ref), _text_or_none(file))


def _place_or_none(data: object) -> Place | None:
    return None if data is None else _place(data)


def _text(data: object) -> str:
    if not isinstance(data, str):
        raise WireError("text")
    return data


def _text_or_none(data: object) -> str | None:
    return None if data is None else _text(data)


def _list(data: object, length: int | None = None) -> list[Any]:
    if not isinstance(data, list) or (length is not None and len(data) != length):
        raise WireError("list")
    return data


def _dict(data: object, each: Callable[[object], _T]) -> dict[str, _T]:
    if not isinstance(data, dict):
        raise WireError("object")
    return {key: each(value) for key, value in data.items()}
