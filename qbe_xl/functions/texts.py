"""QBE_EXPLAIN and QBE_VERDICT: the rules in words, and the conjunction of statuses."""

from __future__ import annotations

import re
from typing import Any

from qbe_xl.assessment.statuses import Status, conjunction
from qbe_xl.core.errors import QbeError
from qbe_xl.core.languages import STATUS_NAMES, Lang
from qbe_xl.functions.registry import Arg, worksheet_function
from qbe_xl.functions.values import Block, Cell, CellError, Stop, each, word
from qbe_xl.functions.words import ALLOWED, joined, same, status_of
from qbe_xl.standards import DEFAULT_EDITION, load_edition
from qbe_xl.standards.explain import explain

MOST_TEXT = 32_767  # characters in a cell
_LANGUAGES: dict[str, Lang] = {"zh": "zh", "中文": "zh", "en": "en", "英文": "en", "english": "en"}
_NAMED = 5  # unknown words that are named in a message


@worksheet_function(
    "QBE_EXPLAIN",
    zh="条目说明",
    en="What an id means",
    help_zh="用文字说明一个编号：条目（L1、G11.backbone）、可选放宽、约定、检查消息（QBE-DAT-012）、字段（pupils_primary）；包括标准、计算方法和出处。"
    "lang 填 zh（默认）或 en。可以是区域，逐格说明。",
    help_en="Explains an id in words: a criterion (L1, G11.backbone), an option, a convention, a message (QBE-DAT-012), a "
    "field (pupils_primary), with its limit, its arithmetic and its source. lang is zh (as if left out) or en. Ranges are "
    "explained cell by cell.",
    args=[
        Arg("id", "编号", "id", type="text"),
        Arg("lang", "语言：zh 或 en", "language: zh or en", type="text", shape="cell", optional=True),
    ],
    returns="text",
    broadcasts=True,
    examples=[
        ('=QBE_EXPLAIN("")', "请填编号，如 L1。"),
        ('=QBE_EXPLAIN("L1","fr")', "语言请填 zh 或 en。/ The language is zh or en."),
    ],
)
def explanation(id: Block, lang: Block) -> Any:
    """The lines on an id as plain text; a message where it is unknown or blank."""
    chosen = "zh" if lang.absent else same(str(lang.cells[0])) if lang.single else ""
    if chosen not in _LANGUAGES:
        return "语言请填 zh 或 en。/ The language is zh or en."
    language = _LANGUAGES[chosen]
    edition = load_edition(DEFAULT_EDITION)

    def one(cell: Cell) -> str:
        try:
            text = word(cell)
        except Stop as stop:
            return str(stop.error)
        if text is None:
            return "请填编号，如 L1。" if language == "zh" else "Enter an id, as L1."
        try:
            return plain_text(explain(text, edition, language))[:MOST_TEXT]
        except QbeError as error:
            said = error.message(language).removeprefix(f"{error.code} ")
            return said.replace("。 ", "。") if language == "zh" else said

    return each(one, id)


def plain_text(lines: list[str]) -> str:
    """Markdown lines as the text of a cell: no marks, no blank lines."""
    found = []
    for line in lines:
        text = re.sub(r"^\s*#+\s*", "", line)
        text = re.sub(r"^(\s*)[-*]\s+", r"\1", text).replace("**", "").replace("`", "")
        if text.strip():
            found.append(text.rstrip())
    return "\n".join(found)


@worksheet_function(
    "QBE_VERDICT",
    zh="综合结论",
    en="Conjunction of statuses",
    help_zh="一片状态的总结论：有一个不达标即不达标；否则有缺数据、待定、空格或错误值即待定；否则达标；全部不适用为不适用。认识 QBE_STATUS、QBE_MET、"
    "QBE_CHECK 的结果和中英文状态词（通过、pass、fail、undetermined 等）。区域恰好七列（或一列七格）时，每行（每列）视作一校的七项指标："
    "一个“可作余项”不影响达标，两个即不达标；其他形状里的“可作余项”按待定。含不认识的文字时返回说明。",
    help_en="The verdict on a range of statuses: 不达标 if one is not met; else 待定 if there is 缺数据, 待定, a blank or an "
    "error; else 达标; 不适用 if none applies. Knows the answers of QBE_STATUS, QBE_MET and QBE_CHECK and the words in "
    "Chinese and English (pass, fail, undetermined …). In a range of exactly seven columns (or one column of seven) each "
    "row (or the column) is one school's seven indicators: one 可作余项 does no harm, two fail; elsewhere 可作余项 counts as "
    "待定. Other texts give a message.",
    args=[Arg("statuses", "状态所在的区域", "the statuses", type="text", shape="range")],
    returns="text",
    examples=[
        ('=QBE_VERDICT({"达标";"不达标";"缺数据"})', "不达标"),
        ('=QBE_VERDICT({"pass","undetermined"})', "待定"),
        ('=QBE_VERDICT({"达标","达标","可作余项","达标","达标","达标","达标"})', "达标"),
        ('=QBE_VERDICT({"达标";"好"})', "不认识的状态：好"),
    ],
)
def verdict(statuses: Block) -> str:
    """fail before undetermined before pass; not_applicable counts as met; as one Chinese word."""
    edition = load_edition(DEFAULT_EDITION)
    seven = len(edition.resources)
    rows = [statuses.cells] if statuses.columns == 1 and statuses.rows == seven else statuses.table()
    unknown: list[str] = []
    found: list[Status] = []
    for row in rows:
        words = [_status(cell, unknown) for cell in row]
        allowed = words.count(ALLOWED)
        may_miss = seven - edition.file.resource_rule.met_at_least if len(row) == seven else 0
        if allowed and len(row) == seven:
            found.append("fail" if allowed > may_miss else "pass")
        elif allowed:
            found.append("undetermined")
        found += [each_word for each_word in words if each_word != ALLOWED]  # type: ignore[misc]
    if unknown:
        names = list(dict.fromkeys(unknown))
        more = f"等 {len(names)} 种" if len(names) > _NAMED else ""
        return f"不认识的状态：{joined(names[:_NAMED])}{more}"
    return STATUS_NAMES[conjunction(found)].zh


def _status(cell: Cell, unknown: list[str]) -> str:
    if cell is None or isinstance(cell, CellError):
        return "undetermined"
    text = str(word(cell))
    if text.startswith("数据有误"):
        return "undetermined"
    found = status_of(text) if isinstance(cell, str) else None
    if found is None:
        unknown.append(text[:20])
        return "undetermined"
    return found
