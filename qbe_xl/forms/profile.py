"""A form as data: which sheets there are, which headers and labels mean which field, in which units, where rows end."""

from __future__ import annotations

import typing
from decimal import Decimal
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from qbe_xl.core import yamlio
from qbe_xl.core.errors import QbeError
from qbe_xl.core.fields import all_fields
from qbe_xl.core.languages import STAGE_NAMES, Text
from qbe_xl.core.yamlio import Located, nearest
from qbe_xl.forms.texts import norm
from qbe_xl.forms.units import is_unit

Word = Annotated[str, BeforeValidator(lambda value: str(value) if isinstance(value, int | Decimal) else value)]


class Part(BaseModel):
    """What every part of a profile has in common: a key it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Names(Part):
    """A name in both languages, and other words for it. A hand-written profile may give Chinese alone."""

    zh: Word
    en: Word = ""
    also: tuple[Word, ...] = ()

    @property
    def text(self) -> Text:
        """The name; the Chinese one stands for a missing English one."""
        return Text(self.zh, self.en or self.zh)

    @property
    def words(self) -> tuple[str, ...]:
        """Every way it is written."""
        return tuple(word for word in (self.zh, self.en, *self.also) if word)


def _names(value: Any) -> Any:
    if isinstance(value, str):
        return {"zh": value}
    if isinstance(value, list) and value:
        return {"zh": value[0], "also": value[1:]}
    return value


NamesLike = Annotated[Names, BeforeValidator(_names)]


def _listed(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


Words = Annotated[tuple[Word, ...], BeforeValidator(_listed)]


class Header(Part):
    """Where the header stands: within the first rows; `needs` are fields that must be found in it.

    In a facts sheet `item`, `value`, `unit` and `evidence` are the texts of its header cells.
    """

    within_rows: int = Field(default=12, ge=1, le=100)
    needs: tuple[str, ...] = ()
    levels: int = Field(default=3, ge=1, le=3)
    item: Words = ()
    value: Words = ()
    unit: Words = ()
    evidence: Words = ()


class Column(Part):
    """One column: a field, or a value that the form states itself (`stated: L4.primary`).

    `header` are texts, `a/b` a text under another; a field's own names need not be repeated. `unit` names a unit, or
    gives factors of units of the form's own ({元: 1, 万元: 10000}).
    """

    field: str | None = None
    stated: Word | None = None
    header: Words = ()
    unit: str | dict[str, Decimal | int] | None = None
    optional: bool | None = None

    @model_validator(mode="after")
    def _one_of(self) -> Column:
        if (self.field is None) == (self.stated is None):
            raise ValueError("field | stated")
        return self


def _column(value: Any) -> Any:
    return {"field": value} if isinstance(value, str) else value


ColumnLike = Annotated[Column, BeforeValidator(_column)]


class Group(Part):
    """Columns under one title."""

    title: NamesLike
    columns: tuple[ColumnLike, ...]


class Section(Part):
    """Rows of a facts sheet: fields, and the criteria whose stated value (自报) has a row there."""

    title: NamesLike | None = None
    criterion: str | None = None
    rows: tuple[str, ...]
    stated: tuple[Word, ...] = ()


class Sheet(Part):
    """One sheet: a table (a row a school, or a survey group) or facts (an item a row)."""

    id: str
    kind: Literal["table", "facts"]
    sheet: NamesLike
    table: Literal["schools", "survey"] | None = None
    optional: bool = False
    by_header: bool = False
    header: Header = Header()
    ends_at: Words = ()
    skip: Words = ()
    stage: Literal["primary", "junior"] | None = None
    constants: dict[str, Word] = Field(default_factory=dict)
    groups: tuple[Group, ...] = ()
    columns: tuple[ColumnLike, ...] = ()
    stated_rows: dict[str, Words] = Field(default_factory=dict)
    sections: tuple[Section, ...] = ()

    @model_validator(mode="after")
    def _complete(self) -> Sheet:
        if self.kind == "table" and (self.table is None or not (self.groups or self.columns)):
            raise ValueError("table, columns")
        if self.kind == "facts" and not self.sections:
            raise ValueError("sections")
        return self

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """Every column, grouped or not."""
        return (*(column for group in self.groups for column in group.columns), *self.columns)

    def field_id(self, name: str) -> str:
        """The field that a name means in this sheet: in a sheet of one stage, `pupils` is that stage's."""
        known = all_fields()
        if self.stage and name not in known and f"{name}_{self.stage}" in known:
            return f"{name}_{self.stage}"
        return name


class Profile(Part):
    """A form. `own_units`: a column that names no unit is in its field's own (our templates, not foreign forms)."""

    id: str
    version: Word = "1"
    name: NamesLike
    own_units: bool = False
    constants: dict[str, Word] = Field(default_factory=dict)
    sheets: tuple[Sheet, ...]

    def sheet(self, sheet_id: str) -> Sheet:
        """The sheet of that id; KeyError where there is none."""
        for sheet in self.sheets:
            if sheet.id == sheet_id:
                return sheet
        raise KeyError(sheet_id)


# ---- loading, with errors that name the line

SHIPPED = ("qbe-county-1",)


def load_profile(path: Path | str) -> Profile:
    """A profile from a YAML file; QbeError naming file, line and nearest key where something in it is wrong."""
    return profile_from(yamlio.load(path))


@cache
def shipped_profile(form_id: str) -> Profile:
    """One of the profiles that come with the program; KeyError where there is none."""
    if form_id not in SHIPPED:
        raise KeyError(form_id)
    text = resources.files("qbe_xl.forms").joinpath(f"{form_id}.yaml").read_text(encoding="utf-8")
    return profile_from(yamlio.loads(text, f"{form_id}.yaml"))


def profile_from(located: Located) -> Profile:
    """A profile from located YAML; QbeError QBE-STD-002, -004, -005, -006 or -009."""
    profile = validated(Profile, located)
    _check_fields(profile, located)
    return profile


AnyPart = typing.TypeVar("AnyPart", bound=Part)


def validated(model: type[AnyPart], located: Located) -> AnyPart:
    """Located YAML as a model; the first thing wrong with it becomes a QbeError with file and line."""
    if not isinstance(located.data, dict):
        raise QbeError("QBE-STD-005", file=located.name, line=1, key=model.__name__, problem="mapping")
    try:
        return model.model_validate(located.data)
    except ValidationError as error:
        raise _as_qbe_error(model, located, error) from error


_HINTS = {"field | stated": "field | stated", "table, columns": "table, columns", "sections": "sections"}


def _as_qbe_error(model: type[Part], located: Located, error: ValidationError) -> QbeError:
    details = sorted(error.errors(), key=lambda d: d["type"] != "extra_forbidden")  # a misspelt key explains the rest
    first = details[0]
    path = _real_path(located.data, first["loc"])
    line = located.line(path)
    key = str(path[-1]) if path else model.__name__
    if first["type"] == "extra_forbidden":
        owner = _model_at(model, located.data, path[:-1])
        return QbeError(
            "QBE-STD-002", file=located.name, line=line, key=key, nearest=nearest(key, list(owner.model_fields))
        )
    if first["type"] == "missing":
        return QbeError("QBE-STD-004", file=located.name, line=located.line(path[:-1]), key=key)
    if first["type"] == "value_error" and str(first["ctx"]["error"]) in _HINTS:
        return QbeError("QBE-STD-004", file=located.name, line=line, key=str(first["ctx"]["error"]))
    return QbeError(
        "QBE-STD-005", file=located.name, line=line, key=key, problem=first["msg"].removeprefix("Value error, ")
    )


def _real_path(data: Any, loc: tuple[int | str, ...]) -> tuple[str | int, ...]:
    """pydantic's location without the names of union members it adds."""
    path: list[str | int] = []
    for index, step in enumerate(loc):
        if isinstance(data, dict) and (step in data or index == len(loc) - 1):
            path.append(step)
            data = data.get(str(step))
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            path.append(step)
            data = data[step]
    return tuple(path)


def _model_at(model: type[Part], data: Any, path: tuple[str | int, ...]) -> type[Part]:
    """The model that describes the mapping at `path`."""
    current: Any = model
    for step in path:
        if isinstance(step, str) and isinstance(current, type) and issubclass(current, Part):
            info = current.model_fields.get(step)
            current = info.annotation if info else current
        current = _part_in(current)
    return current if isinstance(current, type) and issubclass(current, Part) else model


def _part_in(annotation: Any) -> Any:
    """The model inside tuple[...], dict[...], Annotated[...] or a union."""
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return annotation
    for inner in typing.get_args(annotation):
        found = _part_in(inner)
        if isinstance(found, type) and issubclass(found, Part):
            return found
    return annotation


def _check_fields(profile: Profile, located: Located) -> None:
    """Every field that the profile names exists; ids of sheets are unique; units are known."""
    known = all_fields()

    def check(name: str, path: tuple[str | int, ...], sheet: Sheet | None = None) -> None:
        if (sheet.field_id(name) if sheet else name) not in known:
            close = nearest(name, list(known)) if nearest(name, list(known)) in known else "qbe_xl/core/fields.yaml"
            raise QbeError("QBE-STD-009", file=located.name, line=located.line(path), key=name, nearest=close)

    def check_column(column: Column, path: tuple[str | int, ...], sheet: Sheet) -> None:
        if column.field is not None:
            check(column.field, path, sheet)
        if isinstance(column.unit, str) and not is_unit(norm(column.unit)):
            where = located.line((*path, "unit"))
            raise QbeError("QBE-STD-005", file=located.name, line=where, key="unit", problem=column.unit)

    for name in profile.constants:
        check(name, ("constants", name))
    seen: set[str] = set()
    for i, sheet in enumerate(profile.sheets):
        if sheet.id in seen:
            raise QbeError("QBE-STD-006", file=located.name, line=located.line(("sheets", i, "id")), key=sheet.id)
        seen.add(sheet.id)
        for k, name in enumerate(sheet.header.needs):
            check(name, ("sheets", i, "header", "needs", k), sheet)
        for name in sheet.constants:
            check(name, ("sheets", i, "constants", name), sheet)
        for k, column in enumerate(sheet.columns):
            check_column(column, ("sheets", i, "columns", k), sheet)
        for g, group in enumerate(sheet.groups):
            for k, column in enumerate(group.columns):
                check_column(column, ("sheets", i, "groups", g, "columns", k), sheet)
        for s, section in enumerate(sheet.sections):
            for k, name in enumerate(section.rows):
                check(name, ("sheets", i, "sections", s, "rows", k))


def stage_word(stage: str) -> Text:
    """小学, 初中 …"""
    return STAGE_NAMES[stage]
