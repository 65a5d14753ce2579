"""Which school of this report is which of the last: by code, else by name, else by what is alike; merged ones by their
campus or by a file that says where they went. How it was decided is always told."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from fractions import Fraction
from typing import Literal

from qbe_xl.assessment.wording import number
from qbe_xl.core.languages import Text
from qbe_xl.core.numbers import Exact, exact
from qbe_xl.county import County
from qbe_xl.county.model import Row
from qbe_xl.county.units import is_campus
from qbe_xl.planning.settings import settings

How = Literal["code", "name", "alike", "campus", "merged", "closed", "gone"]
HOW_NAMES: dict[str, Text] = {
    "code": Text("代码相同", "same code"),
    "name": Text("名称相同", "same name"),
    "alike": Text("按相近情况认定", "taken as the same by likeness"),
    "campus": Text("现为校区", "now a campus"),
    "merged": Text("并入", "merged"),
    "closed": Text("已撤销", "closed"),
    "gone": Text("本次未上报", "not in this report"),
    "new": Text("新出现", "new"),
}
_NUMERALS = re.compile(r"[0-9一二三四五六七八九十百]+|[东西南北甲乙丙丁]")
_KINDS = re.compile(r"完全小学|小学|初级中学|初中|中学|九年一贯制|学校|primary|junior|middle|school", re.IGNORECASE)
_SPACE = re.compile(r"[\s·．.()（）]+")


@dataclass(frozen=True)
class Known:
    """A school as a report or a ledger knew it; type and pupils where they are known."""

    code: str
    name: str
    type: str = ""
    pupils: Exact | None = None
    main: str = ""  # of a campus: the code of its school

    @property
    def ident(self) -> str:
        """What it goes by: its code, or its name."""
        return self.code or self.name


@dataclass(frozen=True)
class Link:
    """Where an earlier school is now: `new` is what it goes by in this report, None where it is not in it."""

    old: Known
    new: str | None
    how: How
    note: Text

    @property
    def same(self) -> bool:
        """Whether it is the same school, not one that another took in."""
        return self.how in ("code", "name", "alike", "campus")


def known_schools(county: County) -> tuple[Known, ...]:
    """The schools and campuses of a report."""
    return tuple(_known(row) for row in county.schools)


def _known(row: Row) -> Known:
    heads = [row.number_of(f"pupils_{stage}") for stage in ("primary", "junior")]
    pupils = sum((n for n in heads if n is not None), start=0) if any(n is not None for n in heads) else None
    main = row.text("main_school") if is_campus(row) else ""
    return Known(row.text("school_code"), row.text("school_name"), row.text("school_type"), pupils, main)


def match(
    old: Sequence[Known], new: Sequence[Known], successors: Mapping[str, str | None] | None = None
) -> dict[str, Link]:
    """For each earlier school, by what it went by, where it is now.

    `successors` tells of schools that are no longer reported: which one took them in, or None where they were closed;
    both by code or name.
    """
    links: dict[str, Link] = {}
    codes = {each.code: each for each in new if each.code}
    names: dict[str, list[Known]] = {}
    for each in new:
        names.setdefault(_plain(each.name), []).append(each)
    old_codes = {each.code for each in old if each.code}
    for each in old:
        here = codes.get(each.code)
        if here is not None:
            links[each.ident] = _link(each, here, "code")
            continue
        # a school whose code is known from before is that school
        alike = [one for one in names.get(_plain(each.name), []) if not one.code or one.code not in old_codes]
        if each.name and len(alike) == 1:
            links[each.ident] = _link(each, alike[0], "name")
    told = _told(successors or {}, codes, names)
    for each in old:
        if each.ident in links:
            continue
        for name in (each.code, each.name):
            if name and name in told:
                links[each.ident] = _succeeded(each, told[name])
                break
    taken = {link.new for link in links.values() if link.same}
    left = [each for each in old if each.ident not in links]
    for each, here in _alike(left, [one for one in new if one.ident not in taken]):
        links[each.ident] = _link(each, here, "alike")
    for each in left:
        links.setdefault(each.ident, Link(each, None, "gone", HOW_NAMES["gone"]))
    return links


def _told(
    successors: Mapping[str, str | None], codes: Mapping[str, Known], names: Mapping[str, list[Known]]
) -> dict[str, Known | None]:
    """The successors that are in this report, through as many steps as it takes; None where it ended."""
    found: dict[str, Known | None] = {}
    for first in successors:
        at: str | None = first
        seen: set[str] = set()
        while at is not None and at in successors and at not in seen:
            seen.add(at)
            at = successors[at]
        if at is None:
            found[first] = None
            continue
        by_name = names.get(_plain(at), [])
        here = codes.get(at) or (by_name[0] if len(by_name) == 1 else None)
        if here is not None:
            found[first] = here
    return found


def _succeeded(old: Known, here: Known | None) -> Link:
    if here is None:
        return Link(old, None, "closed", HOW_NAMES["closed"])
    return Link(old, here.ident, "merged", Text(f"{old.name}并入{here.name}", f"{old.name} merged into {here.name}"))


def _link(old: Known, here: Known, how: How) -> Link:
    if how == "code" and here.main and not old.main:
        return Link(old, here.ident, "campus", Text(f"现为 {here.main} 的校区", f"now a campus of {here.main}"))
    note = HOW_NAMES[how]
    if how == "alike":
        note = Text(
            f"代码、名称都已改变，按名称、类型和学生数相近认定为原{old.name}，请核对",
            f"code and name changed; by name, type and pupils taken as the former {old.name}, please check",
        )
        if old.pupils is not None and here.pupils is not None:
            people = f"{number(old.pupils)} → {number(here.pupils)}"
            note = Text(f"{note.zh}（学生 {people}）", f"{note.en} (pupils {people})")
    elif how == "code" and _plain(old.name) != _plain(here.name):
        note = Text(f"代码相同，名称由{old.name}改为{here.name}", f"same code, renamed from {old.name} to {here.name}")
    elif how == "name" and old.code != here.code:
        note = Text(f"名称相同，代码由 {old.code} 改为 {here.code}", f"same name, code {old.code} became {here.code}")
    return Link(old, here.ident, how, note)


def _alike(old: Sequence[Known], new: Sequence[Known]) -> list[tuple[Known, Known]]:
    """Pairs of which each is the other's best, and better than any second."""
    scores = {(a.ident, b.ident): _likeness(a, b) for a in old for b in new}
    pairs = []
    for a in old:
        for b in new:
            mine = scores[a.ident, b.ident]
            others = [s for (x, y), s in scores.items() if (x == a.ident) != (y == b.ident)]
            if mine > 0 and all(mine > other for other in others):
                pairs.append((a, b))
    return pairs


def _likeness(a: Known, b: Known) -> float:
    """0 where they are taken for two; else how alike the names are."""
    bounds = settings()["ledger"]
    if a.type and b.type and a.type != b.type:
        return 0.0
    numerals = [set(_NUMERALS.findall(each.name)) for each in (a, b)]
    if numerals[0] != numerals[1] and all(numerals):
        return 0.0  # 第三小学 and 第五小学 are alike, and two
    least = bounds["name_alike_alone"]
    if a.pupils is not None and b.pupils is not None:
        heads = Fraction(a.pupils), Fraction(b.pupils)
        if abs(heads[0] - heads[1]) > Fraction(exact(bounds["pupils_within"])) * max(heads):
            return 0.0
        if a.type and b.type:
            least = bounds["name_alike"]
    names = [_KINDS.sub("", _plain(each.name)) for each in (a, b)]
    ratio = SequenceMatcher(None, names[0], names[1], autojunk=False).ratio()
    return ratio if ratio >= float(least) else 0.0


def _plain(name: str) -> str:
    return _SPACE.sub("", name).casefold()
