"""What is plausible: the bands and thresholds of `bands.yaml`, loaded once. No threshold of a check stands in code."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import Any

import yaml

from qbe_xl.core.fields import field_of
from qbe_xl.core.languages import STAGE_NAMES, Text

STAGES = ("primary", "junior")


@dataclass(frozen=True)
class Ratio:
    """A ratio of a school that has a plausible band: `times` × Σ of ÷ max(Σ per, per_at_least)."""

    id: str
    stage: str | None
    name: Text
    of: tuple[str, ...]
    per: tuple[str, ...]
    times: float
    low: float
    high: float
    usual: tuple[float, float] | None
    per_at_least: float
    per_from: float
    outlier: bool

    @property
    def field(self) -> str:
        """The field that is told where the ratio is not plausible."""
        return self.of[0]


@dataclass(frozen=True)
class OtherUnit:
    """A unit that a field's own is mixed up with: a number typed in it is `factor` of the field's."""

    factor: float
    name: Text


@cache
def bands() -> dict[str, Any]:
    """The whole of `bands.yaml`."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = resources.files("qbe_xl.checks").joinpath("bands.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.load(text, Loader=loader)
    return loaded


def filled(names: list[str]) -> tuple[str, ...]:
    """Field names with {s} filled in for each stage."""
    out: list[str] = []
    for name in names:
        out += [name.format(s=stage) for stage in STAGES] if "{s}" in name else [name]
    return tuple(out)


@cache
def ratios() -> tuple[Ratio, ...]:
    """Every ratio of a school, those by stage once for each stage."""
    out = []
    for entry in bands()["ratios"]:
        staged = any("{s}" in name for name in entry["of"])
        for stage in STAGES if staged else (None,):
            word = STAGE_NAMES[stage] if stage else Text("", "")
            name = Text(entry["name"]["zh"].format(stage=word.zh), entry["name"]["en"].format(stage=word.en.lower()))
            usual = entry.get("usual")
            out.append(
                Ratio(
                    entry["id"],
                    stage,
                    name,
                    tuple(n.format(s=stage) for n in entry["of"]),
                    tuple(n.format(s=stage) for n in entry["per"]),
                    float(entry["times"]),
                    float(entry["low"]),
                    float(entry["high"]),
                    (float(usual[0]), float(usual[1])) if usual else None,
                    float(entry["per_at_least"]),
                    float(entry.get("per_from", 0)),
                    bool(entry["outlier"]),
                )
            )
    return tuple(out)


@cache
def other_units(field: str) -> tuple[OtherUnit, ...]:
    """The units that a field may have been entered in by mistake, both ways."""
    base = field_of(field).unit or ""
    out = []
    for entry in bands()["units"].get(base, ()):
        factor = Fraction(str(entry["factor"]))
        name = Text(entry["zh"], entry["en"])
        out.append(OtherUnit(float(factor), name))
        back = Text(f"{base}、又按{name.zh}换算", f"{base} and then converted from {name.en}")
        out.append(OtherUnit(float(1 / factor), back))
    return tuple(out)
