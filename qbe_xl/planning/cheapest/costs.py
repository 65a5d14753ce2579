"""What can be bought and what it costs: the shipped assumptions, and a bureau's own file over them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import Field as Item

from qbe_xl.core import yamlio
from qbe_xl.core.errors import QbeError
from qbe_xl.core.fields import all_fields, stages_of
from qbe_xl.core.languages import Text
from qbe_xl.core.numbers import Exact
from qbe_xl.standards import Edition
from qbe_xl.standards.edition import stage_field
from qbe_xl.standards.loader import validated
from qbe_xl.standards.model import Number, Resource, Strict, TextField

FILE = "costs.yaml"
EVERY = "*"


class Measure(Strict):
    """One thing that can be bought: a unit of it adds 1 to `field` and `also` to other fields, for `price` 元."""

    id: str
    name: TextField
    field: str
    also: dict[str, Number] = Item(default_factory=dict)
    price: Number

    @property
    def adds(self) -> dict[str, Exact]:
        """What one unit adds, by field (fields that exist by stage without their stage)."""
        return {self.field: 1, **self.also}


class Kind(Strict):
    """A kind of teacher who can move between schools: what the giver loses and the receiver gains."""

    id: str
    name: TextField
    takes: dict[str, Number]
    price: Number


class Transfers(Strict):
    """Who may move, and between schools of which sponsors (办学性质; a blank counts as public)."""

    sponsors: tuple[str, ...]
    kinds: tuple[Kind, ...]


class Part(Strict):
    """A field that is part of another."""

    part: str
    whole: str


class Cap(Strict):
    """At most so many units of a measure, or of everything that adds to a field, at one school (`*`: at each)."""

    school: str
    measure: str | None = None
    field: str | None = None
    at_most: Number


class Forbid(Strict):
    """Nothing at this school (`*`: at any) for this indicator, field or measure; without any of them nothing at all."""

    school: str
    indicator: str | None = None
    field: str | None = None
    measure: str | None = None


class _Default(Strict):
    id: str
    assumed: bool
    note: TextField
    measures: tuple[Measure, ...]
    parts: tuple[Part, ...]
    transfers: Transfers


class _Own(Strict):
    """A bureau's file: prices by id, further measures, and what may not be done."""

    note: TextField | None = None
    prices: dict[str, Number] = Item(default_factory=dict)
    measures: tuple[Measure, ...] = ()
    off: tuple[str, ...] = ()
    sponsors: tuple[str, ...] | None = None
    caps: tuple[Cap, ...] = ()
    forbid: tuple[Forbid, ...] = ()


@dataclass(frozen=True)
class Costs:
    """What may be bought, at which prices, and where not. `assumed`: ids whose price nobody has confirmed."""

    name: str
    note: Text
    measures: tuple[Measure, ...]
    parts: tuple[Part, ...]
    transfers: Transfers
    assumed: frozenset[str]
    caps: tuple[Cap, ...] = ()
    forbid: tuple[Forbid, ...] = ()

    def forbidding(self, more: Iterable[Forbid]) -> Costs:
        """The same with more prohibitions."""
        return Costs(
            self.name, self.note, self.measures, self.parts, self.transfers, self.assumed, self.caps,
            (*self.forbid, *more),
        )  # fmt: skip


@cache
def _default() -> _Default:
    text = resources.files("qbe_xl.planning").joinpath(FILE).read_text(encoding="utf-8")
    located = yamlio.loads(text, FILE)
    found = validated(_Default, located)
    _check_measures(found.measures, located)
    return found


def default_costs() -> Costs:
    """The shipped prices, all of them assumptions."""
    d = _default()
    every = frozenset([*(m.id for m in d.measures), *(k.id for k in d.transfers.kinds)])
    return Costs("default", d.note, d.measures, d.parts, d.transfers, every)


def load_costs(path: Path | str) -> Costs:
    """A bureau's file over the shipped prices; QbeError QBE-STD-… names file and line of a mistake."""
    located = yamlio.load(path)
    if not isinstance(located.data, dict):
        raise QbeError("QBE-STD-004", file=located.name, line=1, key="prices")
    own = validated(_Own, located)
    base = default_costs()
    ids = [*(m.id for m in base.measures), *(m.id for m in own.measures), *(k.id for k in base.transfers.kinds)]
    _check_measures(own.measures, located)
    for key, price in own.prices.items():
        _known(key, ids, located, ("prices", key))
        _not_negative(price, key, located, ("prices", key))
    for number, key in enumerate(own.off):
        _known(key, ids, located, ("off", number))
    groups: tuple[tuple[str, tuple[Cap | Forbid, ...]], ...] = (("caps", own.caps), ("forbid", own.forbid))
    for kind, entries in groups:
        for number, entry in enumerate(entries):
            if entry.measure is not None:
                _known(entry.measure, ids, located, (kind, number, "measure"))
            if entry.field is not None:
                _known_field(entry.field, located, (kind, number, "field"))
    for number, cap in enumerate(own.caps):
        _not_negative(cap.at_most, "at_most", located, ("caps", number, "at_most"))
        if (cap.measure is None) == (cap.field is None):
            raise QbeError("QBE-STD-004", file=located.name, line=located.line(("caps", number)), key="measure | field")
    return _merged(base, own, located.name)


def _merged(base: Costs, own: _Own, name: str) -> Costs:
    replaced = {m.id: m for m in own.measures}
    measures = [replaced.pop(m.id, m) for m in base.measures] + list(replaced.values())
    measures = [m.model_copy(update={"price": own.prices.get(m.id, m.price)}) for m in measures if m.id not in own.off]
    kinds = [k.model_copy(update={"price": own.prices.get(k.id, k.price)}) for k in base.transfers.kinds]
    kinds = [k for k in kinds if k.id not in own.off]
    stated = {*own.prices, *(m.id for m in own.measures)}
    ids = {*(m.id for m in measures), *(k.id for k in kinds)}
    transfers = Transfers(sponsors=own.sponsors or base.transfers.sponsors, kinds=tuple(kinds))
    return Costs(
        name,
        own.note or base.note,
        tuple(measures),
        base.parts,
        transfers,
        frozenset(ids - stated),
        own.caps,
        own.forbid,
    )


def _check_measures(measures: Iterable[Measure], located: yamlio.Located) -> None:
    seen = set()
    for number, measure in enumerate(measures):
        where = ("measures", number)
        if measure.id in seen:
            raise QbeError("QBE-STD-006", file=located.name, line=located.line((*where, "id")), key=measure.id)
        seen.add(measure.id)
        _known_field(measure.field, located, (*where, "field"))
        for name, by in measure.also.items():
            _known_field(name, located, (*where, "also", name))
            _not_negative(by, name, located, (*where, "also", name))
        _not_negative(measure.price, "price", located, (*where, "price"))


def _known(key: str, ids: list[str], located: yamlio.Located, path: tuple[str | int, ...]) -> None:
    if key not in ids:
        near = yamlio.nearest(key, ids)
        raise QbeError("QBE-STD-002", file=located.name, line=located.line(path), key=key, nearest=near)


def _known_field(key: str, located: yamlio.Located, path: tuple[str | int, ...]) -> None:
    numeric = {
        f.base if stages_of(f.base) else f.id
        for f in all_fields().values()
        if "school" in f.levels and f.type in ("count", "amount")
    }
    if key not in numeric:
        near = yamlio.nearest(key, sorted(numeric))
        raise QbeError("QBE-STD-009", file=located.name, line=located.line(path), key=key, nearest=near)


def _not_negative(value: Exact, key: str, located: yamlio.Located, path: tuple[str | int, ...]) -> None:
    if value < 0:
        problem = Text("不能为负", "it must not be negative")
        raise QbeError("QBE-STD-005", file=located.name, line=located.line(path), key=key, problem=problem)


def staged(adds: Mapping[str, Exact], stage: str) -> dict[str, Exact]:
    """What is added, by the ids that fields have at a stage."""
    return {stage_field(name, stage): by for name, by in adds.items()}


def by_stage(adds: Mapping[str, Any]) -> bool:
    """Whether it is bought for one stage."""
    return any(stages_of(name) for name in adds)


def serves(measure: Measure, indicator: Resource) -> bool:
    """Whether the measure is bought for this indicator: its own field adds to the indicator's amount."""
    if measure.field not in indicator.amount.names:
        return False
    zero: dict[str, Exact] = dict.fromkeys(indicator.amount.names, Fraction(0))
    adds = {name: by for name, by in measure.adds.items() if name in zero}
    return indicator.amount.value({**zero, **adds}) > indicator.amount.value(zero)


def forbidden(costs: Costs, measure: Measure | Kind, school: tuple[str, str], edition: Edition) -> bool:
    """Whether a measure is forbidden at a school (code, name)."""
    adds = measure.adds if isinstance(measure, Measure) else measure.takes
    for rule in costs.forbid:
        if rule.school != EVERY and rule.school not in school:
            continue
        if rule.measure is not None and rule.measure != measure.id:
            continue
        if rule.field is not None and rule.field not in adds:
            continue
        if rule.indicator is not None:
            criterion = edition.criterion(rule.indicator) if rule.indicator in edition else None
            if not isinstance(criterion, Resource):
                continue
            if isinstance(measure, Measure) and not serves(measure, criterion):
                continue
            if isinstance(measure, Kind) and not set(criterion.amount.names) & set(adds):
                continue
        return True
    return False


def parse_forbid(text: str) -> Forbid:
    """`SCHOOL`, `SCHOOL:L5`, `SCHOOL:field` or `SCHOOL:measure`; SCHOOL may be `*`."""
    school, _, what = text.partition(":") if ":" in text else text.partition("：")
    what = what.strip()
    if not what:
        return Forbid(school=school.strip())
    if what in all_fields() or any(f.base == what for f in all_fields().values()):
        return Forbid(school=school.strip(), field=what)
    d = _default()
    if what in {*(m.id for m in d.measures), *(k.id for k in d.transfers.kinds)}:
        return Forbid(school=school.strip(), measure=what)
    return Forbid(school=school.strip(), indicator=what)
