"""A list of evidence read back from a workbook that people have edited: by its headers, wherever the columns stand now."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qbe_xl.core.errors import QbeError
from qbe_xl.core.languages import Lang, Text
from qbe_xl.core.messages import render
from qbe_xl.planning.evidence.evidence import MANUAL, Last, Row
from qbe_xl.planning.ledger.reading import Grid, find_header, plain_value, text_of, word_of

# Columns that the program writes anew every time.
COLUMNS: dict[str, Text] = {
    "code": Text("学校代码", "Code"),
    "school": Text("学校", "School"),
    "volume": Text("卷、类", "Volume"),
    "id": Text("编号", "Id"),
    "title": Text("材料", "Material"),
    "criteria": Text("对应条目", "Criteria"),
    "state": Text("状态", "State"),
    "have": Text("已有年份", "Years there"),
    "missing": Text("缺的年份", "Years missing"),
    "open": Text("打开", "Open"),
    "files": Text("文件", "Files"),
    "why": Text("说明", "Note"),
    "source": Text("来源", "Source"),
}
# What the overview says of whose list it is; read back.
ABOUT: dict[str, Text] = {
    "county": Text("县（市、区）", "County"),
    "code": Text("行政区划代码", "Code of the county"),
    "label": Text("期次", "Report"),
}
_ALSO = {"位置": "place", "认定": "said", "年份": "years"}
_NEEDED = ("id", "title", "said")
_ABOUT_ROWS = 12


def read_list(path: Path | str, lang: Lang = "zh", guarded: bool = True) -> Last:
    """The list of a workbook. QbeError QBE-PLN-405 where it cannot be read, -407 where it is none."""
    from qbe_xl.safety import Refused

    path = Path(path)
    try:
        if guarded:
            from qbe_xl.forms.child import prepare
            from qbe_xl.safety.guarded import Guard

            with Guard(prepare=prepare) as guard:
                grids = guard.run(read_plain, str(path), about=path.name)
        else:
            grids = read_plain(str(path))
    except Refused as refused:
        problem = render(refused.code, lang, refused.values)[0].rstrip("。.")
        raise QbeError("QBE-PLN-405", file=path.name, problem=problem) from refused
    last = parse_list(grids)
    if last is None:
        raise QbeError("QBE-PLN-407", file=path.name)
    return last


def read_plain(path: str) -> list[Any]:
    """In the child: the rows of every sheet, as texts, numbers and blanks."""
    from qbe_xl.forms.foreign import opened

    with opened(Path(path)) as book:
        return [
            [[plain_value(cell) for cell in row] for row in book.grid(facts.name).rows]
            for facts in book.sheets
            if _may_be(facts.name)
        ]


def _may_be(name: str) -> bool:
    """Sheets may be renamed, but not all of them: a report's own sheets are many and large."""
    return any(part in name.casefold() for part in ("档案", "概况", "evidence", "overview"))


def parse_list(grids: list[Grid]) -> Last | None:
    """The list from the rows of its sheets; None where none of them has its headers."""
    rows: list[Row] = []
    own: list[dict[str, str]] = []
    names: dict[str, None] = {}
    about: dict[str, str] = {}
    any_found = False
    for grid in grids:
        found = find_header(grid, COLUMNS | MANUAL, _NEEDED, _ALSO)
        if found is None:
            about |= _about(grid)
            continue
        any_found = True
        head, columns, extra = found
        names |= dict.fromkeys(extra)
        for line in grid[head + 1 :]:
            said = {key: text_of(line[n]) for key, n in columns.items() if n < len(line) and text_of(line[n])}
            more = {name: text_of(line[n]) for name, n in extra.items() if n < len(line) and text_of(line[n])}
            manual = {key: said[key] for key in MANUAL if key in said}
            if said.get("id"):
                rows.append(Row(said["id"], said.get("code", ""), said.get("school", ""), said.get("title", ""), manual, more))
            elif said or more:
                own.append(said | more)
    if not any_found:
        return None
    return Last(tuple(rows), about.get("code", ""), about.get("county", ""), about.get("label", ""), tuple(names), tuple(own))


def _about(grid: Grid) -> dict[str, str]:
    """Whose list it is: each label with what stands to its right."""
    words = {word_of(name): key for key, text in ABOUT.items() for name in (text.zh, text.en)}
    found: dict[str, str] = {}
    for line in grid[:_ABOUT_ROWS]:
        for n, cell in enumerate(line[:-1]):
            key = words.get(word_of(text_of(cell)))
            if key is not None and text_of(line[n + 1]):
                found.setdefault(key, text_of(line[n + 1]))
    return found
