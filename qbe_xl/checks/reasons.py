"""Queries that were answered: by the county in the sheet 疑问说明, by a reviewer in a file of waivers.

An answer holds for one rule at one place, and only while the value there is what it was. An answered query stays in
every result, with its reason. Errors cannot be answered: they make their value unusable and have to be mended.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from fractions import Fraction

from qbe_xl.checks.places import a1, cells_of, each_cell
from qbe_xl.checks.waivers import Waiver
from qbe_xl.core.fields import YES_NO, all_fields
from qbe_xl.core.findings import SEVERITY_NAMES, Explanation, Finding
from qbe_xl.core.languages import Text
from qbe_xl.core.messages import catalogue
from qbe_xl.county import County, Place, Row, Submission
from qbe_xl.county.model import Value
from qbe_xl.county.reasons import COLUMNS

BLANK = Text("空白", "blank")
_BLANKS = frozenset(("空白", "空", "(空)", "(空白)", "blank", "未填"))
MOST_VALUES = 6  # values that are listed one by one; more of them are told by their number and a digest
JOIN = "、"
_NEEDED = ("value", "reason", "who")
_LEVELS = "ⅠⅡⅢⅣⅤⅥ"
_NUMBER = re.compile(r"([+-]?)((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?|\.[0-9]+)(%?)")

# ---- the value at a place


def value_at(reported: Submission | County | None, finding: Finding) -> str:
    """What stands where the finding is, as it is to be copied into 当时的值: readable, the same in every language.

    One cell: its value as understood, numbers in the field's own unit (元, not 万元), words in Chinese, 空白 for a blank.
    Several cells (a range, and the further cells of the finding): their values joined by 、 in reading order; more than
    six: `空白×12` where they are the same, else their number and a digest, `40#1f2e3d4c`.
    No cell of the report: both sides of the comparison, else a digest of the message (`#1f2e3d4c`), which changes with it.
    """
    values = _values(reported, finding)
    shown = [ways[0] for ways in values]
    if len(shown) <= MOST_VALUES:
        return JOIN.join(shown)
    return f"{shown[0]}×{len(shown)}" if len(set(shown)) == 1 else f"{len(shown)}#{_digest(JOIN.join(shown))}"


def _values(reported: Submission | County | None, finding: Finding) -> list[tuple[str, ...]]:
    """Each value with the ways in which it may be written, the first being ours."""
    county = reported.county if isinstance(reported, Submission) else reported
    if county is not None and finding.sheet is not None and finding.range is not None:
        cells = cells_of(county)
        refs = dict.fromkeys(ref for part in (finding.range, *finding.also) for ref in _refs(part))
        found = [cells.at(Place(finding.sheet, ref, finding.file)) for ref in refs]
        known = [_ways(*each) for each in found if each is not None]
        if known:
            return known
    args = {name: value.zh if isinstance(value, Text) else value for name, value in finding.args.items()}
    if {"left", "right"} <= args.keys():
        return [(str(args["left"]),), (str(args["right"]),)]
    return [(f"#{_digest(finding.message('zh'))}",)]


def _refs(ref: str) -> list[str]:
    try:
        return [a1(row, column) for row, column in each_cell(ref)]
    except ValueError:
        return []


def _ways(name: str, value: Value | None) -> tuple[str, ...]:
    if value is None:
        return (BLANK.zh, *_BLANKS)
    described = all_fields().get(name)
    if isinstance(value, str):
        if described is not None and described.type == "yes_no" and value in YES_NO:
            return (YES_NO[value].zh, YES_NO[value].en, value)
        for choice in described.choices if described is not None else ():
            if choice.id == value:
                return (choice.name.zh, choice.name.en, choice.id, *choice.also)
        return (value,)
    text = _number_text(Fraction(value))
    if described is not None and described.type == "level" and value in range(1, len(_LEVELS) + 1):
        return (_LEVELS[int(value) - 1], text)
    return (text,)


def _number_text(value: Fraction) -> str:
    if value.denominator == 1:
        return str(value.numerator)
    return f"{float(value):.15f}".rstrip("0") if abs(value) < 1 else f"{float(value):.15g}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:8]


def same_value(reported: Submission | County | None, finding: Finding, then: str) -> bool:
    """Whether `then` is what stands there now: numbers as numbers, all else as trimmed text."""
    values = _values(reported, finding)
    if len(values) > MOST_VALUES:
        return _word(then) == _word(value_at(reported, finding))
    if len(values) == 1:
        return _same(then, values[0])
    parts = then.split(JOIN)
    return len(parts) == len(values) and all(map(_same, parts, values))


def _same(then: str, ways: Sequence[str]) -> bool:
    number = _as_number(then)
    return any(_word(then) == _word(way) or (number is not None and number == _as_number(way)) for way in ways)


def _word(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _as_number(text: str) -> Fraction | None:
    match = _NUMBER.fullmatch(unicodedata.normalize("NFKC", text).replace("−", "-").strip())
    if match is None:
        return None
    value = Fraction(match[1] + match[2].replace(",", ""))
    return value / 100 if match[3] else value


# ---- answers


@dataclass(frozen=True)
class _Answer:
    """One answer that is complete: which rule, which cells (None: no cell), what stood there, and the explanation."""

    code: str
    sheet: str | None
    cells: frozenset[str]
    file: str | None
    school: str | None
    explanation: Explanation
    gone: Callable[[], Finding]  # it matches no finding
    stale: Callable[[str], Finding]  # the value has changed; given what it is now


def answered(found: Iterable[Finding], submission: Submission, waivers: Iterable[Waiver] = ()) -> list[Finding]:
    """The findings, those that an answer holds for with it, and what there is to say of the answers themselves."""
    findings, said = list(found), list[Finding]()
    answers = [each for row in submission.explanations for each in _of_row(row, said)]
    answers += [_of_waiver(each) for each in waivers if each.concerns(submission.file)]
    if not answers:
        return [*findings, *said]
    by_code: dict[str, list[int]] = {}
    for index, finding in enumerate(findings):
        by_code.setdefault(finding.code, []).append(index)
    schools = _names(submission.county)
    for answer in answers:
        meant = [i for i in by_code.get(answer.code, ()) if _meant(answer, findings[i], submission, schools)]
        holds = [i for i in meant if same_value(submission, findings[i], answer.explanation.value)]
        for index in holds:
            found_here = findings[index]
            findings[index] = replace(found_here, explained=(*found_here.explained, answer.explanation))
        if not meant:
            said.append(answer.gone())
        elif not holds:
            said.append(answer.stale(value_at(submission, findings[meant[0]])))
    return [*findings, *said]


def _names(county: County | None) -> dict[str, set[str]]:
    """A school's code or name → all that it is called by."""
    names: dict[str, set[str]] = {}
    for row in county.schools if county is not None else ():
        both = {_word(each) for each in (row.text("school_code"), row.text("school_name")) if each}
        for each in both:
            names.setdefault(each, set()).update(both)
    return names


def _meant(answer: _Answer, finding: Finding, submission: Submission, schools: dict[str, set[str]]) -> bool:
    if not _in_its_file(answer, finding, submission) or _word(answer.sheet or "") != _word(finding.sheet or ""):
        return False
    if answer.school and finding.school:
        called = _word(finding.school)
        if _word(answer.school) not in schools.get(called, {called}):
            return False
    cells = frozenset(_refs(finding.range)) if finding.range else frozenset()
    whole = cells.union(*map(_refs, finding.also))
    return answer.cells in (cells, whole)


def _in_its_file(answer: _Answer, finding: Finding, submission: Submission) -> bool:
    """Whether the answer stands in the workbook that the finding is about. What concerns no single workbook of a folder
    of forms is answered in the county's part, where the county's facts stand."""
    own, county = submission.file.name, submission.county
    if (answer.file or own) == (finding.file or own):
        return True
    if finding.file is not None or county is None:
        return False
    return any(fact.place is not None and fact.place.file == answer.file for fact in county.facts.values())


def _of_row(row: Row, said: list[Finding]) -> list[_Answer]:
    """The row as an answer; where it is none, `said` gets why."""

    def finding(why: str, name: str, /, **args: object) -> Finding:
        place = row.place(name) or row.place("code") or Place(row.sheet, f"A{row.number}", row.file)
        return Finding(why, place.sheet, place.ref, row.text("school") or None, args, place.file)

    code = row.text("code")
    if not code:
        said.append(finding("QBE-WHY-002", "code", fields=COLUMNS["code"]))
        return []
    known = catalogue().get(code)
    if known is None:
        near = get_close_matches(code, list(catalogue()), n=1, cutoff=0.6)
        said.append(finding("QBE-WHY-001", "code", code=code, nearest=near[0] if near else "—"))
        return []
    if not can_be_answered(code):
        severity = SEVERITY_NAMES.get(known.severity, Text("命令错误", "Wrong call"))
        said.append(finding("QBE-WHY-004", "code", code=code, severity=severity))
        return []
    lacking = [name for name in _NEEDED if not row.text(name)]
    if lacking:
        names = Text(JOIN.join(COLUMNS[n].zh for n in lacking), ", ".join(COLUMNS[n].en for n in lacking))
        said.append(finding("QBE-WHY-002", lacking[0], fields=names))
        return []
    sheet, ref = _place_of(row.text("sheet"), row.text("range"))
    try:
        cells = frozenset(a1(*each) for each in each_cell(ref)) if ref else frozenset()
    except ValueError:
        said.append(finding("QBE-WHY-003", "range", value=row.text("range")[:60]))
        return []
    origin = row.place("code") or Place(row.sheet, f"A{row.number}", row.file)
    explanation = Explanation(
        "explanation", row.text("reason"), row.text("who"), row.text("value"), row.text("date") or None, str(origin)
    )
    where = f"{sheet}!{ref}" if ref else sheet or "—"
    return [
        _Answer(
            code, sheet or None, cells, row.file, row.text("school") or None, explanation,
            lambda: finding("QBE-WHY-006", "code", code=code, where=where),
            lambda now: finding("QBE-WHY-005", "value", code=code, where=where, then=row.text("value")[:80], now=now[:80]),
        )
    ]  # fmt: skip


def can_be_answered(code: str) -> bool:
    """Only queries can, and not those about the answers themselves."""
    known = catalogue().get(code)
    return known is not None and known.severity == "query" and not code.startswith("QBE-WHY-")


def _place_of(sheet: str, ref: str) -> tuple[str, str]:
    """(sheet, A1 reference) from what was typed: `$K$6`, `k6：k9`, `学校!K6` are understood."""
    text = unicodedata.normalize("NFKC", ref).replace("$", "").replace("、", ",").replace(";", ",").strip()
    before, mark, after = text.rpartition("!")
    if mark:
        sheet = sheet or before.strip().strip("'").replace("''", "'")
        text = after
    return sheet, "".join(text.split()).upper().strip(",")


def _of_waiver(waiver: Waiver) -> _Answer:
    sheet, ref = _place_of(waiver.sheet or "", waiver.cell or "")
    args = {
        "file": waiver.source,
        "line": waiver.line,
        "code": waiver.code,
        "where": f"{sheet}!{ref}" if ref else sheet or "—",
    }
    return _Answer(
        waiver.code, sheet or None, frozenset(_refs(ref)) if ref else frozenset(), waiver.file, None,
        Explanation("waiver", waiver.reason, waiver.who, waiver.value, waiver.date, waiver.origin),
        lambda: Finding("QBE-WHY-007", args=args),
        lambda now: Finding("QBE-WHY-008", args={**args, "then": waiver.value[:80], "now": now[:80]}),
    )  # fmt: skip
