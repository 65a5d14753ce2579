"""Units of measure: which can be written instead of which, and the exact factors between them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import Any

import yaml

from qbe_xl.core.languages import Text
from qbe_xl.core.numbers import Exact, tidy
from qbe_xl.forms.texts import norm


@dataclass(frozen=True)
class Unit:
    """One unit: its names, and how many of its dimension's first unit one of it is."""

    name: Text
    factor: Exact
    dimension: str


@dataclass(frozen=True)
class Dimension:
    """What is measured. `units` by normalised name; `must_be_stated` where a foreign form has to say which it uses."""

    id: str
    base: Unit
    units: dict[str, Unit]
    all: tuple[Unit, ...]
    must_be_stated: bool


@cache
def dimensions() -> dict[str, Dimension]:
    """Every dimension by the name of its first unit, which is what `core/fields.yaml` gives as a field's unit."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = resources.files("qbe_xl.forms").joinpath("units.yaml").read_text(encoding="utf-8")
    raw: dict[str, Any] = yaml.load(text, Loader=loader)
    out = {}
    for name, entry in raw.items():
        listed = entry["units"] if isinstance(entry, dict) else entry
        units: dict[str, Unit] = {}
        each = []
        for item in listed:
            unit = Unit(Text(item["name"], item["en"]), tidy(Fraction(str(item["factor"]))), name)
            each.append(unit)
            for word in (item["name"], item["en"], *item.get("also", ())):
                units[norm(word)] = unit
        out[each[0].name.zh] = Dimension(name, each[0], units, tuple(each), isinstance(entry, dict) and entry["stated"])
    return out


@cache
def dimension_of(unit: str | None) -> Dimension | None:
    """The dimension of a field's unit; None where the field has none."""
    return dimensions().get(unit) if unit else None


@cache
def _every_word() -> frozenset[str]:
    return frozenset(word for dimension in dimensions().values() for word in dimension.units)


def is_unit(word: str) -> bool:
    """Whether a normalised text is the name of any unit."""
    return word in _every_word()


def unit_name(unit: str | None) -> Text:
    """A field's unit in both languages; empty texts where it has none."""
    dimension = dimension_of(unit)
    return dimension.base.name if dimension else Text(unit or "", unit or "")
