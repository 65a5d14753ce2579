"""八、差距: what is missing to the limits, in people, ㎡, 元, rooms and classes, and who drives the CVs."""

from __future__ import annotations

from collections.abc import Iterator

from qbe_xl.outputs.report.facts import CV_PLACES, Facts, Node
from qbe_xl.outputs.report.model import Cell, Column, Section, Table
from qbe_xl.outputs.results.gap_sheets import unit_word

_DRIVERS = 5  # units listed under a CV that is above its limit
_DIRECTIONS = {"little": ("偏低", "too little"), "much": ("偏高", "too much"), "even": ("持平", "even")}


def gaps(facts: Facts) -> Section | None:
    """The county's gaps by indicator, the schools', seats and classes, county items, and drivers of failing CVs."""
    whole = facts.document("gaps")
    if whole is None:
        return None
    words = facts.words
    paragraphs = [
        words.say(
            "“各校合计”是把每所学校补到标准所需之和；“按县均”是全县总量达到标准所需。二者不同，因为一所学校的富余不能抵另一所学校的不足。"
            "人、间按整数向上取，㎡、元取到小数两位。",
            "“Schools” is what it takes to raise every school to the limit; “mean” what it takes for the county's amount as a whole. "
            "They differ because one school's surplus does not fill another's gap. People and rooms are rounded up.",
        )
    ]
    if whole["unknown"].value:
        paragraphs.append(
            words.say(
                "另有 {n} 个数值因缺数据无法测算差距。",
                "Values whose gap is unknown for want of data: {n}.",
                n=whole["unknown"].number(),
            )
        )
    tables = [_indicators(facts, whole), _schools(facts, whole), *_others(facts, whole)]
    return Section(
        "gaps", words.pick("差距", "Gaps"), tuple(paragraphs), tuple(each for each in tables if each is not None)
    )


def _others(facts: Facts, whole: Node) -> Iterator[Table | None]:
    yield _items(facts, whole)
    yield _seats(facts, whole)
    yield _drivers(facts, whole)


def _unit(facts: Facts, node: Node) -> Cell:
    return Cell(unit_word(node["unit"].value, facts.words.lang))


def _indicators(facts: Facts, whole: Node) -> Table:
    words = facts.words
    rows = tuple(
        (
            facts.short(each["id"].value),
            Cell(words.stage(each["stage"].value)),
            _unit(facts, each),
            each["units_below"].number(),
            each["units_to_limit"].amount(),
            each["units_to_floor"].amount(),
            each["mean_to_limit"].amount(),
        )
        for each in whole["indicators"]
    )
    return Table(
        "gaps_indicators",
        words.pick("各项指标的差距", "Gaps by indicator"),
        (
            Column(words.pick("指标", "Indicator"), width=2.2),
            Column(words.pick("学段", "Stage")),
            Column(words.pick("单位", "Unit"), width=0.9),
            Column(words.pick("低于标准单位", "Units below"), "number"),
            Column(words.pick("到标准（各校合计）", "To the limit (schools)"), "number", width=1.5),
            Column(words.pick("到底线（各校合计）", "To the floor (schools)"), "number", width=1.5),
            Column(words.pick("到标准（按县均）", "To the limit (mean)"), "number", width=1.5),
        ),
        rows,
    )


def _schools(facts: Facts, whole: Node) -> Table | None:
    words = facts.words
    rows = tuple(
        (
            each["name"].quoted(),
            facts.short(each["id"].value),
            each["field_name"].quoted(),
            _unit(facts, each),
            each["to_limit"].amount(),
            each["to_floor"].amount(),
        )
        for each in whole["schools"]
    )
    if not rows:
        return None
    return Table(
        "gaps_schools",
        words.pick("各校差距", "Gaps by school"),
        (
            Column(words.pick("学校", "School"), width=2.2),
            Column(words.pick("指标", "Indicator"), width=1.7),
            Column(words.pick("填报项目", "Field"), width=2.6),
            Column(words.pick("单位", "Unit"), width=0.8),
            Column(words.pick("到标准", "To the limit"), "number", width=1.2),
            Column(words.pick("到底线", "To the floor"), "number", width=1.2),
        ),
        rows,
        words.say(
            "两个学段共用的场地、用房和设备按学校计，取所需较多的学段。",
            "Grounds, rooms and equipment that two stages share are those of the school; the stage that lacks more decides.",
            "note",
        ),
    )


def _items(facts: Facts, whole: Node) -> Table | None:
    words = facts.words
    rows = []
    for each in whole["items"]:
        amount = each["amount"].amount(missing=words.pick("按标准改正", "to be put right"))
        sign = words.pick("减少 ", "less: ") if each["direction"].value == "less" else words.pick("增加 ", "more: ")
        shown = Cell(f"{sign}{amount.text}", amount.number, amount.source) if amount.number is not None else amount
        rows.append(
            (
                each["id"].quoted(),
                each["name"].quoted() if each["name"].value else Cell(words.pick("全县", "County")),
                each["field_name"].quoted(),
                shown,
                _unit(facts, each),
            )
        )
    if not rows:
        return None
    return Table(
        "gaps_items",
        words.pick("政府保障、教育质量等项目的差距", "Gaps of the items of government, quality and the rest"),
        (
            Column(words.pick("编号", "Id"), width=0.8),
            Column(words.pick("学校", "School"), width=2.2),
            Column(words.pick("填报项目", "Field"), width=3),
            Column(words.pick("所需", "Needed"), "number", width=1.4),
            Column(words.pick("单位", "Unit"), width=0.8),
        ),
        tuple(rows),
    )


def _seats(facts: Facts, whole: Node) -> Table | None:
    words = facts.words
    rows = tuple(
        (
            each["id"].quoted(),
            each["name"].quoted(),
            Cell(words.stage(each["stage"].value) or "–"),
            each["pupils"].number(),
            each["classes"].number(),
            each["largest"].number(),
            each["limit"].limit(),
            each["over"].number(),
            each["more_classes"].number(),
        )
        for each in whole["seats"]
    )
    if not rows:
        return None
    return Table(
        "seats",
        words.pick("大班额", "Classes above the size allowed"),
        (
            Column(words.pick("编号", "Id"), width=0.7),
            Column(words.pick("学校", "School"), width=2.4),
            Column(words.pick("学段", "Stage"), width=0.9),
            Column(words.pick("学生", "Pupils"), "number"),
            Column(words.pick("班级", "Classes"), "number"),
            Column(words.pick("最大班额", "Largest class"), "number"),
            Column(words.pick("标准", "Limit"), "number"),
            Column(words.pick("超标班数", "Classes above"), "number", width=1.3),
            Column(words.pick("需增加班级", "More classes"), "number", width=1.2),
        ),
        rows,
    )


def _drivers(facts: Facts, whole: Node) -> Table | None:
    """Who drives the CVs that are above their limits."""
    words = facts.words
    rows = []
    for each in whole["drivers"]:
        if each["cv_status"].value != "fail":
            continue
        for number, unit in enumerate(each["units"]):
            if number == _DRIVERS:
                break
            zh, en = _DIRECTIONS.get(unit["direction"].value, ("–", "–"))
            direction = words.pick(zh, en) + (words.pick("，规模很小", ", tiny school") if unit["tiny"].value else "")
            without = unit["cv_without"].number(each["cv_limit"].exact, places=CV_PLACES, fixed=True)
            rows.append(
                (
                    facts.short(each["id"].value),
                    Cell(words.stage(each["stage"].value)),
                    unit["name"].quoted(),
                    unit["pupils"].number(),
                    unit["value"].number(fixed=True),
                    Cell(direction),
                    unit["share"].number(percent=True),
                    without,
                )
            )
    if not rows:
        return None
    return Table(
        "drivers",
        words.pick("差异系数超限的主要来源", "What drives the CVs above their limits"),
        (
            Column(words.pick("指标", "Indicator"), width=1.6),
            Column(words.pick("学段", "Stage"), width=0.8),
            Column(words.pick("学校", "School"), width=2.2),
            Column(words.pick("学生", "Pupils"), "number"),
            Column(words.pick("指标值", "Value"), "number"),
            Column(words.pick("方向", "Direction"), width=1.4),
            Column(words.pick("占差异的比重", "Share of the variation"), "number", width=1.2),
            Column(words.pick("不计该校时的差异系数", "CV without it"), "number", width=1.3),
        ),
        tuple(rows),
    )
