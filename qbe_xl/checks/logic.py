"""Checks between the fields of one school, and between facts of the county."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from qbe_xl.checks.bands import bands
from qbe_xl.checks.registry import at, at_fact, check, name_of, with_cells
from qbe_xl.checks.schools import number
from qbe_xl.core.fields import YES_NO, field_of
from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import STAGE_NAMES, Text
from qbe_xl.core.numbers import Exact
from qbe_xl.county import County, Row
from qbe_xl.county.units import is_campus, row_pupils
from qbe_xl.standards import STAGES_OF_TYPE, Edition, model

SHOWN_SCHOOLS = 5  # schools named in one sentence; the count says how many there are
_BUILT_BY = {"built_by_2010": 2010, "built_by_2016": 2016}  # the years in the names of the fields


def school_names(rows: list[Row]) -> Text:
    """The first few schools by name, and that there are more."""
    names = [row.text("school_name") or row.text("school_code") for row in rows]
    more = len(names) > SHOWN_SCHOOLS
    shown = names[:SHOWN_SCHOOLS]
    return Text("、".join(shown) + ("等" if more else ""), ", ".join(shown) + (" …" if more else ""))


@check("QBE-LOG-016")
def pupils_have_teachers(county: County, edition: Edition) -> Iterator[Finding]:
    """有学生的学段有教师。 A stage with pupils has teachers."""
    for row in county.schools:
        for stage in edition.stages:
            pupils = row.number_of(f"pupils_{stage}")
            if pupils and row.number_of(f"teachers_{stage}") == 0:
                yield at("QBE-LOG-016", row, f"teachers_{stage}", stage=STAGE_NAMES[stage], left=number(pupils))


class _Rooms(NamedTuple):
    row: Row
    name: str
    rooms: Exact
    classes: Exact


def _special_rooms(county: County, edition: Edition) -> Iterator[_Rooms]:
    """The music rooms and the art rooms of every school whose classes are known."""
    for criterion in edition.file.criteria:
        if not isinstance(criterion, model.Rooms):
            continue
        for row in county.schools:
            if is_campus(row):
                continue  # a campus may have the rooms of its main school
            classes = [row.number_of(f"classes_{stage}") for stage in edition.stages]
            known = [value for value in classes if value is not None]
            every: Exact = sum(known, start=0)
            if not known or any(_expected(row, s) and v is None for s, v in zip(edition.stages, classes, strict=True)):
                continue
            for kind in criterion.rooms:
                rooms = row.number_of(f"{kind}_rooms")
                if rooms is not None and every and not row_pupils(row, "senior"):
                    yield _Rooms(row, f"{kind}_rooms", rooms, every)


@check("QBE-LOG-017")
def special_rooms_fit_classes(county: County, edition: Edition) -> Iterator[Finding]:
    """专用教室不多于班级数。 No more special rooms than classes."""
    for row, name, rooms, classes in _special_rooms(county, edition):
        if rooms > classes:
            yield at("QBE-LOG-017", row, name, name=name_of(name), left=number(rooms), right=number(classes))


@check("QBE-PLA-021")
def special_rooms_are_few(county: County, edition: Edition) -> Iterator[Finding]:
    """专用教室数与班级数相称。 Special rooms go with the classes."""
    asked = bands()["special_rooms"]
    for row, name, rooms, classes in _special_rooms(county, edition):
        # more rooms than classes has a message of its own
        if asked["least"] <= rooms <= classes and rooms * asked["classes"] > classes:
            args = {"name": name_of(name), "left": number(rooms), "right": number(classes), "usual": asked["classes"]}
            yield at("QBE-PLA-021", row, name, **args)


def _expected(row: Row, stage: str) -> bool:
    return row_pupils(row, stage) != 0


@check("QBE-LOG-018")
def special_rooms_fit_the_area(county: County, edition: Edition) -> Iterator[Finding]:
    """专用教室的最小面积之和不超过教学及辅助用房。 Special rooms take no more than all teaching rooms."""
    for criterion in edition.file.criteria:
        if not isinstance(criterion, model.Rooms):
            continue
        fields = [(int(area), name) for room in criterion.rooms.values() for area, name in room.bands.items()]
        for row in county.schools:
            whole, indoor = row.number_of("teaching_area"), row.number_of("indoor_sports_area") or 0
            # no area at all, or nothing left of it, has a message of its own
            if not whole or whole <= indoor:
                continue
            taken: Exact = sum((area * count for area, name in fields if (count := row.number_of(name))), start=0)
            if taken > whole - indoor:
                yield at("QBE-LOG-018", row, "teaching_area", left=number(taken), right=number(whole - indoor))


@check("QBE-LOG-019")
def rooms_are_left_for_teaching(county: County, edition: Edition) -> Iterator[Finding]:
    """扣除室内体育用房后还有教室。 Something is left when indoor sports rooms are taken off."""
    for row in county.schools:
        whole, indoor = row.number_of("teaching_area"), row.number_of("indoor_sports_area")
        if indoor and whole == indoor and not is_campus(row):
            yield at("QBE-LOG-019", row, "indoor_sports_area", left=number(indoor), right=number(indoor))


@check("QBE-LOG-020")
def built_before_the_report(county: County, edition: Edition) -> Iterator[Finding]:
    """建校年份不晚于评估年度。 No school is built after the year of the report."""
    year = county.number("year")
    if year is None:
        return
    for row in county.schools:
        built = row.number_of("built_year")
        if built is not None and built > year:
            yield at("QBE-LOG-020", row, "built_year", left=number(built), right=number(year))


@check("QBE-LOG-021")
def years_of_building_agree(county: County, edition: Edition) -> Iterator[Finding]:
    """建校年份与建成时间的两项回答一致。 The year built and the answers on it agree."""
    for row in county.schools:
        built = row.number_of("built_year")
        for name, year in _BUILT_BY.items():
            answer = row.get(name)
            if built is not None and answer in YES_NO and (answer == "yes") != (built <= year):
                yield at("QBE-LOG-021", row, name, first=_said(name, str(answer)), second=_year(built))
        earlier, later = _BUILT_BY
        if built is None and row.get(earlier) == "yes" and row.get(later) == "no":
            yield at("QBE-LOG-021", row, later, first=_said(later, "no"), second=_said(earlier, "yes"))


def _said(name: str, answer: str) -> Text:
    words = name_of(name)
    return Text(f"“{words.zh}”填“{YES_NO[answer].zh}”", f"“{words.en}: {YES_NO[answer].en.lower()}”")


def _year(built: Exact) -> Text:
    words = name_of("built_year")
    return Text(f"{words.zh} {number(built)}", f"“{words.en} {number(built)}”")


@check("QBE-LOG-022")
def shared_teachers_where_they_count(county: County, edition: Edition) -> Iterator[Finding]:
    """交流走教教师只由小规模乡村学校填报。 Shared teachers are reported by small rural schools only."""
    option = next((o for o in edition.file.options if o.id == bands()["shared_teachers"]["option"]), None)
    if option is None or option.where.pupils_between is None:
        return
    low, high = option.where.pupils_between
    for row in county.schools:
        if is_campus(row):
            continue
        pupils = [row_pupils(row, stage) for stage in edition.stages]
        if any(value is None for value in pupils) or not row.get("area"):
            continue
        everyone = sum(value for value in pupils if value is not None)
        if low <= everyone <= high and row.text("area") in option.where.area:
            continue
        for stage in edition.stages:
            name = f"{option.add_amount}_{stage}"
            shared = row.number_of(name)
            if shared:
                area = field_of("area")
                words = Text(area.choice_name(row.text("area"), "zh"), area.choice_name(row.text("area"), "en"))
                yield at(
                    "QBE-LOG-022",
                    row,
                    name,
                    name=name_of(name),
                    left=number(shared),
                    low=low,
                    high=high,
                    right=number(everyone),
                    area=words,
                )


@check("QBE-LOG-023")
def offsite_grounds_where_they_count(county: County, edition: Edition) -> Iterator[Finding]:
    """校外场地只由高密度中心城区学校填报。 Off-site grounds are reported in dense city centres only."""
    for row in county.schools:
        area = row.number_of("offsite_sports_area")
        if area and row.get("dense_centre") == "no":
            yield at("QBE-LOG-023", row, "offsite_sports_area", left=number(area), right=YES_NO["no"])


@check("QBE-LOG-024")
def declared_staffing_is_one(county: County, edition: Edition) -> Iterator[Finding]:
    """申报编制标准统一时，城、镇、村生师比应相同。 One staffing standard is declared, so the ratios are equal."""
    if county.fact("unified_staffing") != "yes":
        return
    for stage in edition.stages:
        base = f"staff_ratio_{stage}"
        names = (f"{base}_urban", f"{base}_town", base)
        known = {name: value for name in names if (value := county.number(name)) is not None}
        if len(set(known.values())) > 1:
            zh = "、".join(f"{name_of(n).zh} {number(v)}" for n, v in known.items())
            en = ", ".join(f"{name_of(n).en} {number(v)}" for n, v in known.items())
            yield at_fact("QBE-LOG-024", county, next(iter(known)), values=Text(zh, en))


@check("QBE-LOG-025")
def small_schools_are_small(county: County, edition: Edition) -> Iterator[Finding]:
    """不足 100 人的学校平均不足 100 人。 Schools below 100 pupils have fewer on average."""
    schools, pupils = county.number("small_schools"), county.number("small_schools_pupils")
    if schools is None or pupils is None:
        return
    if pupils >= schools * bands()["small_school_pupils"] and pupils:
        yield at_fact("QBE-LOG-025", county, "small_schools_pupils", left=number(pupils), right=number(schools))


@check("QBE-LOG-026")
def graduates_were_entrants(county: County, edition: Edition) -> Iterator[Finding]:
    """毕业生不多于应届人数。 No more graduates than are due."""
    graduates = county.number("graduates")
    names = ("entrants", "transfers_in", "transfers_out", "deaths")
    parts = [county.number(name) for name in names]
    if graduates is None or any(value is None for value in parts):
        return
    came, moved_in, moved_out, died = (value or 0 for value in parts)
    due = came + moved_in - moved_out - died
    if due and graduates > due:  # a denominator of 0 has a message of its own
        found = at_fact("QBE-LOG-026", county, "graduates", left=number(graduates), right=number(due))
        yield with_cells(found, *(county.place(name) for name in names))


@check("QBE-LOG-027")
def recognised_before_the_report(county: County, edition: Edition) -> Iterator[Finding]:
    """基本均衡认定年份不晚于评估年度。 Basic balance was recognised before the year of the report."""
    recognised, year = county.number("basic_balance_year"), county.number("year")
    if recognised is not None and year is not None and recognised > year:
        yield at_fact("QBE-LOG-027", county, "basic_balance_year", left=number(recognised), right=number(year))


@check("QBE-LOG-028")
def homework_where_there_are_pupils(county: County, edition: Edition) -> Iterator[Finding]:
    """没有该学段的学校不填该学段作业时间。 Homework is reported only at stages that the school has."""
    stage_of = {
        part.formula.text: part.scope.stage
        for criterion in edition.file.criteria
        if isinstance(criterion, model.AllOf)
        for part in criterion.parts
        if isinstance(part, model.EachSchool) and part.formula is not None and part.scope.stage
    }
    for row in county.schools:
        if not STAGES_OF_TYPE.get(row.text("school_type")):
            continue
        for name, stage in stage_of.items():
            minutes = row.number_of(name)
            if minutes and row_pupils(row, stage) == 0:
                yield at("QBE-LOG-028", row, name, name=name_of(name), left=number(minutes), stage=STAGE_NAMES[stage])


@check("QBE-LOG-029")
def one_teacher_total_in_a_school(county: County, edition: Edition) -> Iterator[Finding]:
    """本校专任教师总数等于各学段之和。 A school's full-time teachers are the sum of its stages."""
    for row in county.schools:
        total = row.number_of("teachers_full_time")
        if total is None or row_pupils(row, "senior") != 0 or not STAGES_OF_TYPE.get(row.text("school_type")):
            continue
        parts = [
            0
            if row_pupils(row, stage) == 0 and row.get(f"teachers_{stage}") is None
            else row.number_of(f"teachers_{stage}")
            for stage in edition.stages
        ]
        if any(part is None for part in parts):
            continue
        both = sum(part for part in parts if part is not None)
        if both != total:
            yield at("QBE-LOG-029", row, "teachers_full_time", left=number(total), right=number(both))


@check("QBE-LOG-030")
def multimedia_rooms_have_equipment(county: County, edition: Edition) -> Iterator[Finding]:
    """有多媒体教室就有设备值。 Multimedia rooms have equipment."""
    for row in county.schools:
        rooms = row.number_of("multimedia_rooms")
        if rooms and row.number_of("equipment_value") == 0:
            yield at("QBE-LOG-030", row, "equipment_value", left=number(rooms), right=0)


@check("QBE-LOG-031")
def declarations_follow_the_schools(county: County, edition: Edition) -> Iterator[Finding]:
    """县级结论与各校填报一致。 What the county declares agrees with what its schools report."""
    for criterion in edition.file.criteria:
        if not isinstance(criterion, model.AllOf):
            continue
        declared = [p for p in criterion.parts if isinstance(p, model.Declaration) and county.fact(p.field) == "yes"]
        contrary: list[Row] = []
        for part in criterion.parts:
            if isinstance(part, model.EachSchool) and part.where_reported:
                contrary += [row for row in county.schools if row not in contrary and _contradicts(row, part)]
        if declared and contrary:
            name = declared[0].field
            yield at_fact(
                "QBE-LOG-031", county, name, name=name_of(name), count=len(contrary), schools=school_names(contrary)
            )


def _contradicts(row: Row, part: model.EachSchool) -> bool:
    if row.text("school_type") in part.scope.without:
        return False
    if part.field is not None:
        answer = row.get(part.field)
        return answer is not None and answer not in part.allowed
    if part.formula is None or not part.formula.is_name or part.at_most is None:
        return False
    value = row.number_of(part.formula.text)
    return value is not None and value > part.at_most and row_pupils(row, part.scope.stage or "primary") != 0
