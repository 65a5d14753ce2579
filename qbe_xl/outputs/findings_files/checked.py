"""One file that was checked, and its findings in groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from qbe_xl.assessment.results import Assessment
from qbe_xl.checks.reasons import can_be_answered, value_at
from qbe_xl.core.findings import STATES, Finding
from qbe_xl.core.languages import Text
from qbe_xl.county import FileInfo

Status = Literal["clean", "queries", "errors", "not_checked"]
EXIT_CODES: dict[Status, int] = {"clean": 0, "queries": 1, "errors": 3}
STATUS_WORDS: dict[Status, Text] = {
    "clean": Text("无错误、无待答疑问", "clean"),
    "queries": Text("有疑问", "open queries"),
    "errors": Text("有错误", "errors"),
    "not_checked": Text("未检查", "not checked"),
}
# What blocks first comes first: the file, its form, what stands in its cells, and only then what the figures say.
_AREAS = ("FIL", "STR", "INT", "DAT", "CMP", "ARI", "LOG", "CTY", "PLA", "YOY", "POL", "WHY")


@dataclass(frozen=True)
class Checked:
    """A file and what checking it gave. `path` is relative, with `/`.

    `problem` says why it could not be checked; then there is no `result`. `against`: last year's file, if compared.
    """

    path: str
    result: Assessment | None
    problem: str | None = None
    against: FileInfo | None = None

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.path.rpartition("/")[2]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, the groups that block first coming first."""
        return tuple(finding for group in groups(self.result.findings if self.result else ()) for finding in group)

    @property
    def status(self) -> Status:
        """Whether the report is sound: errors, else open queries, else clean. Notes and answered queries leave it clean."""
        if self.result is None:
            return "not_checked"
        found = {finding.state for finding in self.result.findings}
        return "errors" if "error" in found else "queries" if "query" in found else "clean"

    def count(self, state: str) -> int:
        """How many findings there are of a state: error, (open) query, explained, note."""
        return sum(finding.state == state for finding in self.findings)

    def value(self, finding: Finding) -> str | None:
        """What is to be copied into 当时的值 to answer this query; None where it is no query that can be answered."""
        if self.result is None or not can_be_answered(finding.code):
            return None
        return value_at(self.result.submission, finding)


def groups(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Findings of one cause (one code) together, what blocks first coming first, each group in order of place.

    Queries that were answered are groups of their own, after all that are open.
    """
    found: dict[tuple[str, bool], list[Finding]] = {}
    for finding in findings:
        found.setdefault((finding.code, bool(finding.explained)), []).append(finding)
    return [sorted(each, key=Finding.sort_key) for each in sorted(found.values(), key=_rank)]


def _rank(group: Sequence[Finding]) -> tuple[int, int, str]:
    area = area_of(group[0].code)
    known = _AREAS.index(area) if area in _AREAS else len(_AREAS)
    return (STATES.index(group[0].state), known, group[0].code)


def area_of(code: str) -> str:
    """`DAT` of `QBE-DAT-012`."""
    return code.split("-")[1]


def in_order(files: Iterable[Checked]) -> list[Checked]:
    """By path: the order in which files were named does not matter."""
    return sorted(files, key=lambda each: each.path)


def one_line(text: str) -> str:
    """Without line breaks, control and direction characters: a name in a workbook steers no terminal and no parser."""
    return "".join(c if c.isprintable() else " " for c in text)
