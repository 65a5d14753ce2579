"""三 to 六: 政府保障、教育质量、社会认可度、一票否决与基本条件: each item, its limit, its value, its status."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from qbe_xl.core.fields import YES_NO
from qbe_xl.core.languages import Text
from qbe_xl.outputs.report.facts import NOTHING, Facts, Node
from qbe_xl.outputs.report.model import Cell, Column, Paragraph, Run, Section, Table
from qbe_xl.standards import model
from qbe_xl.standards.wording import GROUP_NAMES, SIGNS

# What an item that counts schools or classes asks of them.
_OF_ALL = {"each_class": Text("每个班级符合", "every class"), "each_school": Text("每所学校符合", "every school")}
_COUNTED = {
    "each_class": Text("{n} 个班不符合", "classes that do not: {n}"),
    "each_school": Text("{n} 所不符合", "schools that do not: {n}"),
}


def government(facts: Facts) -> Section:
    """政府保障程度."""
    return _section(facts, "government", facts.words.pick("政府保障", "Government"), ("government",))


def quality(facts: Facts) -> Section:
    """教育质量."""
    return _section(facts, "quality", facts.words.pick("教育质量", "Quality"), ("quality",))


def recognition(facts: Facts) -> Section:
    """社会认可度."""
    return _section(facts, "recognition", facts.words.pick("社会认可度", "Recognition"), ("recognition",))


def vetoes(facts: Facts) -> Section:
    """一票否决 and 基本条件."""
    title = facts.words.pick("基本条件与一票否决", "Entry conditions and vetoes")
    return _section(facts, "vetoes", title, ("entry", "vetoes"))


def _section(facts: Facts, key: str, title: str, groups: tuple[str, ...]) -> Section:
    present = [(each, group) for each in groups if (group := facts.assessment.get(each)) is not None]
    paragraphs = [_summary(facts, each, group) for each, group in present]
    tables = [_items(facts, each, group) for each, group in present]
    tables += [table for each, group in present if (table := _schools(facts, each, group)) is not None]
    return Section(key, title, tuple(paragraphs), tuple(tables))


def _summary(facts: Facts, key: str, group: Node) -> Paragraph:
    words, items = facts.words, group["items"]
    parts: list[Run] = []
    for status, zh, en in (
        ("fail", "不达标 {n} 项（{names}）", "not met: {n} ({names})"),
        ("undetermined", "因缺数据待定 {n} 项（{names}）", "undetermined for want of data: {n} ({names})"),
        ("not_applicable", "不适用 {n} 项（{names}）", "not applicable: {n} ({names})"),
    ):
        names: list[Cell | tuple[Run, ...]] = [item["id"].quoted() for item in items if item["status"].value == status]
        if names:
            parts.append(words.pick("，", "; "))
            parts += words.runs(zh, en, n=items.count(status=status), names=words.listed(names))
    return words.say(
        "{group}共 {all} 项：达标 {met} 项{rest}。结论：{status}。",
        "{group}, items: {all}; met: {met}{rest}. Result: {status}.",
        group=GROUP_NAMES[key][words.lang],
        all=items.count(),
        met=items.count(status="pass"),
        rest=tuple(parts),
        status=words.status(group["status"].value),
    )


def _items(facts: Facts, key: str, group: Node) -> Table:
    words = facts.words
    rows: list[tuple[Cell, ...]] = []
    for item in group["items"]:
        rows.append(_row(facts, item))
        rows += (_row(facts, part, of=item) for part in item["parts"])
    return Table(
        f"items_{key}",
        words.pick(f"{GROUP_NAMES[key].zh}逐项情况", f"{GROUP_NAMES[key].en}: item by item"),
        (
            Column(words.pick("编号", "Id"), width=1.1),
            Column(words.pick("项目", "Item"), width=4),
            Column(words.pick("标准", "Limit"), "number", width=1.7),
            Column(words.pick("实际", "Value"), "number", width=1.7),
            Column(words.pick("结论", "Result"), "status", width=1.3),
            Column(words.pick("依据", "From the report"), width=5.5),
        ),
        tuple(rows),
    )


def _row(facts: Facts, item: Node, of: Node | None = None) -> tuple[Cell, ...]:
    """An item, or a part `of` one: that has the item's id, for its own is a word of the rule files."""
    detail = NOTHING if item["parts"].value else item["detail"].quoted()  # a whole only joins those of its parts
    return (
        (of or item)["id"].quoted(),
        facts.name(item["id"].value),
        limit(facts, item),
        value(facts, item),
        facts.words.status(item["status"].value),
        detail,
    )


def _counts(facts: Facts, item: Node) -> str | None:
    """What an item counts: each_class or each_school; None where it has a value of its own."""
    kind = facts.criterion(item["id"].value).kind
    if kind == "each_class":
        return "each_class"
    return "each_school" if kind in ("each_school", "rooms") else None


def limit(facts: Facts, item: Node) -> Cell:
    """What is asked: `≥ 95%`, 是, or that every school or class complies."""
    words = facts.words
    if item["parts"].value:
        return Cell(words.pick("各部分均达标", "all parts"))
    counted = _counts(facts, item)
    if counted is not None:
        return Cell(_OF_ALL[counted][words.lang])
    criterion = facts.criterion(item["id"].value)
    if item["limit"].value is not None:
        found = item["limit"].limit(SIGNS.get(item["operator"].value, ""), criterion.percent)
        return _with_unit(facts, found, criterion)
    if isinstance(criterion, model.Veto):
        return Cell(YES_NO["no"][words.lang])
    return Cell(YES_NO["yes"][words.lang]) if isinstance(criterion, model.Declaration) else NOTHING


def value(facts: Facts, item: Node) -> Cell:
    """What stands there: the value, 是 or 否, or how many schools or classes do not comply."""
    words, status = facts.words, item["status"].value
    given = item["value"].value
    if item["parts"].value:
        return NOTHING
    if given is None:
        return Cell(words.value_status("undetermined"), status=status) if status == "undetermined" else NOTHING
    if isinstance(given, str):
        return Cell(YES_NO[given][words.lang], status=status) if given in YES_NO else item["value"].quoted(status)
    counted = _counts(facts, item)
    if counted is not None:
        if status == "undetermined" and given == 0:
            return Cell(words.value_status("undetermined"), status=status)
        found = item["value"].number(status=status)
        return replace(found, text=_COUNTED[counted][words.lang].format(n=found.text))
    criterion = facts.criterion(item["id"].value)
    return _with_unit(facts, item["value"].number(item["limit"].exact, criterion.percent, status=status), criterion)


def _with_unit(facts: Facts, cell: Cell, criterion: model.AnyCriterion) -> Cell:
    unit = "" if criterion.percent or criterion.unit is None else facts.unit_text(criterion)
    return replace(cell, text=f"{cell.text} {unit}") if unit else cell


def _schools(facts: Facts, key: str, group: Node) -> Table | None:
    """The schools at which an item is not met."""
    words = facts.words
    rows = []
    for item in _with_parts(group):
        if "schools" not in item.value:
            continue
        rows += [
            (item["id"].quoted(), each["name"].quoted(), each["detail"].quoted(), words.status(each["status"].value))
            for each in item["schools"]
            if each["status"].value == "fail"
        ]
    if not rows:
        return None
    return Table(
        f"schools_{key}",
        words.pick("逐校核定项目的不达标学校", "Schools that do not meet items judged school by school"),
        (
            Column(words.pick("编号", "Id"), width=0.8),
            Column(words.pick("学校", "School"), width=2.5),
            Column(words.pick("现状", "Present state"), width=5),
            Column(words.pick("结论", "Result"), "status", width=1.2),
        ),
        tuple(rows),
    )


def _with_parts(group: Node) -> Iterator[Node]:
    for item in group["items"]:
        yield item
        yield from item["parts"]
