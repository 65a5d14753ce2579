"""Words in cells: criterion ids, stages, editions and statuses, in Chinese and English."""

from __future__ import annotations

from collections.abc import Iterable

from qbe_xl.assessment.statuses import Status, conjunction
from qbe_xl.core.fields import field_of
from qbe_xl.core.languages import STAGE_NAMES, STATUS_NAMES, VALUE_STATUS_NAMES
from qbe_xl.functions.values import Block, Cell, CellError, Stop, word
from qbe_xl.standards import DEFAULT_EDITION, Edition, known_editions, load_edition
from qbe_xl.standards.model import AllOf, AnyCriterion, Ratio, Resource, Simple

_ALSO_STAGES = {"小学段": "primary", "小学部": "primary", "初中段": "junior", "初中部": "junior", "高中段": "senior",
                "高中部": "senior", "lower secondary": "junior"}  # fmt: skip
_ALSO_STATUSES: dict[str, Status] = {
    "通过": "pass",
    "不通过": "fail",
    "未达标": "fail",
    "passed": "pass",
    "failed": "fail",
}
ALLOWED = "allowed"


def same(text: str) -> str:
    """A word as it is compared: lower case, no blanks around it."""
    return text.strip().casefold()


def stage_of(cell: Cell) -> str:
    """primary, junior or senior. Stop: #N/A where blank, #VALUE! where it is no stage."""
    text = word(cell)
    if text is None:
        raise Stop(CellError.NA)
    wanted = same(text)
    for stage, names in STAGE_NAMES.items():
        if wanted in (stage, same(names.zh), same(names.en)):
            return stage
    if wanted in _ALSO_STAGES:
        return _ALSO_STAGES[wanted]
    raise Stop(CellError.VALUE)


def type_of(cell: Cell) -> str | None:
    """The id of a type of school (九年一贯制学校, nine_year); None where it is none."""
    wanted = same(word(cell) or "")
    for choice in field_of("school_type").choices:
        if wanted and wanted in map(same, (choice.id, choice.name.zh, choice.name.en, *choice.also)):
            return choice.id
    return None


def edition_of(block: Block) -> Edition:
    """The edition with the id in one cell, the national one where blank; a path is never followed. Stop #VALUE!."""
    if not block.single:
        raise Stop(CellError.VALUE)
    text = word(block.cells[0])
    if text is None or same(text) == DEFAULT_EDITION:
        return load_edition(DEFAULT_EDITION)
    if same(text) not in known_editions():
        raise Stop(CellError.VALUE)
    return load_edition(same(text))


def indicator_of(cell: Cell, edition: Edition) -> Resource:
    """One of the seven indicators by its id. Stop: #N/A where blank, #VALUE! where it is none."""
    text = word(cell)
    if text is None:
        raise Stop(CellError.NA)
    for indicator in edition.resources:
        if same(indicator.id) == same(text):
            return indicator
    raise Stop(CellError.VALUE)


def criterion_of(text: str, edition: Edition) -> AnyCriterion:
    """A criterion (`G9`) or part (`G11.exchanged`) by its id; a whole with one ratio stands for it. Stop #VALUE!."""
    head, _, tail = same(text).partition(".")
    found = next((c for c in edition.file.criteria if same(c.id) == head), None)
    if found is None or (tail and not isinstance(found, AllOf)):
        raise Stop(CellError.VALUE)
    if not isinstance(found, AllOf):
        return found
    if tail:
        for part in found.parts:
            if same(part.id) == tail:
                return part
        raise Stop(CellError.VALUE)
    ratios: list[Simple] = [p for p in found.parts if isinstance(p, Ratio) and not p.limit_from_overlay]
    if len(ratios) != 1:
        raise Stop(CellError.VALUE)
    return ratios[0]


def _status_words() -> dict[str, str]:
    known: dict[str, str] = dict(_ALSO_STATUSES)
    for names in (STATUS_NAMES, VALUE_STATUS_NAMES):
        for status, text in names.items():
            known.update({same(status): status, same(text.zh): status, same(text.en): status})
    return known


STATUS_WORDS = _status_words()


def status_of(text: str) -> str | None:
    """The status that a text begins with (达标, 不达标：L3 …, 小学 达标 7/7；初中 不达标 …); None where it is no status.

    `allowed` for 可作余项.
    """
    found: list[str] = []
    for clause in text.replace(";", "；").split("；"):
        status = _clause_status(same(clause))
        if status is None:
            return None
        found.append(status)
    if len(found) == 1:
        return found[0]
    return conjunction(status for status in found if status in STATUS_NAMES)  # type: ignore[misc]


def _clause_status(clause: str) -> str | None:
    for names in STAGE_NAMES.values():
        for name in (names.zh, names.en):
            clause = clause.removeprefix(same(name) + " ")
    for known in sorted(STATUS_WORDS, key=len, reverse=True):
        rest = clause.removeprefix(known)
        if rest != clause and rest[:1] in ("", " ", "：", ":", "（", "("):
            return STATUS_WORDS[known]
    return None


def value_status(status: str) -> str:
    """The Chinese word for the status of one value: 达标、可作余项、不达标、缺数据、不适用."""
    return (VALUE_STATUS_NAMES.get(status) or STATUS_NAMES[status]).zh


def joined(words: Iterable[str]) -> str:
    """Words as a Chinese list."""
    return "、".join(words)
