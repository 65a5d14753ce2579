"""County: plain data, each value with its place."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pandas as pd
import pytest

from qbe_xl.county import County, FileInfo, Place, Row, Submission
from tests.counties import COLUMNS, county, fact_place, school, with_facts


def test_places() -> None:
    assert str(Place("学校", "F17")) == "学校!F17"
    assert str(Place("学校", "F17", "a.xlsx")) == "[a.xlsx]学校!F17"
    row = school("S1", boarding=None)
    assert row.place("boarding") == Place("学校", f"{COLUMNS['boarding']}4")  # blank, yet it has a place
    assert row.place("no_such_field") is None
    assert row.cells("boarding", "no_such_field", "area") == [f"学校!{COLUMNS[n]}4" for n in ("boarding", "area")]
    scattered = replace(row, places={"area": Place("采集表", "D9")}, file="b.xlsx")
    assert str(scattered.place("area")) == "采集表!D9"
    assert str(scattered.place("boarding")) == f"[b.xlsx]学校!{COLUMNS['boarding']}4"


def test_values_of_a_row() -> None:
    row = Row({"school_name": "甲", "classes_primary": 3, "area": None}, "学校", 4)
    assert (row.get("school_name"), row.text("school_name"), row.number_of("school_name")) == ("甲", "甲", None)
    assert (row.get("classes_primary"), row.text("classes_primary"), row.number_of("classes_primary")) == (3, "3", 3)
    assert (row.get("area"), row.text("area"), row.number_of("area")) == (None, "", None)
    assert row.get("nothing") is None


def test_facts_of_a_county() -> None:
    base = county()
    assert (base.name, base.code, base.year) == ("某县", "370000", 2024)
    assert (base.fact("layout_plan"), base.number("layout_plan"), base.number("graduates")) == ("yes", None, 5144)
    assert base.place("graduates") == fact_place("graduates") and base.place("nothing") is None
    bare = with_facts(base, county_name=None, county_code=None, year=None)
    assert (bare.name, bare.code, bare.year) == (None, None, None)
    assert (County().name, County().year, County().fact("graduates")) == (None, None, None)


def test_the_schools_as_a_table() -> None:
    rows = (school("S1", equipment_value=Fraction(1, 4)), school("S2", "junior", equipment_value=None))
    table = County(schools=rows).table(["school_code", "equipment_value", "pupils_primary"])
    assert list(table.columns) == ["school_code", "equipment_value", "pupils_primary"]
    assert table["school_code"].tolist() == ["S1", "S2"]
    assert table["equipment_value"][0] == pytest.approx(0.25) and pd.isna(table["equipment_value"][1])
    assert pd.isna(table["pupils_primary"][1])
    assert {"pupils_primary", "pupils_junior"} <= set(County(schools=rows).table().columns)


def test_every_reported_number() -> None:
    base = replace(county(school("S1")), facts={})
    numbers = dict(base.each_number())
    assert numbers["pupils_primary"] == 500 and "school_code" not in numbers
    assert dict(with_facts(base, graduates=7, layout_plan="yes").each_number())["graduates"] == 7
    assert "layout_plan" not in dict(with_facts(base, layout_plan="yes").each_number())


def test_a_submission_without_a_county_is_not_usable() -> None:
    assert not Submission(FileInfo("a.xlsx"), None, None).usable
    assert Submission(FileInfo("a.xlsx"), None, County()).usable
