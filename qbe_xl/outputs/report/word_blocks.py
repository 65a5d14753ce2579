"""A report's paragraphs, tables and charts as WordprocessingML, in the styles of the template at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from qbe_xl.core.languages import VALUE_STATUS_NAMES, Lang
from qbe_xl.outputs.report.model import MARKS, Cell, Chart, Column, Paragraph, Report, Run, Section, Table
from qbe_xl.outputs.report.word_chart import Bars, add_chart, chart_parts, inline
from qbe_xl.outputs.report.word_markup import Shown, paragraph, run, shown, tag
from qbe_xl.outputs.report.word_widths import FIFTIETHS, in_twips, table_widths

_CHART_MM = (150, 62)
_WHOLE = 9  # rows up to which a table is kept on one page
_TOGETHER = 2  # rows at the head of a longer table that stay with the next
_LABELS = 14  # columns of a chart up to which each has its number on it
_CHART_FONT = {"zh": "宋体", "en": "Arial"}


class Block:
    """Markup that takes whole paragraphs; made when the template asks for it."""

    def __init__(self, make: Callable[[], str], **members: object) -> None:
        self._make = make
        self._members = members

    def __html__(self) -> str:
        return self._make()

    def __getitem__(self, key: str) -> object:
        return self._members[key]


class Absent:
    """A part that this report does not have: false, empty, and nothing where it would stand."""

    def __bool__(self) -> bool:
        return False

    def __iter__(self) -> Iterator[object]:
        return iter(())

    def __getitem__(self, key: str) -> Absent:
        return self

    def __html__(self) -> str:
        return ""

    def __str__(self) -> str:
        return ""


ABSENT = Absent()


class Members(Mapping[str, object]):
    """Parts by key; those that the report does not have are absent."""

    def __init__(self, parts: Mapping[str, object]) -> None:
        self._parts = parts

    def __getitem__(self, key: str) -> object:
        return self._parts.get(key, ABSENT)

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def __len__(self) -> int:
        return len(self._parts)


class Blocks:
    """Makes blocks. `styles`: style ids by key; `part` tells which part of the document is being filled in."""

    def __init__(self, lang: Lang, styles: Mapping[str, str], part: Callable[[], Any]) -> None:
        self.lang = lang
        self.styles = styles
        self.part = part

    # ---- what a template sees

    def section(self, report: Report, section: Section) -> Block:
        """A section: whole, or its title, text and paragraphs."""
        paragraphs = [self.paragraph(each) for each in section.paragraphs]
        charts = [self.chart(each) for each in section.charts]
        tables = [self.table(each) for each in section.tables]
        return Block(
            lambda: "".join(each.__html__() for each in (*paragraphs, *charts, *tables)),
            title=Shown(section.title),
            heading=Shown(report.heading(section)),
            text=Block(lambda: "".join(each.__html__() for each in paragraphs)),
            paragraphs=paragraphs,
        )

    def paragraph(self, source: Paragraph) -> Block:
        """A paragraph in the style of its kind."""
        return Block(lambda: self.drawn_paragraph(source), text=Shown(source.text))

    def table(self, source: Table) -> Block:
        """A table with its title and its note."""
        return Block(lambda: self.drawn_table(source), title=Shown(source.title))

    def chart(self, source: Chart) -> Block:
        """A chart, in line with the text."""
        return Block(lambda: self.drawn_chart(source), title=Shown(source.title))

    # ---- paragraphs

    def runs(self, runs: Iterable[Run]) -> str:
        """Runs of text; a cell's status shows in its style."""
        return "".join(
            run(each) if isinstance(each, str) else run(each.text, self.mark(each)) for each in runs
        )

    def mark(self, cell: Cell) -> str | None:
        """The id of the character style of a cell's status."""
        return self.styles.get(cell.status or "")

    def drawn_paragraph(self, source: Paragraph) -> str:
        """The paragraph's markup."""
        return paragraph(self.styles[source.kind], self.runs(source.runs))

    # ---- tables

    def drawn_table(self, source: Table) -> str:
        """Title, table, and its notes; always ends with a paragraph, as a table must not end a cell or a page's run."""
        widths = table_widths(source)
        look = tag(
            "tblPr",
            tag("tblStyle", val=self.styles["table"]),
            tag("tblW", w=FIFTIETHS, type="pct"),
            tag("tblLayout", type="fixed"),
            tag("tblLook", val="0020", firstRow=1, lastRow=0, firstColumn=0, lastColumn=0, noHBand=1, noVBand=1),
            tag("tblCaption", val=shown(source.title)),
        )
        grid = tag("tblGrid", *(tag("gridCol", w=width) for width in in_twips(source, widths)))
        notes = [] if source.note is None else [(source.note.kind, self.runs(source.note.runs))]
        if (marks := self.marks(source)) is not None:
            notes.append(("note", run(marks)))
        kept = len(source.rows) if len(source.rows) <= _WHOLE else _TOGETHER
        rows = [self.head(source.columns, widths)]
        for number, cells in enumerate(source.rows, start=1):
            with_next = tag("keepNext") if number <= kept and (number < len(source.rows) or notes) else ""
            found = (self.cell(*each, with_next) for each in zip(cells, source.columns, widths, strict=True))
            rows.append(tag("tr", tag("trPr", tag("cantSplit")), *found))
        behind = [
            paragraph(self.styles[kind], text, settings=tag("keepNext") if number < len(notes) else "")
            for number, (kind, text) in enumerate(notes, start=1)
        ]
        title = paragraph(self.styles["caption"], run(source.title))
        return "".join([title, tag("tbl", look, grid, *rows), *(behind or [paragraph(self.styles["note"])])])

    def head(self, columns: Sequence[Column], widths: Sequence[int]) -> str:
        """The row of titles, repeated on each page; units stand below in brackets."""
        cells = []
        for column, width in zip(columns, widths, strict=True):
            unit = column.unit
            lines = run(column.heading)
            if unit:
                lines += tag("r", "<w:br/>") + run(f"（{unit}）" if self.lang == "zh" else f"({unit})")
            cells.append(self.framed(width, paragraph(self.styles["head"], lines)))
        return tag("tr", tag("trPr", tag("cantSplit"), tag("tblHeader")), *cells)

    def cell(self, source: Cell, column: Column, width: int, keep: str) -> str:
        """A cell; a number that does not meet its limit has the mark of its status before it, so that digits stay in line."""
        style = self.styles["number" if column.kind == "number" else "cell"]
        settings = keep + (tag("jc", val="center") if column.kind == "status" else "")
        text = f"{_mark(source)}\u00a0{source.text}" if _mark(source) else source.text
        return self.framed(width, paragraph(style, run(text, self.mark(source)), settings=settings))

    def framed(self, width: int, content: str) -> str:
        """A cell's frame around paragraphs."""
        return tag("tc", tag("tcPr", tag("tcW", w=width, type="pct")), content)

    def marks(self, source: Table) -> str | None:
        """What the marks before numbers mean, where the table's own note does not say it."""
        told = source.note.text if source.note is not None else ""
        found = {_mark(cell) for row in source.rows for cell in row}
        colon = "：" if self.lang == "zh" else ": "
        said = [f"{mark}{colon}{VALUE_STATUS_NAMES[status][self.lang]}" for status, mark in MARKS.items()
                if mark in found and mark not in told]  # fmt: skip
        if not said:
            return None
        return ("；".join(said) + "。") if self.lang == "zh" else ("; ".join(said) + ".")

    # ---- charts

    def drawn_chart(self, source: Chart) -> str:
        """The chart in a paragraph of its own; nothing where there is nothing to draw."""
        if not source.categories or not any(cell.number is not None for each in source.series for cell in each.values):
            return ""
        chart, workbook = chart_parts(bars(source), _CHART_FONT[self.lang])
        relation = add_chart(self.part(), chart, workbook)
        drawing = inline(relation, source.title, described(source, self.lang), *_CHART_MM)
        return paragraph(self.styles["chart"], tag("r", drawing))


def _mark(cell: Cell) -> str:
    return MARKS.get(cell.status or "", "") if cell.number is not None else ""


def described(source: Chart, lang: Lang) -> str:
    """The chart in words: its title, and every bar with its limit."""
    pairs = []
    for index, category in enumerate(source.categories):
        values = [each.values[index].text for each in source.series]
        if source.limits:
            limit = source.limits[index if len(source.limits) > 1 else 0]
            values.append(f"{source.limit_name} {limit.text}")
        pairs.append(f"{category.text} {'、'.join(values) if lang == 'zh' else ', '.join(values)}")
    names = [each.label for each in source.series if len(source.series) > 1]
    head = f"{source.title}（{'、'.join(names)}）：" if lang == "zh" else f"{source.title} ({', '.join(names)}): "
    head = head if names else (f"{source.title}：" if lang == "zh" else f"{source.title}: ")
    return head + ("；" if lang == "zh" else "; ").join(pairs)


def bars(source: Chart) -> Bars:
    """The chart as numbers."""
    limits: list[tuple[str, list[float | None]]] = []
    if source.limits:
        each = source.limits if len(source.limits) > 1 else source.limits * len(source.categories)
        limits.append((source.limit_name, [_number(cell) for cell in each]))
    texts = [cell.text for series in source.series for cell in series.values if cell.number is not None]
    return Bars(
        title=shown(source.title),
        categories=[shown(cell.text) for cell in source.categories],
        series=[(shown(each.label), [_number(cell) for cell in each.values]) for each in source.series],
        labels=[[cell.text for cell in each.values] for each in source.series] if len(texts) <= _LABELS else (),
        limits=limits,
        unit=shown(source.unit),
        number_format=_format(texts),
    )


def _number(cell: Cell) -> float | None:
    return None if cell.number is None else float(cell.number)


def _format(texts: Sequence[str]) -> str:
    """The number format under which numbers look like these texts: as many decimals as most of them."""
    places = [len(text.rstrip("%").partition(".")[2]) for text in texts]
    most = max(set(places), key=places.count) if places else 0
    whole = "#,##0" if any("," in text for text in texts) else "0"
    percent = "%" if texts and all(text.endswith("%") for text in texts) else ""
    return whole + ("." + "0" * most if most else "") + percent
