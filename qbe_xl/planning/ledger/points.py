"""Everything that an assessment judges, each a point with a key that can be found again in another report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from qbe_xl.assessment.items import limit_text
from qbe_xl.assessment.results import Assessment, IndicatorResult, ItemResult, SchoolResult, UnitResult, ValueResult
from qbe_xl.assessment.wording import CV_PLACES, SIGNS, number, plain, with_unit
from qbe_xl.core.fields import YES_NO, field_of
from qbe_xl.core.languages import STAGE_NAMES, Text
from qbe_xl.core.numbers import Exact, exact, total
from qbe_xl.county.model import Row
from qbe_xl.county.units import School
from qbe_xl.planning.drivers import Drivers, find_drivers
from qbe_xl.planning.gaps import Gaps, ItemGap, UnitGap, find_gaps, of_school
from qbe_xl.planning.settings import settings
from qbe_xl.standards import Edition, model, stage_field

PointStatus = Literal["pass", "allowed", "fail", "undetermined"]
Key = tuple[str, str, str]  # criterion, school (its code, else its name; empty: the county), stage or empty
CV = ".cv"  # behind an indicator's id: its coefficient of variation

NO_DATA = Text("缺数据", "no data")
RESULT_NAMES: dict[str, Text] = {
    "pass": Text("达标", "Met"),
    "allowed": Text("余项", "Allowed"),
    "fail": Text("不达标", "Not met"),
    "undetermined": Text("缺数据", "No data"),
    "none": Text("未评估", "Not assessed"),
}


@dataclass(frozen=True)
class Point:
    """One thing judged: a unit's indicator, a CV, an item of the county or of one school.

    `allowed`: below the limit in a school that passes nevertheless (余项). `gap` is what has to be added (to what the
    school reports) or taken away, in `unit`; None where there is no amount. `cells` are where the figures stand.
    """

    criterion: str
    school: str
    name: str
    stage: str
    status: PointStatus
    title: Text
    standard: Text
    found: Text
    value: Exact | Decimal | None = None
    limit: Exact | None = None
    gap: Exact | Decimal | None = None
    unit: str | None = None
    remedy: Text = Text("", "")  # noqa: RUF009 - frozen, as a string is
    cells: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        """What tells it from all others of the same report."""
        return (self.criterion, self.school, self.stage)

    @property
    def open(self) -> bool:
        """Whether it belongs into the ledger."""
        return self.status != "pass"


def ident(row: Row) -> str:
    """What a school goes by: its code, or its name where it has none."""
    return row.text("school_code") or row.text("school_name")


def points_of(result: Assessment) -> tuple[Point, ...]:
    """All points of an assessment: the county's first, then school by school in the order of the report."""
    if result.resources is None or result.county is None:
        return ()
    gaps = find_gaps(result)
    found = [*_cvs(result), *_units(result, gaps), *_items(result, gaps)]
    order = {ident(row): n for n, row in enumerate(result.county.schools, start=1)}
    return tuple(sorted(found, key=lambda point: order.get(point.school, 0)))


# ---- resources


def _cvs(result: Assessment) -> Iterator[Point]:
    drivers = {(each.result.indicator.id, each.result.stage): each for each in find_drivers(result)}
    for stage in result.resources.stages.values() if result.resources is not None else ():
        for indicator in stage.indicators.values():
            if indicator.cv_status in ("pass", "fail", "undetermined"):
                yield _cv(indicator, drivers.get((indicator.indicator.id, stage.stage)))


def _cv(result: IndicatorResult, drivers: Drivers | None) -> Point:
    name = result.indicator.short or result.indicator.name
    found, gap, remedy = NO_DATA, None, Text("补填缺数据的学校。", "Fill in the schools without data.")
    if result.cv is not None:
        shown = number(exact(result.cv), result.cv_limit, places=CV_PLACES)
        found, remedy = Text(shown, shown), Text("", "")
    if result.cv is not None and result.cv_status == "fail":
        gap = result.cv - Decimal(result.cv_limit.numerator) / Decimal(result.cv_limit.denominator)
        most = drivers.units[: int(settings()["ledger"]["cv_schools"])] if drivers is not None else ()
        who = [each.value.unit.school.name for each in most]
        remedy = Text(
            f"缩小校际差距，影响最大的学校：{'、'.join(who)}", f"Narrow the differences; schools that differ most: {', '.join(who)}"
        )
    limit = f"≤ {number(result.cv_limit, places=2)}"
    return Point(
        result.indicator.id + CV, "", "", result.stage, _known(result.cv_status),
        Text(f"{name.zh} 差异系数", f"{name.en}: CV"), Text(limit, limit), found,
        result.cv, result.cv_limit, gap, None, remedy,
    )  # fmt: skip


def _units(result: Assessment, gaps: Gaps) -> Iterator[Point]:
    known = {(id(gap.unit), gap.indicator.id): gap for gap in gaps.units}
    for unit in result.resources.units if result.resources is not None else ():
        for key, value in unit.values.items():
            yield _value(unit, value, known.get((id(unit), key)), result.edition)


def _value(unit: UnitResult, value: ValueResult, gap: UnitGap | None, edition: Edition) -> Point:
    school, stage, indicator = unit.unit.school, unit.unit.stage, value.indicator
    limit = with_unit(plain(value.limit), indicator)
    status: PointStatus = _known(value.status)
    if value.allowed and unit.status != "fail":
        status = "allowed"
    found, remedy, amount = NO_DATA, Text("", ""), None
    if value.value is None:
        fields = [*edition.amount_fields(indicator, stage), f"pupils_{stage}"]
        remedy = _fill_in([name for name in fields if school.total(name) is None])
    else:
        found = with_unit(number(value.value, value.limit), indicator)
    if gap is not None:
        amount = of_school(gap, value.limit)
        field = field_of(stage_field(indicator.amount.names[0], stage)).name
        remedy = Text(f"增加：{field.zh}", f"More: {field.en}")
    return Point(
        indicator.id, ident(school.main), school.name, stage, status, indicator.short or indicator.name,
        Text(f"≥ {limit.zh}（余项 ≥ {plain(value.floor)}）", f"≥ {limit.en} (allowed ≥ {plain(value.floor)})"),
        found, value.value, value.limit, amount, indicator.unit, remedy, value.cells,
    )  # fmt: skip


# ---- items


def _items(result: Assessment, gaps: Gaps) -> Iterator[Point]:
    by_key: dict[tuple[str, str], list[ItemGap]] = {}
    for gap in gaps.items:
        by_key.setdefault((gap.item.id, ident(gap.school.school.main) if gap.school else ""), []).append(gap)
    seats: dict[tuple[str, str], int] = {}
    for seat in gaps.seats:
        key = (seat.item.id, ident(seat.result.school.main))
        seats[key] = seats.get(key, 0) + (seat.more_classes or 0)
    for group in result.groups.values():
        for whole in group.items:
            for item in whole.parts or (whole,):
                title = item.name
                if item is not whole:  # a part's name alone (县级评定) says too little
                    title = Text(f"{whole.name.zh}：{title.zh}", f"{whole.name.en}: {title.en}")
                if item.schools:
                    for school in item.schools:
                        if school.status != "not_applicable":
                            key = (item.id, ident(school.school.main))
                            yield _of_school(item, title, school, by_key.get(key, []), seats.get(key))
                elif item.status != "not_applicable":
                    yield _of_county(item, title, by_key.get((item.id, ""), []))


def _of_county(item: ItemResult, title: Text, gaps: list[ItemGap]) -> Point:
    amount, unit, remedy = _amount(gaps)
    if item.status == "undetermined":
        remedy = _fill_in(item.missing)
    value = None if isinstance(item.value, str) else item.value
    return Point(
        item.id, "", "", "", _known(item.status), title, _standard(item), item.detail, value, item.limit,
        amount, unit, remedy, item.cells,
    )  # fmt: skip


def _of_school(
    item: ItemResult, title: Text, result: SchoolResult, gaps: list[ItemGap], more_classes: int | None
) -> Point:
    amount, unit, remedy = _amount(gaps)
    if result.status == "undetermined":
        remedy = Text("补填所缺数据。", "Fill in what is missing.")
    elif isinstance(item.criterion, model.EachClass) and result.status == "fail":
        amount, unit = result.value, "个"
        remedy = Text("超标班调整到限额以内", "Bring the classes within the limit")
        if more_classes:
            remedy = Text(
                f"{remedy.zh}，至少增 {more_classes} 个班", f"{remedy.en}: at least {more_classes} classes more"
            )
    school: School = result.school
    return Point(
        item.id, ident(school.main), school.name, "", _known(result.status), title, _standard(item, result),
        result.detail, result.value, result.limit, amount, unit, remedy, result.cells,
    )  # fmt: skip


def _amount(gaps: list[ItemGap]) -> tuple[Exact | None, str | None, Text]:
    """Amounts of one item together (rooms of several kinds), and what they are of."""
    counted = [gap for gap in gaps if gap.amount is not None]
    if not counted:
        done = Text("整改到位后更新填报", "Report it once it is put right") if gaps else Text("", "")
        return None, None, done
    amount = total(gap.amount or 0 for gap in counted)
    several = len(counted) > 1
    verb = Text("增加", "More") if counted[0].direction == "more" else Text("减少", "Less")
    zh = "、".join(gap.name.zh + (f" {number(gap.amount or 0)}" if several else "") for gap in counted)
    en = ", ".join(gap.name.en + (f" {number(gap.amount or 0)}" if several else "") for gap in counted)
    return amount, counted[0].unit, Text(f"{verb.zh}：{zh}", f"{verb.en}: {en}")


def _standard(item: ItemResult, result: SchoolResult | None = None) -> Text:
    criterion = item.criterion
    if isinstance(criterion, model.Declaration):
        return YES_NO["yes"]
    if isinstance(criterion, model.Veto):
        return YES_NO["no"]
    if isinstance(criterion, model.EachClass):
        stages = [(STAGE_NAMES[stage], limit) for stage, limit in criterion.at_most.items()]
        return Text(
            "，".join(f"{name.zh} ≤ {limit}" for name, limit in stages), ", ".join(f"{name.en} ≤ {limit}" for name, limit in stages)
        )
    if isinstance(criterion, model.EachSchool) and criterion.formula is not None and result is not None:
        if result.limit is None:
            return Text("", "")
        asked = with_unit(plain(result.limit, criterion.percent), criterion)
        sign = SIGNS["<=" if criterion.at_most_by_type else criterion.operator or "<="]
        return Text(f"{sign} {asked.zh}", f"{sign} {asked.en}")
    if isinstance(criterion, model.Ratio | model.Survey):
        return limit_text(criterion)
    return Text("按标准", "as the rules ask")


def _fill_in(names: tuple[str, ...] | list[str]) -> Text:
    fields = [field_of(name).name for name in names]
    if not fields:
        return Text("核对并补填数据", "Check and complete the data")
    return Text(
        f"补填：{'、'.join(field.zh for field in fields)}", f"Fill in: {', '.join(field.en for field in fields)}"
    )


def _known(status: str) -> PointStatus:
    return "pass" if status == "pass" else "fail" if status == "fail" else "undetermined"
