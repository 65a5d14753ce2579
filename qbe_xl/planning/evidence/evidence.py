"""The list of evidence 档案清单: each material of the county and of each school, with what was found and what people wrote.

What people wrote wins over what names suggest, and is carried from list to list. A missing paper is a fact and no
verdict: no status of the assessment is changed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from qbe_xl.assessment.results import Assessment
from qbe_xl.assessment.statuses import Status, conjunction
from qbe_xl.core.errors import QbeError
from qbe_xl.core.languages import Text
from qbe_xl.county.units import School
from qbe_xl.planning.evidence.folder import Listing
from qbe_xl.planning.evidence.matching import Claim, Doubt, Matcher, Owner, claims_of, wanted_years, years_in
from qbe_xl.planning.ledger.ledger import label_of
from qbe_xl.planning.ledger.matching import Known, Link, known_schools, match
from qbe_xl.standards import STAGES_OF_TYPE
from qbe_xl.standards.materials import Material, Materials
from qbe_xl.standards.model import AnyCriterion, Resource

State = Literal["have", "none", "check", "not_applicable", "visit"]
STATE_NAMES: dict[State, Text] = {
    "have": Text("有", "Yes"),
    "none": Text("无", "No"),
    "check": Text("待核", "To check"),
    "not_applicable": Text("不适用", "Not applicable"),
    "visit": Text("现场", "On the spot"),
}
SAYABLE: tuple[State, ...] = ("have", "none", "check", "not_applicable")  # what people choose from
Cover = Literal["complete", "partial", "none", "nothing_wanted"]
COVER_NAMES: dict[Cover, Text] = {
    "complete": Text("齐全", "Complete"),
    "partial": Text("不全", "Partial"),
    "none": Text("没有", "None"),
    "nothing_wanted": Text("不需材料", "No papers asked"),
}
DOUBTS: dict[Doubt, Text] = {
    "outside": Text("不在卷的文件夹中", "in no volume's folder"),
    "other_volume": Text("在另一卷（类）的文件夹中", "in another volume's folder"),
    "two_materials": Text("名称像两种材料", "the name fits two materials"),
    "two_schools": Text("名称像两所学校", "the name fits two schools"),
    "word": Text("名称中有“模板”“缺”一类的字", "the name has a word such as “template” or “missing”"),
}
# What people write; carried from list to list as it stands.
MANUAL: dict[str, Text] = {
    "said": Text("人工认定", "Decided"),
    "place": Text("存放位置", "Kept at"),
    "years": Text("年份（人工）", "Years (by hand)"),
    "who": Text("责任人", "Responsible"),
    "note": Text("备注", "Remark"),
}
_ALL_YEARS = re.compile(r"齐|全|all|complete", re.IGNORECASE)


@dataclass(frozen=True)
class Row:
    """A row of the last list: a material's id, the school (code and name, empty for the county), what people wrote."""

    material: str
    code: str
    school: str
    title: str = ""
    manual: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Last:
    """The last list: whose it is, its rows, columns of the bureau's own, and rows that people added."""

    rows: tuple[Row, ...]
    county_code: str = ""
    county_name: str = ""
    label: str = ""
    columns: tuple[str, ...] = ()
    own: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True)
class Entry:
    """One material of the county (`school` empty) or of one school.

    `found`: what the folder alone says; `state`: the same, or what people decided. `files` are taken as this material,
    `candidates` only perhaps. `years_have` and `missing` are among the years wanted.
    """

    material: Material
    school: str
    name: str
    state: State
    found: State
    years_wanted: tuple[int, ...]
    years_have: tuple[int, ...]
    files: tuple[Claim, ...] = ()
    candidates: tuple[Claim, ...] = ()
    manual: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)
    why: Text = Text("", "")  # noqa: RUF009 - frozen, as a string is

    @property
    def wanted(self) -> bool:
        """Whether a paper is asked for here at all."""
        return self.state not in ("not_applicable", "visit")

    @property
    def missing_years(self) -> tuple[int, ...]:
        """Years wanted that are not there."""
        return tuple(year for year in self.years_wanted if year not in self.years_have)

    @property
    def complete(self) -> bool:
        """There, for every year wanted."""
        return self.state == "have" and not self.missing_years

    @property
    def present(self) -> bool:
        """There, if not for every year, or perhaps there."""
        return self.state == "have" or (self.state == "check" and bool(self.files or self.candidates))

    @property
    def folder(self) -> str:
        """The folder that holds all its files; empty: the evidence folder itself, or no file."""
        shared: tuple[str, ...] | None = None
        for claim in self.files:
            above = claim.parts[:-1]
            if shared is not None:
                above = tuple(a for n, a in enumerate(shared) if above[: n + 1] == shared[: n + 1])
            shared = above
        return "/".join(shared or ())

    @property
    def place(self) -> str:
        """Where it is: what people wrote, else where its files lie."""
        if self.manual.get("place"):
            return self.manual["place"]
        return self.files[0].path if len(self.files) == 1 else self.folder


@dataclass(frozen=True)
class Backing:
    """One criterion: its status in the assessment, and how far papers stand behind it."""

    criterion: AnyCriterion
    status: Status | None
    cover: Cover
    entries: tuple[Entry, ...]

    @property
    def unproved(self) -> bool:
        """数据达标、缺佐证: passes by its numbers, and nothing was found."""
        return self.status == "pass" and self.cover == "none"

    @property
    def lacking(self) -> dict[str, tuple[Entry, ...]]:
        """The entries that are not complete, by material."""
        found: dict[str, tuple[Entry, ...]] = {}
        for entry in self.entries:
            if entry.wanted and not entry.complete:
                found[entry.material.id] = (*found.get(entry.material.id, ()), entry)
        return found


@dataclass(frozen=True)
class Evidence:
    """The whole list. `criteria`: those that pass without evidence first. `kept`: rows of the last list that have no
    place in this one, and that people wrote in. `listing` is None where no folder was looked into."""

    assessment: Assessment
    materials: Materials
    label: str
    entries: tuple[Entry, ...]
    criteria: tuple[Backing, ...]
    listing: Listing | None = None
    unmatched: tuple[str, ...] = ()
    kept: tuple[Row, ...] = ()
    last_label: str = ""
    columns: tuple[str, ...] = ()
    own: tuple[Mapping[str, str], ...] = ()

    def at(self, material: Material) -> tuple[Entry, ...]:
        """The entries of a material."""
        return tuple(entry for entry in self.entries if entry.material.id == material.id)

    def covered(self, cover: Cover) -> int:
        """How many criteria are covered so."""
        return sum(each.cover == cover for each in self.criteria)

    @property
    def unproved(self) -> tuple[Backing, ...]:
        """The criteria that pass by their numbers without any evidence."""
        return tuple(each for each in self.criteria if each.unproved)


def make_evidence(
    result: Assessment, materials: Materials, listing: Listing | None = None, last: Last | None = None
) -> Evidence:
    """The list of a report. QbeError QBE-PLN-404 where the last list is another county's."""
    county = result.county
    if last is not None:
        _same_county(result, last)
    schools = [school for school in result.schools if school.type not in materials.file.school_types_without]
    matcher = Matcher(materials, [_owner(school) for school in schools])
    claims, unmatched = claims_of(matcher, listing.files if listing is not None else ())
    told, notes, kept = _placed(result, materials, schools, last)
    year = county.year if county is not None else None
    entries: list[Entry] = []

    def add(material: Material, school: str, name: str) -> None:
        key = (material.id, school)
        row = told.get(key, Row(*key, name))
        entries.append(_entry(material, school, name, claims.get(key, []), row, year, listing is not None, notes.get(school)))

    for material in materials.at("county"):
        add(material, "", "")
    for school in schools:
        stages = STAGES_OF_TYPE.get(school.type)
        for material in materials.at("school"):
            if material.stage is None or stages is None or material.stage in stages:
                add(material, _ident(school), school.name)
    return Evidence(
        result, materials, label_of(result), tuple(entries), _criteria(result, materials, entries), listing,
        tuple(unmatched), kept, last.label if last else "", last.columns if last else (), last.own if last else (),
    )  # fmt: skip


def _ident(school: School) -> str:
    return school.code or school.name


def _owner(school: School) -> Owner:
    codes = tuple(row.text("school_code") for row in school.rows)
    return Owner(_ident(school), codes, tuple(row.text("school_name") for row in school.rows))


def _same_county(result: Assessment, last: Last) -> None:
    """By code where both have one, else by name."""
    county = result.county
    code, name = (county.code or "", county.name or "") if county is not None else ("", "")
    here, there = (code, last.county_code) if code and last.county_code else (name, last.county_name)
    if here and there and here.strip() != there.strip():
        left, right = f"{name} {code}".strip(), f"{last.county_name} {last.county_code}".strip()
        raise QbeError("QBE-PLN-404", left=left, right=right)


# ---- what people wrote last time


def _placed(
    result: Assessment, materials: Materials, schools: Sequence[School], last: Last | None
) -> tuple[dict[tuple[str, str], Row], dict[str, Text], tuple[Row, ...]]:
    """The last list's rows by material and school of this report; how schools were found again; rows without a place."""
    if last is None or result.county is None:
        return {}, {}, ()
    now = known_schools(result.county)
    old = {row.code or row.school: Known(row.code, row.school) for row in last.rows if row.code or row.school}
    links = match(tuple(old.values()), now)
    owners = {ident: _ident(school) for school in schools for ident in _owner(school).codes + _owner(school).names if ident}
    known = {material.id: material for material in materials.file.materials}
    placed: dict[tuple[str, str], Row] = {}
    notes: dict[str, Text] = {}
    kept: list[Row] = []
    for row in sorted(last.rows, key=lambda row: _moved(row, links)):
        ident = row.code or row.school
        link = links.get(ident)
        here = "" if not ident else owners.get(link.new or "") if link is not None and link.new else None
        material = known.get(row.material)
        if here is None or material is None or (material.level == "school") != bool(here):
            if row.manual or row.extra:
                kept.append(row)
            continue
        if link is not None and link.how == "alike":
            notes[here] = link.note
        first = placed.get((row.material, here))
        placed[row.material, here] = row if first is None else _joined(first, row)
    return placed, notes, tuple(kept)


def _moved(row: Row, links: Mapping[str, Link]) -> bool:
    """Whether the row's school is now a campus of another: what the school itself had counts first."""
    link = links.get(row.code or row.school)
    return link is not None and link.how == "campus"


def _joined(first: Row, other: Row) -> Row:
    """Two rows that are one now: the first decides, what the other adds stands beside it."""
    manual, extra = dict(first.manual), dict(first.extra)
    for target, source in ((manual, other.manual), (extra, other.extra)):
        for key, text in source.items():
            have = target.get(key, "")
            if not have:
                target[key] = text
            elif text not in have and key not in ("said", "years"):
                target[key] = f"{have}；{text}（{other.school}）" if other.school else f"{have}；{text}"
    return Row(first.material, first.code, first.school, first.title, manual, extra)


# ---- one entry


def _entry(
    material: Material, school: str, name: str, claims: Sequence[Claim], row: Row, year: int | None, searched: bool, note: Text | None
) -> Entry:  # fmt: skip
    wanted = wanted_years(material, year)
    files = tuple(claim for claim in claims if claim.doubt is None)
    candidates = tuple(claim for claim in claims if claim.doubt is not None)
    in_names = {found for claim in files for found in claim.years}
    have = tuple(each for each in wanted if each in in_names)
    why: list[Text] = [note] if note is not None else []
    seen: list[Text] = []
    found = _found(material, files, candidates, wanted, in_names, searched, seen)
    said = say(row.manual.get("said", ""))
    if said is None:
        why += seen
    if row.manual.get("said") and said is None:
        why.append(Text("人工认定不是有、无、待核、不适用之一，没有采用", "what was decided is none of the words to choose from, and was not used"))
    by_hand = row.manual.get("years", "")
    if by_hand and wanted:
        told = set(years_in(by_hand))
        if told or _ALL_YEARS.search(by_hand):
            have = tuple(each for each in wanted if each in told) if told else wanted
        else:
            why.append(Text("“年份（人工）”中没有年份，没有采用", "no year stands in “Years (by hand)”, so it was not used"))
    if said == "have" and wanted and not have and not in_names:
        why.append(Text("人工认定为有，年份没有注明", "decided: yes; of which years is not said"))
    if said == "none" and files:
        why.append(Text(f"人工认定为无，文件夹中有 {len(files)} 个文件", f"decided: no; the folder has {len(files)} files"))
    state = said or found
    if state == "none":
        have = ()
    return Entry(material, school, name, state, found, wanted, have, files, candidates, row.manual, row.extra, _together(why))


def _found(
    material: Material, files: Sequence[Claim], candidates: Sequence[Claim], wanted: Sequence[int], in_names: set[int],
    searched: bool, why: list[Text],
) -> State:  # fmt: skip
    """What the folder says; adds to `why` what has to be told."""
    if material.visit:
        return "visit"
    if files and (not wanted or in_names & set(wanted)):
        return "have"
    if files and not in_names:
        why.append(Text("名称中没有年份，请核对", "no year in the names, please check"))
        return "check"
    if files:
        years = sorted(in_names)
        why.append(Text(f"只有 {'、'.join(map(str, years))} 年的", f"only of {', '.join(map(str, years))}"))
    if candidates:
        doubts = dict.fromkeys(claim.doubt for claim in candidates if claim.doubt)
        why += [DOUBTS[doubt] for doubt in doubts]
        return "check"
    if files:
        return "none"
    if not searched:
        return "check"
    if material.where is not None:
        where: Text = material.where
        why.append(Text(f"限{where.zh}；不是的请认定为不适用", f"only {where.en}; otherwise decide: not applicable"))
        return "check"
    return "none"


def say(word: str) -> State | None:
    """The state that a person wrote, in either language; None where it is none of them."""
    text = re.sub(r"\s+", "", word).casefold()
    return next((s for s in SAYABLE if text in {re.sub(r"\s+", "", n).casefold() for n in (STATE_NAMES[s].zh, STATE_NAMES[s].en)}), None)


def _together(notes: Iterable[Text]) -> Text:
    kept = list(dict.fromkeys(notes))
    return Text("；".join(note.zh for note in kept), "; ".join(note.en for note in kept))


# ---- criteria


def _criteria(result: Assessment, materials: Materials, entries: Sequence[Entry]) -> tuple[Backing, ...]:
    by_material: dict[str, list[Entry]] = {}
    for entry in entries:
        by_material.setdefault(entry.material.id, []).append(entry)
    found = []
    for criterion in result.edition.file.criteria:
        mine = [e for material in materials.by_criterion.get(criterion.id, ()) for e in by_material.get(material.id, [])]
        found.append(Backing(criterion, status_of(result, criterion), _cover(mine), tuple(mine)))
    return tuple(sorted(found, key=lambda each: not each.unproved))


def _cover(entries: Sequence[Entry]) -> Cover:
    wanted = [entry for entry in entries if entry.wanted]
    if not wanted:
        return "nothing_wanted"
    if all(entry.complete for entry in wanted):
        return "complete"
    return "partial" if any(entry.present for entry in wanted) else "none"


def status_of(result: Assessment, criterion: AnyCriterion) -> Status | None:
    """A criterion's status; of an indicator: its CVs, and each unit, below its limit only where the 6-of-7 rule lets it."""
    if not isinstance(criterion, Resource):
        try:
            return result.item(criterion.id).status
        except KeyError:
            return None
    if result.resources is None:
        return None
    found: list[Status] = []
    for stage in result.resources.stages.values():
        if criterion.id in stage.indicators:
            found.append(stage.indicators[criterion.id].cv_status)
        for unit in stage.units:
            value = unit.values.get(criterion.id)
            if value is not None:
                found.append("pass" if value.allowed and unit.status == "pass" else value.status)
    return conjunction(found) if found else None
