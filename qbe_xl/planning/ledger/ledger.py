"""The ledger 问题台账: every point that is not met or cannot be judged, with its state since the last ledger or report.

An item keeps its id for as long as it is followed: through new names and codes of its school (`matching`), and through
a merger, where the items of the school that was taken in pass to its successor. Where both had the same item, the
successor's id stays and the other is named beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import PurePath
from typing import Literal

from qbe_xl.assessment.results import Assessment
from qbe_xl.core.languages import STAGE_NAMES, Text
from qbe_xl.core.numbers import Exact
from qbe_xl.planning.ledger.matching import HOW_NAMES, Known, Link, known_schools, match
from qbe_xl.planning.ledger.points import Key, Point, points_of

State = Literal["new", "open", "closed", "back"]
STATE_NAMES: dict[State, Text] = {
    "new": Text("新增", "New"),
    "open": Text("未销号", "Open"),
    "closed": Text("已销号", "Closed"),
    "back": Text("反弹", "Back again"),
}
# What people write; carried from ledger to ledger as it stands.
MANUAL: dict[str, Text] = {
    "measure": Text("整改措施", "Measure"),
    "responsible": Text("责任人", "Responsible"),
    "deadline": Text("完成时限", "Deadline"),
    "evidence": Text("佐证材料", "Evidence"),
    "remark": Text("备注", "Remark"),
}
COUNTY = "COUNTY"
_STAGE_LETTERS = {"primary": "P", "junior": "J", "senior": "S", "": ""}


@dataclass(frozen=True)
class Past:
    """An item as the last ledger had it. `school` is what its school went by then; `found` is what stood there."""

    id: str
    key: Key
    name: str
    state: State
    title: str = ""
    standard: str = ""
    found: str = ""
    first: str = ""
    closed: str = ""
    aliases: tuple[str, ...] = ()
    manual: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def open(self) -> bool:
        """Whether it was not yet closed."""
        return self.state != "closed"


@dataclass(frozen=True)
class Before:
    """What is known from before: items, schools, columns of the bureau's own, and values by indicator (for pages).

    `own`: rows that people added themselves, by column; they are carried on as they stand.
    """

    items: tuple[Past, ...]
    schools: tuple[Known, ...]
    label: str = ""
    columns: tuple[str, ...] = ()
    values: Mapping[Key, Exact] = field(default_factory=dict)
    own: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True)
class Entry:
    """One row of the ledger. `point` is None where the present report does not judge it (`why` says why not)."""

    id: str
    key: Key
    name: str
    state: State
    point: Point | None
    first: str
    closed: str = ""
    before: str = ""
    aliases: tuple[str, ...] = ()
    why: Text = Text("", "")  # noqa: RUF009 - frozen, as a string is
    manual: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)
    title: Text = Text("", "")  # noqa: RUF009
    standard: Text = Text("", "")  # noqa: RUF009

    @property
    def criterion(self) -> str:
        """The criterion's id; `.cv` behind it: the coefficient of variation."""
        return self.key[0]

    @property
    def school(self) -> str:
        """What the school goes by; empty: the county."""
        return self.key[1]

    @property
    def stage(self) -> str:
        """The stage, or empty."""
        return self.key[2]

    @property
    def open(self) -> bool:
        """Whether something is still to be done."""
        return self.state != "closed"


@dataclass(frozen=True)
class Ledger:
    """All entries: open ones in the order of the report, then closed ones. `links`: where earlier schools are now."""

    assessment: Assessment
    label: str
    entries: tuple[Entry, ...]
    schools: tuple[Known, ...]
    links: Mapping[str, Link] = field(default_factory=dict)
    last_label: str = ""
    last_values: Mapping[Key, Exact] = field(default_factory=dict)  # by the schools of the present report
    columns: tuple[str, ...] = ()
    own: tuple[Mapping[str, str], ...] = ()

    def count(self, state: State) -> int:
        """How many entries are in a state."""
        return sum(entry.state == state for entry in self.entries)

    def as_before(self) -> Before:
        """The ledger as the next one takes it over."""
        return Before(
            tuple(_past(entry) for entry in self.entries), self.schools, self.label, self.columns,
            _values(points_of(self.assessment)), self.own,
        )  # fmt: skip


def label_of(result: Assessment) -> str:
    """What a report is called in the ledger: its year, else the file's name."""
    year = result.county.year if result.county is not None else None
    return str(year) if year else PurePath(result.submission.file.name).stem


def make_ledger(
    result: Assessment, before: Before | None = None, successors: Mapping[str, str | None] | None = None
) -> Ledger:
    """The ledger of a report, following what was known before. `successors`: see `matching.match`."""
    schools = known_schools(result.county) if result.county is not None else ()
    label = label_of(result)
    points = {point.key: point for point in points_of(result)}
    if before is None:
        entries = [_entry(point, [], {}, label, used=set()) for point in points.values() if point.open]
        return Ledger(result, label, tuple(_numbered(entries)), schools)
    links = match(before.schools, schools, successors)
    mains = {school.ident: school.main for school in schools if school.main}
    claimed: dict[Key, list[Past]] = {}
    for past in before.items:
        claimed.setdefault(_now(past, links, mains, points), []).append(past)
    used = {past.id for past in before.items}
    entries = []
    for key, point in points.items():
        pasts = claimed.pop(key, [])
        if pasts or point.open:
            entries.append(_entry(point, pasts, links, label, used))
    names = {school.ident: school.name for school in schools}
    for key, pasts in claimed.items():
        entries += [_unjudged(past, key, names.get(key[1]), links.get(past.key[1]), label) for past in pasts]
    entries.sort(key=lambda entry: not entry.open)
    last = {
        (key[0], link.new or "", key[2]): value
        for key, value in before.values.items()
        if (link := links.get(key[1])) is not None and link.same
    }
    return Ledger(
        result, label, tuple(_numbered(entries)), schools, links, before.label, last, before.columns, before.own
    )


def _now(past: Past, links: Mapping[str, Link], mains: Mapping[str, str], points: Mapping[Key, Point]) -> Key:
    """The item's key in the present report: at its school, else (of a campus) at the campus's school."""
    criterion, school, stage = past.key
    link = links.get(school)
    if link is None or link.new is None:
        return past.key
    here = (criterion, link.new, stage)
    if here not in points and link.new in mains:
        return (criterion, mains[link.new], stage)
    return here


def _entry(point: Point, pasts: list[Past], links: Mapping[str, Link], label: str, used: set[str]) -> Entry:
    """A point with all that is known of it from before."""
    if not pasts:
        made = _new_id(point.key, used)
        return Entry(made, point.key, point.name, "new", point, label, title=point.title, standard=point.standard)
    first, *others = sorted(pasts, key=lambda past: (_moved(past, point, links), not past.open, past.id))
    was_open = any(past.open for past in pasts)
    state: State = "closed" if not point.open else "open" if was_open else "back"
    manual, extra = dict(first.manual), dict(first.extra)
    for past in others:
        for target, source in ((manual, past.manual), (extra, past.extra)):
            for column, said in source.items():
                have = target.get(column, "")
                if said and said not in have:
                    target[column] = f"{have}；{said}（{past.name}）" if have else said
    aliases = [*first.aliases, *(name for past in others for name in (past.id, *past.aliases))]
    notes = [links[past.key[1]].note for past in pasts if past.key[1] in links and _tells(links[past.key[1]])]
    return Entry(
        first.id, point.key, point.name, state, point,
        min((past.first for past in pasts if past.first), default=label),
        ("" if state != "closed" else label if was_open else first.closed),
        first.found, tuple(dict.fromkeys(aliases)), _joined(notes), manual, extra, point.title, point.standard,
    )  # fmt: skip


def _moved(past: Past, point: Point, links: Mapping[str, Link]) -> bool:
    """Whether the item came from a school that another took in."""
    link = links.get(past.key[1])
    return link is not None and not (link.same and link.new == point.school)


def _tells(link: Link) -> bool:
    """Whether how the school was found again is worth a word."""
    return link.how not in ("gone", "closed") and link.note not in (HOW_NAMES["code"], HOW_NAMES["name"])


def _joined(notes: Iterable[Text]) -> Text:
    kept = list(dict.fromkeys(notes))
    return Text("；".join(note.zh for note in kept), "; ".join(note.en for note in kept))


def _unjudged(past: Past, key: Key, name: str | None, link: Link | None, label: str) -> Entry:
    """An item that the present report does not judge: its school is not in it, or the item no longer concerns it."""
    state: State = "closed"
    if link is not None and link.how == "gone":
        state = "open" if past.open else "closed"
        why = Text("本次填报中没有该校，请确认是否更名、合并或撤销", "The school is not in this report: renamed, merged or closed?")
    elif link is not None and link.how == "closed":
        why = Text("学校已撤销", "The school was closed")
    else:
        where = Text("", "") if link is None or link.same else link.note
        why = _joined([*([where] if where.zh else []), Text("本次不再评估这一项", "Not assessed any more")])
    closed = "" if state != "closed" else label if past.open else past.closed
    return Entry(
        past.id, key, name or past.name, state, None, past.first, closed, past.found, past.aliases, why, past.manual,
        past.extra, Text(past.title, past.title), Text(past.standard, past.standard),
    )  # fmt: skip


def _new_id(key: Key, used: set[str]) -> str:
    criterion, school, stage = key
    base = "-".join(part for part in (school or COUNTY, criterion, _STAGE_LETTERS.get(stage, stage)) if part)
    made, n = base, 1
    while made in used:  # a code that another school had before
        n += 1
        made = f"{base}-{n}"
    used.add(made)
    return made


def _numbered(entries: list[Entry]) -> Iterator[Entry]:
    """Entries with ids of which each stands once."""
    seen: set[str] = set()
    for entry in entries:
        if entry.id in seen:
            entry = replace(entry, id=_new_id(entry.key, seen))
        seen.add(entry.id)
        yield entry


def _past(entry: Entry) -> Past:
    found = entry.point.found.zh if entry.point is not None else entry.before
    return Past(
        entry.id, entry.key, entry.name, entry.state, entry.title.zh, entry.standard.zh, found, entry.first, entry.closed,
        entry.aliases, entry.manual, entry.extra,
    )  # fmt: skip


def _values(points: Iterable[Point]) -> dict[Key, Exact]:
    """The values of the indicators, unit by unit."""
    return {
        point.key: point.value
        for point in points
        if point.stage and point.school and point.value is not None and not isinstance(point.value, Decimal)
    }


def stage_id(word: str) -> str:
    """The stage that a word means, in either language; the word itself where it means none."""
    for stage, name in STAGE_NAMES.items():
        if word.strip() in (stage, name.zh, name.en):
            return stage
    return word.strip()
