"""Templates of a bureau's own: what may stand in them, what is refused and how it is told, and files that are no templates."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest

from qbe_xl.core.errors import QbeError
from qbe_xl.core.languages import LANGUAGES
from qbe_xl.outputs.report.word import placeholders, shipped, word_bytes
from qbe_xl.outputs.report.word_names import STYLE_NAMES
from qbe_xl.safety import documents as preflight
from qbe_xl.safety.documents import checked_document
from tests.outputs.report.documents import line, opened, packed, paragraphs, parts, tables, template, text_of
from tests.outputs.report.samples import made
from tests.paths import ROOT

REPORT = made("short")
BARE = made("linyi")  # without a plan and years
NO_BODY = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def texts(folder: Path, *lines: str, report: object = REPORT, **changed: bytes) -> list[str]:
    """The paragraphs outside tables that a template gives."""
    document = opened(word_bytes(report, template(folder, *lines, **changed)))  # type: ignore[arg-type]
    return [text_of(each) for each in document.element.body if each.tag.endswith("}p")]


# ---- what a bureau may do


def test_own_text_stands_between_the_parts(tmp_path: Path) -> None:
    found = texts(
        tmp_path,
        "本局说明：{{ county }}（{{ code }}）{{ year }} 年{{ verdict }}。",
        "{%p if plan %}", "整改安排", "{{p tables.plan_cvs }}", "另附。", "{%p endif %}",
    )  # fmt: skip
    assert found[0] == f"本局说明：{REPORT.county.text}（{REPORT.code.text}）{REPORT.year.text} 年{REPORT.verdict_word}。"
    assert found[1] == "整改安排" and found[-1] == "另附。"


def test_sections_that_are_not_there_vanish(tmp_path: Path) -> None:
    lines = ("{%p if plan %}", "整改安排", "{{p plan.text }}", "{{p tables.plan_cvs }}", "{{p charts.plan_years }}", "{%p endif %}",
             "{{p trend }}", "{{p tables.trend_years }}", "完")  # fmt: skip
    assert texts(tmp_path, *lines, report=BARE) == ["完"]
    assert len(texts(tmp_path, *lines)) > 6


@pytest.mark.parametrize(
    "lines",
    [
        ("{%p for paragraph in resources.paragraphs %}", "{{ paragraph.text }}", "{%p endfor %}"),
        ("{%p for paragraph in resources.paragraphs %}", "{{p paragraph }}", "{%p endfor %}"),
        ("{{p resources.text }}",),
        ("{% for paragraph in resources.paragraphs %}{{ paragraph.text }}{% if not loop.last %}|{% endif %}{% endfor %}",),
    ],
)
def test_paragraphs_one_by_one_or_together(lines: tuple[str, ...], tmp_path: Path) -> None:
    (section,) = [each for each in REPORT.sections if each.key == "resources"]
    assert "".join(texts(tmp_path, *lines)).replace("|", "") == "".join(each.text for each in section.paragraphs)


def test_all_sections_in_one_loop(tmp_path: Path) -> None:
    found = texts(tmp_path, "{%p for section in sections %}", "{{ section.heading }}", "{{p section }}", "{%p endfor %}")
    assert [REPORT.heading(section) for section in REPORT.sections] == [each for each in found if each in map(REPORT.heading, REPORT.sections)]
    data = word_bytes(REPORT, tmp_path / "模板.docx")
    assert len(tables(data)) == sum(len(section.tables) for section in REPORT.sections)


def test_conditions_compare_texts(tmp_path: Path) -> None:
    lines = ("{% if verdict == '不达标' and not trend %}甲{% elif verdict != '不达标' %}乙{% else %}丙{% endif %}",)
    assert texts(tmp_path, *lines) == ["丙"]
    assert texts(tmp_path, *lines, report=BARE) == ["甲"]


def test_word_processors_split_what_was_typed_in_one_go(tmp_path: Path) -> None:
    assert texts(tmp_path, "县：{¦{ coun¦ty }¦}。") == [f"县：{REPORT.county.text}。"]


def test_a_table_or_nothing_in_a_cell_leaves_a_whole_document(tmp_path: Path) -> None:
    cell = "<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/></w:tblGrid><w:tr><w:tc><w:tcPr/>" + line("{{p tables.plan_cvs }}") + "</w:tc></w:tr></w:tbl>"
    for report in (REPORT, BARE):
        data = word_bytes(report, template(tmp_path, cell, "完"))
        for found in opened(data).element.body.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}tc"):
            assert found[-1].tag.endswith("}p")


def test_headers_and_footers_are_filled_in_and_may_hold_a_chart(tmp_path: Path) -> None:
    footer = parts(shipped("zh"))["word/footer1.xml"].decode()
    footer = re.sub(r"<w:p>.*</w:p>", line("{{ county }}") + line("{{p charts.cv_primary }}"), footer)
    data = word_bytes(REPORT, template(tmp_path, "完", word__footer1_xml=footer.encode()))
    content = parts(data)
    assert REPORT.county.text in content["word/footer1.xml"].decode()
    assert "charts/report1.xml" in content["word/_rels/footer1.xml.rels"].decode()


def test_a_chart_placed_twice_is_two_charts(tmp_path: Path) -> None:
    content = parts(word_bytes(REPORT, template(tmp_path, "{{p charts.cv_primary }}", "{{p charts.cv_primary }}")))
    assert sum(name.startswith("word/charts/") and name.endswith(".xml") for name in content) == 2


def test_styles_are_found_by_name_whatever_their_ids(tmp_path: Path) -> None:
    """As WPS and a Chinese Word rename them."""
    content = parts(shipped("zh"))
    for name in ("word/styles.xml", "word/document.xml", "word/numbering.xml"):
        text = content[name].decode()
        text = re.sub(r'(w:styleId="|<w:(?:pStyle|basedOn|next|rStyle|tblStyle) w:val=")(\w+)"', r'\1x\2"', text)
        content[name] = text.encode()
    path = tmp_path / "另存.docx"
    path.write_bytes(packed(content))
    data = word_bytes(REPORT, path)
    assert list(paragraphs(data, contents=True)) == list(paragraphs(word_bytes(REPORT), contents=True))
    assert 'w:val="QBECell"' not in parts(data)["word/document.xml"].decode()


def test_styles_that_a_template_lacks_are_added(tmp_path: Path) -> None:
    content = parts(shipped("en"))
    styles = re.sub(r'<w:style [^>]*w:customStyle="1".*?</w:style>', "", content["word/styles.xml"].decode())
    path = template(tmp_path, "{{p tables.stages }}", word__styles_xml=styles.encode())
    names = {style.name for style in opened(word_bytes(REPORT, path)).styles}
    assert {name.zh for name in STYLE_NAMES.values()} <= names


# ---- what is refused in its text


@pytest.mark.parametrize(
    ("lines", "code", "name", "said"),
    [
        (("{{ conty }}",), "QBE-DOC-003", "conty", "county"),
        (("{{p tables.indicator_primary }}",), "QBE-DOC-003", "tables.indicator_primary", "tables.indicators_primary"),
        (("{{ county.name }}",), "QBE-DOC-003", "county.name", ""),
        (("{{ resources.titel }}",), "QBE-DOC-003", "resources.titel", ""),
        (("{%p if plans %}", "{%p endif %}"), "QBE-DOC-003", "plans", "plan"),
        (("{{ county",), "QBE-DOC-004", "{{ county", "语法"),
        (("{%p if plan %}", "没有结尾"), "QBE-DOC-004", "", "语法"),
        (("{%p endif %}",), "QBE-DOC-004", "{% endif %}", "语法"),
        (("{{ ''.__class__.__mro__ }}",), "QBE-DOC-004", "__class__", "占位符"),
        (("{{ county.__class__ }}",), "QBE-DOC-003", "county.__class__", ""),
        (("{{ tables.__class__ }}",), "QBE-DOC-003", "tables.__class__", ""),
        (("{{ county|upper }}",), "QBE-DOC-004", "county|upper", "占位符"),
        (("{{ county * 99999999 }}",), "QBE-DOC-004", "county * 99999999", "占位符"),
        (("{{ sections() }}",), "QBE-DOC-004", "sections()", "占位符"),
        (("{{ county[0] }}",), "QBE-DOC-004", "county[0]", "占位符"),
        (("{% for a in 'x' * 99999999 %}{% endfor %}",), "QBE-DOC-004", "for a in", "占位符"),
        (("{% for a in county %}{% endfor %}",), "QBE-DOC-004", "for a in county", "占位符"),
        (("{% for a in range(9) %}{% endfor %}",), "QBE-DOC-004", "range(9)", "占位符"),
        (("{% if plan > 1 %}{% endif %}",), "QBE-DOC-004", "plan > 1", "占位符"),
        (("{% set a = 1 %}",), "QBE-DOC-004", "set a", "占位符"),
        (("{% include 'x' %}",), "QBE-DOC-004", "include", "占位符"),
        (("{% macro a() %}{% endmacro %}",), "QBE-DOC-004", "macro a", "占位符"),
        (("{% for a in sections %}" * 4 + "{% endfor %}" * 4,), "QBE-DOC-004", "for a in sections", "占位符"),
        (("见 {{ tables.stages }}",), "QBE-DOC-005", "tables.stages", "{{p tables.stages }}"),
        (("{{ resources }}",), "QBE-DOC-005", "resources", "{{p resources }}"),
        (("{{r tables.stages }}",), "QBE-DOC-005", "tables.stages", "{{p tables.stages }}"),
        (("{{p county }}",), "QBE-DOC-005", "county", "{{ county }}"),
        (("{{ tables }}",), "QBE-DOC-005", "tables", "哪一项"),
        (("{{ resources.paragraphs }}",), "QBE-DOC-005", "resources.paragraphs", "哪一项"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(lines: tuple[str, ...], code: str, name: str, said: str, tmp_path: Path) -> None:
    path = template(tmp_path, *lines)
    with pytest.raises(QbeError) as caught:
        word_bytes(REPORT, path)
    message = caught.value.message("zh")
    assert caught.value.code == code, message
    assert name in message and said in message and "模板.docx" in message
    assert caught.value.message("en") != message


def test_an_if_may_go_over_paragraphs(tmp_path: Path) -> None:
    assert texts(tmp_path, "{% if trend %}甲", "{% else %}", "乙{% endif %}") == ["甲", ""]
    assert texts(tmp_path, "{% if trend %}甲", "{% else %}", "乙{% endif %}", report=BARE) == ["", "乙"]


def test_an_if_that_tears_a_table_apart_is_refused(tmp_path: Path) -> None:
    torn = "<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/></w:tblGrid><w:tr><w:tc>" + line("{% if trend %}") + "</w:tc></w:tr></w:tbl>"
    with pytest.raises(QbeError) as caught:
        word_bytes(BARE, template(tmp_path, torn, "{% endif %}"))
    assert caught.value.code == "QBE-DOC-005" and "endif" in caught.value.message("zh")


def test_a_wrong_placeholder_in_the_footer_is_found_too(tmp_path: Path) -> None:
    footer = re.sub(r"<w:p>.*</w:p>", line("{{ conty }}"), parts(shipped("zh"))["word/footer1.xml"].decode())
    with pytest.raises(QbeError) as caught:
        word_bytes(REPORT, template(tmp_path, "完", word__footer1_xml=footer.encode()))
    assert caught.value.code == "QBE-DOC-003"


# ---- files that are no templates


def packed_with(folder: Path, name: str, data: bytes) -> Path:
    path = folder / "模板.docx"
    path.write_bytes(packed({**parts(shipped("zh")), name: data}))
    return path


def relation(kind: str, target: str) -> bytes:
    old = parts(shipped("zh"))["word/_rels/document.xml.rels"].decode()
    new = f'<Relationship Id="rId99" Type="{_R}/{kind}" Target="{target}" TargetMode="External"/></Relationships>'
    return old.replace("</Relationships>", new).encode()


def field(*instructions: str) -> str:
    runs = "".join(f"<w:r><w:instrText>{each}</w:instrText></w:r>" for each in instructions)
    return f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>{runs}<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'


@pytest.mark.parametrize("kind", ["image", "attachedTemplate", "oleObject", "subDocument", "aFChunk"])
def test_nothing_is_fetched_from_outside(kind: str, tmp_path: Path) -> None:
    path = packed_with(tmp_path, "word/_rels/document.xml.rels", relation(kind, "http://evil.example/a"))
    with pytest.raises(QbeError) as caught:
        word_bytes(REPORT, path)
    assert caught.value.code == "QBE-DOC-002" and "evil.example" in caught.value.message("zh")


def test_a_link_that_waits_for_a_click_is_allowed(tmp_path: Path) -> None:
    assert checked_document(packed_with(tmp_path, "word/_rels/document.xml.rels", relation("hyperlink", "https://example.cn")))


@pytest.mark.parametrize(
    "xml",
    [
        field("DDEAUTO c:\\\\cmd"), field(" DD", "E c:\\\\cmd"), field(" includetext x"),
        '<w:p><w:fldSimple w:instr="INCLUDEPICTURE http://evil.example"/></w:p>',
    ],
)  # fmt: skip
def test_fields_that_take_in_files_are_refused(xml: str, tmp_path: Path) -> None:
    with pytest.raises(QbeError) as caught:
        checked_document(template(tmp_path, xml))
    assert caught.value.code == "QBE-DOC-002"


def test_fields_of_a_document_are_allowed(tmp_path: Path) -> None:
    assert checked_document(template(tmp_path, field(" PAGE "), field(' TOC \\o "1-2" '), field(" DATE ")))


@pytest.mark.parametrize("name", ["word/vbaProject.bin", "word/activeX/activeX1.xml", "word/embeddings/oleObject1.bin"])
def test_macros_and_embedded_programs_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(QbeError) as caught:
        checked_document(packed_with(tmp_path, name, b"<x/>"))
    assert caught.value.code == "QBE-DOC-002" and name in caught.value.message("en")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "没有这个文件"),
        (b"", "空文件"),
        (b"{\\rtf1 x}", "不是 Word 文档"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "不是 Word 文档"),
        (b"PK\x03\x04 broken", "不完整"),
        (packed({"a.txt": b"x"}), "不是 Word 文档"),
        (packed({**parts(shipped("zh")), "word/document.xml": b"<w:document"}), "不是完整的 XML"),
        (packed({**parts(shipped("zh")), "word/document.xml": b"<!DOCTYPE a><a/>"}), "DTD"),
        (packed({**parts(shipped("zh")), "word/big.xml": b" " * (preflight.MAX_XML + 1)}), "过大"),
        (packed({**parts(shipped("zh")), "word/deep.xml": b"<a>" * 300 + b"</a>" * 300}), "过深"),
        (packed({k: v for k, v in parts(shipped("zh")).items() if k != "word/document.xml"}), "部件不全"),
        (packed({**parts(shipped("zh")), "word/document.xml": NO_BODY}), "没有正文"),
    ],
)  # fmt: skip
def test_files_that_are_no_templates(content: bytes | None, said: str, tmp_path: Path) -> None:
    path = tmp_path / "模板.docx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(QbeError) as caught:
        word_bytes(REPORT, path)
    assert caught.value.code == "QBE-DOC-001"
    assert said in caught.value.message("zh") and "模板.docx" in caught.value.message("en")


def test_a_workbook_is_no_template(tmp_path: Path) -> None:
    path = ROOT / "workbooks" / "qbe-county-template.xlsx"
    with pytest.raises(QbeError) as caught:
        word_bytes(REPORT, path)
    assert caught.value.code == "QBE-DOC-001" and "不是 Word 文档" in caught.value.message("zh")


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b"\0" * (70 << 20))
    path = tmp_path / "模板.docx"
    path.write_bytes(buffer.getvalue())
    with pytest.raises(QbeError) as caught:
        word_bytes(REPORT, path)
    assert caught.value.code == "QBE-DOC-001" and "解压后过大" in caught.value.message("zh")


# ---- the guide


@pytest.mark.parametrize("page", ["report-template.md", "report-template.zh-CN.md"])
def test_the_guide_names_every_placeholder_and_style(page: str) -> None:
    guide = (ROOT / "docs" / page).read_text(encoding="utf-8")
    assert [name for name in placeholders().all() if f"`{name}`" not in guide] == []
    lang = "zh" if "zh" in page else "en"
    assert lang in LANGUAGES
    assert [name[lang] for name in STYLE_NAMES.values() if name[lang] not in guide] == []
