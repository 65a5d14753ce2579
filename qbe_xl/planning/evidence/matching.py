"""Which file is which paper, of which school and year: by names alone, and by one rule.

A file's names are its own and those of the folders above it, compared without spaces and punctuation, in any case.

1. School: a folder called by a school's code, full name or both (numbers in front and words such as 档案 behind are left
   aside), else a file name that begins with the school's full name. The longest name counts. A campus stands for its school.
2. Material: its id in any of the names; else a folder that is called as the material; else the longest name of a
   material within the file's name. With a school, a school's material; without, one of the county.
3. It is taken as found where the id says so, or the file lies in the material's own volume or folder (county), or below
   its school and in no other class (school). Everything else is for a person to decide: another volume, none at all,
   two materials or two schools that fit, a word such as 模板.
4. Years: those in the file's name, else in the nearest folder that has any. 2023, 2023年 and 2023学年 are 2023; two years
   that follow each other, as 2023—2024学年 and 2023—2024, are the school year 2023; before 年, and where there are more, every year.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from qbe_xl.planning.evidence.folder import Parts
from qbe_xl.planning.settings import settings
from qbe_xl.standards.materials import Material, Materials

Doubt = Literal["outside", "other_volume", "two_materials", "two_schools", "word"]
_YEAR = r"(?<!\d)(?:19|20)\d\d(?!\d)"
_RANGE = re.compile(rf"({_YEAR})\s*(?:年|学年)?\s*(?:[-–—―~～至到]|--|——)+\s*(\d{{4}}|\d\d)(?!\d)\s*(学年|年)?")
_SINGLE = re.compile(_YEAR)
_WITH_YEAR = re.compile(rf"{_YEAR}\s*(?:学年度?|年度?)?")
_NUMERALS = "0-9一二三四五六七八九十"
# 01、 第三卷 （四） 卷二： in front of a name; a bare 第三 may begin a school's
_GAP = r"[\s、.．_,，:：)）-]"
_ORDER = re.compile(rf"^(?:第?[{_NUMERALS}]+[卷类册]|[卷类册][{_NUMERALS}]+|[(（][{_NUMERALS}]+[)）]|[{_NUMERALS}]+(?={_GAP})){_GAP}*")
_ID = re.compile(r"(?<![A-Z0-9])M-[A-Z][A-Z0-9]*-[0-9A-Z]+(?![A-Z0-9])")
_NO_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Owner:
    """A school as the folder may name it: `ident` is what it goes by; codes and names of it and its campuses."""

    ident: str
    codes: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True)
class Claim:
    """A file taken, or (with a `doubt`) only perhaps to be taken, as a material of a school ("": the county)."""

    parts: Parts
    material: str
    school: str
    years: tuple[int, ...]
    doubt: Doubt | None = None

    @property
    def path(self) -> str:
        """Its path below the folder, with slashes."""
        return "/".join(self.parts)


class Told(NamedTuple):
    """What a folder's name says: schools, a volume and a material by level, years, a material's id."""

    schools: frozenset[str]
    volumes: dict[str, str]
    materials: dict[str, str]
    years: tuple[int, ...]
    material: str


def plain(text: str) -> str:
    """A name as names are compared: full-width as half-width, no spaces, no punctuation, no capitals."""
    return _NO_WORD.sub("", unicodedata.normalize("NFKC", text).casefold())


def years_in(text: str) -> tuple[int, ...]:
    """The years that a name holds, in order."""
    text = unicodedata.normalize("NFKC", text)
    found: set[int] = set()

    def take(match: re.Match[str]) -> str:
        first, second = int(match[1]), int(match[2])
        if len(match[2]) == 2:
            second += first // 100 * 100
            if second != first + 1:  # 2024-03 is a month
                return match[0]
        if second == first + 1 and match[3] != "年":
            found.add(first)
        elif first < second <= first + 20:
            found.update(range(first, second + 1))
        else:
            return match[0]
        return " "

    rest = _RANGE.sub(take, text)
    found.update(int(each) for each in _SINGLE.findall(rest))
    return tuple(sorted(found))


class Matcher:
    """The rule, ready for one list of materials and one county's schools."""

    def __init__(self, materials: Materials, schools: Sequence[Owner]) -> None:
        words = settings()["evidence"]
        self._doubtful = tuple(plain(word) for word in words["doubtful"])
        self._behind = tuple(plain(word) for word in words["folder_words"])
        self._materials = {material.id: material for material in materials.file.materials}
        self._names: dict[str, dict[str, str]] = {"county": {}, "school": {}}
        for material in materials.file.materials:
            for name in (material.name.zh, material.name.en, *material.also):
                self._names[material.level][plain(name)] = material.id
        self._by_length = {level: sorted(names, key=len, reverse=True) for level, names in self._names.items()}
        self._volumes: dict[str, dict[str, str]] = {
            level: {plain(name): volume.id for volume in materials.volumes(level) for name in (volume.name.zh, volume.name.en)}
            for level in ("county", "school")
        }
        self._schools: dict[str, set[str]] = {}
        self._full_names: dict[str, set[str]] = {}
        for school in schools:
            codes, names = [[plain(name) for name in each if plain(name)] for each in (school.codes, school.names)]
            for name in names:
                self._full_names.setdefault(name, set()).add(school.ident)
            both = [code + name for code in codes for name in names] + [name + code for code in codes for name in names]
            for name in (*codes, *names, *both):
                self._schools.setdefault(name, set()).add(school.ident)
        self._longest_name = max(map(len, self._full_names), default=0)
        self.folder = lru_cache(maxsize=65536)(self._folder)

    # ---- folders

    def _forms(self, name: str) -> list[str]:
        """A folder's name as it is, then without numbers in front, years, and words behind."""
        text = unicodedata.normalize("NFKC", name)
        found: list[str] = []
        for each in (text, _ORDER.sub("", text), _ORDER.sub("", _WITH_YEAR.sub("", text))):
            form = plain(each)
            while form and form not in found:
                found.append(form)
                form = next((form.removesuffix(word) for word in self._behind if form.endswith(word)), "")
        return found

    def _folder(self, name: str) -> Told:
        """What a folder's name says; of its forms the fullest that fits counts."""
        forms = self._forms(name)
        schools = next((found for form in forms if (found := self._schools.get(form))), set())
        volumes: dict[str, str] = {}
        materials: dict[str, str] = {}
        for level in ("county", "school"):
            for form in forms:
                if form in self._volumes[level]:
                    volumes.setdefault(level, self._volumes[level][form])
                if form in self._names[level]:
                    materials.setdefault(level, self._names[level][form])
        return Told(frozenset(schools), volumes, materials, years_in(name), self._id_in(name))

    def _id_in(self, name: str) -> str:
        found = {each for each in _ID.findall(unicodedata.normalize("NFKC", name).upper()) if each in self._materials}
        return found.pop() if len(found) == 1 else ""

    # ---- files

    def claims(self, parts: Parts) -> tuple[Claim, ...]:
        """What a file is taken for; several claims where a person has to decide; none where nothing fits."""
        *above, own = parts
        stem = own.rpartition(".")[0] or own
        told = [self.folder(name) for name in above]
        schools = set(next((each.schools for each in reversed(told) if each.schools), frozenset()))
        word = plain(stem)
        rest = word
        if not schools:
            schools, rest = self._school_in_front(stem, word)
        level: Literal["county", "school"] = "school" if schools else "county"
        years = years_in(stem) or next((each.years for each in reversed(told) if each.years), ())
        named = self._id_in(own) or next((each.material for each in reversed(told) if each.material), "")
        doubt: Doubt | None = "word" if any(each in word for each in self._doubtful) else None
        if named:
            ids = [named]
            if (self._materials[named].level == "school") != bool(schools):
                if self._materials[named].level == "school":
                    return ()  # of which school, no name says
                schools = set()
        else:
            in_folder = next((each.materials[level] for each in reversed(told) if level in each.materials), "")
            ids = [in_folder] if in_folder else self._named_in(rest, level)
            doubt = doubt or self._misplaced(ids, level, told, bool(in_folder))
        if len(ids) > 1:
            doubt = "two_materials"
        if len(schools) > 1:
            doubt = "two_schools"
        return tuple(Claim(parts, found, school, years, doubt) for found in ids for school in sorted(schools or {""}))

    def _school_in_front(self, stem: str, word: str) -> tuple[set[str], str]:
        """The schools whose full name the file's name begins with, and what stands behind it."""
        for text in dict.fromkeys((word, plain(_ORDER.sub("", unicodedata.normalize("NFKC", stem))))):
            for length in range(min(len(text), self._longest_name), 1, -1):
                found = self._full_names.get(text[:length])
                if found:
                    return set(found), text[length:]
        return set(), word

    def _named_in(self, word: str, level: str) -> list[str]:
        """The materials of which a name stands in this one, not within a longer one's."""
        found: list[str] = []
        for name in self._by_length[level]:
            if name in word:
                word = word.replace(name, "\n")
                if self._names[level][name] not in found:
                    found.append(self._names[level][name])
        return found

    def _misplaced(self, ids: list[str], level: str, told: list[Told], in_folder: bool) -> Doubt | None:
        """Whether the file lies where its material is kept."""
        here = next((each.volumes[level] for each in reversed(told) if level in each.volumes), "")
        if here:
            return None if all(self._materials[each].volume == here for each in ids) else "other_volume"
        return None if level == "school" or in_folder else "outside"


def claims_of(matcher: Matcher, files: Iterable[Parts]) -> tuple[dict[tuple[str, str], list[Claim]], list[str]]:
    """All claims by material and school, and the paths of files that nothing fits."""
    found: dict[tuple[str, str], list[Claim]] = {}
    unmatched: list[str] = []
    for parts in files:
        claims = matcher.claims(parts)
        if not claims:
            unmatched.append("/".join(parts))
        for claim in claims:
            found.setdefault((claim.material, claim.school), []).append(claim)
    return found, unmatched


def wanted_years(material: Material, year: int | None) -> tuple[int, ...]:
    """The years for which a material is wanted, oldest first; none where one in force is enough or no year is known."""
    if year is None or not material.years:
        return ()
    last = year - material.back
    return tuple(range(last - material.years + 1, last + 1))
