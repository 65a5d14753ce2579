"""Criteria that every school, class or pair of rooms must meet: G3, G4, G5, Q3, Q4 and their like."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from qbe_xl.assessment.results import ItemResult, SchoolResult
from qbe_xl.assessment.statuses import Status, compare, conjunction
from qbe_xl.assessment.wording import LISTED, SIGNS, number, plain, with_unit
from qbe_xl.core.fields import YES_NO, field_of
from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import STAGE_NAMES, Text
from qbe_xl.core.numbers import Exact, quotient
from qbe_xl.county import County, Row
from qbe_xl.county.units import School, applies, row_pupils
from qbe_xl.standards import Edition, model


def assess(
    county: County,
    edition: Edition,
    schools: tuple[School, ...],
    criterion: model.AnyCriterion,
    item_id: str,
    findings: list[Finding],
) -> ItemResult:
    """One criterion over all schools in its scope; what is wrong with the data goes to `findings`."""
    if isinstance(criterion, model.Rooms):
        results = [_rooms(s, criterion, edition) for s in schools if in_scope(s, criterion.scope)]
        return _item(item_id, criterion, results, _failing(results))
    if isinstance(criterion, model.EachClass):
        rows = [row for row in county.schools if row.text("school_type") not in criterion.scope.without]
        results = [result for row in rows if (result := _classes(row, criterion)) is not None]
        over = sum((result.value for result in results if result.value is not None), start=0)
        return _item(item_id, criterion, results, over)
    if isinstance(criterion, model.EachSchool):
        # minutes of homework and the like are not added up over campuses
        looked_at = schools if criterion.level != "campus" else tuple(School(row) for row in county.schools)
        in_it = [s for s in looked_at if in_scope(s, criterion.scope)]
        results = [_school(s, criterion, edition, item_id, findings) for s in in_it]
        return _item(item_id, criterion, results, _failing(results))
    raise TypeError(f"{item_id}: {type(criterion).__name__} does not look at schools")


def in_scope(school: School, scope: model.Scope) -> bool:
    """Whether a criterion looks at this school."""
    return school.type not in scope.without and _has_stage(school, scope)


def _has_stage(school: School, scope: model.Scope) -> bool:
    return scope.stage is None or school.pupils[scope.stage] != 0


def reported(criterion: model.EachSchool, schools: Iterable[School]) -> bool:
    """Whether any school in scope reports what the part asks."""
    names = criterion.formula.names if criterion.formula is not None else (criterion.field or "",)
    return any(
        name in row.unusable or row.get(name) is not None
        for school in schools
        if in_scope(school, criterion.scope)
        for row in school.rows
        for name in names
    )


def _failing(results: list[SchoolResult]) -> int:
    return sum(result.status == "fail" for result in results)


def _item(item_id: str, criterion: model.AnyCriterion, results: list[SchoolResult], value: Exact) -> ItemResult:
    status = conjunction(result.status for result in results)
    counts = {s: sum(r.status == s for r in results) for s in ("pass", "fail", "undetermined", "not_applicable")}
    failing = [r for r in results if r.status == "fail"]
    missing = [r for r in results if r.status == "undetermined"]
    zh = f"{len(results)} 所学校：达标 {counts['pass'] + counts['not_applicable']}、不达标 {counts['fail']}、缺数据 {counts['undetermined']}"
    en = f"{len(results)} schools: {counts['pass'] + counts['not_applicable']} met, {counts['fail']} not met, {counts['undetermined']} no data"
    if not results:
        zh, en = "没有适用的学校", "no school concerned"
    for label, some in ((Text("不达标", "not met"), failing), (Text("缺数据", "no data"), missing)):
        if some:
            more = Text(f"等 {len(some)} 所", f" and {len(some) - LISTED} more") if len(some) > LISTED else Text("", "")
            zh += f"。{label.zh}：" + "；".join(f"{r.school.name} {r.detail.zh}" for r in some[:LISTED]) + more.zh
            en += (
                f". {label.en.capitalize()}: "
                + "; ".join(f"{r.school.name} {r.detail.en}" for r in some[:LISTED])
                + more.en
            )
    return ItemResult(
        item_id,
        criterion,
        status,
        Text(zh, en),
        value=value,
        operator="<=",
        limit=0,
        cells=tuple(cell for result in [*failing, *missing] for cell in result.cells),
        schools=tuple(results),
    )


@dataclass(frozen=True)
class RoomsOf:
    """The rooms of one kind in a school: those of at least `area` ㎡, and those asked; `known` if all are reported."""

    kind: model.RoomKind
    area: int
    have: Exact
    needed: int
    known: bool

    @property
    def lacking(self) -> int:
        """How many more rooms it takes."""
        return max(0, math.ceil(self.needed - self.have))

    @property
    def field(self) -> str:
        """The field that counts the rooms of this area."""
        return self.kind.bands[str(self.area)]


def rooms_of(school: School, criterion: model.Rooms, edition: Edition) -> dict[str, RoomsOf] | None:
    """⌈classes / 12⌉ rooms of each kind of at least the area asked, by kind; None where classes are missing."""
    classes = school.value(criterion.classes)
    if classes is None:
        return None
    accepted = _accepted_areas(school, criterion, edition)
    needed = math.ceil(Fraction(classes) / criterion.per_classes)
    found = {}
    for kind, room in criterion.rooms.items():
        counts = [school.total(name) for name in room.fields_from(accepted[kind])]
        have = sum((c for c in counts if c is not None), start=0)
        found[kind] = RoomsOf(room, accepted[kind], have, needed, all(c is not None for c in counts))
    return found


def _rooms(school: School, criterion: model.Rooms, edition: Edition) -> SchoolResult:
    """A school's rooms of each kind; smaller rooms do not count."""
    accepted = _accepted_areas(school, criterion, edition)
    fields = [name for kind, room in criterion.rooms.items() for name in room.fields_from(accepted[kind])]
    cells = school.cells([*criterion.classes.names, *fields])
    rooms, classes = rooms_of(school, criterion, edition), school.value(criterion.classes)
    if rooms is None or classes is None:
        return SchoolResult(school, "undetermined", None, None, Text("缺班级数", "classes missing"), cells)
    statuses: list[Status] = []
    zh, en = [], []
    for found in rooms.values():
        statuses.append("pass" if not found.lacking else "fail" if found.known else "undetermined")
        name, size, have, needed = found.kind.name, found.area, found.have, found.needed
        zh.append(f"{name.zh}教室（≥{size} ㎡）{number(have) if found.known else '缺数据'}/{needed} 间")
        en.append(f"{name.en} rooms (≥{size} ㎡) {number(have) if found.known else 'no data'} of {needed}")
    lacking = sum(found.lacking for found in rooms.values())
    status = conjunction(statuses)
    head = Text(f"{number(classes)} 个班：", f"{number(classes)} classes: ")
    detail = Text(head.zh + "，".join(zh), head.en + ", ".join(en))
    return SchoolResult(school, status, lacking, 0, detail, cells)


def _accepted_areas(school: School, criterion: model.Rooms, edition: Edition) -> dict[str, int]:
    areas = {kind: room.area for kind, room in criterion.rooms.items()}
    for option in edition.options_for(criterion.id):
        if option.areas and applies(option.where, school):
            areas = {kind: min(area, option.areas.get(kind, area)) for kind, area in areas.items()}
    return areas


def _classes(row: Row, criterion: model.EachClass) -> SchoolResult | None:
    """A row's classes by stage: the largest class decides, else the number of classes over the limit."""
    statuses: list[Status] = []
    zh, en, names = [], [], []
    over_total: Exact = 0
    for stage, limit in criterion.at_most.items():
        if row_pupils(row, stage) == 0:
            continue
        largest = row.number_of(f"{criterion.largest}_{stage}")
        over = row.number_of(f"{criterion.over}_{stage}")
        names += [f"{criterion.largest}_{stage}", f"{criterion.over}_{stage}"]
        status: Status = "undetermined"
        if (largest is not None and largest > limit) or (over is not None and over > 0):
            status = "fail"
        elif largest is not None or over is not None:
            status = "pass"
        statuses.append(status)
        over_total += over if over is not None else int(status == "fail")
        name = STAGE_NAMES[stage]
        zh.append(f"{name.zh}最大班额 {_or_blank(largest, 'zh')}、超过 {limit} 人的班数 {_or_blank(over, 'zh')}")
        en.append(f"{name.en.lower()}: largest class {_or_blank(largest, 'en')}, {_or_blank(over, 'en')} above {limit}")
    if not statuses:
        return None
    return SchoolResult(
        School(row), conjunction(statuses), over_total, 0, Text("，".join(zh), "; ".join(en)), tuple(row.cells(*names))
    )


def _or_blank(value: Exact | None, lang: str) -> str:
    return number(value) if value is not None else ("未填" if lang == "zh" else "blank")


def _school(
    school: School, criterion: model.EachSchool, edition: Edition, item_id: str, findings: list[Finding]
) -> SchoolResult:
    if criterion.formula is None:
        return _answer(school, criterion)
    names = criterion.formula.names
    cells = school.cells(names)
    operator, limit = _limit(school, criterion, edition)
    top, bottom = criterion.formula.sides()
    numerator, denominator = school.value(top), school.value(bottom)
    if numerator is None or denominator is None:
        blank = [name for name in names if school.total(name) is None]
        zh = "缺" + "、".join(field_of(name).name.zh for name in blank)
        en = "no " + ", ".join(field_of(name).name.en.lower() for name in blank)
        return SchoolResult(school, "undetermined", None, limit, Text(zh, en), cells)
    if denominator == 0:
        if numerator == 0:
            return SchoolResult(school, "not_applicable", None, limit, Text("不适用", "not applicable"), cells)
        place = school.main.place(bottom.names[0])
        findings.append(
            Finding(
                "QBE-ARI-002",
                place.sheet if place else None,
                place.ref if place else None,
                school.code,
                {"name": criterion.name, "left": number(numerator)},
                place.file if place else None,
            )
        )
        return SchoolResult(school, "undetermined", None, limit, Text("分母为 0", "denominator 0"), cells)
    value = quotient(numerator, denominator)
    if limit is None:  # it goes by type of school, and the type is not known
        name = field_of("school_type").name
        return SchoolResult(school, "undetermined", value, None, Text(f"缺{name.zh}", f"no {name.en.lower()}"), cells)
    status = compare(value, operator, limit)
    shown = with_unit(number(value, limit, criterion.percent), criterion)
    asked = with_unit(plain(limit, criterion.percent), criterion)
    sign = SIGNS[operator]
    return SchoolResult(
        school,
        status,
        value,
        limit,
        Text(f"{shown.zh}（标准 {sign} {asked.zh}）", f"{shown.en} (limit {sign} {asked.en})"),
        cells,
    )


def _limit(school: School, criterion: model.EachSchool, edition: Edition) -> tuple[str, Exact | None]:
    if not criterion.at_most_by_type:
        return criterion.operator or "<=", criterion.limit
    limit: Exact | None = criterion.at_most_by_type.get(school.type)
    for option in edition.options_for(criterion.id):
        raised = option.at_most_by_type.get(school.type)
        if raised is not None and limit is not None and applies(option.where, school):
            limit = max(limit, raised)
    return "<=", limit


def _answer(school: School, criterion: model.EachSchool) -> SchoolResult:
    """A field with allowed values, as the main school reports it."""
    name = criterion.field or ""
    value = school.main.get(name)
    place = school.main.place(name)
    cells = (str(place),) if place else ()
    if value is None:
        return SchoolResult(school, "undetermined", None, None, Text("未填", "blank"), cells)
    described = field_of(name)
    word = YES_NO.get(str(value)) if described.type == "yes_no" else None
    zh = word.zh if word else described.choice_name(str(value), "zh")
    en = word.en if word else described.choice_name(str(value), "en")
    status: Status = "pass" if value in criterion.allowed else "fail"
    return SchoolResult(school, status, None, None, Text(f"填报“{zh}”", f"answered {en.lower()}"), cells)
