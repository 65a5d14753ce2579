"""自评报告: what the report says, before it is written as HTML or Word.

A report is plain data made from JSON documents (`assessment`, `gaps`, `plan`, `ledger`, `trend`, `evidence`) and the
edition's own texts. Every number that a reader sees stands in a `Cell` that names its source, so that what is printed
can be held against the JSON. Sources:

- `assessment#/resources/stages/primary/indicators/L1/cv`: a JSON pointer (RFC 6901) into a document;
- `assessment#/findings?count:severity=error`: how many members of a list have these values (all of them without a
  condition); `explained=[]` compares with JSON text, `severity!=note` excludes, conditions are joined by `&`;
- `assessment#/resources/units?sum:pupils&stage=primary`: the sum of a member; `?distinct:school`: different values; `?joined:text`: the
  members' texts, joined;
- `edition#/criteria/G3/name`: a text or number of the rules in force, looked up by id.

Texts outside cells hold no digits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from qbe_xl.core.languages import Lang

ColumnKind: TypeAlias = Literal["text", "number", "status"]
ParagraphKind: TypeAlias = Literal["text", "bullet", "note", "warning"]


@dataclass(frozen=True, slots=True)
class Cell:
    """What is shown, and where it comes from.

    `number`: the JSON number that `text` shows rounded (as `95.01%` for 0.950129; None where it is no number). With a
    source and no number, `text` is the JSON's own string, unchanged. Without a source, `text` is a word of the report.
    `status`: pass, allowed, fail, undetermined, not_applicable or None; `text` says it in words.
    """

    text: str
    number: int | float | None = None
    source: str | None = None
    status: str | None = None


Run: TypeAlias = str | Cell


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of runs; `kind`: plain text, a bullet of a list, small print, or a warning."""

    runs: tuple[Run, ...]
    kind: ParagraphKind = "text"

    @property
    def text(self) -> str:
        """The paragraph as one string."""
        return "".join(run if isinstance(run, str) else run.text for run in self.runs)

    @property
    def cells(self) -> Iterator[Cell]:
        """The runs that have a source."""
        return (run for run in self.runs if isinstance(run, Cell))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. `unit` stands under the title; `width` is relative to the table's other columns."""

    title: str | Cell
    kind: ColumnKind = "text"
    unit: str | None = None
    width: float = 1.0

    @property
    def heading(self) -> str:
        """The title as text."""
        return self.title if isinstance(self.title, str) else self.title.text


@dataclass(frozen=True, slots=True)
class Table:
    """A table; every row has as many cells as there are columns. `wide`: it wants a landscape page."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: Paragraph | None = None
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """One row of bars; a cell's `number` is the bar's height (None: no data), its `text` the label."""

    name: str | Cell
    values: tuple[Cell, ...]

    @property
    def label(self) -> str:
        """The name as text."""
        return self.name if isinstance(self.name, str) else self.name.text


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars by category. `limits`: none, one for all, or one a category; `limit_name` says what they are."""

    key: str
    title: str
    categories: tuple[Cell, ...]
    series: tuple[Series, ...]
    limits: tuple[Cell, ...] = ()
    limit_name: str = ""
    unit: str = ""
    kind: Literal["bars"] = "bars"

    @property
    def sources(self) -> tuple[str, ...]:
        """Where the bars' heights come from."""
        return tuple(cell.source for series in self.series for cell in series.values if cell.source is not None)


@dataclass(frozen=True, slots=True)
class Section:
    """A section: its paragraphs, then its charts, then its tables. `appendix`: 附表, not numbered among the sections."""

    key: str
    title: str
    paragraphs: tuple[Paragraph, ...] = ()
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()
    appendix: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report. `verdict`: pass, fail, undetermined or blocked; `verdict_word` says it, `verdict_text` in a sentence.

    `county`, `code` and `year` are as reported; `date` is the day the report was made (ISO); `edition` is the id of the
    rules. `label(n)` numbers the sections.
    """

    title: str
    county: Cell
    code: Cell
    year: Cell
    edition: Cell
    language: Lang
    date: str
    verdict: str
    verdict_word: str
    verdict_text: Paragraph
    sections: tuple[Section, ...]
    engine: Cell = Cell("")

    def heading(self, section: Section) -> str:
        """The section's title with its number: `一、基本情况`, `1 Basic facts`, `附表 …`."""
        if section.appendix:
            return f"附表　{section.title}" if self.language == "zh" else f"Appendix: {section.title}"
        number = [each.key for each in self.sections if not each.appendix].index(section.key) + 1
        return f"{chinese(number)}、{section.title}" if self.language == "zh" else f"{number} {section.title}"

    @property
    def date_text(self) -> str:
        """The date as written in the report's language: `2024年9月1日`, `2024-09-01`."""
        if self.language != "zh":
            return self.date
        year, month, day = self.date.split("-")
        return f"{int(year)}年{int(month)}月{int(day)}日"

    def paragraphs(self) -> Iterator[Paragraph]:
        """All paragraphs, the verdict's first, notes of tables with their table."""
        yield self.verdict_text
        for section in self.sections:
            yield from section.paragraphs
            yield from (table.note for table in section.tables if table.note is not None)

    def cells(self) -> Iterator[Cell]:
        """Every cell of the report, in no particular order."""
        yield from (self.county, self.code, self.year, self.edition, self.engine)
        for paragraph in self.paragraphs():
            yield from paragraph.cells
        for section in self.sections:
            for table in section.tables:
                yield from (column.title for column in table.columns if isinstance(column.title, Cell))
                yield from (cell for row in table.rows for cell in row)
            for chart in section.charts:
                yield from chart.categories
                yield from (series.name for series in chart.series if isinstance(series.name, Cell))
                yield from (cell for series in chart.series for cell in series.values)
                yield from chart.limits

    def words(self) -> Iterator[str]:
        """Every text that stands outside cells; none holds a digit."""
        yield from (self.title, self.verdict_word)
        for paragraph in self.paragraphs():
            yield from (run for run in paragraph.runs if isinstance(run, str))
        for section in self.sections:
            yield section.title
            for table in section.tables:
                yield table.title
                yield from (column.title for column in table.columns if isinstance(column.title, str))
                yield from (column.unit for column in table.columns if column.unit is not None)
            for chart in section.charts:
                yield from (chart.title, chart.unit, chart.limit_name)
                yield from (series.name for series in chart.series if isinstance(series.name, str))


# What stands beside a number that is not met, since colour alone says nothing to many.
MARKS = {"allowed": "△", "fail": "✗"}

_DIGITS = "零一二三四五六七八九"


def chinese(number: int) -> str:
    """1 to 99 as Chinese numerals: 一, 十, 十二, 二十一."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("" if tens == 1 else _DIGITS[tens]) + "十"
    return head + (_DIGITS[ones] if ones or not tens else "")
