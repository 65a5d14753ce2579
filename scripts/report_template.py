"""Writes the report's Word templates, qbe_xl/outputs/report/report.zh.docx and report.en.docx: always the same bytes.

    python scripts/report_template.py            # write them
    python scripts/report_template.py --check    # 1 where they are not what this script writes
"""

from __future__ import annotations

import argparse
import io
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from qbe_xl.core.languages import LANGUAGES, Lang, Text  # noqa: E402
from qbe_xl.outputs.report.word_names import APPENDIX, CONTENTS_TITLE, SECTIONS, WIDE, style_id  # noqa: E402
from scripts.report_styles import MANNERS, ZH, Manner, W, fonts, numbering, styles  # noqa: E402

FOLDER = ROOT / "qbe_xl" / "outputs" / "report"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_DATE = (1980, 1, 1, 0, 0, 0)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# A4 in twentieths of a point; margins as official documents have them in China, plainer in English.
_PAGE = {"zh": (2098, 1474, 1985, 1588), "en": (1418, 1418, 1418, 1418)}  # top, right, bottom, left
_SHORT, _LONG = 11906, 16838

COVER = (
    Text("评估年度：{{ year }}", "Year: {{ year }}"),
    Text("自评结论：{{ verdict }}", "Verdict: {{ verdict }}"),
    Text("评估标准：{{ edition }}", "Rules: {{ edition }}"),
    Text("编制日期：{{ date }}", "Date: {{ date }}"),
)
VERDICT = Text("自评结论", "Verdict")
APPENDICES = Text("附表", "Appendix: tables")
TITLE = Text("县域义务教育优质均衡发展自评报告模板", "Template of the self-assessment report")


def template(lang: Lang) -> bytes:
    """The template's bytes."""
    manner = MANNERS[lang]
    parts = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relations(
            ("officeDocument", "word/document.xml"),
            ("metadata/core-properties", "docProps/core.xml"),
            ("extended-properties", "docProps/app.xml"),
        ),
        "docProps/core.xml": _core(manner, TITLE[lang]),
        "docProps/app.xml": '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
        "<Application>qbe-xl</Application></Properties>",
        "word/document.xml": _document(manner),
        "word/_rels/document.xml.rels": _relations(
            ("styles", "styles.xml"), ("numbering", "numbering.xml"), ("settings", "settings.xml"),
            ("fontTable", "fontTable.xml"), ("footer", "footer1.xml"), ("theme", "theme/theme1.xml"),
        ),
        "word/styles.xml": styles(manner),
        "word/numbering.xml": numbering(manner),
        "word/settings.xml": _settings(manner),
        "word/fontTable.xml": fonts(manner),
        "word/footer1.xml": _footer(manner),
        "word/theme/theme1.xml": _theme(manner),
    }  # fmt: skip
    buffer = io.BytesIO()
    # Stored, not packed: how zlib packs differs between versions.
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as package:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, _DATE)
            info.create_system = 0
            package.writestr(info, (_HEAD + content).encode("utf-8"))
    return buffer.getvalue()


# ---- the text


def _p(style: str, *texts: str) -> str:
    """A paragraph, each text in a run of its own."""
    runs = "".join(
        f"<w:r>{text}</w:r>" if text.startswith("<") else f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>' for text in texts
    )
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{runs}</w:p>'


def _tag(text: str) -> str:
    """A line that disappears when the template is filled in."""
    return _p("Normal", f"{{%p {text} %}}")


def _place(text: str) -> str:
    """A line that whole paragraphs or a table take."""
    return _p("Normal", f"{{{{p {text} }}}}")


def _document(manner: Manner) -> str:
    lang = manner.lang
    body = [
        _p("Title", "{{ county }}", "<w:br/>", "{{ title }}"),
        *(_p(style_id("cover"), text[lang]) for text in COVER),
        _break(),
        _p("TOCHeading", CONTENTS_TITLE[lang]),
        _place("contents"),
        _break(),
        _p(style_id("unnumbered"), VERDICT[lang]),
        _place("verdict_text"),
    ]
    for section, (charts, tables) in SECTIONS.items():
        if section == APPENDIX:
            continue
        body += [_tag(f"if {section}"), _p("Heading1", f"{{{{ {section}.title }}}}"), _place(f"{section}.text")]
        body += [_place(f"charts.{chart}") for chart in charts]
        body += [_place(f"tables.{table}") for table in tables if table not in WIDE]
        body.append(_tag("endif"))
    body.append(_ends(manner))
    body.append(_p(style_id("unnumbered"), APPENDICES[lang]))
    body += [_place(f"tables.{table}") for table in WIDE]
    last = _page(manner, landscape=True)
    return f'<w:document xmlns:w="{W}" xmlns:r="{_R}"><w:body>{"".join(body)}{last}</w:body></w:document>'


def _break() -> str:
    return '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'


def _page(manner: Manner, landscape: bool = False) -> str:
    """The properties of a run of pages."""
    top, right, bottom, left = _PAGE[manner.lang]
    size = f'<w:pgSz w:w="{_SHORT}" w:h="{_LONG}"/>'
    if landscape:
        size = f'<w:pgSz w:w="{_LONG}" w:h="{_SHORT}" w:orient="landscape"/>'
        top, right, bottom, left = 1304, 1134, 1418, 1134
    return (
        f'<w:sectPr><w:footerReference w:type="default" r:id="rId5"/>{size}'
        f'<w:pgMar w:top="{top}" w:right="{right}" w:bottom="{bottom}" w:left="{left}" w:header="851" w:footer="992" w:gutter="0"/>'
        "</w:sectPr>"
    )


def _ends(manner: Manner) -> str:
    """The paragraph that ends the upright pages."""
    return f'<w:p><w:pPr><w:pStyle w:val="Normal"/>{_page(manner)}</w:pPr></w:p>'


def _footer(manner: Manner) -> str:
    dash = "— " if manner is ZH else ""
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    around = f'<w:r><w:t xml:space="preserve">{dash}</w:t></w:r>' if dash else ""
    behind = f'<w:r><w:t xml:space="preserve">{dash[::-1]}</w:t></w:r>' if dash else ""
    return f'<w:ftr xmlns:w="{W}"><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>{around}{field}{behind}</w:p></w:ftr>'


# ---- the other parts


def _content_types() -> str:
    kinds = {"document": "document.main", "styles": "styles", "numbering": "numbering", "settings": "settings",
             "fontTable": "fontTable", "footer1": "footer"}  # fmt: skip
    overrides = "".join(
        f'<Override PartName="/word/{part}.xml" ContentType="{_WORD}.{kind}+xml"/>' for part, kind in kinds.items()
    )
    return (
        f'<Types xmlns="{_TYPES}"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}'
        '<Override PartName="/word/theme/theme1.xml" ContentType="application/vnd.openxmlformats-officedocument.theme+xml"/>'
        '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
        '<Override PartName="/docProps/app.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.extended-properties+xml"/></Types>'
    )


def _relations(*relations: tuple[str, str]) -> str:
    found = "".join(
        f'<Relationship Id="rId{number}" Type="{_PACKAGE if kind.startswith("metadata") else _R}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(relations, start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}">{found}</Relationships>'


def _core(manner: Manner, title: str) -> str:
    day = "2000-01-01T00:00:00Z"
    return (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{title}</dc:title><dc:creator>qbe-xl</dc:creator>'
        f'<dc:language>{manner.language}</dc:language><dcterms:created xsi:type="dcterms:W3CDTF">{day}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{day}</dcterms:modified></cp:coreProperties>'
    )


def _settings(manner: Manner) -> str:
    latin = "en-US" if manner is ZH else manner.language
    return (
        f'<w:settings xmlns:w="{W}"><w:zoom w:percent="100"/><w:defaultTabStop w:val="420"/>'
        '<w:characterSpacingControl w:val="compressPunctuation"/>'
        '<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
        f'</w:compat><w:themeFontLang w:val="{latin}" w:eastAsia="zh-CN"/></w:settings>'
    )


def _theme(manner: Manner) -> str:
    """Colours, and the fonts that charts take."""
    latin, asian = manner.table.latin, manner.table.asian
    fonts_of = "".join(
        f'<a:{kind}Font><a:latin typeface="{latin}"/><a:ea typeface="{asian}"/><a:cs typeface=""/>'
        f'<a:font script="Hans" typeface="{asian}"/></a:{kind}Font>'
        for kind in ("major", "minor")
    )
    colours = "".join(
        f'<a:{name}><a:srgbClr val="{value}"/></a:{name}>'
        for name, value in (
            ("dk1", "000000"), ("lt1", "FFFFFF"), ("dk2", "1F2A37"), ("lt2", "E8ECF1"), ("accent1", "1F5C99"),
            ("accent2", "D97A1E"), ("accent3", "4C8C4A"), ("accent4", "7A4FA3"), ("accent5", "5B6470"),
            ("accent6", "B3261E"), ("hlink", "1F5C99"), ("folHlink", "7A4FA3"),
        )
    )  # fmt: skip
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    line = f'<a:ln w="9525">{fill}</a:ln>'
    return (
        '<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="qbe-xl"><a:themeElements>'
        f'<a:clrScheme name="qbe-xl">{colours}</a:clrScheme><a:fontScheme name="qbe-xl">{fonts_of}</a:fontScheme>'
        f'<a:fmtScheme name="qbe-xl"><a:fillStyleLst>{fill * 3}</a:fillStyleLst><a:lnStyleLst>{line * 3}</a:lnStyleLst>'
        f'<a:effectStyleLst>{"<a:effectStyle><a:effectLst/></a:effectStyle>" * 3}</a:effectStyleLst>'
        f'<a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>'
    )


def main() -> int:
    """Write the templates, or compare them with what stands there."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    stale = 0
    for lang in LANGUAGES:
        path, data = FOLDER / f"report.{lang}.docx", template(lang)
        if check:
            if not path.is_file() or path.read_bytes() != data:
                print(f"{path.name} is stale: run python scripts/report_template.py", file=sys.stderr)
                stale = 1
        else:
            path.write_bytes(data)
    return stale


if __name__ == "__main__":
    sys.exit(main())
