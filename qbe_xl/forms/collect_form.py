"""The collection forms (学校采集表) as data: the items of a school's and of the county's workbook, and what is made of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator
from pydantic import Field as Setting

from qbe_xl.core import yamlio
from qbe_xl.core.errors import QbeError
from qbe_xl.core.fields import Field, FieldType, all_fields
from qbe_xl.core.languages import STAGE_NAMES, Text
from qbe_xl.core.yamlio import Located, nearest
from qbe_xl.forms.profile import Column, Header, Names, NamesLike, Part, Section, Sheet, Word, validated

Stage = Literal["primary", "junior"]
FORM_ID = "qbe-collect-1"


def _item(value: Any) -> Any:
    return {"field": value} if isinstance(value, str) else value


class Item(Part):
    """A field of `core/fields.yaml`, or an item of the form's own; `in` is the unit it is entered in."""

    field: str | None = None
    item: str | None = None
    name: NamesLike | None = None
    type: FieldType = "count"
    unit: str | None = None
    entered_in: str | None = Setting(default=None, alias="in")
    stage: Stage | None = None
    optional: bool | None = None

    @property
    def id(self) -> str:
        """The field's or the item's id."""
        return self.field or self.item or ""


class ItemSection(Part):
    """Items under one title; `class_sizes` puts the bins of a stage's class sizes behind them."""

    title: NamesLike
    items: tuple[Annotated[Item, BeforeValidator(_item)], ...]
    class_sizes: Stage | None = None


class ItemSheet(Part):
    """One sheet of items down the page."""

    sheet: NamesLike
    header: Header = Header()
    sections: tuple[ItemSection, ...]


class Bin(Part):
    """Classes of one size range; `to` is missing in the last."""

    zh: Word
    en: Word
    first: int = Setting(alias="from")
    to: int | None = None


class ClassSizes(Part):
    """The bins, and from which size on a class is over the standard of its stage."""

    name: Names
    over: dict[Stage, int]
    bins: tuple[Bin, ...]

    def item(self, stage: str, size: Bin) -> str:
        """The id of the item that counts a stage's classes of one bin."""
        return f"classes_{stage}_{size.first}"


class TableSheet(Part):
    """A table in the county's workbook."""

    sheet: NamesLike
    columns: tuple[str, ...]


class Sum(Part):
    """A county fact as the sum of a school's field, over the schools of a stage that meet `where`."""

    fact: str
    of: str
    stage: Stage | None = None
    where: dict[str, tuple[str, ...]] = Setting(default_factory=dict)


class CollectForm(Part):
    """The whole form. `fields` describes every item by id, with the form's own names, stages and options."""

    id: str
    version: Word
    name: NamesLike
    school: ItemSheet
    class_sizes: ClassSizes
    derive: dict[str, tuple[str, ...]]
    county: ItemSheet
    survey: TableSheet
    roll: TableSheet
    sums: tuple[Sum, ...]

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """Its sheets as a profile has them: the school's, the county's, the survey, the list of schools."""
        return _sheets(self.id)


@cache
def collect_form(form_id: str = FORM_ID) -> CollectForm:
    """The shipped collection form."""
    text = resources.files("qbe_xl.forms").joinpath(f"{form_id}.yaml").read_text(encoding="utf-8")
    return collect_form_from(yamlio.loads(text, f"{form_id}.yaml"))


def collect_form_from(located: Located) -> CollectForm:
    """A collection form from located YAML; QbeError naming file and line where something in it is wrong."""
    form = validated(CollectForm, located)
    known = all_fields()
    own: set[str] = {item.item for s in form.school.sections for item in s.items if item.item}

    def check(name: str, path: tuple[str | int, ...], names: Mapping[str, object] | set[str]) -> None:
        if name not in names:
            line = located.line(path)
            raise QbeError("QBE-STD-009", file=located.name, line=line, key=name, nearest=nearest(name, list(names)))

    for part, sheet in (("school", form.school), ("county", form.county)):
        for s, section in enumerate(sheet.sections):
            for i, item in enumerate(section.items):
                if item.field is not None:
                    check(item.field, (part, "sections", s, "items", i), known)
    for name, items in form.derive.items():
        check(name, ("derive", name), known)
        for i, item_id in enumerate(items):
            check(item_id, ("derive", name, i), own)
    for i, entry in enumerate(form.sums):
        check(entry.fact, ("sums", i, "fact"), known)
        check(entry.of, ("sums", i, "of"), known)
    return form


def items_of(sheet: ItemSheet, form: CollectForm) -> list[tuple[ItemSection, list[Item]]]:
    """The sections with all their items, bins of class sizes included, in the order of the page."""
    out = []
    for section in sheet.sections:
        items = list(section.items)
        if section.class_sizes:
            stage = section.class_sizes
            word = STAGE_NAMES[stage]
            for size in form.class_sizes.bins:
                zh = form.class_sizes.name.zh.format(stage=word.zh, size=size.zh)
                en = form.class_sizes.name.en.format(stage=word.en, size=size.en)
                items.append(
                    Item.model_validate(
                        {
                            "item": form.class_sizes.item(stage, size),
                            "name": {"zh": zh, "en": en},
                            "unit": "个",
                            "stage": stage,
                            "optional": True,
                        }
                    )
                )
        out.append((section, items))
    return out


@cache
def described(form_id: str, part: Literal["school", "county"]) -> dict[str, Field]:
    """Every item of the school's or the county's part as a Field, by id."""
    form = collect_form(form_id)
    sheet = form.school if part == "school" else form.county
    out = {}
    for _, items in items_of(sheet, form):
        for item in items:
            out[item.id] = _as_field(item)
    return out


def _as_field(item: Item) -> Field:
    if item.field is not None:
        base = all_fields()[item.field]
        changes: dict[str, Any] = {}
        if item.name is not None:
            changes |= {"name": item.name.text, "also": (*base.also, base.name.zh, base.name.en, *item.name.also)}
        if item.stage is not None:
            changes["stage"] = item.stage
        if item.optional is not None:
            changes["optional"] = item.optional
        return dataclasses.replace(base, **changes) if changes else base
    name = item.name.text if item.name else Text(item.id, item.id)
    also = item.name.also if item.name else ()
    return Field(
        id=item.id,
        base=item.id,
        stage=item.stage,
        levels=("school",),
        type=item.type,
        name=name,
        short=name,
        unit=item.unit,
        also=also,
        help=name,
        source=None,
        optional=bool(item.optional),
        choices=(),
    )


@cache
def _sheets(form_id: str) -> tuple[Sheet, ...]:
    form = collect_form(form_id)

    def facts(sheet_id: str, part: ItemSheet) -> Sheet:
        sections = tuple(
            Section(title=section.title, rows=tuple(item.id for item in items))
            for section, items in items_of(part, form)
        )
        return Sheet(id=sheet_id, kind="facts", sheet=part.sheet, header=part.header, sections=sections)

    def table(sheet_id: str, part: TableSheet, kind: Literal["schools", "survey"]) -> Sheet:
        columns = tuple(Column(field=name, optional=name == "school_code") for name in part.columns)
        needs = ("school_name",) if kind == "schools" else ("survey_group", "survey_valid")
        return Sheet(
            id=sheet_id, kind="table", table=kind, sheet=part.sheet, optional=True, header=Header(needs=needs),
            ends_at=("合计", "Total"), columns=columns,
        )  # fmt: skip

    return (
        facts("school", form.school),
        facts("county", form.county),
        table("survey", form.survey, "survey"),
        table("roll", form.roll, "schools"),
    )
