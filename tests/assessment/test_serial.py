"""The canonical JSON: sorted, exact to 15 digits, missing null, the same bytes every time."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from qbe_xl.assessment import assess, assess_submission
from qbe_xl.assessment.serial import SCHEMA
from qbe_xl.county import FileInfo, Submission
from qbe_xl.standards import DEFAULT_EDITION, load_edition
from tests.counties import adding, campus, county, school, with_facts, with_school

BASE = adding(
    county(n=4),
    school("S5", "nine_year", {"primary": 166, "junior": 210}, equipment_value=23226),
    school("S6", "special", 30),
    campus("S7", "S1", pupils=100),
)


def test_the_text_is_canonical() -> None:
    text = assess(BASE).to_json()
    data = json.loads(text)
    assert text == json.dumps(data, ensure_ascii=False, sort_keys=True, indent=2) + "\n"
    assert text == assess(BASE).to_json()
    assert "NaN" not in text and "Infinity" not in text
    assert "某县" in text and "\\u" not in text


def test_the_head() -> None:
    info = FileInfo("a.xlsx", "ab" * 32)
    data = assess_submission(Submission(info, "qbe-county-1", BASE)).to_dict("en")
    edition = load_edition(DEFAULT_EDITION)
    assert data["schema"] == SCHEMA == "qbe-xl/assessment/1"
    assert data["file"] == {"name": "a.xlsx", "sha256": "ab" * 32}
    assert data["edition"] == {"id": DEFAULT_EDITION, "digest": edition.digest}
    assert (data["form"], data["engine"].split()[0], data["lang"]) == ("qbe-county-1", "qbe-xl", "en")
    assert data["county"] == {"code": "370000", "name": "某县", "year": 2024}
    assert data["conventions"] == ["units.campuses", "units.split_weights", "G3.convention"]
    assert (data["options"], data["blocked"], data["findings"]) == ([], False, [])
    assert data["excluded"] == [
        {"school": "S6", "name": "第S6学校", "reason": "Special school: left out of the seven indicators and the CV"}
    ]


def test_numbers_have_15_digits() -> None:
    data = assess(BASE).to_dict()
    unit = next(u for u in data["resources"]["units"] if (u["school"], u["stage"]) == ("S5", "junior"))
    # 23226 × 231/397 = 13514.3727959697733…; /210 = 64.3541561712846348…
    value = unit["values"]["L6"]
    assert value["amount"] == 13514.3727959698
    assert value["value"] == 64.3541561712846
    assert (value["limit"], value["floor"], value["status"], value["pupils"]) == (2500, 2125, "fail", 210)
    assert unit["share"] == 0.581863979848866  # 0.58186397984886649…; rounding the float 231/397 gives …867
    assert "L6" in unit["below"]
    merged = next(u for u in data["resources"]["units"] if u["school"] == "S1")
    assert (merged["pupils"], merged["campuses"]) == (500, ["S7"])
    assert data["quality"]["items"][0]["value"] == 0.950129294421869  # 5144/5414 = 0.9501292944218692…


def test_missing_is_null() -> None:
    data = assess(with_facts(with_school(BASE, "S2", equipment_value=None), graduates=None, year=None)).to_dict()
    unit = next(u for u in data["resources"]["units"] if u["school"] == "S2")
    value = unit["values"]["L6"]
    assert (value["value"], value["amount"], value["status"]) == (None, None, "undetermined")
    indicator = data["resources"]["stages"]["junior"]["indicators"]["L6"]
    assert (indicator["cv"], indicator["cv_status"], indicator["units_missing"]) == (None, "undetermined", 1)
    assert indicator["cv_reported"] is not None
    assert data["resources"]["stages"]["junior"]["composite_cv"] is None
    assert data["county"]["year"] is None
    retention = data["quality"]["items"][0]
    assert (retention["value"], retention["missing"]) == (None, ["graduates"])


def test_the_shape_of_the_contract() -> None:
    data = assess(BASE).to_dict()
    assert {
        "schema", "engine", "file", "edition", "form", "county", "verdict", "blocked", "conventions", "options",
        "excluded", "resources", "government", "quality", "recognition", "vetoes", "entry", "findings",
    } <= set(data)  # fmt: skip
    stage = data["resources"]["stages"]["primary"]
    assert {"status", "units", "units_failing", "indicators", "composite_cv"} <= set(stage)
    assert list(stage["indicators"]) == [f"L{n}" for n in range(1, 8)]
    assert {
        "mean", "std", "cv", "cv_limit", "cv_status", "cv_reported", "limit", "units_below", "units_below_floor",
        "gap_schools", "gap_mean",
    } <= set(stage["indicators"]["L1"])  # fmt: skip
    unit = data["resources"]["units"][0]
    assert {"school", "name", "stage", "pupils", "met", "status", "below", "values"} <= set(unit)
    assert {"value", "amount", "pupils", "limit", "floor", "status", "cells"} <= set(unit["values"]["L1"])
    for group in ("government", "quality", "recognition", "vetoes", "entry"):
        for item in data[group]["items"]:
            for part in (item, *item["parts"]):
                assert {"id", "status", "value", "limit", "parts", "detail", "cells", "source"} <= set(part)
                assert part["source"], part["id"]  # a part has its whole's source
    counts = {s: stage["units"] for s, stage in data["resources"]["stages"].items()}
    assert counts == {"primary": 3, "junior": 3} and len(data["resources"]["units"]) == 6


def test_findings_in_the_readers_language() -> None:
    county_ = adding(BASE, school("S9", teachers_junior=3))
    zh, en = (assess(county_).to_dict(lang)["findings"][0] for lang in ("zh", "en"))  # type: ignore[arg-type]
    assert {key: zh[key] for key in ("code", "severity", "sheet", "school")} == {
        "code": "QBE-LOG-004", "severity": "error", "sheet": "学校", "school": "S9",
    }  # fmt: skip
    assert (zh["args"]["stage"], en["args"]["stage"]) == ("初中", "Junior")
    assert zh["range"] == en["range"] and zh["message"] != en["message"] and zh["fix"] != en["fix"]


def test_only_texts_depend_on_the_language() -> None:
    def without_texts(data: Any) -> Any:
        if isinstance(data, dict):
            texts = {"lang", "detail", "reason", "source", "message", "fix", "args"}
            return {k: without_texts(v) for k, v in data.items() if k not in texts}
        return [without_texts(item) for item in data] if isinstance(data, list) else data

    result = assess(adding(BASE, campus("S8", "S99")))
    assert without_texts(result.to_dict("zh")) == without_texts(result.to_dict("en"))


@pytest.mark.parametrize("value", [Fraction(1, 3), Decimal("0.1"), 7])
def test_every_number_is_plain(value: Any) -> None:
    def numbers(data: Any) -> list[Any]:
        if isinstance(data, dict):
            return [n for v in data.values() for n in numbers(v)]
        return [n for v in data for n in numbers(v)] if isinstance(data, list) else [data]

    data = assess(with_facts(BASE, monitoring_gap=value, teacher_wage=value)).to_dict()
    assert {type(n) for n in numbers(data)} <= {int, float, str, bool, type(None)}
