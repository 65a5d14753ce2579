"""Checks on traps of the rules: mistakes that real reports make although every number in them is right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from qbe_xl.checks.bands import bands
from qbe_xl.checks.registry import at, at_column, check
from qbe_xl.checks.schools import number
from qbe_xl.checks.stated import (
    CV_PLACES,
    Figures,
    agrees,
    at_stated,
    compared,
    composite_cv,
    figures,
    figures_of,
    stated_by_schools,
    stating,
    units_of_county,
)
from qbe_xl.core.fields import field_of
from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import STAGE_NAMES, Text
from qbe_xl.core.numbers import Exact, exact, shown
from qbe_xl.county import County, Row
from qbe_xl.county.units import row_pupils
from qbe_xl.standards import STAGES_OF_TYPE, Edition


def type_name(kind: str) -> Text:
    """A type of school in words."""
    described = field_of("school_type")
    return Text(described.choice_name(kind, "zh"), described.choice_name(kind, "en"))


@check("QBE-POL-001")
def stages_are_reported_apart(county: County, edition: Edition) -> Iterator[Finding]:
    """一贯制学校分学段填报。 A school of both stages reports them apart."""
    for row in county.schools:
        stages = [s for s in STAGES_OF_TYPE.get(row.text("school_type"), ()) if s in edition.stages]
        if len(stages) < 2:
            continue
        pupils = {stage: row_pupils(row, stage) for stage in stages}
        empty = [stage for stage, value in pupils.items() if value == 0]
        filled = [stage for stage, value in pupils.items() if value]
        if len(empty) == 1 and filled:
            yield at(
                "QBE-POL-001",
                row,
                f"pupils_{empty[0]}",
                type=type_name(row.text("school_type")),
                stage=STAGE_NAMES[empty[0]],
                left=number(pupils[filled[0]] or 0),
                other=STAGE_NAMES[filled[0]],
            )


@check("QBE-POL-002")
def names_fit_types(county: County, edition: Edition) -> Iterator[Finding]:
    """校名与办学类型一致。 A school's name and its type agree."""
    for row in county.schools:
        name, kind = row.text("school_name"), row.text("school_type")
        if not kind or row.get("counted") == "no":
            continue
        for entry in bands()["type_words"]:
            if entry["word"] in name:
                if kind != entry["type"]:
                    yield at(
                        "QBE-POL-002",
                        row,
                        "school_type",
                        name=name,
                        word=entry["word"],
                        left=type_name(kind),
                        right=type_name(entry["type"]),
                    )
                break


def _wrong_cv(county: County, edition: Edition) -> Iterator[tuple[Figures, Exact]]:
    """Indicators whose stated CV is not ours, with what is stated."""
    for found in figures(county, edition):
        stated = county.stated.get(f"{found.indicator.id}.{found.stage}.cv")
        if stated is not None and found.complete and found.cv is not None and not agrees(stated.value, found.cv):
            yield found, stated.value


def _is_composite(county: County, edition: Edition, found: Figures, said: Exact) -> bool:
    mean = composite_cv(county, edition, found.stage)
    return mean is not None and agrees(said, mean)


@check("QBE-POL-004")
def weighted_by_pupils(county: County, edition: Edition) -> Iterator[Finding]:
    """平均值和差异系数按学生数加权。 Means and CVs are weighted by pupils."""
    for found in figures(county, edition):
        stated = county.stated.get(f"{found.indicator.id}.{found.stage}.mean")
        if stated is None or not found.complete or agrees(stated.value, found.mean):
            continue
        method = found.wrong_formula(stated.value, mean=True)
        if method is not None:
            name = Text(f"{found.name.zh} 平均值", f"{found.name.en} mean")
            yield at_stated("QBE-POL-004", stated, name=name, method=method, **compared(stated.value, found.mean))
    for found, said in _wrong_cv(county, edition):
        method = found.wrong_formula(said, mean=False)
        if method is None or _is_composite(county, edition, found, said) or found.cv is None:
            continue
        name = Text(f"{found.name.zh} 差异系数", f"{found.name.en} CV")
        stated = county.stated[f"{found.indicator.id}.{found.stage}.cv"]
        yield at_stated("QBE-POL-004", stated, name=name, method=method, **compared(said, found.cv, CV_PLACES))


@check("QBE-POL-005")
def single_cvs_not_the_composite(county: County, edition: Edition) -> Iterator[Finding]:
    """各项自报差异系数不是综合差异系数。 What is stated of an indicator is its own CV, not the composite."""
    by_stage: dict[str, list[tuple[Figures, Exact]]] = {}
    for found, said in _wrong_cv(county, edition):
        if _is_composite(county, edition, found, said):
            by_stage.setdefault(found.stage, []).append((found, said))
    for stage, same in by_stage.items():
        ids = [found.indicator.id for found, _ in same]
        name = Text(f"{STAGE_NAMES[stage].zh} {'、'.join(ids)}", f"{STAGE_NAMES[stage].en} {', '.join(ids)}")
        right = [shown(found.cv, CV_PLACES) for found, _ in same if found.cv is not None]
        stated = [county.stated[f"{found.indicator.id}.{stage}.cv"] for found, _ in same]
        finding = at_stated(
            "QBE-POL-005",
            stated[0],
            name=name,
            left=number(same[0][1]),
            right=Text("、".join(right), ", ".join(right)),
        )
        yield replace(
            finding, also=tuple(s.place.ref for s in stated[1:] if s.place and s.place.sheet == finding.sheet)
        )


@check("QBE-POL-006")
def composite_decides_nothing(county: County, edition: Edition) -> Iterator[Finding]:
    """综合差异系数不能代替各项差异系数。 The composite does not stand for the single CVs."""
    for stage in edition.stages:
        stated = county.stated.get(f"composite.{stage}.cv") or county.stated.get(f"composite.{stage}")
        if stated is None:
            continue
        over = [
            f
            for f in (figures_of(units_of_county(county, edition), i, stage) for i in edition.resources)
            if f is not None and f.complete and f.cv is not None and f.cv > f.cv_limit >= stated.value
        ]
        if over:
            values = "、".join(shown(f.cv, CV_PLACES, f.cv_limit) for f in over if f.cv is not None)
            yield at_stated(
                "QBE-POL-006",
                stated,
                stage=STAGE_NAMES[stage],
                left=number(stated.value),
                limit=number(over[0].cv_limit),
                names=Text("、".join(f.indicator.id for f in over), ", ".join(f.indicator.id for f in over)),
                right=Text(values, values.replace("、", ", ")),
            )


@check("QBE-POL-007")
def limits_are_this_editions(county: County, edition: Edition) -> Iterator[Finding]:
    """所用限值是本版本的。 The limits stated are this edition's."""
    rows = stating(county)
    if not rows and not county.stated:
        return
    for indicator in edition.resources:
        for stage in edition.stages:
            for kind, limits in (("limit", indicator.at_least), ("cv_limit", indicator.cv_at_most)):
                ours: Exact = limits[stage]  # type: ignore[index]  # stages of the edition
                others: dict[str, Exact] = {s: v for s, v in limits.items() if s != stage and v != ours}
                key = f"{indicator.id}.{stage}.{kind}"
                words = STAGE_NAMES[stage]
                what = Text("差异系数限值", "limit of the CV") if kind == "cv_limit" else Text("标准", "limit")
                name = Text(f"{words.zh} {indicator.id} {what.zh}", f"{words.en} {indicator.id}, {what.en}")
                stated = county.stated.get(key)
                if stated is not None and stated.value != ours:
                    args = _limit_args(name, stated.value, ours, others, kind, edition)
                    yield at_stated("QBE-POL-007", stated, **args)
                wrong: dict[Exact, list[Row]] = {}
                for row in rows:
                    said = row.number_of(f"stated:{key}")
                    if said is not None and said != ours and row_pupils(row, stage):
                        wrong.setdefault(said, []).append(row)
                for said, same in wrong.items():  # one finding a column and value, not one a school
                    args = _limit_args(name, said, ours, others, kind, edition)
                    yield at_column("QBE-POL-007", same, f"stated:{key}", **args)


def _limit_args(
    name: Text, said: Exact, ours: Exact, others: dict[str, Exact], kind: str, edition: Edition
) -> dict[str, object]:
    guess = Text("", "")
    for entry in bands()["foreign_limits"]:
        if entry["kind"] == kind and exact(entry["value"]) == said:
            guess = Text(entry["zh"], entry["en"])
    for stage, limit in others.items():
        if limit == said:
            words = bands()["other_stage"]
            guess = Text(
                words["zh"].format(stage=STAGE_NAMES[stage].zh), words["en"].format(stage=STAGE_NAMES[stage].en.lower())
            )
    return {"name": name, "left": number(said), "right": number(ours), "guess": guess, "edition": edition.name}


@check("QBE-POL-009")
def rounding_decides_nothing(county: County, edition: Edition) -> Iterator[Finding]:
    """不以取整后的值判断。 Nothing is judged by a rounded value."""
    for row, unit, indicator, said, ours in stated_by_schools(county, edition):
        limit: Exact = indicator.at_least[unit.stage]  # type: ignore[index]  # stages of the edition
        if agrees(said, ours) and ours < limit <= said:
            stage = STAGE_NAMES[unit.stage]
            name = Text(f"{stage.zh} {indicator.id}", f"{stage.en} {indicator.id}")
            key = f"stated:{indicator.id}.{unit.stage}"
            yield at(
                "QBE-POL-009", row, key, name=name, left=number(said), limit=number(limit), right=shown(ours, 2, limit)
            )
    for found in figures(county, edition):
        for kind, places in (("cv", CV_PLACES), ("mean", 2)):
            stated = county.stated.get(f"{found.indicator.id}.{found.stage}.{kind}")
            value = found.cv if kind == "cv" else found.mean
            if stated is None or not found.complete or value is None or not agrees(stated.value, value):
                continue
            limit = found.cv_limit if kind == "cv" else found.limit
            lifted = stated.value <= limit < value if kind == "cv" else value < limit <= stated.value
            if lifted:
                words = Text("差异系数", "CV") if kind == "cv" else Text("平均值", "mean")
                name = Text(f"{found.name.zh} {words.zh}", f"{found.name.en} {words.en}")
                yield at_stated(
                    "QBE-POL-009",
                    stated,
                    name=name,
                    left=number(stated.value),
                    limit=number(limit),
                    right=shown(value, places, limit),
                )
