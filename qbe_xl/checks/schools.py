"""Checks on schools as reported: codes, campuses, stages, parts and wholes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from qbe_xl.checks.registry import at, check, name_of
from qbe_xl.core.fields import all_fields, field_of
from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import STAGE_NAMES, Text
from qbe_xl.core.numbers import Exact
from qbe_xl.county import County, Row
from qbe_xl.county.units import is_campus, row_pupils
from qbe_xl.standards import STAGES_OF_TYPE, Edition, model

# (part, whole): a part cannot exceed its whole; {s} stands for each stage
PARTS_OF_SCHOOL = (
    ("above_degree_{s}", "teachers_{s}"),
    ("backbone_{s}", "teachers_{s}"),
    ("pe_art_{s}", "teachers_{s}"),
    ("over_classes_{s}", "classes_{s}"),
    ("largest_class_{s}", "pupils_{s}"),
    ("in_zone_pupils_{s}", "pupils_{s}"),
    ("indoor_sports_area", "teaching_area"),
    ("gym_area", "indoor_sports_area"),
    ("training_funds", "operating_funds"),
    ("music_rooms_96", "music_rooms"),
    ("art_rooms_90", "art_rooms"),
    ("teachers_certified", "teachers_full_time"),
    ("teachers_360_hours", "teachers_total"),
)

QUOTIENTS = {("training_funds", "operating_funds")}


def number(value: Exact) -> str:
    """A reported number as text."""
    return str(value.numerator) if value.denominator == 1 else f"{float(value):.15g}"


def part_pairs(pairs: tuple[tuple[str, str], ...]) -> Iterator[tuple[str, str]]:
    """The pairs with {s} filled in for each stage."""
    for part, whole in pairs:
        if "{s}" in part:
            for stage in ("primary", "junior"):
                yield part.format(s=stage), whole.format(s=stage)
        else:
            yield part, whole


@check("QBE-LOG-001")
def codes_are_unique(county: County, edition: Edition) -> Iterator[Finding]:
    """学校代码全县唯一。 No two schools share a code."""
    seen: dict[str, list[Row]] = {}
    for row in county.schools:
        if row.get("school_code"):
            seen.setdefault(row.text("school_code"), []).append(row)
    for code, rows in seen.items():
        if len(rows) > 1:
            cells = "、".join(str(row.place("school_code") or row.text("school_name")) for row in rows)
            yield at("QBE-LOG-001", rows[1], "school_code", value=code, cells=cells)


def _mains(county: County) -> dict[str, Row]:
    return {row.text("school_code"): row for row in county.schools if row.get("school_code")}


@check("QBE-LOG-002")
def main_school_exists(county: County, edition: Edition) -> Iterator[Finding]:
    """校区的主校必须在表中。 A campus's main school is in the list."""
    mains = _mains(county)
    for row in county.schools:
        if is_campus(row) and row.get("main_school") and row.text("main_school") not in mains:
            yield at("QBE-LOG-002", row, "main_school", value=row.text("main_school"))


@check("QBE-LOG-003")
def main_school_is_no_campus(county: County, edition: Edition) -> Iterator[Finding]:
    """校区的主校不能也是校区（包括互为主校）。 A campus's main school is not itself a campus, so no cycle either."""
    mains = _mains(county)
    for row in county.schools:
        main = mains.get(row.text("main_school")) if is_campus(row) else None
        if main is not None and is_campus(main):
            yield at("QBE-LOG-003", row, "main_school", value=row.text("main_school"))


@check("QBE-LOG-009")
def campus_names_its_main_school(county: County, edition: Edition) -> Iterator[Finding]:
    """校区要填主校代码。 A campus names its main school."""
    for row in county.schools:
        if is_campus(row) and not row.get("main_school") and "main_school" not in row.unusable:
            yield at("QBE-LOG-009", row, "main_school")


@check("QBE-LOG-006")
def only_campuses_name_a_main_school(county: County, edition: Edition) -> Iterator[Finding]:
    """独立学校不填主校代码。 A school that counts names no main school."""
    for row in county.schools:
        if row.get("counted") == "yes" and row.get("main_school"):
            yield at("QBE-LOG-006", row, "main_school", value=row.text("main_school"))


def _amounts_by_stage(edition: Edition, stage: str) -> list[str]:
    names = [n for i in edition.resources for n in edition.amount_fields(i, stage)]
    names += [f"classes_{stage}", f"teachers_{stage}"]
    return [name for name in dict.fromkeys(names) if field_of(name).stage == stage]


@check("QBE-LOG-004")
def no_amounts_without_pupils(county: County, edition: Edition) -> Iterator[Finding]:
    """在校生为 0 的学段不应有教师、班级；全校无学生不应有场地、设备。 No teachers or classes where there are no pupils."""
    for row in county.schools:
        stages = [s for s in edition.stages if row_pupils(row, s) == 0]
        for stage in stages:
            filled = [n for n in _amounts_by_stage(edition, stage) if row.number_of(n)]
            if filled:
                yield _without_pupils(row, f"pupils_{stage}", STAGE_NAMES[stage], filled)
        if (
            not is_campus(row)  # a campus may be a sports ground of its main school
            and len(stages) == len(edition.stages)
            and row_pupils(row, "senior") == 0
            and STAGES_OF_TYPE.get(row.text("school_type"))
        ):
            shared = [n for i in edition.resources if i.split for n in i.amount.names]
            filled = [n for n in dict.fromkeys(shared) if row.number_of(n)]
            if filled:
                yield _without_pupils(
                    row, f"pupils_{STAGES_OF_TYPE[row.text('school_type')][0]}", Text("全校", "Whole school"), filled
                )


def _without_pupils(row: Row, name: str, stage: Text, filled: list[str]) -> Finding:
    zh = "、".join(f"{name_of(n).zh} {number(row.number_of(n) or 0)}" for n in filled)
    en = ", ".join(f"{name_of(n).en} {number(row.number_of(n) or 0)}" for n in filled)
    return at("QBE-LOG-004", row, name, stage=stage, what=Text(zh, en))


@check("QBE-LOG-005")
def parts_do_not_exceed_wholes(county: County, edition: Edition) -> Iterator[Finding]:
    """部分不大于整体。 A part is no larger than its whole, in schools, county facts and the survey."""
    from qbe_xl.checks.county import parts_of_facts

    pairs = tuple(part_pairs(PARTS_OF_SCHOOL))
    for row in county.schools:
        for part, whole in pairs:
            left = row.number_of(part)
            if not left:
                continue
            right = row.number_of(whole)
            if right == 0 and (part, whole) in QUOTIENTS:
                continue  # a denominator of 0 has a message of its own
            if left is not None and right is not None and left > right:
                yield at(
                    "QBE-LOG-005",
                    row,
                    part,
                    part=name_of(part),
                    left=number(left),
                    whole=name_of(whole),
                    right=number(right),
                )
        yield from _migrants(row)
    yield from parts_of_facts(county)


def _migrants(row: Row) -> Iterator[Finding]:
    """随迁子女是小学、初中在校生的一部分。"""
    left = row.number_of("migrant_pupils")
    pupils = [row_pupils(row, stage) for stage in ("primary", "junior")]
    if not left or any(value is None for value in pupils) or not STAGES_OF_TYPE.get(row.text("school_type")):
        return
    right = sum(value for value in pupils if value is not None)
    if left > right:
        whole = Text("小学、初中在校生数", "primary and junior pupils")
        args = {"part": name_of("migrant_pupils"), "left": number(left), "whole": whole, "right": number(right)}
        yield at("QBE-LOG-005", row, "migrant_pupils", **args)


@check("QBE-LOG-007")
def largest_class_fits_count(county: County, edition: Edition) -> Iterator[Finding]:
    """最大班额与超标班数一致。 The largest class and the number of classes over the limit agree."""
    for criterion in edition.file.criteria:
        if not isinstance(criterion, model.EachClass):
            continue
        for row in county.schools:
            for stage, limit in criterion.at_most.items():
                largest = row.number_of(f"{criterion.largest}_{stage}")
                over = row.number_of(f"{criterion.over}_{stage}")
                if largest is not None and over is not None and (largest > limit) != (over > 0):
                    name = f"{criterion.largest}_{stage}"
                    found = at(
                        "QBE-LOG-007",
                        row,
                        name,
                        stage=STAGE_NAMES[stage],
                        left=number(largest),
                        right=number(over),
                        limit=number(limit),
                    )
                    other = row.place(f"{criterion.over}_{stage}")
                    yield replace(found, also=(other.ref,) if other else ())


@check("QBE-LOG-008")
def pupils_fit_type(county: County, edition: Edition) -> Iterator[Finding]:
    """学段与办学类型一致。 Pupils are reported only at stages that the type of school has."""
    for row in county.schools:
        stages = STAGES_OF_TYPE.get(row.text("school_type"))
        if not stages:
            continue
        for stage in ("primary", "junior", "senior"):
            pupils = row.number_of(f"pupils_{stage}")
            if pupils and stage not in stages:
                kind = all_fields()["school_type"]
                words = Text(
                    kind.choice_name(row.text("school_type"), "zh"), kind.choice_name(row.text("school_type"), "en")
                )
                yield at(
                    "QBE-LOG-008", row, f"pupils_{stage}", type=words, stage=STAGE_NAMES[stage], value=number(pupils)
                )


@check("QBE-ARI-001")
def subjects_add_up(county: County, edition: Edition) -> Iterator[Finding]:
    """体育、音乐、美术教师之和等于体艺教师。 PE, music and art teachers add up to the combined figure."""
    for row in county.schools:
        for stage in ("primary", "junior"):
            subjects = [row.number_of(f"{name}_{stage}") for name in ("pe", "music", "art")]
            combined = row.number_of(f"pe_art_{stage}")
            known = [value for value in subjects if value is not None]
            if combined is None or not known:
                continue
            left = sum(known)
            # some of the subjects alone may be fewer, never more
            if left > combined or (len(known) == len(subjects) and left != combined):
                yield at("QBE-ARI-001", row, f"pe_art_{stage}", left=number(left), right=number(combined))
