"""The table of contents: a field that Word updates, with its entries already in place.

Page numbers are known to a word processor alone: until the field is updated it has entries (links) without numbers, and says
how to get them. Nothing is asked when the document is opened, as it would be if updating were forced.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from qbe_xl.core.languages import Lang
from qbe_xl.outputs.report.model import chinese
from qbe_xl.outputs.report.word_markup import paragraph, run, shown, tag
from qbe_xl.outputs.report.word_names import CONTENTS_HINT

MARKER = '<w:p><w:bookmarkStart w:id="900000" w:name="qbe_contents"/><w:bookmarkEnd w:id="900000"/></w:p>'
LEVELS = 2
_FIRST_ID = 900_001
_STYLE_STEPS = 20  # of styles based on styles


def fill_contents(document: Any, lang: Lang, hint_style: str) -> None:
    """Put the entries where the template has `{{p contents }}`; nothing where it has none. `hint_style`: of the line about page numbers."""
    body = document.element.body
    place = next((each.getparent() for each in body.iter(qn("w:bookmarkStart")) if each.get(qn("w:name")) == "qbe_contents"), None)
    if place is None:
        return
    styles = {style.name.lower(): style.style_id for style in document.styles}
    lines = []
    for number, (element, level, text) in enumerate(_headings(document)):
        mark = f"_Toc{_FIRST_ID + number}"
        _bookmark(element, mark, _FIRST_ID + number)
        link = tag("hyperlink", run(text), anchor=mark, history=1)
        lines.append((styles.get(f"toc {level}"), link))
    field = tag("r", tag("fldChar", fldCharType="begin"))
    field += f'<w:r><w:instrText xml:space="preserve"> TOC \\o "1-{LEVELS}" \\h \\z \\u </w:instrText></w:r>'
    field += tag("r", tag("fldChar", fldCharType="separate"))
    end = run(CONTENTS_HINT[lang]) + tag("r", tag("fldChar", fldCharType="end"))
    paragraphs = [paragraph(style, field if not index else "", link) for index, (style, link) in enumerate(lines)]
    paragraphs.append(paragraph(hint_style, field if not lines else "", end))
    for each in paragraphs:
        place.addprevious(parse_xml(each.replace("<w:p>", f"<w:p {nsdecls('w')}>", 1)))
    place.getparent().remove(place)


def _headings(document: Any) -> Iterator[tuple[Any, int, str]]:
    """(paragraph, level, text with its number) of the headings in the contents."""
    styles = {style.style_id: style for style in document.styles}
    counts = [0] * 9
    for element in document.element.body.iter(qn("w:p")):
        style = styles.get(element.style)
        level, numbered = _level(style)
        if not 0 < level <= LEVELS:
            continue
        text = "".join(each.text or "" for each in element.iter(qn("w:t")))
        if not text.strip():
            continue
        number = ""
        if numbered:
            counts[level - 1] += 1
            counts[level:] = [0] * (9 - level)
            number = _number(document, style, counts[:level])
        yield element, level, shown(f"{number}{text}")


def _level(style: Any) -> tuple[int, bool]:
    """(level of a heading's style, whether the style numbers it); level 0 for other styles."""
    numbered = True
    for _ in range(_STYLE_STEPS):
        if style is None:
            break
        name = style.name.lower()
        if name.startswith("heading ") and name[8:].isdigit():
            return int(name[8:]), numbered
        properties = style.element.find(qn("w:pPr"))
        own = None if properties is None else properties.find(qn("w:numPr"))
        if own is not None:  # as a style of appendices, which takes the number away
            numbered = False
        style = style.base_style
    return 0, False


def _number(document: Any, style: Any, counts: list[int]) -> str:
    """A heading's number as the template's numbering writes it; empty where that is of a kind we do not count in."""
    properties = style.element.find(qn("w:pPr"))
    own = None if properties is None else properties.find(qn("w:numPr"))
    number_id = None if own is None else own.find(qn("w:numId"))
    if number_id is None:
        return ""
    numbering = document.part.numbering_part.element
    wanted = number_id.get(qn("w:val"))
    abstract = next(
        (each.find(qn("w:abstractNumId")).get(qn("w:val")) for each in numbering.findall(qn("w:num")) if each.get(qn("w:numId")) == wanted),
        None,
    )
    for each in numbering.findall(qn("w:abstractNum")):
        if each.get(qn("w:abstractNumId")) != abstract:
            continue
        levels = {int(level.get(qn("w:ilvl"))): level for level in each.findall(qn("w:lvl"))}
        here = levels.get(len(counts) - 1)
        if here is None:
            return ""
        text: str = here.find(qn("w:lvlText")).get(qn("w:val")) or ""
        for index, count in enumerate(counts):
            form = levels[index].find(qn("w:numFmt")).get(qn("w:val")) if index in levels else ""
            if f"%{index + 1}" in text and not (form == "decimal" or form.startswith("chinese")):
                return ""
            text = text.replace(f"%{index + 1}", str(count) if form == "decimal" else chinese(count))
        gap = here.find(qn("w:suff"))
        return text + ("" if gap is not None and gap.get(qn("w:val")) == "nothing" else " ")
    return ""


def _bookmark(element: Any, name: str, number: int) -> None:
    """A bookmark around a heading's text."""
    start = parse_xml(f'<w:bookmarkStart {nsdecls("w")} w:id="{number}" w:name="{name}"/>')
    end = parse_xml(f'<w:bookmarkEnd {nsdecls("w")} w:id="{number}"/>')
    properties = element.find(qn("w:pPr"))
    element.insert(0 if properties is None else 1, start)
    element.append(end)
