"""The report as a Word document: every number is a cell's, tables and charts say what the model says, names stay text."""

from __future__ import annotations

import io
import re
import sys
import zipfile
from dataclasses import replace
from xml.etree import ElementTree

import openpyxl
import pytest

from qbe_xl.core.errors import QbeError
from qbe_xl.core.languages import LANGUAGES, Lang
from qbe_xl.outputs.report.model import MARKS, Cell, Chart, Column, Paragraph, Report, Section, Series, Table
from qbe_xl.outputs.report.word import copy_template, shipped, word_bytes, write_word
from qbe_xl.outputs.report.word_chart import formatted
from qbe_xl.outputs.report.word_markup import shown
from qbe_xl.outputs.report.word_names import CHARTS, SECTIONS, TABLES, WIDE
from qbe_xl.outputs.report.word_widths import FIFTIETHS, table_widths
from scripts.report_template import template
from tests.outputs.report.documents import opened, paragraphs, parts, tables, text_of
from tests.outputs.report.samples import NAMES, made
from tests.outputs.report.sources import numbers

_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HOSTILE = (
    "{{ county }}", "{%p if x %}", "{_{ title }_}", "{# x #}", "<w:p/>&amp;", "]]>", "\x00\x07\x1b[31m", "a\tb\nc\x0cd",
    "\u202etxt.exe", "مكتب <rtl>", "=1+1", "\ud800", "学" * 120, "W" * 90,
)  # fmt: skip


def marked(cell: Cell) -> str:
    """A cell of a table as it stands in the document."""
    mark = MARKS.get(cell.status or "") if cell.number is not None else None
    return shown(f"{mark}\u00a0{cell.text}" if mark else cell.text)


def drawn(report: Report) -> list[Chart]:
    """The charts that have something to draw."""
    found = [chart for section in report.sections for chart in section.charts]
    return [each for each in found if any(cell.number is not None for series in each.series for cell in series.values)]


# ---- numbers


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_number_of_the_document_is_shown_by_a_cell(name: str, lang: Lang) -> None:
    report = made(name, lang)
    known = {number for cell in report.cells() for number in numbers(shown(cell.text))} | set(numbers(report.date_text))
    found = [(number, text) for _, text in paragraphs(word_bytes(report)) for number in numbers(text)]
    assert [each for each in found if each[0] not in known] == []
    assert len(found) > 20


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_tables_and_paragraphs_are_the_model_s(name: str, lang: Lang) -> None:
    """Cell by cell, in the template's order: upright tables with their sections, wide ones behind."""
    report = made(name, lang)
    data = word_bytes(report)
    wide = [table for key in WIDE for section in report.sections for table in section.tables if table.key == key]
    rest = [table for section in report.sections for table in section.tables if table.key not in WIDE]
    wanted = []
    for table in [*rest, *wide]:
        head = [
            shown(each.heading) + ("" if each.unit is None else f"（{each.unit}）" if lang == "zh" else f"({each.unit})")
            for each in table.columns
        ]
        wanted.append([head, *([marked(cell) for cell in row] for row in table.rows)])
    assert tables(data) == wanted
    texts = [text for _, text in paragraphs(data)]
    assert [each.text for each in report.paragraphs() if shown(each.text) not in texts] == []
    assert [section.title for section in report.sections if not section.appendix and section.title not in texts] == []


def test_a_wrong_digit_would_be_seen() -> None:
    report = made("linyi")
    known = {number for cell in report.cells() for number in numbers(cell.text)} | set(numbers(report.date_text))
    (section, *others) = report.sections
    wrong = replace(section, paragraphs=(*section.paragraphs, Paragraph(("共 987654 所",))))
    data = word_bytes(replace(report, sections=(wrong, *others)))
    assert {number for _, text in paragraphs(data) for number in numbers(text)} - known == {"987654"}


# ---- charts


@pytest.mark.parametrize("name", ["linyi", "short", "missing-data"])
def test_charts_are_native_and_hold_the_model_s_numbers(name: str) -> None:
    report = made(name)
    data = word_bytes(report)
    content = parts(data)
    charts = drawn(report)
    assert charts
    assert sum(part.startswith("word/charts/report") for part in content) == len(charts)
    for number, chart in enumerate(charts, start=1):
        tree = ElementTree.fromstring(content[f"word/charts/report{number}.xml"])
        assert tree.find(f"{_C}externalData") is not None
        kept = [
            {int(point.get("idx", "")): float(point.findtext(f"{_C}v", "")) for point in values.iter(f"{_C}pt")}
            for values in tree.iter(f"{_C}val")
        ]
        limits = chart.limits * (len(chart.categories) if len(chart.limits) == 1 else 1)
        rows = [*(series.values for series in chart.series), *([limits] if limits else [])]
        assert kept == [{i: cell.number for i, cell in enumerate(row) if cell.number is not None} for row in rows]
        sheet = openpyxl.load_workbook(io.BytesIO(content[f"word/embeddings/report{number}.xlsx"])).active
        assert sheet is not None
        assert [cell.value for cell in sheet["A"]][1:] == [each.text for each in chart.categories]
        assert sheet["B2"].value == chart.series[0].values[0].number
    document = content["word/document.xml"].decode()
    told = re.findall(r'<wp:docPr id="(\d+)" name="([^"]+)" descr="([^"]+)"', document)
    assert len({number for number, _, _ in told}) == len(charts)
    assert [title for _, title, _ in told] == [chart.title for chart in charts]
    first = charts[0].series[0].values[0].text
    assert first in told[0][2] and charts[0].categories[0].text in told[0][2]


def test_labels_are_the_texts_of_the_cells() -> None:
    """0.5018 stays 0.502 and the one that needs four decimals has them, as a text of its own."""
    cells = (Cell("0.502", 0.501787, "x"), Cell("0.5004", 0.5004, "x"), Cell("–"), Cell("0.123", 0.1234, "x"))
    chart = Chart("c", "图", tuple(Cell(each) for each in "甲乙丙丁"), (Series("数", cells),))
    part = parts(word_bytes(_only(Section("basic", "节", charts=(chart,)), "cv_primary", chart)))["word/charts/report1.xml"].decode()
    assert 'formatCode="0.000"' in part
    assert re.findall(r"<a:t>([^<]*)</a:t>", part.split("<c:cat>")[0].split("<c:dLbls>")[1]) == ["0.5004"]
    # nothing is shown beside a value: LibreOffice would show what is not said
    assert part.count('<c:showSerName val="0"/>') == part.count('<c:showVal val="1"/>') == 2
    # what is missing is no 0: no column, no label
    assert '<c:dispBlanksAs val="gap"/>' in part and '<c:dLbl><c:idx val="2"/><c:delete val="1"/></c:dLbl>' in part


def _only(section: Section, key: str, chart: Chart) -> Report:
    return replace(made("linyi"), sections=(replace(section, key="resources", charts=(replace(chart, key=key),)),))


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [(0.125, "0.00", "0.13"), (0.501787, "0.000", "0.502"), (12345.5, "#,##0", "12,346"), (0.950129, "0.00%", "95.01%"), (3, "0", "3")],
)
def test_numbers_are_formatted_as_spreadsheets_do(value: float, form: str, text: str) -> None:
    assert formatted(value, form) == text


# ---- names that are no names


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", _HOSTILE)
def test_whatever_a_school_is_called_stays_text(name: str, lang: Lang) -> None:
    cell = Cell(name, None, "assessment#/x")
    table = Table("stages", name, (Column(cell), Column("数", "number")), ((cell, Cell("1", 1, "x")),), Paragraph((cell,), "note"))
    chart = Chart("cv_primary", name, (cell,), (Series(cell, (Cell("1", 1, "x"),)),))
    section = Section("basic", name, (Paragraph((cell, "的"), "warning"),), (table,))
    resources = Section("resources", "图", charts=(chart,))
    report = replace(made("linyi", lang), county=cell, title=name, sections=(section, resources))
    data = word_bytes(report)
    texts = [text for _, text in paragraphs(data)]
    assert texts[0] == shown(name) * 2  # the cover: county, title
    assert f"{shown(name)}的" in texts
    assert tables(data)[0][1] == [shown(name), "1"]
    assert opened(data).core_properties.author == shown(name)[:255]
    assert not re.search("[\x00-\x08\u202a-\u202e]", parts(data)["word/document.xml"].decode())
    assert len(tables(data)) == 1


def test_what_a_document_cannot_hold_is_shown_as_replaced() -> None:
    assert shown("甲\x00乙\u202e丙\ud800") == "甲\ufffd乙\ufffd丙\ufffd"
    assert shown("甲\r\n乙\t丙\u2028丁") == "甲 乙 丙 丁"
    assert shown("مكتب") == "مكتب"  # letters that run from the right are letters


# ---- the document


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_same_report_gives_the_same_bytes(lang: Lang) -> None:
    data = word_bytes(made("short", lang))
    assert data == word_bytes(made("short", lang))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_tables_fit_the_page_and_repeat_their_heads(lang: Lang) -> None:
    report = made("short", lang)
    data = word_bytes(report)
    elements = list(opened(data).element.body.iter(f"{_W}tbl"))
    for element in elements:
        widths = [int(each.get(f"{_W}w")) for each in element.iter(f"{_W}tcW")][: len(element.find(f"{_W}tblGrid"))]
        assert sum(widths) == FIFTIETHS and min(widths) > 0
        # 155 mm of an upright page, 256 mm of a landscape one, in twentieths of a point; each column is rounded
        line = sum(int(each.get(f"{_W}w")) for each in element.iter(f"{_W}gridCol"))
        assert min(abs(line - 8787), abs(line - 14513)) <= len(widths)
        head, *rows = element.findall(f"{_W}tr")
        assert head.find(f"{_W}trPr/{_W}tblHeader") is not None
        assert all(row.find(f"{_W}trPr/{_W}cantSplit") is not None for row in (head, *rows))
        assert element.getnext().tag == f"{_W}p"
    names = {style.style_id: style.name for style in opened(data).styles}
    number = {"zh": "QBE 表格数字", "en": "QBE Table Number"}[lang]
    kinds = [column.kind for column in next(t for s in report.sections for t in s.tables).columns]
    styles = [names[cell.find(f"{_W}p").style] for cell in elements[0].findall(f"{_W}tr")[1].findall(f"{_W}tc")]
    assert [style == number for style in styles] == [kind == "number" for kind in kinds]


def test_widths_keep_words_whole_and_give_room_to_long_texts() -> None:
    rows = tuple((Cell("第一小学" * 6), Cell("12345.67", 12345.67, "x"), Cell("–")) for _ in range(3))
    columns = (Column("学校"), Column("数", "number"), Column("空"))
    name, number, nothing = table_widths(Table("t", "表", columns, rows))
    assert name > number > nothing
    # eight digits and the point of 1.62 mm and the sides of 2.4 mm on a line of 155 mm
    assert number >= int(FIFTIETHS * (8 * 1.62 + 2.4) / 155)
    many = Table("t", "表", tuple(Column("W" * 40) for _ in range(20)), ())
    assert sum(table_widths(many)) == FIFTIETHS


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_contents_list_the_headings_with_their_numbers(lang: Lang) -> None:
    report = made("short", lang)
    data = word_bytes(report)
    everything = list(paragraphs(data, contents=True))
    listed = [text for style, text in everything if style.startswith("toc ")]
    numbered = [report.heading(section) for section in report.sections if not section.appendix]
    assert listed[1:-1] == numbered
    assert {listed[0], listed[-1]} == ({"自评结论", "附表"} if lang == "zh" else {"Verdict", "Appendix: tables"})
    document = parts(data)["word/document.xml"].decode()
    anchors = re.findall(r'w:anchor="(\w+)"', document)
    assert len(anchors) == len(listed) and set(anchors) <= set(re.findall(r'bookmarkStart w:id="\d+" w:name="(\w+)"', document))
    assert ' TOC \\o "1-2" \\h \\z \\u ' in document
    assert "updateFields" not in parts(data)["word/settings.xml"].decode()  # Word would ask on opening


@pytest.mark.parametrize(("lang", "code"), [("zh", "zh-CN"), ("en", "en-GB")])
def test_properties_and_language(lang: Lang, code: str) -> None:
    report = made("linyi", lang)
    data = word_bytes(report)
    properties = opened(data).core_properties
    assert report.title in properties.title and properties.author == report.county.text
    assert properties.language == code and properties.created.isoformat().startswith(report.date)
    styles = parts(data)["word/styles.xml"].decode()
    assert 'w:eastAsia="zh-CN"' in styles and ('w:val="en-GB"' in styles) == (lang == "en")


def test_levels_of_headings_are_numbered_as_official_documents_are() -> None:
    numbering = parts(shipped("zh"))["word/numbering.xml"].decode()
    assert re.findall(r'<w:numFmt w:val="(\w+)"/><w:pStyle w:val="(\w+)"/>.*?<w:lvlText w:val="([^"]+)"/>', numbering) == [
        ("chineseCountingThousand", "Heading1", "%1、"), ("chineseCountingThousand", "Heading2", "（%2）"), ("decimal", "Heading3", "%3．"),
    ]  # fmt: skip


def test_a_verdict_that_is_blocked_warns() -> None:
    styles = dict((text, style) for style, text in paragraphs(word_bytes(made("blocked"))))
    assert styles[made("blocked").verdict_text.text] == "QBE 提醒"


# ---- templates that we ship


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_shipped_template_is_what_the_script_writes(lang: Lang) -> None:
    assert shipped(lang) == template(lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_shipped_template_places_everything_once(lang: Lang) -> None:
    text = text_of(opened(shipped(lang)).element.body)
    for key in TABLES:
        assert text.count(f"{{{{p tables.{key} }}}}") == 1, key
    for key in CHARTS:
        assert text.count(f"{{{{p charts.{key} }}}}") == 1, key
    for key in set(SECTIONS) - {"units"}:
        assert text.count(f"{{%p if {key} %}}") == text.count(f"{{{{p {key}.text }}}}") == 1, key


@pytest.mark.parametrize("name", NAMES)
def test_reports_have_nothing_that_templates_do_not_know(name: str) -> None:
    for section in made(name).sections:
        charts, known = SECTIONS[section.key]
        assert {each.key for each in section.charts} <= set(charts)
        assert {each.key for each in section.tables} <= set(known)
        assert {each.key for each in section.tables if each.wide} <= set(WIDE)


def test_copies_of_the_template(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = copy_template(tmp_path / "本局.docx", "zh")
    assert path.read_bytes() == shipped("zh")
    written = write_word(made("linyi"), tmp_path / "报告.docx", path)
    assert written.read_bytes() == word_bytes(made("linyi"))


@pytest.mark.parametrize("library", ["docxtpl", "jinja2", "docx"])
def test_without_the_libraries_a_message_says_what_to_install(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(QbeError) as caught:
        word_bytes(made("linyi"))
    assert caught.value.code == "QBE-PLN-501"
    assert "pip install 'qbe-xl[report]'" in caught.value.message("zh")
