"""The sheet 问题清单 / Findings: every finding a row, with a link to its cell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qbe_xl.core.findings import STATE_NAMES, STATES, Finding
from qbe_xl.core.languages import Lang, Text
from qbe_xl.outputs.annotated.marks import column_letters
from qbe_xl.outputs.annotated.styles import FILLS, MAIN, Look, Styles
from qbe_xl.outputs.annotated.texts import xstring
from qbe_xl.outputs.findings_files.tables import looks_like_formula
from qbe_xl.outputs.results.book import lines_needed
from qbe_xl.outputs.results.links import Where, link_inside
from qbe_xl.safety.patching import escaped

NAME = Text("问题清单", "Findings")
MAX_ROWS = 10_000
_LINK, _HEADER = "FF1F4E9C", "FF34506F"
_TITLE = Look(bold=True, size=14, border=False, wrap=False)
_WORDS = Look(color="FF4B5563", border=False, wrap=False)
_HEAD = Look(bold=True, color="FFFFFFFF", fill=_HEADER)
_PLAIN = Look()

TellAbout = Callable[[Finding], str]


@dataclass(frozen=True)
class _Column:
    name: Text
    width: float
    value: TellAbout


@dataclass(frozen=True)
class Listing:
    """The sheet's part and what the workbook has to name for it: rows repeated on paper, and the filtered range."""

    content: bytes
    titles: str
    filtered: str


def write_listing(
    findings: Sequence[Finding],
    notes: Sequence[str],
    sheets: Sequence[str],
    styles: Styles,
    lang: Lang,
    about: str,
    value_of: TellAbout | None = None,
    explanation_of: TellAbout | None = None,
) -> Listing:
    """The list in the order given. `notes`: sentences above it; `sheets`: those that links may lead to."""
    columns = _columns(lang, value_of, explanation_of)
    rows: list[bytes] = []
    title = Text(f"问题清单：{about}", f"Findings: {about}")[lang]
    heads = [title, *notes]
    for number, text in enumerate(heads, 1):
        look = _TITLE if number == 1 else _WORDS
        rows.append(_row(number, [(text, look)], styles, 24 if number == 1 else 16))
    header = len(heads) + 1
    rows.append(_row(header, [(column.name[lang], _HEAD) for column in columns], styles, 20))
    links = []
    for number, finding in enumerate(findings[:MAX_ROWS], header + 1):
        cells = []
        for index, column in enumerate(columns):
            text, look = column.value(finding), _PLAIN
            if index == 0:
                look = Look(bold=True, fill=FILLS[finding.state])
            elif index == _CELL:
                link = _link(finding, sheets)
                if link is not None:
                    look = Look(color=_LINK, underline=True)
                    links.append((f"{column_letters(_CELL + 1)}{number}", link))
            cells.append((text, look))
        lines = max(lines_needed(text, column.width) for (text, _), column in zip(cells, columns, strict=True))
        # not left to the program: some measure rows for the screen, and a line is cut off in print
        rows.append(_row(number, cells, styles, min(MAX_HEIGHT, 2 + 14 * lines)))
    last = max(header + 1, header + min(len(findings), MAX_ROWS))
    if not findings:
        none = Text("没有发现问题。", "Nothing was found.")[lang]
        rows.append(_row(last, [(none, _WORDS)], styles))
    area = f"A{header}:{column_letters(len(columns))}{last}"
    return Listing(
        _sheet(rows, columns, header, area, links),
        f"${header}:${header}",
        f"$A${header}:${column_letters(len(columns))}${last}",
    )


_CELL = 3
MAX_HEIGHT = 409  # points; Excel takes no more

def _columns(lang: Lang, value_of: TellAbout | None, explanation_of: TellAbout | None) -> list[_Column]:
    columns = [
        _Column(Text("级别", "Severity"), 8, lambda finding: STATE_NAMES[finding.state][lang]),
        _Column(Text("代码", "Code"), 13.5, lambda finding: finding.code),
        _Column(Text("工作表", "Sheet"), 12, lambda finding: finding.sheet or ""),
        _Column(Text("单元格", "Cells"), 10, _cells),
        _Column(Text("学校", "School"), 14, lambda finding: finding.school or ""),
        _Column(Text("填的是什么，应当怎样", "What stands there and what was expected"), 40,
                lambda finding: finding.message(lang)),
        _Column(Text("怎样改正", "How to mend it"), 30, lambda finding: finding.fix(lang)),
    ]  # fmt: skip
    if value_of is not None:
        columns.append(_Column(Text("当时的值", "Value at the time"), 13, value_of))
    if explanation_of is not None:
        columns.append(_Column(Text("说明", "Explanation"), 20, explanation_of))
    return columns


def _cells(finding: Finding) -> str:
    return " ".join(part for part in (finding.range, *finding.also) if part)


def _link(finding: Finding, sheets: Sequence[str]) -> str | None:
    """`'学校'!F17`; None where the finding has no cell in the workbook."""
    if not (finding.sheet in sheets and finding.sheet and finding.range):
        return None
    first = finding.range.replace("，", ",").split(",")[0].strip()
    link = link_inside(Where(None, finding.sheet, first))
    return None if link is None else link[1:]


def _row(number: int, cells: Sequence[tuple[str, Look]], styles: Styles, height: int | None = None) -> bytes:
    """A row of texts; never anything but texts. Its height (points) is left to the program unless given."""
    pieces = []
    for index, (text, look) in enumerate(cells):
        if looks_like_formula(text):  # stays a text even where somebody edits the cell
            look = Look(**{**vars(look), "quoted": True})
        form = styles.own(look)
        if not text:
            pieces.append(f'<c r="{column_letters(index + 1)}{number}" s="{form}"/>'.encode())
            continue
        start = f'<c r="{column_letters(index + 1)}{number}" s="{form}" t="inlineStr"><is><t xml:space="preserve">'
        pieces.append(start.encode() + xstring(text) + b"</t></is></c>")
    high = "" if height is None else f' ht="{height}" customHeight="1"'
    return f'<row r="{number}"{high}>'.encode() + b"".join(pieces) + b"</row>"


def _sheet(
    rows: Sequence[bytes], columns: Sequence[_Column], header: int, area: str, links: Sequence[tuple[str, str]]
) -> bytes:
    widths = "".join(
        f'<col min="{index}" max="{index}" width="{column.width}" customWidth="1"/>'
        for index, column in enumerate(columns, 1)
    )
    below = f"A{header + 1}"
    head = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<worksheet xmlns="{MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView showGridLines="0" workbookViewId="0">'
        f'<pane ySplit="{header}" topLeftCell="{below}" activePane="bottomLeft" state="frozen"/>'
        f'<selection pane="bottomLeft" activeCell="{below}" sqref="{below}"/></sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{widths}</cols><sheetData>'
    )
    linked = b"".join(f'<hyperlink ref="{ref}" location="'.encode() + escaped(place) + b'"/>' for ref, place in links)
    hyperlinks = b"<hyperlinks>" + linked + b"</hyperlinks>" if links else b""
    tail = (
        '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
        "<headerFooter><oddFooter>&amp;L&amp;A&amp;R&amp;P / &amp;N</oddFooter></headerFooter></worksheet>"
    )
    data = head.encode() + b"".join(rows) + f'</sheetData><autoFilter ref="{area}"/>'.encode()
    return data + hyperlinks + tail.encode()


def summary(findings: Sequence[Finding], lang: Lang) -> str:
    """How many there are of each state."""
    counts = {state: sum(finding.state == state for finding in findings) for state in STATES}
    words = [f"{STATE_NAMES[state][lang]} {count}" for state, count in counts.items() if count or state != "explained"]
    return ("；" if lang == "zh" else "; ").join(words)
