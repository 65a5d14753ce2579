"""十二、佐证材料: what inspectors ask for, criterion by criterion, and what is still missing."""

from __future__ import annotations

from qbe_xl.core.languages import Text
from qbe_xl.outputs.report.facts import Facts, Node
from qbe_xl.outputs.report.model import Cell, Column, Section, Table

EVIDENCE_NAMES = {
    "complete": Text("齐全", "complete"),
    "partial": Text("不全", "partial"),
    "none": Text("没有", "none"),
    "nothing_wanted": Text("不需材料", "no papers asked"),
}
_STATUSES = {"complete": "pass", "partial": "undetermined", "none": "fail", "nothing_wanted": "not_applicable"}


def evidence(facts: Facts) -> Section | None:
    """Counts, criteria that pass without evidence, and a row a criterion."""
    whole = facts.document("evidence")
    if whole is None:
        return None
    words, summary = facts.words, whole["summary"]
    paragraphs = [
        words.say(
            "共 {all} 个条目需要佐证材料：材料齐全 {complete} 个，不全 {partial} 个，没有材料 {none} 个。",
            "Criteria that need evidence: {all}; complete: {complete}; partial: {partial}; none: {none}.",
            all=summary["criteria"].number(),
            complete=summary["complete"].number(),
            partial=summary["partial"].number(),
            none=summary["none"].number(),
        )
    ]
    unproved = summary["passing_without_evidence"]
    if len(unproved):
        paragraphs.append(
            words.say(
                "按数据达标但尚无佐证材料的条目 {n} 个：{ids}。",
                "Criteria that pass by their numbers and have no evidence: {n} ({ids}).",
                "warning",
                n=unproved.count(),
                ids=words.listed([each.quoted() for each in unproved]),
            )
        )
    return Section("evidence", words.pick("佐证材料", "Evidence"), tuple(paragraphs), (_criteria(facts, whole),))


def _criteria(facts: Facts, whole: Node) -> Table:
    words = facts.words
    rows = []
    for each in whole["criteria"]:
        kind = each["evidence"].value
        word = EVIDENCE_NAMES.get(kind)
        rows.append(
            (
                each["id"].quoted(),
                each["title"].quoted(),
                words.status(each["status"].value),
                Cell(word[words.lang], status=_STATUSES[kind]) if word is not None else each["evidence"].quoted(),
                _joined(facts, each),
            )
        )
    return Table(
        "evidence",
        words.pick("各条目的佐证材料", "Evidence by criterion"),
        (
            Column(words.pick("编号", "Id"), width=0.8),
            Column(words.pick("条目", "Criterion"), width=3.2),
            Column(words.pick("结论", "Result"), "status", width=1.1),
            Column(words.pick("佐证", "Evidence"), "status", width=1),
            Column(words.pick("还缺", "Still missing"), width=4),
        ),
        tuple(rows),
    )


def _joined(facts: Facts, each: Node) -> Cell:
    """The missing materials in one cell."""
    texts = [text["text"].value for text in each["missing"]]
    if not texts:
        return Cell("–")
    return Cell(facts.words.pick("；", "; ").join(texts), None, f"{each['missing'].source}?joined:text")
