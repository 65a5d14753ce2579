"""The trend as JSON, sheets, text and command: one set of numbers, both languages, no formula from a name."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import openpyxl
import pytest
from rich.console import Console

from qbe_xl.assessment import Assessment, assess
from qbe_xl.core.languages import LANGUAGES, Lang
from qbe_xl.outputs.results.trend_charts import YEARS_SHOWN
from qbe_xl.outputs.results.writer import workbook_bytes
from qbe_xl.outputs.schema import TREND, schema
from qbe_xl.outputs.trend_terminal import print_trend
from qbe_xl.outputs.trend_workbook import KEYS, draw_trend
from qbe_xl.planning.serial import to_json
from qbe_xl.planning.trend.find import find_trend
from qbe_xl.planning.trend.serial import trend_to_dict
from qbe_xl.planning.trend.settings import settings
from tests import counties as make
from tests.cli import conftest as fixtures
from tests.paths import ROOT

Cli = Callable[..., fixtures.Outcome]
Books = Callable[..., list[str]]
cli, books = fixtures.cli, fixtures.books  # fixtures of the command line
EVIL = "=HYPERLINK(1)"
FIRST, LAST = 2016, 2023


def report(year: int) -> Assessment:
    k = year - FIRST
    unknown = {"teaching_area": None, "equipment_value": None} if k == 4 else {}
    rows = [
        make.school("S1", pupils=500, school_name=EVIL, largest_class_primary=30 + 2 * k),  # 44 in the newest year
        make.school("S2", pupils=400, pe_art_primary=8 + 2 * (k == LAST - FIRST), **unknown),
        make.school("S3", "nine_year", 300, classes_junior=None if k == 5 else 8),
        *([make.school(f"N{k}", pupils=200)] if k == 7 else []),
    ]
    exchanged = 100 if year == LAST else 280
    return assess(make.county(*rows, facts={"year": year, "exchange_eligible": 2000 if year == LAST else 280, "exchanged": exchanged}))


TREND_FOUND = find_trend([report(year) for year in range(FIRST, LAST + 1)])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_json_is_as_the_schema_says(lang: Lang) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(TREND))
    data = json.loads(to_json(trend_to_dict(TREND_FOUND, lang)))
    jsonschema.validate(data, schema(TREND))
    assert data["warnings"] and data["regressions"] and data["schools"][-1]["new"]
    for wrong in ({**data, "more": 1}, {**data, "years": data["years"][:1]}, {k: v for k, v in data.items() if k != "since"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, schema(TREND))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_sheets_hold_every_figure_and_leave_gaps_empty(lang: Lang) -> None:
    drawing = draw_trend(TREND_FOUND, lang)
    assert [sheet.key for sheet in drawing.sheets] == list(KEYS)
    sheet = drawing.sheet("trend_values")
    first = 3  # title, note, header
    for row, line in enumerate(TREND_FOUND.lines, start=first):
        for column, point in enumerate(line.points, start=3):
            value = sheet.cells[row, column].value
            if point.number is not None:
                assert value == pytest.approx(float(point.number), abs=0), line.id
            else:
                assert isinstance(value, str) and value not in ("0", "0.00")
    texts = [cell.value for cell in drawing.sheet("trend").cells.values()]
    for each in trend_to_dict(TREND_FOUND, lang)["warnings"] + trend_to_dict(TREND_FOUND, lang)["regressions"]:
        assert each["sentence"] in texts
    assert any(cell.value == "N7" for cell in drawing.sheet("trend_schools").cells.values())


def test_charts_point_at_their_years_and_gaps_are_empty_cells() -> None:
    drawing = draw_trend(TREND_FOUND)
    sheet = drawing.sheet("trend_charts")
    names = [chart.name for chart in sheet.charts]
    assert names == ["trend-cv-primary", "trend-cv-junior", "trend-met", "trend-mean_class", "trend-mean_school"]
    cvs = sheet.charts[0]
    assert [series.name for series in cvs.series] == [*(str(y) for y in range(LAST - YEARS_SHOWN + 1, LAST + 1)), "限值"]
    top, column, bottom, _ = cvs.series[-2].values[1]
    newest = [sheet.cells[row, column].value for row in range(top, bottom + 1)]
    lines = [line for line in TREND_FOUND.lines if (line.measure, line.stage) == ("cv", "primary")]
    assert newest == [float(line.points[-1].number or 0) for line in lines]
    (met,) = [chart for chart in sheet.charts if chart.name == "trend-met"]
    top, column, bottom, _ = met.series[0].values[1]
    # 2020: nobody knows whether S2 meets the rule, so neither how many do
    assert [sheet.cells[row, column].value for row in range(top, bottom + 1)] == [1, 1, None, 1, 1, 1]
    (classes,) = [chart for chart in sheet.charts if chart.name == "trend-mean_class"]
    top, column, bottom, _ = classes.series[1].values[1]
    assert [sheet.cells[row, column].value is None for row in range(top, bottom + 1)] == [False, False, False, True, False, False]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_names_never_become_formulas(lang: Lang) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(draw_trend(TREND_FOUND, lang))))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert any(EVIL in str(cell.value) for cell in cells)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_text_says_the_most_important(lang: Lang) -> None:
    out = io.StringIO()
    print_trend(Console(file=out, width=160), TREND_FOUND, lang)
    data = trend_to_dict(TREND_FOUND, lang)
    for each in data["warnings"] + data["regressions"]:
        assert each["sentence"] in out.getvalue()
    assert "N7" in out.getvalue() and {"zh": "外推", "en": "xtrapolat"}[lang] in out.getvalue()


# ---- the command


@pytest.fixture
def years(books: Books, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    for year in (2021, 2022, 2023):
        monkeypatch.setitem(fixtures.COUNTIES, f"y{year}", make.county(facts={"year": year, "exchanged": 280 if year < 2023 else 20}))
    return books("y2022.xlsx", "y2021.xlsx", "y2023.xlsx")


def test_trend_writes_only_what_is_asked(cli: Cli, years: list[str], tmp_path: Path) -> None:
    found = cli("trend", *years, "--no-guard")
    assert (found.code, found.err) == (0, "") and "G11" in found.out
    assert {path.suffix for path in tmp_path.iterdir()} == {".xlsx", ""}
    found = cli("trend", *years, "--no-guard", "--out-dir", str(tmp_path / "out"), "--json", "-", "--since", "2021")
    data = json.loads(found.out)
    assert data["schema"] == "qbe-xl/trend/1" and data["since"] == 2021 and [y["year"] for y in data["years"]] == [2021, 2022, 2023]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["某县 2021-2023.趋势.xlsx"]


def test_how_a_run_ends(cli: Cli, years: list[str], tmp_path: Path) -> None:
    found = cli("trend", *years, "none.xlsx", "--no-guard", "--quiet")
    assert found.code == 0 and "QBE-PLN-306" in found.err and "none.xlsx" in found.err
    found = cli("trend", years[0], "none.xlsx", "--no-guard")
    assert found.code == 3 and "QBE-PLN-301" in found.err
    found = cli("trend", years[0], "--no-guard")
    assert found.code == 4 and "QBE-PLN-301" in found.err
    found = cli("trend", *years, "--no-guard", "--since", "2023")
    assert found.code == 4 and "QBE-PLN-305" in found.err
    (tmp_path / "x.json").write_text("{}", encoding="utf-8")
    assert "QBE-CAL-011" in cli("trend", *years, "--no-guard", "--json", "x.json").err


# ---- the guide


PAGES: dict[Lang, str] = {
    "zh": (ROOT / "docs" / "trend.zh-CN.md").read_text(encoding="utf-8"),
    "en": (ROOT / "docs" / "trend.md").read_text(encoding="utf-8"),
}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_guide_states_the_thresholds_as_they_are(lang: Lang) -> None:
    found = settings()
    words = {
        "zh": (f"最近 {found['rate']['years']} 个", f"{found['horizon']['years']} 年之内", f"上升 {found['worse']['cv']}"),
        "en": (f"the last {found['rate']['years']} years", f"within {found['horizon']['years']} years", f"{found['worse']['cv']} or more"),
    }
    for word in words[lang]:
        assert word in PAGES[lang]


def test_both_languages_have_the_same_shape() -> None:
    kinds = ("#", "- ", "|", "```")
    shapes = [[k for line in text.splitlines() for k in kinds if line.startswith(k)] for text in PAGES.values()]
    assert shapes[0] == shapes[1]
