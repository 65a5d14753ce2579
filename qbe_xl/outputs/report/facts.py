"""JSON documents read with a pencil in hand: every value taken from one becomes a cell that knows where it stood."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from qbe_xl.assessment.wording import CV_PLACES, PLACES, number, plain, with_unit
from qbe_xl.core.languages import STAGE_NAMES, STATUS_NAMES, VALUE_STATUS_NAMES, Lang, Text
from qbe_xl.core.numbers import Exact, exact, shown, tidy, total
from qbe_xl.outputs.report.model import Cell, Paragraph, ParagraphKind, Run
from qbe_xl.standards import Edition

__all__ = ["CV_PLACES", "PLACES", "Facts", "Node", "Words"]

NOTHING = Cell("–")
_HOLE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Node:
    """A place in a document: the document's name, the way to the place, and the value there."""

    document: str
    path: str
    value: Any

    def __getitem__(self, key: str | int) -> Node:
        """A member; KeyError or IndexError where there is none."""
        escaped = str(key).replace("~", "~0").replace("/", "~1")
        return Node(self.document, f"{self.path}/{escaped}", self.value[key])

    def get(self, key: str) -> Node | None:
        """A member, or None where it is absent or null."""
        return self[key] if isinstance(self.value, Mapping) and self.value.get(key) is not None else None

    def __iter__(self) -> Iterator[Node]:
        """The members of a list, or the values of an object, in order."""
        keys = self.value if isinstance(self.value, Mapping) else range(len(self.value))
        return (self[key] for key in keys)

    def items(self) -> Iterator[tuple[str, Node]]:
        """The members of an object."""
        return ((key, self[key]) for key in self.value)

    def __len__(self) -> int:
        return len(self.value)

    @property
    def source(self) -> str:
        """The JSON pointer, after the document's name."""
        return f"{self.document}#{self.path}"

    @property
    def exact(self) -> Exact | None:
        """The number here, exact; None where it is missing or no number."""
        value = self.value
        return None if value is None or isinstance(value, bool | str) else exact(value)

    # ---- cells

    def quoted(self, status: str | None = None) -> Cell:
        """The text here as it stands; `–` where it is missing or empty."""
        return Cell(str(self.value), None, self.source, status) if self.value not in (None, "") else NOTHING

    def number(
        self,
        limit: Exact | None = None,
        percent: bool = False,
        places: int = PLACES,
        *,
        status: str | None = None,
        fixed: bool = False,
        missing: str = "–",
    ) -> Cell:
        """The number here, rounded so that it stands to `limit` as it does. `fixed`: always with decimals.

        `missing` stands where there is none.
        """
        value = self.exact
        if value is None:
            return Cell(missing, status=status)
        text = shown(value, places, limit) if fixed and not percent else number(value, limit, percent, places)
        return Cell(text, self.value, self.source, status)

    def limit(self, sign: str = "", percent: bool = False, places: int = 0) -> Cell:
        """A limit as the rules write it, after `sign` (≥); at least `places` decimals."""
        value = self.exact
        if value is None:
            return NOTHING
        text = plain(value, percent)
        if not percent and len(text.partition(".")[2]) < places:
            text = shown(value, places)
        return Cell(f"{sign} {text}".strip(), self.value, self.source)

    def amount(self, unit: str = "", *, missing: str = "–") -> Cell:
        """A quantity or a sum of money with thousands separated; at most two decimals, none where it is whole."""
        value = self.exact
        if value is None:
            return Cell(missing)
        return Cell(f"{grouped(value)}{unit}", self.value, self.source)

    def count(self, **wanted: str) -> Cell:
        """How many members of the list here have these values; `not_x="y"` excludes."""
        return self._query("count", sum(_matches(each, wanted) for each in self.value), wanted)

    def sum(self, member: str, **wanted: str) -> Cell:
        """The sum of a member over the list; `–` where it is missing somewhere."""
        values = [each[member] for each in self.value if _matches(each, wanted)]
        if any(value is None for value in values):
            return NOTHING
        return self._query(f"sum:{member}", total(exact(value) for value in values), wanted)

    def distinct(self, member: str, **wanted: str) -> Cell:
        """How many different values a member has."""
        return self._query(
            f"distinct:{member}", len({each[member] for each in self.value if _matches(each, wanted)}), wanted
        )

    def _query(self, what: str, value: Exact, wanted: Mapping[str, str]) -> Cell:
        conditions = [
            f"{key.removeprefix('not_')}!={text}" if key.startswith("not_") else f"{key}={text}"
            for key, text in wanted.items()
        ]
        if what == "count" and conditions:
            what += ":"
        elif conditions:
            what += "&"
        plain_value = value if isinstance(value, int) else float(value)
        return Cell(number(value), plain_value, f"{self.source}?{what}{'&'.join(conditions)}")


def _matches(member: Mapping[str, Any], wanted: Mapping[str, str]) -> bool:
    for key, text in wanted.items():
        name = key.removeprefix("not_")
        value = member.get(name)
        same = (value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))) == text
        if same == key.startswith("not_"):
            return False
    return True


def grouped(value: Exact) -> str:
    """1544128.5 as `1,544,128.50`, 24 as `24`."""
    text = str(value) if value.denominator == 1 else shown(value, PLACES)
    whole, dot, rest = text.partition(".")
    return f"{int(whole):,}{dot}{rest}" if abs(int(whole)) >= 10_000 else text


@dataclass(frozen=True)
class Words:
    """Texts in the report's language."""

    lang: Lang

    def __getitem__(self, text: Text) -> str:
        return text[self.lang]

    def pick(self, zh: str, en: str) -> str:
        """One of the two."""
        return zh if self.lang == "zh" else en

    def say(self, zh: str, en: str, kind: ParagraphKind = "text", **cells: Run | tuple[Run, ...]) -> Paragraph:
        """A paragraph from a template whose `{holes}` are cells or texts."""
        return Paragraph(self.runs(zh, en, **cells), kind)

    def runs(self, zh: str, en: str, **cells: Run | tuple[Run, ...]) -> tuple[Run, ...]:
        """The runs of a template."""
        found: list[Run] = []
        template, at = self.pick(zh, en), 0
        for hole in _HOLE.finditer(template):
            if hole.start() > at:
                found.append(template[at : hole.start()])
            value = cells[hole[1]]
            found += value if isinstance(value, tuple) else (value,)
            at = hole.end()
        if at < len(template):
            found.append(template[at:])
        return tuple(run for run in found if run != "")

    def listed(self, cells: list[Cell | tuple[Run, ...]]) -> tuple[Run, ...]:
        """Cells in a row: `甲、乙、丙`, `A, B, C`."""
        found: list[Run] = []
        for cell in cells:
            if found:
                found.append(self.pick("、", ", "))
            found += cell if isinstance(cell, tuple) else (cell,)
        return tuple(found)

    def status(self, status: str | None) -> Cell:
        """A criterion's status in words."""
        return Cell(STATUS_NAMES[status][self.lang], status=status) if status in STATUS_NAMES else NOTHING

    def value_status(self, status: str | None) -> str:
        """The status of one school's indicator in words."""
        return VALUE_STATUS_NAMES[status][self.lang] if status in VALUE_STATUS_NAMES else ""

    def stage(self, stage: str | None) -> str:
        """小学, 初中."""
        return STAGE_NAMES[stage][self.lang] if stage in STAGE_NAMES else ""


@dataclass(frozen=True)
class Facts:
    """The documents that a report is made from, and the rules in force."""

    edition: Edition
    words: Words
    documents: Mapping[str, Any] = field(default_factory=dict)

    @property
    def assessment(self) -> Node:
        """The assessment, which is always there."""
        return Node("assessment", "", self.documents["assessment"])

    def document(self, name: str) -> Node | None:
        """Another document; None where the report has none."""
        data = self.documents.get(name)
        return Node(name, "", data) if data is not None else None

    @property
    def stages(self) -> list[tuple[str, Node]]:
        """The stages that have units, with their results."""
        found = self.assessment["resources"]["stages"]
        return [(key, found[key]) for key in self.edition.stages if key in found.value and found[key]["units"].value]

    @property
    def units(self) -> Node:
        """The list of units."""
        return self.assessment["resources"]["units"]

    # ---- the rules

    def rule(self, path: str, value: Text | Exact, percent: bool = False) -> Cell:
        """A text or number of the rules; `path` after `edition#/`."""
        source = f"edition#/{path}"
        if isinstance(value, int | Fraction):
            exact_value = tidy(value)
            raw = exact_value if isinstance(exact_value, int) else float(exact_value)
            return Cell(plain(exact_value, percent), raw, source)
        return Cell(value[self.words.lang], None, source)

    def name(self, criterion: str) -> Cell:
        """A criterion's name; that of a part where the id has a dot."""
        return self.rule(f"criteria/{criterion}/name", self._criterion(criterion).name)

    def short(self, criterion: str) -> Cell:
        """A criterion's short name, where it has one."""
        found = self._criterion(criterion)
        return self.rule(f"criteria/{criterion}/short", found.short) if found.short else self.name(criterion)

    def criterion(self, criterion: str) -> Any:
        """The rule itself, as the edition has it."""
        return self._criterion(criterion)

    def _criterion(self, criterion: str) -> Any:
        head, dot, _ = criterion.partition(".")
        whole: Any = self.edition.criterion(head)
        if not dot:
            return whole
        return next(part for part in whole.parts if part.id == criterion or f"{head}.{part.id}" == criterion)

    def unit_text(self, criterion: Any) -> str:
        """The unit behind a value of a criterion, in the report's language; empty where it has none."""
        return with_unit("", criterion)[self.words.lang].strip()
