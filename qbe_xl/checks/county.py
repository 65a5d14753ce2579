"""Checks on county facts and the survey."""

from __future__ import annotations

from collections.abc import Iterator

from qbe_xl.checks.registry import at_fact, check, name_of
from qbe_xl.checks.schools import number
from qbe_xl.core.fields import field_of
from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import Text
from qbe_xl.county import County
from qbe_xl.standards import Edition

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
    ways = [
        county.number(n) for n in ("disabled_in_special_school", "disabled_in_regular_class", "disabled_taught_at_home")
    ]
    enrolled = county.number("disabled_enrolled")
    if enrolled is None or any(value is None for value in ways):
        return
    left = sum((value for value in ways if value is not None), start=0)
    if left != enrolled:
        yield at_fact("QBE-ARI-004", county, "disabled_enrolled", left=number(left), right=number(enrolled))


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
