"""A finding: something about the submitted data that a person must know, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from qbe_xl.core.languages import Lang, Text
from qbe_xl.core.messages import Severity, catalogue, joined, render

SEVERITIES: tuple[Severity, ...] = ("error", "query", "note")
SEVERITY_NAMES: dict[str, Text] = {
    "error": Text("错误", "Error"),
    "query": Text("疑问", "Query"),
    "note": Text("提示", "Note"),
}


# What is told of a finding: its severity, or that it was answered.
STATES: tuple[str, ...] = ("error", "query", "explained", "note")
STATE_NAMES: dict[str, Text] = {**SEVERITY_NAMES, "explained": Text("已说明的疑问", "Explained query")}
EXPLAINED_NAMES: dict[str, Text] = {
    "explanation": Text("已说明", "Explained"),
    "waiver": Text("已豁免", "Waived"),
}


@dataclass(frozen=True)
class Explanation:
    """Why a query stands: a county's answer in its workbook (`explanation`), or a reviewer's (`waiver`).

    `value` is what stood there when it was given, `origin` the cell or the line of the file where it stands.
    """

    kind: Literal["explanation", "waiver"]
    reason: str
    who: str
    value: str
    date: str | None
    origin: str

    def sentence(self, lang: Lang = "zh") -> str:
        """`已说明：新建校区尚未启用（张三，2025-09-10，疑问说明!A6）`."""
        by = [part for part in (self.who, self.date, self.origin) if part]
        name = EXPLAINED_NAMES[self.kind][lang]
        return (
            f"{name}：{self.reason}（{'，'.join(by)}）" if lang == "zh" else f"{name}: {self.reason} ({', '.join(by)})"
        )


@dataclass(frozen=True)
class Finding:
    """Code, place and arguments; it becomes a sentence last, in the reader's language.

    `sheet` and `range` (A1) say where in the submitted file; `school` is a school's code or name.
    `file` is set only where a county comes from several workbooks; `also` are further cells of the sheet that it is about.
    `explained`: the answers that hold for it; a query that has one is no longer open.
    """

    code: str
    sheet: str | None = None
    range: str | None = None
    school: str | None = None
    args: Mapping[str, object] = field(default_factory=dict)
    file: str | None = None
    also: tuple[str, ...] = ()
    explained: tuple[Explanation, ...] = ()

    @property
    def severity(self) -> Severity:
        """error, query or note, from the catalogue."""
        return catalogue()[self.code].severity

    @property
    def state(self) -> str:
        """Its severity, or `explained` where a query was answered."""
        return "explained" if self.explained else self.severity

    @property
    def place(self) -> str:
        """`sheet!A1`, with the file before it where there are several."""
        where = f"{self.sheet}!{self.range}" if self.sheet and self.range else (self.sheet or "")
        return f"[{self.file}]{where}" if self.file else where

    def message(self, lang: Lang = "zh") -> str:
        """What is wrong, with what stands there and what was expected."""
        return render(self.code, lang, self.args)[0]

    def fix(self, lang: Lang = "zh") -> str:
        """How to mend it."""
        return render(self.code, lang, self.args)[1]

    def sentence(self, lang: Lang = "zh") -> str:
        """Code, place, message and remedy (or why it stands) in one line."""
        said = [each.sentence(lang) for each in self.explained] or [self.fix(lang)]
        text = joined(self.message(lang), " ".join(said), lang)
        return " ".join(part for part in (self.code, self.place, text) if part)

    def sort_key(self) -> tuple[Any, ...]:
        """Errors first, then by code and place; queries that were answered after those that are open."""
        return (
            SEVERITIES.index(self.severity),
            bool(self.explained),
            self.code,
            self.file or "",
            self.sheet or "",
            _a1_key(self.range),
        )


def _a1_key(ref: str | None) -> tuple[int, int, str]:
    if not ref:
        return (0, 0, "")
    first = ref.split(":")[0].replace("$", "")
    letters = "".join(c for c in first if c.isalpha())
    digits = "".join(c for c in first if c.isdigit())
    return (int(digits or 0), len(letters), letters)
