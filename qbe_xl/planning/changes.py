"""What could be changed in a county, as plain data, and `apply`, which gives the county as it would then be reported.

An action is one of `Change`, `Move`, `Merge`, `Split`, `Open`, `Close`, `Forecast`; they are applied in order and never
alter the county given. A school is named by its code or its name, a field by its id or its name in either language.

What follows a change by itself, so that the report stays one that could be handed in:

- A changed value has no place any more (`Row.place` gives None), for no cell says it.
- A whole that a changed part would exceed is raised to the part: five key teachers more in a school of four teachers
  make it nine. Nothing else is guessed: degrees may be earned, so more teachers above the required degree need no more
  teachers.
- PE, music and art teachers (其中体育、音乐、美术) become missing where their sum was changed; so do optional parts
  (随迁子女, 片区内学生) that are now larger than their whole.
- Classes: where a stage's pupils or classes change, its largest class and its classes over the limit become missing,
  unless the same scenario gives them: nobody knows how pupils will be seated. `even_classes` seats them evenly instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from qbe_xl.core.numbers import Exact
from qbe_xl.county import County
from qbe_xl.county.model import Value

Kind = Literal["set", "add", "times"]
KINDS: tuple[Kind, ...] = ("set", "add", "times")


@dataclass(frozen=True)
class Change:
    """One value of one school, or of the county where `school` is None.

    set: the new value (None: missing). add: so much more (less, if negative), in the field's unit. times: so many times,
    a count rounded half up to whole.
    """

    school: str | None
    field: str
    kind: Kind
    value: Value | None


@dataclass(frozen=True)
class Move:
    """Amounts that leave one school for another: `{"teachers_primary": 2, "pe_art_primary": 2}`; totals are kept.

    Only what is named moves. `teachers_…` takes the school's `teachers_full_time` and `teachers_total` along where both
    schools report them; what the teachers are (above_degree, backbone, pe_art) must be named, for nobody else knows it.
    """

    source: str
    target: str
    amounts: Mapping[str, Exact]


@dataclass(frozen=True)
class Merge:
    """Several schools become the first of them: numbers are added, the largest class is the largest of theirs.

    Texts and answers are the first school's; the type follows from the stages unless given. Campuses follow their school.
    """

    schools: tuple[str, ...]
    name: str | None = None
    type: str | None = None


@dataclass(frozen=True)
class Split:
    """A new school out of an old one: `share` of every number (counts rounded half up), or just `amounts`; totals are kept.

    The new school has the old one's sponsor, area and answers. Campuses stay with the old school.
    """

    school: str
    code: str
    name: str
    type: str | None = None
    share: Exact | None = None
    amounts: Mapping[str, Exact] = field(default_factory=dict)


@dataclass(frozen=True)
class Open:
    """A new school with these values; what is not given is missing."""

    code: str
    name: str
    type: str
    values: Mapping[str, Value | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Close:
    """A school and its campuses close.

    `to` shares their pupils and their teachers (with all that these are) out among other schools, by share, the shares
    adding up to 1; counts stay whole. Rooms, grounds, equipment and funds end: move or merge them first if they do not.
    """

    school: str
    to: Mapping[str, Exact] = field(default_factory=dict)


@dataclass(frozen=True)
class Forecast:
    """Pupils of a stage (or of all stages) in every school, in those of one `area` (城区, 镇区, 乡村), or in one `school`:
    `factor` times as many, rounded half up, or just `pupils` (one school and one stage only)."""

    factor: Exact | None = None
    pupils: Exact | None = None
    stage: str | None = None
    area: str | None = None
    school: str | None = None


Action: TypeAlias = Change | Move | Merge | Split | Open | Close | Forecast


def apply(county: County, actions: Iterable[Action], *, even_classes: Mapping[str, Exact] | None = None) -> County:
    """The county after these actions, in order; the county itself where there are none.

    `even_classes`: largest class allowed by stage; where pupils change, classes are then filled evenly (fewest classes
    that hold them, at least as many as there are now). QbeError: QBE-PLN-001 an unknown school, -002 an unknown field,
    -003 a result below zero, -004 a number that is missing, -005 a value that does not fit, -006 a name or code in use.
    """
    from qbe_xl.planning.draft import Draft
    from qbe_xl.planning.reshape import act

    draft = Draft(county)
    for action in actions:
        act(draft, action)
    return draft.county(even_classes)
