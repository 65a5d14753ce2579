"""Gaps, drivers and scenarios as JSON, sheets and text: one set of numbers, both languages, no formula from a name."""

from __future__ import annotations

import io
import json
from typing import Any

import jsonschema
import openpyxl
import pytest
from rich.console import Console

from qbe_xl.assessment import assess
from qbe_xl.core.languages import LANGUAGES, Lang
from qbe_xl.outputs.planning_terminal import print_gaps, print_whatif
from qbe_xl.outputs.planning_workbook import draw_gaps, draw_whatif
from qbe_xl.outputs.results.drawing import Drawing
from qbe_xl.outputs.results.driver_sheet import charted
from qbe_xl.outputs.results.writer import workbook_bytes
from qbe_xl.outputs.scenario_template import workbook_template, yaml_template
from qbe_xl.outputs.schema import GAPS, WHATIF, schema
from qbe_xl.planning.drivers import find_drivers
from qbe_xl.planning.gaps import find_gaps
from qbe_xl.planning.scenario import parse_scenarios
from qbe_xl.planning.scenario_sheet import parse_rows
from qbe_xl.planning.serial import gaps_to_dict, to_json, whatif_to_dict
from qbe_xl.planning.whatif import what_if
from tests import counties as make

EVIL = "=HYPERLINK(1)"
COUNTY = make.county(
    make.school("S1", pupils=100, equipment_value=900_000, school_name=EVIL),
    make.school("S2", pupils=2100, classes_primary=40, largest_class_primary=98, over_classes_primary=10),
    make.school("S3", "nine_year", 400, multimedia_rooms=2, training_funds=100),
    make.school("S4", pupils=700, music_rooms_96=0),
    facts={"exchanged": 20, "layout_plan": "no"},
)
RESULT = assess(COUNTY)
GAPS_FOUND, DRIVERS = find_gaps(RESULT), find_drivers(RESULT)
SCENARIOS = parse_scenarios(
    """
scenarios:
- {name: "=1+1", actions: [{change: pe_art_primary, school: S1, add: 1}, {close: S4}]}
- {name: 不变, note: 试算}
"""
)
COMPARED = what_if(RESULT, SCENARIOS)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_json_is_as_the_schemas_say(lang: Lang) -> None:
    for data, name in ((gaps_to_dict(GAPS_FOUND, DRIVERS, lang), GAPS), (whatif_to_dict(COMPARED, lang), WHATIF)):
        jsonschema.Draft202012Validator.check_schema(schema(name))
        jsonschema.validate(json.loads(to_json(data)), schema(name))
        assert to_json(data) == to_json(json.loads(to_json(data)))


def cells(drawing: Drawing, key: str) -> list[Any]:
    return [cell.value for cell in drawing.sheet(key).cells.values()]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_sheets_hold_every_gap(lang: Lang) -> None:
    drawing = draw_gaps(GAPS_FOUND, DRIVERS, lang)
    values = cells(drawing, "school_gaps")
    assert GAPS_FOUND.schools and GAPS_FOUND.of_schools
    for gap in GAPS_FOUND.schools:
        assert float(gap.to_limit) in values
    rows = {row for row, _ in drawing.sheet("school_gaps").cells}
    assert len(rows) == len(GAPS_FOUND.schools) + len(GAPS_FOUND.of_schools) + 3  # title, note, header
    values = cells(drawing, "gaps")
    assert float(next(g for g in GAPS_FOUND.county if g.amount).amount or 0) in values  # 8 teachers more exchanged
    assert 98.0 in values


def test_failing_cvs_have_charts_that_point_at_their_rows() -> None:
    drawing = draw_gaps(GAPS_FOUND, DRIVERS)
    sheet = drawing.sheet("drivers")
    assert len(sheet.charts) == len(charted(DRIVERS)) > 0
    for chart in sheet.charts:
        (series,) = chart.series
        first, column, last, _ = series.values[1]
        shares = [sheet.cells[row, column].value for row in range(first, last + 1)]
        assert shares == sorted(shares, key=lambda share: -float(share or 0)) and sum(float(s or 0) for s in shares) <= 1.0001


def test_where_no_cv_fails_the_nearest_of_each_stage_is_drawn() -> None:
    found = find_drivers(assess(make.county(make.school("S1", pupils=510, pe_art_primary=11), make.school("S2"))))
    assert charted(found) == {("primary", "L3")}


@pytest.mark.parametrize("drawing", [draw_gaps(GAPS_FOUND, DRIVERS), draw_whatif(COMPARED)])
def test_names_never_become_formulas(drawing: Drawing) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(drawing)))
    found = [c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    assert all(str(cell.value).startswith("=SUM(") for cell in found)
    assert any(c.value in (EVIL, "=1+1") for sheet in book for row in sheet.iter_rows() for c in row)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_comparison_has_two_columns_for_each(lang: Lang) -> None:
    sheet = draw_whatif(COMPARED, lang).sheet("scenarios")
    assert len(sheet.widths) == 2 + 2 * 3
    texts = [cell.value for cell in sheet.cells.values()]
    assert "=1+1" in texts and "不变" in texts


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_text_says_the_most_important(lang: Lang) -> None:
    out = io.StringIO()
    console = Console(file=out, width=100)
    print_gaps(console, GAPS_FOUND, DRIVERS, lang)
    print_whatif(console, COMPARED, lang)
    text = out.getvalue()
    for word in ("L3", "L7", "G11.exchanged", "不变", "=1+1"):
        assert word in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_templates_are_read_by_what_reads_scenarios(lang: Lang) -> None:
    (scenario,) = parse_scenarios(yaml_template(COUNTY, lang))
    assert scenario.actions == ()
    examples = [line[1:] for line in yaml_template(COUNTY, lang).splitlines() if line.startswith("#  - ")]
    for example in examples:
        text = f"scenarios:\n- name: a\n  actions:\n{example}\n"
        (scenario,) = parse_scenarios(text)
        what_if(RESULT, [scenario])
    assert len(examples) == 9
    book = openpyxl.load_workbook(io.BytesIO(workbook_template(COUNTY, lang)))
    sheet = book.worksheets[0]
    rows = [(n, list(row)) for n, row in enumerate(sheet.iter_rows(values_only=True), start=1)]
    assert parse_rows(rows) == ()
    assert book.worksheets[1].cell(2, 2).value == EVIL and book.worksheets[1].cell(2, 2).data_type == "s"
