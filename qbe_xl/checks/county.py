"""Checks on county facts and the survey, and on the county's figures against its schools."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from qbe_xl.checks.bands import bands
from qbe_xl.checks.logic import school_names
from qbe_xl.checks.registry import at, at_fact, check, name_of, with_cells
from qbe_xl.checks.schools import number
from qbe_xl.core.fields import all_fields, field_of
from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import STAGE_NAMES, Text
from qbe_xl.core.numbers import Exact, exact
from qbe_xl.county import County, Row
from qbe_xl.county.units import is_campus, row_pupils
from qbe_xl.standards import STAGES_OF_TYPE, Edition

COHORT = ("graduates", "entrants", "transfers_in", "transfers_out", "deaths")  # of the junior stage

PARTS_OF_COUNTY = (
    ("teachers_360_hours", "teachers_total"),
    ("exchanged", "exchange_eligible"),
    ("exchanged_backbone", "exchanged"),
    ("teachers_certified", "teachers_full_time"),
    ("proximity_pupils_primary", "intake_pupils_primary"),
    ("proximity_pupils_junior", "intake_pupils_junior"),
    ("quota_allocated", "quota_planned"),
    ("quota_rural", "quota_allocated"),
    ("migrant_public", "migrant_eligible"),
    ("migrant_purchased", "migrant_eligible"),
    ("disabled_enrolled", "disabled_children"),
)
PARTS_OF_SURVEY = (("survey_satisfied", "survey_valid"), ("survey_valid", "survey_issued"))


def parts_of_facts(county: County) -> Iterator[Finding]:
    """Parts and wholes among county facts and in the survey (part of QBE-LOG-005)."""
    for part, whole in PARTS_OF_COUNTY:
        left, right = county.number(part), county.number(whole)
        # a denominator of 0 has a message of its own
        if left is not None and right and left > right:
            yield at_fact(
                "QBE-LOG-005",
                county,
                part,
                part=name_of(part),
                left=number(left),
                whole=name_of(whole),
                right=number(right),
            )
    groups = field_of("survey_group")
    for row in county.survey:
        for part, whole in PARTS_OF_SURVEY:
            left, right = row.number_of(part), row.number_of(whole)
            if left is not None and right is not None and left > right:
                group = row.text("survey_group")
                label = Text(
                    f"{groups.choice_name(group, 'zh')}{name_of(part).zh}",
                    f"{groups.choice_name(group, 'en')}, {name_of(part).en.lower()}",
                )
                place = row.place(part)
                args = {"part": label, "left": number(left), "whole": name_of(whole), "right": number(right)}
                yield Finding(
                    "QBE-LOG-005",
                    place.sheet if place else None,
                    place.ref if place else None,
                    None,
                    args,
                    place.file if place else None,
                )


@check("QBE-ARI-004")
def ways_of_schooling_add_up(county: County, edition: Edition) -> Iterator[Finding]:
    """特教学校、随班就读、送教上门之和等于入学数。 The three ways of schooling add up to those enrolled."""
    names = ("disabled_in_special_school", "disabled_in_regular_class", "disabled_taught_at_home")
    ways = [county.number(name) for name in names]
    enrolled = county.number("disabled_enrolled")
    if enrolled is None or any(value is None for value in ways):
        return
    left = sum((value for value in ways if value is not None), start=0)
    if left != enrolled:
        found = at_fact("QBE-ARI-004", county, "disabled_enrolled", left=number(left), right=number(enrolled))
        yield with_cells(found, *(county.place(name) for name in names))


@check("QBE-LOG-011")
def declared_norm_is_one(county: County, edition: Edition) -> Iterator[Finding]:
    """申报定额统一时，城、镇、村标准应相同。 One norm is declared, so urban, town and rural norms are equal."""
    if county.fact("unified_funding") != "yes":
        return
    for base in ("funding_norm_primary", "funding_norm_junior"):
        names = (f"{base}_urban", f"{base}_town", base)
        known = {name: value for name in names if (value := county.number(name)) is not None}
        if len(set(known.values())) > 1:
            zh = "、".join(f"{name_of(n).zh} {number(v)}" for n, v in known.items())
            en = ", ".join(f"{name_of(n).en} {number(v)}" for n, v in known.items())
            yield at_fact("QBE-LOG-011", county, next(iter(known)), values=Text(zh, en))


# ---- the county against its schools


def _full_list(county: County) -> bool:
    """Whether the list is long enough to be the county's; a shorter one may be an extract."""
    return len(county.schools) >= bands()["least_schools"]


def _sum(
    county: County, name: str, stage: str | None = None, where: Callable[[Row], bool] | None = None
) -> Exact | None:
    """The sum of a field over the schools; None where one that should report it does not.

    With `stage`, schools without it count 0; without, special and vocational schools may leave it out.
    """
    result: Exact = 0
    for row in county.schools:
        if where is not None and not where(row):
            continue
        value = row.number_of(name)
        if value is None:
            implied = STAGES_OF_TYPE.get(row.text("school_type"), ())
            if name in row.unusable or (row_pupils(row, stage) != 0 if stage else bool(implied)):
                return None
            continue
        result += value
    return result


@check("QBE-CTY-001")
def county_figures_are_sums(county: County, edition: Edition) -> Iterator[Finding]:
    """按校、按县都填报的项目，全县数等于各校之和。 What schools and county both report adds up."""
    if not _full_list(county):
        return
    for field in all_fields().values():
        if not field.numeric or not {"county", "school"} <= set(field.levels):
            continue
        left = county.number(field.id)
        if left is None or not any(row.get(field.id) is not None for row in county.schools):
            continue
        stage = "junior" if field.id in COHORT else None
        right = _sum(county, field.id, stage)
        if right is not None and left != right:
            yield at_fact(
                "QBE-CTY-001", county, field.id, name=name_of(field.id), left=number(left), right=number(right)
            )


@check("QBE-CTY-002")
def one_teacher_total(county: County, edition: Edition) -> Iterator[Finding]:
    """全县专任教师总数等于各校分学段之和。 The county's teachers are the sum of its schools' stages."""
    left = county.number("teachers_full_time")
    if left is None or not _full_list(county) or any(r.get("teachers_full_time") is not None for r in county.schools):
        return  # where schools report their own total, that is compared
    parts = [_sum(county, f"teachers_{stage}", stage) for stage in edition.stages]
    if any(part is None for part in parts):
        return
    right = sum(part for part in parts if part is not None)
    if left != right:
        yield at_fact("QBE-CTY-002", county, "teachers_full_time", left=number(left), right=number(right))


@check("QBE-CTY-003")
def all_teachers_train(county: County, edition: Edition) -> Iterator[Finding]:
    """应参训教师与专任教师相称。 The teachers to be trained go with the full-time teachers."""
    left, right = county.number("teachers_total"), county.number("teachers_full_time")
    band = bands()["training_to_full_time"]
    if left is not None and right and not right * exact(band["low"]) <= left <= right * exact(band["high"]):
        yield at_fact(
            "QBE-CTY-003",
            county,
            "teachers_total",
            left=number(left),
            right=number(right),
            low=band["low"],
            high=band["high"],
        )


def _day_school_in_town(row: Row) -> bool:
    return row.get("area") != "rural" and row.get("sponsor") != "private" and row.get("boarding") != "yes"


@check("QBE-CTY-004")
def pupils_by_zone_are_in_the_list(county: County, edition: Edition) -> Iterator[Finding]:
    """划片入学的分母不多于学校表中的学生。 The denominator of the share by zone is in the list."""
    if not _full_list(county):
        return
    for stage in edition.stages:
        name = f"intake_pupils_{stage}"
        left, right = county.number(name), _sum(county, f"pupils_{stage}", stage, _day_school_in_town)
        if left is not None and right is not None and left > right:
            yield at_fact(
                "QBE-CTY-004",
                county,
                name,
                name=name_of(name),
                stage=STAGE_NAMES[stage],
                left=number(left),
                right=number(right),
            )


@check("QBE-CTY-005")
def small_schools_are_counted(county: County, edition: Edition) -> Iterator[Finding]:
    """学校表中不足 100 人的村小、教学点都已计入。 Every small village school of the list is counted."""
    left = county.number("small_schools")
    if left is None:
        return
    types, below = bands()["small_school_types"], bands()["small_school_pupils"]
    small = [
        row
        for row in county.schools
        if row.get("school_type") in types
        and row.get("area") == "rural"
        and not is_campus(row)
        and (pupils := row_pupils(row, "primary")) is not None
        and 0 < pupils < below
    ]
    if len(small) > left:
        yield at_fact(
            "QBE-CTY-005", county, "small_schools", left=number(left), right=len(small), schools=school_names(small)
        )


@check("QBE-CTY-006")
def parts_of_what_schools_report(county: County, edition: Edition) -> Iterator[Finding]:
    """县级数不多于学校表中它所属的整体。 A county figure is no larger than what it is part of in the list."""
    if not _full_list(county):
        return
    teachers = Text("各校专任教师之和", "the schools' teachers")
    backbone = Text("各校骨干教师之和", "the schools' key teachers")
    pupils = Text("各校义务教育在校生之和", "the schools' compulsory pupils")
    for name, base, whole in (
        ("exchange_eligible", "teachers", teachers),
        ("exchanged_backbone", "backbone", backbone),
        ("migrant_eligible", "pupils", pupils),
        ("disabled_in_regular_class", "pupils", pupils),
    ):
        left = county.number(name)
        if left is None:
            continue
        parts = [_sum(county, f"{base}_{stage}", stage) for stage in edition.stages]
        right = None if any(p is None for p in parts) else sum(p for p in parts if p is not None)
        if right is not None and left > right:
            yield at_fact(
                "QBE-CTY-006", county, name, part=name_of(name), left=number(left), whole=whole, right=number(right)
            )


@check("QBE-CTY-007")
def graduates_go_with_pupils(county: County, edition: Edition) -> Iterator[Finding]:
    """毕业生与初中在校生相称。 Graduates go with the junior pupils."""
    left = county.number("graduates")
    if left is None or not _full_list(county):
        return
    right = _sum(county, "pupils_junior", "junior")
    band = bands()["graduates_to_junior"]
    if right and not right * exact(band["low"]) <= left <= right * exact(band["high"]):
        yield at_fact(
            "QBE-CTY-007",
            county,
            "graduates",
            left=number(left),
            right=number(right),
            low=f"{band['low']:.0%}",
            high=f"{band['high']:.0%}",
        )


@check("QBE-CTY-008")
def places_for_graduates(county: County, edition: Edition) -> Iterator[Finding]:
    """优质高中计划不多于初中毕业生。 No more places at good senior schools than graduates."""
    left, right = county.number("quota_planned"), county.number("graduates")
    if left is not None and right and left > right:
        yield at_fact("QBE-CTY-008", county, "quota_planned", left=number(left), right=number(right))


@check("QBE-CTY-009")
def names_are_unique(county: County, edition: Edition) -> Iterator[Finding]:
    """学校名称不重复。 No two schools share a name."""
    seen: dict[str, list[Row]] = {}
    for row in county.schools:
        if row.get("school_name"):
            seen.setdefault("".join(row.text("school_name").split()), []).append(row)
    for rows in seen.values():
        codes = {row.text("school_code") for row in rows}
        if len(rows) > 1 and len(codes) == len(rows):  # one code twice has a message of its own
            cells = "、".join(str(row.place("school_name") or row.text("school_code")) for row in rows)
            yield at(
                "QBE-CTY-009", rows[1], "school_name", value=rows[1].text("school_name"), count=len(rows), cells=cells
            )


@check("QBE-CTY-010")
def groups_are_asked_once(county: County, edition: Edition) -> Iterator[Finding]:
    """每类调查对象只有一行。 Each group of the survey has one row."""
    seen: dict[str, list[Row]] = {}
    for row in county.survey:
        if row.get("survey_group"):
            seen.setdefault(row.text("survey_group"), []).append(row)
    groups = field_of("survey_group")
    for name, rows in seen.items():
        if len(rows) > 1:
            cells = "、".join(str(row.place("survey_group") or row.number) for row in rows)
            words = Text(groups.choice_name(name, "zh"), groups.choice_name(name, "en"))
            place = rows[1].place("survey_group")
            args = {"value": words, "count": len(rows), "cells": cells}
            sheet, ref, file = (place.sheet, place.ref, place.file) if place else (None, None, None)
            yield Finding("QBE-CTY-010", sheet, ref, None, args, file)


@check("QBE-CTY-011")
def county_code_has_its_digits(county: County, edition: Edition) -> Iterator[Finding]:
    """行政区划代码为六位数字。 The county's code has six digits."""
    code, digits = county.code, bands()["county_code_digits"]
    if code is not None and not (len(code) == digits and code.isascii() and code.isdigit()):
        yield at_fact("QBE-CTY-011", county, "county_code", left=code, right=digits)


@check("QBE-CTY-012")
def codes_are_of_one_length(county: County, edition: Edition) -> Iterator[Finding]:
    """学校代码位数一致。 School codes are of one length."""
    rows = [row for row in county.schools if row.get("school_code")]
    if len(rows) < bands()["least_schools"]:
        return
    lengths = Counter(len(row.text("school_code")) for row in rows)
    usual, count = lengths.most_common(1)[0]
    if count == len(rows) or count < bands()["code_length"]["share"] * len(rows):
        return
    for row in rows:
        code = row.text("school_code")
        if len(code) != usual:
            yield at("QBE-CTY-012", row, "school_code", left=code, length=len(code), right=usual)
