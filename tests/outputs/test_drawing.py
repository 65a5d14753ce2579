"""The results as plain data: what is drawn is what the workbook holds, whatever its tabs are called."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
from openpyxl.cell.cell import MergedCell
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from qbe_xl.core.languages import LANGUAGES, Lang
from qbe_xl.outputs.results.drawing import Box, Drawing, DrawnSheet, Look, column_letters, quoted
from qbe_xl.outputs.results.words import SHEETS
from qbe_xl.outputs.results.writer import workbook_bytes
from qbe_xl.outputs.results_workbook import draw_results
from tests.office import Office
from tests.outputs.counties import ALL, FILE, assessment
from tests.outputs.reading import opened, written

OTHER = {
    "overview": "结果·总览", "schools": "结果·学校", "cv": "CV's 'own' tab", "steps": "结果 · 明细(1)", "government": "R 1",
    "quality": "R-2", "recognition": "R&3", "problems": "Zzz!", "notes": "结果·口径",
}  # fmt: skip
_SHEET = re.compile(r"'((?:[^']|'')+)'!")


def drawn(name: str, lang: Lang = "zh", **options: Any) -> Drawing:
    return draw_results(assessment(name), lang, **options)


def sheets_named(text: str) -> set[str]:
    """The sheets that a formula or link refers to."""
    return {name.replace("''", "'") for name in _SHEET.findall(text)}


def links(sheet: DrawnSheet) -> Iterator[str]:
    return (cell.link for cell in sheet.cells.values() if cell.link is not None)


def texts(drawing: Drawing) -> list[str]:
    """Every text that is shown."""
    return [cell.value for sheet in drawing.sheets for cell in sheet.cells.values() if isinstance(cell.value, str)]


def references(drawing: Drawing) -> set[str]:
    """Every sheet that a formula, an internal link or a chart refers to, by its tab."""
    names = {sheet.key: sheet.name for sheet in drawing.sheets}
    found: set[str] = set()
    for sheet in drawing.sheets:
        for cell in sheet.cells.values():
            if cell.formula is not None:
                found |= sheets_named(cell.formula)
            if cell.link is not None and cell.link.startswith("#"):
                found |= sheets_named(cell.link)
        for chart in sheet.charts:
            found |= {names[key] for series in chart.series for key, _ in (series.categories, series.values)}
    return found


# ---- what is written is what is drawn -------------------------------------------------------------------------------


def rgb(colour: Any) -> str | None:
    """`#RRGGBB`."""
    return f"#{colour.rgb[2:]}" if colour is not None and isinstance(colour.rgb, str) else None


def look_of(cell: Any) -> Look:
    """The look of a cell as openpyxl reads it."""
    sides = [getattr(cell.border, side) for side in ("left", "right", "top", "bottom")]
    styles = [side.style if side is not None else None for side in sides]
    return Look(
        font_name=cell.font.name,
        font_size=cell.font.size,
        font_color=str(rgb(cell.font.color)),
        bold=cell.font.bold,
        italic=cell.font.italic,
        underline=cell.font.underline == "single",
        fill=rgb(cell.fill.fgColor) if cell.fill.patternType == "solid" else None,
        align=cell.alignment.horizontal,
        valign=cell.alignment.vertical or "bottom",
        wrap=bool(cell.alignment.wrap_text),
        indent=int(cell.alignment.indent),
        number_format=cell.number_format,
        border=rgb(sides[0].color) if styles == ["thin"] * 4 else None,
        bottom=rgb(sides[3].color) if styles[3] == "dotted" else None,
    )


def same_value(found: object, expected: object) -> bool:
    if isinstance(expected, float) and isinstance(found, int | float):
        return math.isclose(found, expected, rel_tol=1e-15)
    return found == (None if expected == "" else expected) or found == expected


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["failing", "missing", "blocked", "unusable"])
def test_the_workbook_holds_every_cell_that_is_drawn(name: str, lang: Lang) -> None:
    drawing, values, formulas = drawn(name, lang), opened(name, lang), opened(name, lang, values=False)
    assert values.sheetnames == [sheet.name for sheet in drawing.sheets]
    assert values.properties.title == drawing.title
    linked = 0
    for sheet in drawing.sheets:
        shown, live = values[sheet.name], formulas[sheet.name]
        merged = {str(part) for part in live.merged_cells.ranges}
        assert merged == {a1(box) for box in sheet.merges}
        for row in shown.iter_rows():
            for cell in row:
                assert cell.value is None or (cell.row - 1, cell.column - 1) in sheet.cells, cell
        for (row, column), cell in sheet.cells.items():
            found, formula = shown.cell(row + 1, column + 1), live.cell(row + 1, column + 1)
            assert same_value(found.value, cell.value), found
            assert formula.value == cell.formula if cell.formula else formula.data_type != "f"
            if isinstance(found, MergedCell):
                continue  # its format is that of the first cell
            assert look_of(found) == cell.look, found
            link = found.hyperlink
            assert (link is None) == (cell.link is None), found
            if cell.link is not None:
                assert f"{link.target or ''}#{link.location}" == cell.link
                linked += 1
    assert linked or name == "unusable"


def a1(box: Box) -> str:
    return f"{column_letters(box[1])}{box[0] + 1}:{column_letters(box[3])}{box[2] + 1}"


def box_of(reference: str) -> Box:
    left, top, right, bottom = range_boundaries(reference.replace("$", ""))
    return (top - 1, left - 1, bottom - 1, right - 1)


@pytest.mark.parametrize("name", ["failing", "missing"])
def test_the_workbook_is_laid_out_as_drawn(name: str) -> None:
    book = opened(name, values=False)
    for sheet in drawn(name).sheets:
        found = book[sheet.name]
        widths = [d.width for d in found.column_dimensions.values() for _ in range(d.min, d.max + 1)]
        assert widths == pytest.approx([width + 5 / 7 for width in sheet.widths], abs=1 / 14)  # with the padding
        heights = {row - 1: d.height for row, d in found.row_dimensions.items() if d.height is not None}
        assert heights == pytest.approx(sheet.heights, abs=0.375)  # whole pixels of 0.75 points
        assert found.freeze_panes == (
            f"{column_letters(sheet.freeze[1])}{sheet.freeze[0] + 1}" if sheet.freeze else None
        )
        assert found.auto_filter.ref == (a1(sheet.autofilter) if sheet.autofilter else None)
        assert (found.print_title_rows or "") == (
            f"${sheet.repeat[0] + 1}:${sheet.repeat[1] + 1}" if sheet.repeat else ""
        )
        assert len(found._charts) == len(sheet.charts)  # type: ignore[attr-defined]
        assert found.print_options.horizontalCentered in ((True,) if sheet.centred else (None, False))
        assert not found.sheet_view.showGridLines
        printed_as_drawn(sheet, found)


def printed_as_drawn(sheet: DrawnSheet, found: Worksheet) -> None:
    assert sheet.footer.split("&R&8")[1] == found.oddFooter.right.text
    set_up, properties = found.page_setup, found.sheet_properties.pageSetUpPr
    if sheet.scale is None:
        assert properties is not None and properties.fitToPage
        wide, high = set_up.fitToWidth, set_up.fitToHeight
        assert (1 if wide is None else int(wide), 1 if high is None else int(high)) == sheet.pages
        return
    assert sheet.key == "steps"
    assert set_up.scale == sheet.scale and set_up.pageOrder == "overThenDown" and sheet.across
    assert sheet.header.startswith(f"&L&10{found.oddHeader.left.text}&R") and found.oddHeader.right.text in sheet.header
    assert tuple(each.id for each in found.row_breaks.brk) == sheet.row_breaks != ()
    assert tuple(each.id for each in found.col_breaks.brk) == sheet.column_breaks != ()
    assert sheet.print_area is not None and sheet.repeat_columns == (0, 2)
    assert found.print_title_cols == "$A:$C"
    assert box_of(found.print_area.rpartition("!")[2]) == sheet.print_area


@pytest.mark.parametrize("lang", LANGUAGES)
def test_charts_are_written_as_drawn(lang: Lang) -> None:
    drawing = drawn("failing", lang)
    sheet = drawing.sheet("overview")
    found = opened("failing", lang, values=False)[sheet.name]._charts  # type: ignore[attr-defined]
    # 9 to 16 schools in the highest column: at most 8 steps of 2
    assert [(chart.name, chart.major_unit) for chart in sheet.charts] == [("cv", None), ("met", 2)] and len(found) == 2
    for chart, read in zip(sheet.charts, found, strict=True):
        columns = [series for series in chart.series if series.kind == "column"]
        lines = [series for series in chart.series if series.kind == "line"]
        assert [len(part.series) for part in read._charts] == [len(part) for part in (columns, lines) if part]
        written_series = [one for part in read._charts for one in part.series]
        for series, one in zip([*columns, *lines], written_series, strict=True):
            assert one.tx.v == series.name
            for (key, box), reference in ((series.values, one.val.numRef.f), (series.categories, categories(one))):
                title, _, cells = reference.rpartition("!")
                assert title.strip("'") == drawing.sheet(key).name
                assert box_of(cells) == box
        assert (read.anchor._from.row, read.anchor._from.col) == chart.at
        assert read.y_axis.majorUnit == chart.major_unit
        assert "".join(run.t for part in read.title.tx.rich.p for run in part.r) == chart.title


def categories(series: Any) -> str:
    return str((series.cat.numRef or series.cat.strRef).f)


def test_the_values_a_chart_refers_to_are_numbers() -> None:
    drawing = drawn("failing")
    for chart in drawing.sheet("overview").charts:
        for series in chart.series:
            key, (top, left, bottom, right) = series.values
            cells = drawing.sheet(key).cells
            found = [cells[r, c].value for r in range(top, bottom + 1) for c in range(left, right + 1)]
            assert len(found) in (7, 8) and all(isinstance(value, int | float) for value in found)


def test_equal_drawings_are_equal_and_written_equally() -> None:
    first, second = (draw_results(ALL["mixed"](), "zh") for _ in range(2))
    assert first == second
    assert workbook_bytes(first) == workbook_bytes(second) == written("mixed", "zh")


# ---- other names ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", sorted(ALL))
def test_another_name_is_followed_everywhere(name: str, lang: Lang) -> None:
    usual, other = drawn(name, lang), drawn(name, lang, names=OTHER)
    assert [sheet.name for sheet in other.sheets] == [OTHER[sheet.key] for sheet in other.sheets]
    assert references(other) <= set(OTHER.values())
    assert {OTHER[key] for key, text in SHEETS.items() if text[lang] in references(usual)} == references(other)
    named = [text for text in texts(usual) if any(f"“{tab[lang]}”" in text for tab in SHEETS.values())]
    assert named or name in ("unusable", "empty", "passing")
    for text in texts(other):
        assert not any(f"“{tab[lang]}”" in text for tab in SHEETS.values()), text
    for sheet in usual.sheets:  # a text that names no sheet is the same
        for at, cell in sheet.cells.items():
            found = other.sheet(sheet.key).cells[at]
            if cell.link is None and isinstance(cell.value, str):
                expected = cell.value
                for key, tab in SHEETS.items():
                    expected = expected.replace(f"“{tab[lang]}”", f"“{OTHER[key]}”")
                assert found.value == expected
            assert found.look == cell.look


def test_a_link_shows_the_name_of_its_tab() -> None:
    other = drawn("failing", names=OTHER)
    for sheet in other.sheets:
        for cell in sheet.cells.values():
            if cell.link is not None and cell.link.startswith("#"):
                assert {str(cell.value)} == sheets_named(cell.link)
                assert cell.link == f"#{quoted(str(cell.value))}!A1"


def test_texts_that_name_a_sheet() -> None:
    usual, other = ("\n".join(texts(drawn("blocked", names=names))) for names in (None, OTHER))
    for sentence in ("（见“问题清单”）", "计算过程见“差异系数明细”，本表各值取自该表。"):
        assert sentence in usual
    for sentence in ("（见“Zzz!”）", "计算过程见“结果 · 明细(1)”，本表各值取自该表。"):
        assert sentence in other


def test_only_the_names_given_change() -> None:
    names = {sheet.key: sheet.name for sheet in drawn("failing", names={"cv": "其他"}).sheets}
    assert names == {key: text.zh for key, text in SHEETS.items()} | {"cv": "其他"}
    with pytest.raises(KeyError):
        drawn("failing", names={"总览": "其他"})


@pytest.mark.office
def test_formulas_follow_the_names_in_libreoffice(office: Office, tmp_path: Any) -> None:
    drawing = drawn("failing", names=OTHER)
    path = tmp_path / "other names.xlsx"
    path.write_bytes(workbook_bytes(drawing))
    values = office.run(path, dump=[OTHER["cv"]])["values"][OTHER["cv"]]
    count = 0
    for (row, column), cell in drawing.sheet("cv").cells.items():
        if cell.formula is not None and isinstance(cell.value, int | float):
            assert values[f"{column_letters(column)}{row + 1}"] == pytest.approx(cell.value, rel=1e-12)
            count += 1
    assert count == 2 * (7 * 3 + 1)  # mean, S and CV of seven indicators and the composite, at two stages


# ---- in the submitted workbook itself -------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["failing", "missing", "blocked", "hostile"])
def test_inside_the_submitted_workbook_all_links_are_internal(name: str, lang: Lang) -> None:
    outside, inside = drawn(name, lang, names=OTHER), drawn(name, lang, names=OTHER, inside=True)
    before, after = ([*links(drawing.sheet("problems"))] for drawing in (outside, inside))
    assert len(before) == len(after)
    assert any(not link.startswith("#") for link in before)
    for old, new in zip(before, after, strict=True):
        assert new == "#" + old.partition("#")[2]
        assert FILE not in new
    assert all(link.startswith("#'") for sheet in inside.sheets for link in links(sheet))
    noted = [text for text in texts(inside) if "同一文件夹" in text or "same folder" in text]
    assert not noted


def test_a_link_inside_leads_to_the_very_cell() -> None:
    fact = assessment("failing").item("G12").cells[0]
    sheet = drawn("failing", names=OTHER, inside=True).sheet("problems")
    cell = next(cell for cell in sheet.cells.values() if cell.value == fact)
    assert cell.link == f"#'政府保障'!{fact.split('!')[1]}"


# ---- some of the sheets ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("key", list(SHEETS))
@pytest.mark.parametrize("name", ["failing", "missing", "blocked", "empty"])
def test_a_sheet_alone_refers_to_no_other(name: str, key: str, lang: Lang) -> None:
    alone, whole = drawn(name, lang, keys=[key]), drawn(name, lang)
    assert [sheet.key for sheet in alone.sheets] == [key]
    assert references(alone) <= {SHEETS[key][lang]}
    others = [tab[lang] for other, tab in SHEETS.items() if other != key]
    assert not [text for text in texts(alone) if any(f"“{tab}”" in text for tab in others)]
    sheet, full = alone.sheet(key), whole.sheet(key)
    assert sheet.cells.keys() == full.cells.keys() and sheet.merges == full.merges
    for at, cell in sheet.cells.items():
        if isinstance(cell.value, int | float):  # the same value, be it a formula there or not
            assert cell.value == full.cells[at].value and cell.look == full.cells[at].look
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(alone)))
    assert book.sheetnames == [SHEETS[key][lang]]


def test_some_sheets_stand_in_their_usual_order() -> None:
    some = drawn("failing", keys=("notes", "steps", "cv"))
    assert [sheet.key for sheet in some.sheets] == ["cv", "steps", "notes"]
    assert some.sheet("cv") == drawn("failing").sheet("cv")
    assert [sheet.key for sheet in drawn("unusable", keys=("cv", "problems")).sheets] == ["problems"]
    with pytest.raises(KeyError):
        drawn("failing", keys=("总览",))
    with pytest.raises(KeyError):
        some.sheet("overview")


# ---- small things ---------------------------------------------------------------------------------------------------


def test_letters_and_quotes() -> None:
    assert [column_letters(n) for n in (0, 25, 26, 701, 702, 16383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
    assert quoted("a'b c") == "'a''b c'"
