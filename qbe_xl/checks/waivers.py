"""A reviewer's waivers: a YAML list, each entry for one rule at one place of one submission."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from qbe_xl.core import yamlio
from qbe_xl.core.errors import QbeError
from qbe_xl.core.languages import Text
from qbe_xl.core.messages import catalogue
from qbe_xl.core.yamlio import Located, nearest
from qbe_xl.county import FileInfo

NEEDED = ("submission", "code", "sheet", "cell", "value", "who", "reason")
KEYS = (*NEEDED, "date", "file")
_MAY_BE_EMPTY = frozenset({"sheet", "cell", "date", "file"})


@dataclass(frozen=True)
class Waiver:
    """One entry. `submission` is the file's name or its SHA-256; `sheet` and `cell` are None where the finding has none.

    `file` is the workbook within a folder of school forms. `source` and `line` say where the entry stands.
    """

    submission: str
    code: str
    sheet: str | None
    cell: str | None
    value: str
    who: str
    reason: str
    date: str | None
    file: str | None
    source: str
    line: int

    @property
    def origin(self) -> str:
        """Where it was given: `豁免.yaml:12`."""
        return f"{self.source}:{self.line}"

    def concerns(self, file: FileInfo) -> bool:
        """Whether it is about this submission."""
        return self.submission == file.name or (file.sha256 is not None and self.submission.lower() == file.sha256)


def load_waivers(path: Path | str) -> tuple[Waiver, ...]:
    """The waivers of a file; QbeError naming file and line where it is no YAML (QBE-STD-001), a key is unknown (-002),
    repeated (-003) or missing (-004), a value is wrong (-005), or the code is no query's (QBE-WHY-010)."""
    located = yamlio.load(path)
    data = located.data or []
    if not isinstance(data, list):
        raise _wrong(
            located, (), "—", Text("应为清单，每项以“- ”开头", "a list is expected, each entry beginning with “- ”")
        )
    return tuple(_waiver(entry, index, located) for index, entry in enumerate(data))


def _waiver(entry: Any, index: int, located: Located) -> Waiver:
    at = (index,)
    if not isinstance(entry, dict):
        raise _wrong(located, at, str(entry)[:40], Text("应为键和值", "keys and values are expected"))
    for key in entry:
        if key not in KEYS:
            line = located.line((index, key))
            raise QbeError("QBE-STD-002", file=located.name, line=line, key=key, nearest=nearest(key, list(KEYS)))
    for key in NEEDED:
        if key not in entry:
            raise QbeError("QBE-STD-004", file=located.name, line=located.line(at), key=key)
    texts = {key: _text(value, (index, key), located) for key, value in entry.items()}
    for key in NEEDED:
        if texts[key] is None and key not in _MAY_BE_EMPTY:
            raise _wrong(located, (index, key), key, Text("不能为空", "it must not be empty"))
    code = str(texts["code"]).upper()
    line = located.line((index, "code"))
    known = catalogue().get(code)
    if known is None:
        near = get_close_matches(code, list(catalogue()), n=1, cutoff=0.6)
        raise QbeError("QBE-STD-005", file=located.name, line=line, key="code",
                       problem=Text(f"没有编号 {code}{f'，最接近的是 {near[0]}' if near else ''}",
                                    f"there is no code {code}{f', nearest: {near[0]}' if near else ''}"))  # fmt: skip
    if known.severity != "query" or code.startswith("QBE-WHY-"):
        raise QbeError("QBE-WHY-010", file=located.name, line=line, code=code)
    given = {key: texts.get(key) for key in KEYS}
    return Waiver(
        str(given["submission"]), code, given["sheet"], given["cell"], str(given["value"]), str(given["who"]),
        str(given["reason"]), given["date"], given["file"], located.name, located.line(at),
    )  # fmt: skip


def _text(value: Any, at: yamlio.Path_, located: Located) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"  # YAML's own words for what stands in a cell as 是, 否
    if isinstance(value, str | int | Decimal):
        return str(value).strip() or None
    raise _wrong(located, at, str(at[-1]), Text("应为一个值", "one value is expected"))


def _wrong(located: Located, at: yamlio.Path_, key: str, problem: Text) -> QbeError:
    return QbeError("QBE-STD-005", file=located.name, line=located.line(at), key=key, problem=problem)
