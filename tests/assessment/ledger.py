"""The whole of what the assessment says of one county, and what each single change of that county changes in it.

Kept in tests/golden/assessment_ledger.txt: first every value of the result, then a line a change with the values that
differ. A change of the assessment shows there, to be read before it is kept: `python -m tests.assessment.ledger`
writes it anew. The findings of the checks have a file of their own.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

from qbe_xl.assessment import Assessment, assess
from qbe_xl.assessment.sentences import reasons, verdict_sentence
from qbe_xl.core.fields import Field, all_fields
from qbe_xl.core.languages import LANGUAGES
from qbe_xl.county import County
from tests.counties import (
    GROUPS,
    campus,
    changed,
    county,
    group,
    school,
    with_facts,
    with_school,
    with_stated,
    with_survey,
)
from tests.paths import ROOT

FILE = ROOT / "tests" / "golden" / "assessment_ledger.txt"
SECTIONS = ("whole", "nine_year", "facts", "survey", "stated")
LONGEST = 500  # of a line; of what is beyond it a checksum is kept
LEFT_OUT = {"engine", "edition", "findings", "form", "file", "schema", "lang", "fix", "source"}


def _county() -> County:
    """Primary, junior, nine-year with a campus, a point and a special school; no two alike, some below a limit."""
    rows = (
        school("S1", pupils=400, above_degree_primary=15, backbone_primary=7),
        school("S2", "junior", 600, pe_art_junior=10, teaching_area=7800, offsite_sports_area=300, dense_centre="yes", area="urban"),
        school("S3", pupils=2100, area="urban", music_rooms=9, music_rooms_96=5, over_classes_primary=2,
               largest_class_primary=47, shared_pe_art_primary=1),
        school("S4", "nine_year", {"primary": 301, "junior": 211}, equipment_value=1_700_100, multimedia_rooms=13),
        campus("S5", "S4", pupils=90, area="rural"),
        school("S6", "teaching_point", 12, area="rural", teaching_area=240),
        school("S7", "special", 60),
        school("S8", "junior", 300, backbone_junior=2, boarding="yes", operating_funds=190_000, multimedia_rooms=None),
    )  # fmt: skip
    made = county(*rows, facts={"funding_norm_primary_town": 720, "unified_funding": "no", "deaths": 2})
    return with_survey(made, *(group(name, 100 + i, 86 + i, 120) for i, name in enumerate(GROUPS)))


BASE = _county()


def values(result: Assessment) -> dict[str, Any]:
    """Every value by its path; items and units by their names."""
    flat: dict[str, Any] = {}

    def add(path: str, value: Any) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                if key not in LEFT_OUT:
                    add(f"{path}.{key}" if path else key, inner)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for inner in value:
                name = inner.get("id") or "/".join(str(inner[k]) for k in ("school", "stage") if k in inner)
                add(f"{path}.{name}", {k: v for k, v in inner.items() if k not in {"id", "stage"}})
        elif not isinstance(value, bool | str) and isinstance(value, float):
            flat[path] = f"{value:.10g}"
        else:
            flat[path] = value if isinstance(value, str) else str(value)

    add("", result.to_dict("zh"))
    english: dict[str, Any] = {}
    flat, english = english, flat
    add("", result.to_dict("en"))
    flat, english = english, flat
    flat |= {f"en.{path}": text for path, text in english.items() if flat.get(path) != text}
    for lang in LANGUAGES:
        flat[f"{lang}.verdict"] = verdict_sentence(result, lang)
        flat |= {f"{lang}.reason.{i}": line for i, line in enumerate(reasons(result, lang))}
    return flat


def changes(field: Field, value: Any) -> dict[str, Any]:
    """Single changes of one value, by name."""
    if field.choices:
        return {"blank": None} | {choice.id: choice.id for choice in field.choices if choice.id != value}
    if not field.numeric:
        return {"blank": None}
    if value is None:
        return {"0": 0, "50": 50}
    return {name: new for name, new in {"blank": None, "0": 0, "x3/4": int(value * 3 / 4)}.items() if new != value}


def cases(section: str) -> Iterator[tuple[str, County]]:
    """What was changed, and the county."""
    if section == "facts":
        for name, field in all_fields().items():
            if "county" in field.levels:
                for how, new in changes(field, BASE.fact(name)).items():
                    yield f"{name} {how}", with_facts(BASE, **{name: new})
    elif section == "survey":
        for name in ("survey_group", "survey_issued", "survey_valid", "survey_satisfied"):
            for how, new in changes(all_fields()[name], BASE.survey[0].get(name)).items():
                yield f"{name} {how}", with_survey(BASE, changed(BASE.survey[0], **{name: new}), *BASE.survey[1:])
    elif section == "stated":
        for key in ("G13__primary", "G13__junior", "Q1", "G11", "R1", "Q2"):
            for value in (0, 0.8499, 1):
                yield f"{key} {value}", with_stated(BASE, **{key: value})
                bare = with_facts(BASE, proximity_pupils_primary=None, graduates=None, exchanged=None)
                yield f"{key} {value} alone", with_stated(bare, **{key: value})
    else:
        row = next(r for r in BASE.schools if r.text("school_code") == "S4")
        for name, field in all_fields().items():
            if "school" in field.levels:
                for how, new in changes(field, row.get(name)).items():
                    yield f"{name} {how}", with_school(BASE, "S4", **{name: new})


def lines(section: str) -> list[str]:
    """The lines of one section."""
    base = values(assess(BASE))
    if section == "whole":
        return [f"{path}: {value}" for path, value in base.items()]
    found = []
    for what, made in cases(section):
        now = values(assess(made))
        differ = [f"{path}={now.get(path, '-')}" for path in {**base, **now} if base.get(path) != now.get(path)]
        line = "; ".join(differ) or "-"
        if len(line) > LONGEST:
            line = f"{line[:LONGEST]} … {zlib.crc32(line.encode()):08x}"
        found.append(f"{what}: {line}")
    return found


def expected() -> dict[str, list[str]]:
    """The file, by section."""
    made: dict[str, list[str]] = {}
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            made[line[2:]] = []
        elif line:
            made[list(made)[-1]].append(line)
    return made


def write() -> None:
    """The file anew, as the assessment is now."""
    parts = ["\n".join([f"# {section}", "", *lines(section), ""]) for section in SECTIONS]
    FILE.write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    write()
