"""The fields: what can be reported, described once in `fields.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

import yaml

from qbe_xl.core.languages import STAGE_NAMES, Lang, Text

FieldType = Literal["text", "code", "choice", "yes_no", "year", "count", "amount", "level"]
NUMERIC_TYPES: frozenset[str] = frozenset({"count", "amount"})
YES_NO: dict[str, Text] = {"yes": Text("是", "Yes"), "no": Text("否", "No")}
NOT_SAMPLED = Text("未参加", "Not sampled")


@dataclass(frozen=True)
class Choice:
    """One value of a choice: its id, its name, other words for it."""

    id: str
    name: Text
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Field:
    """One field: names, type, unit, where it is reported, and its definition.

    `stage` is set and `base` is the id without it where a field exists once a stage (`pupils_primary` of `pupils`).
    """

    id: str
    base: str
    stage: str | None
    levels: tuple[str, ...]
    type: FieldType
    name: Text
    short: Text
    unit: str | None
    also: tuple[str, ...]
    help: Text
    source: str | None
    optional: bool
    choices: tuple[Choice, ...]

    @property
    def numeric(self) -> bool:
        """Whether its values are numbers (kept exact)."""
        return self.type in NUMERIC_TYPES

    def choice_name(self, value: str, lang: Lang) -> str:
        """The word for a choice or yes/no value."""
        if self.type == "yes_no":
            return YES_NO[value][lang]
        for choice in self.choices:
            if choice.id == value:
                return choice.name[lang]
        return value


_KEYS = {"level", "type", "unit", "stages", "name", "short", "also", "help", "from", "optional", "choices"}


def _fields_of(base: str, entry: Mapping[str, Any]) -> list[Field]:
    unknown = set(entry) - _KEYS
    if unknown:
        raise ValueError(f"fields.yaml: {base}: unknown key {sorted(unknown)}")
    out = []
    for stage in entry.get("stages", [None]):
        names = STAGE_NAMES[stage] if stage else Text("", "")

        def fill(text: str, word: str) -> str:
            filled = text.replace("{stage}", word)
            return filled[:1].upper() + filled[1:]

        name = Text(fill(entry["name"]["zh"], names.zh), fill(entry["name"]["en"], names.en.lower()))
        short = Text(**entry["short"]) if "short" in entry else name
        out.append(
            Field(
                id=f"{base}_{stage}" if stage else base,
                base=base,
                stage=stage,
                levels=tuple(entry["level"]),
                type=entry["type"],
                name=name,
                short=short,
                unit=entry.get("unit"),
                also=tuple(fill(word, names.zh) for word in entry.get("also", ())),
                help=Text(fill(entry["help"]["zh"], names.zh), fill(entry["help"]["en"], names.en.lower())),
                source=entry.get("from"),
                optional=bool(entry.get("optional", False)),
                choices=tuple(
                    Choice(key, Text(value["zh"], value["en"]), tuple(value.get("also", ())))
                    for key, value in entry.get("choices", {}).items()
                ),
            )
        )
    return out


@cache
def all_fields() -> dict[str, Field]:
    """Every field by id, in the order of `fields.yaml`."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    raw: dict[str, Any] = yaml.load(
        resources.files("qbe_xl.core").joinpath("fields.yaml").read_text(encoding="utf-8"), Loader=loader
    )
    return {field.id: field for base, entry in raw.items() for field in _fields_of(base, entry)}


def field_of(field_id: str) -> Field:
    """The field with this id; KeyError where there is none."""
    return all_fields()[field_id]


@cache
def stages_of(base: str) -> tuple[str, ...]:
    """The stages that a field exists for (empty where it is one for the whole school)."""
    return tuple(f.stage for f in all_fields().values() if f.base == base and f.stage)
