"""Reads edition and overlay files; every mistake in them names file, line and the nearest valid key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from qbe_xl.core import yamlio
from qbe_xl.core.errors import QbeError
from qbe_xl.core.expressions import Expression
from qbe_xl.core.fields import YES_NO, all_fields, field_of, stages_of
from qbe_xl.core.languages import Text
from qbe_xl.standards import model
from qbe_xl.standards.edition import Edition

FOLDER = Path(__file__).parent
DEFAULT_EDITION = "cn-qbe-2017"
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class EditionInfo:
    """A line of the list of editions."""

    id: str
    name: Text
    extends: str | None
    path: Path


@cache
def known_editions() -> dict[str, EditionInfo]:
    """The editions and overlays that are shipped, by id."""
    found: dict[str, EditionInfo] = {}
    for path in [*sorted(FOLDER.glob("*.yaml")), *sorted((FOLDER / "overlays").glob("*.yaml"))]:
        data = yamlio.load(path).data
        name = data.get("name") or {}
        found[data["id"]] = EditionInfo(
            data["id"], Text(name.get("zh", ""), name.get("en", "")), data.get("extends"), path
        )
    return found


def load_edition(edition: str | Path, options: tuple[str, ...] = ()) -> Edition:
    """The edition with this id, or in this .yaml file (an overlay is applied to what it extends).

    `options` switches relaxations on. QbeError QBE-STD-… where the file is wrong or an id is unknown.
    """
    if isinstance(edition, Path) or str(edition).endswith((".yaml", ".yml")):
        path = Path(edition)
    else:
        known = {DEFAULT_EDITION: FOLDER / f"{DEFAULT_EDITION}.yaml"}
        if edition not in known:
            known = {info.id: info.path for info in known_editions().values()}
        if edition not in known:
            raise QbeError("QBE-STD-007", edition=edition, known=", ".join(sorted(known)))
        path = known[edition]
    return _load(path, tuple(sorted(set(options))))


@cache
def _load(path: Path, options: tuple[str, ...]) -> Edition:
    located = yamlio.load(path)
    if isinstance(located.data, dict) and "extends" in located.data:
        overlay = validated(model.OverlayFile, located)
        if overlay.extends not in known_editions():
            known = yamlio.nearest(overlay.extends, sorted(known_editions()))
            problem, line = f"{overlay.extends}（{known}）", located.line(("extends",))
            raise QbeError("QBE-STD-005", file=located.name, line=line, key="extends", problem=problem)
        base = load_edition(overlay.extends)
        file = _overlaid(base.file, overlay, located)
        edition = Edition(file, _digest(file), extends=overlay.extends, options=base.options).with_options(
            overlay.options_on
        )
    else:
        file = validated(model.EditionFile, located)
        edition = Edition(file, _digest(file), extends=None, options=())
        _check(edition, located)
    return edition.with_options(options)


def validated(kind: type[M], located: yamlio.Located) -> M:
    """A YAML file as typed data; QbeError QBE-STD-002, -004 or -005 names the first mistake, its line and nearest key."""
    try:
        return kind.model_validate(located.data)
    except ValidationError as error:
        raise _mistake(kind, error, located) from error


def _mistake(kind: type[BaseModel], error: ValidationError, located: yamlio.Located) -> QbeError:
    """The first mistake as a message; unknown keys first, since they are the likeliest cause of missing ones."""
    problems = sorted(error.errors(), key=lambda e: e["type"] != "extra_forbidden")
    problem = problems[0]
    path = _data_path(problem["loc"], located.data)
    place = {"file": located.name, "line": located.line(path)}
    key = str(problem["loc"][-1]) if problem["loc"] else located.name
    if problem["type"] == "extra_forbidden":
        return QbeError(
            "QBE-STD-002", **place, key=key, nearest=yamlio.nearest(key, _known_keys(kind, problem["loc"][:-1]))
        )
    if problem["type"] == "missing":
        return QbeError("QBE-STD-004", **place, key=key)
    if problem["type"] == "union_tag_not_found":
        return QbeError("QBE-STD-004", **place, key="kind")
    if problem["type"] == "union_tag_invalid":
        problem_text = f"{problem['ctx']['tag']}（{problem['ctx']['expected_tags']}）"
        line = located.line((*path, "kind"))
        return QbeError("QBE-STD-005", file=located.name, line=line, key="kind", problem=problem_text)
    return QbeError(
        "QBE-STD-005", **place, key=str(path[-1] if path else key), problem=problem["msg"].removeprefix("Value error, ")
    )


def _data_path(loc: tuple[str | int, ...], data: Any) -> tuple[str | int, ...]:
    """The location as it stands in the file: pydantic adds tags of unions, which are no keys."""
    path: list[str | int] = []
    for number, step in enumerate(loc):
        if number and isinstance(loc[number - 1], int) and isinstance(data, dict) and data.get("kind") == step:
            continue  # the tag, even where a key is called the same (rooms)
        if (isinstance(data, dict) and step in data) or (
            isinstance(data, list) and isinstance(step, int) and step < len(data)
        ):
            data = data[step]  # type: ignore[index]  # step is an int where data is a list
        else:
            continue
        path.append(step)
    return tuple(path)


def _known_keys(kind: type[BaseModel], loc: tuple[str | int, ...]) -> list[str]:
    """The keys that are valid at a location (which includes the tags of unions)."""
    here: list[type[BaseModel]] = [kind]
    for step in loc:
        tagged = [m for m in here if "kind" in m.model_fields and step in get_args(m.model_fields["kind"].annotation)]
        if len(here) > 1 and tagged:
            here = tagged
            continue
        fields = [m.model_fields[step] for m in here if isinstance(step, str) and step in m.model_fields]
        if fields:
            here = [found for field in fields for found in _models_in(field.annotation)]
    return sorted({key for found in here for key in found.model_fields} - {"changed_from"})


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for argument in get_args(annotation) for found in _models_in(argument)]


def _check(edition: Edition, located: yamlio.Located) -> None:
    """What types cannot say: ids once only, sources everywhere, fields and documents that exist."""
    _no_twins(located, "criteria")
    _no_twins(located, "options")
    ids = {criterion.id for criterion in edition.file.criteria}
    _known_document(edition, edition.file.resource_rule.source, located, ("resource_rule",))
    for key, rule in edition.file.units:
        _known_document(edition, rule.source, located, ("units", key))
    _known_choices(
        edition.file.units.excluded_types.value, "school_type", located, ("units", "excluded_types", "value")
    )
    for index, criterion in enumerate(edition.file.criteria):
        path = ("criteria", index)
        if criterion.source is None:
            raise QbeError("QBE-STD-004", file=located.name, line=located.line(path), key=f"{criterion.id}: source")
        if criterion.group is None:
            raise QbeError("QBE-STD-004", file=located.name, line=located.line(path), key=f"{criterion.id}: group")
        _known_document(edition, criterion.source, located, path)
        _known_fields(criterion, located, path)
        _known_types(criterion, located, path)
        if isinstance(criterion, model.AllOf):
            parts = [part.id for part in criterion.parts]
            for number, part in enumerate(criterion.parts):
                if part.id in parts[:number]:
                    where = located.line((*path, "parts", number))
                    raise QbeError("QBE-STD-006", file=located.name, line=where, key=f"{criterion.id}.{part.id}")
                _known_fields(part, located, (*path, "parts", number))
                _known_types(part, located, (*path, "parts", number))
                if part.source is not None:
                    _known_document(edition, part.source, located, (*path, "parts", number))
    for index, option in enumerate(edition.file.options):
        path = ("options", index)
        _known_document(edition, option.source, located, path)
        if option.add_amount is not None and option.add_amount not in all_fields() and not stages_of(option.add_amount):
            _unknown_field(option.add_amount, located, (*path, "add_amount"))
        _known_choices(option.at_most_by_type, "school_type", located, (*path, "at_most_by_type"))
        _known_choices(option.where.types, "school_type", located, (*path, "where", "types"))
        _known_choices(option.where.area, "area", located, (*path, "where", "area"))
        if option.criterion not in ids:
            where = located.line(("options", index, "criterion"))
            nearest = yamlio.nearest(option.criterion, sorted(ids))
            raise QbeError(
                "QBE-STD-010", file=located.name, line=where, key=option.criterion, edition=edition.id, nearest=nearest
            )


def _no_twins(located: yamlio.Located, section: str) -> None:
    seen: set[str] = set()
    for index, entry in enumerate(located.data.get(section) or ()):
        if entry["id"] in seen:
            line = located.line((section, index))
            raise QbeError("QBE-STD-006", file=located.name, line=line, key=entry["id"])
        seen.add(entry["id"])


def _known_document(edition: Edition, source: model.Source, located: yamlio.Located, path: yamlio.Path_) -> None:
    if source.document not in edition.file.documents:
        nearest = yamlio.nearest(source.document, sorted(edition.file.documents))
        problem = f"{source.document}（documents: {nearest}）"
        raise QbeError(
            "QBE-STD-005", file=located.name, line=located.line((*path, "source")), key="document", problem=problem
        )


def _known_fields(criterion: model.AnyCriterion, located: yamlio.Located, path: yamlio.Path_) -> None:
    fields = all_fields()
    by_stage = {field.base for field in fields.values() if field.stage}
    for key in ("formula", "amount", "classes", "shown"):
        value = getattr(criterion, key, None)
        if isinstance(value, Expression):
            for name in value.names:
                if name not in fields and not (key == "amount" and stages_of(name)):
                    _unknown_field(name, located, (*path, key))
    for key in ("field", "satisfied", "valid"):
        named = getattr(criterion, key, None)
        if isinstance(named, str) and named not in fields:
            _unknown_field(named, located, (*path, key))
    if isinstance(criterion, model.EachClass):
        for key in ("largest", "over", "classes"):
            if getattr(criterion, key) not in by_stage:
                _unknown_field(getattr(criterion, key), located, (*path, key))
    if isinstance(criterion, model.Rooms):
        for kind, room in criterion.rooms.items():
            for name in room.bands.values():
                if name not in fields:
                    _unknown_field(name, located, (*path, "rooms", kind, "bands"))


def _known_types(criterion: model.AnyCriterion, located: yamlio.Located, path: yamlio.Path_) -> None:
    """Types of school and allowed answers are among the choices of their fields."""
    scope = getattr(criterion, "scope", None)
    if isinstance(scope, model.Scope):
        _known_choices(scope.without, "school_type", located, (*path, "scope", "without"))
    if isinstance(criterion, model.EachSchool):
        _known_choices(criterion.at_most_by_type, "school_type", located, (*path, "at_most_by_type"))
        if criterion.field is not None:
            _known_choices(criterion.allowed, criterion.field, located, (*path, "allowed"))


def _known_choices(names: Iterable[str], field_id: str, located: yamlio.Located, path: yamlio.Path_) -> None:
    field = field_of(field_id)
    known = [*YES_NO] if field.type == "yes_no" else [choice.id for choice in field.choices]
    for name in names:
        if name not in known:
            line, problem = located.line(path), f"{name}（{yamlio.nearest(name, known)}）"
            raise QbeError("QBE-STD-005", file=located.name, line=line, key=str(path[-1]), problem=problem)


def _unknown_field(name: str, located: yamlio.Located, path: yamlio.Path_) -> None:
    nearest = yamlio.nearest(name, sorted(all_fields()))
    raise QbeError("QBE-STD-009", file=located.name, line=located.line(path), key=name, nearest=nearest)


def _overlaid(base: model.EditionFile, overlay: model.OverlayFile, located: yamlio.Located) -> model.EditionFile:
    criteria = {criterion.id: criterion for criterion in base.criteria}
    documents = {**base.documents, **overlay.documents}
    _no_twins(located, "changes")
    for index, change in enumerate(overlay.changes):
        path: yamlio.Path_ = ("changes", index)
        if change.source.document not in documents:
            problem = (
                f"{change.source.document}（documents: {yamlio.nearest(change.source.document, sorted(documents))}）"
            )
            line = located.line((*path, "source"))
            raise QbeError("QBE-STD-005", file=located.name, line=line, key="document", problem=problem)
        whole, _, part_id = change.id.partition(".")
        target: Any = criteria.get(whole)
        if part_id:
            parts_of = target.parts if isinstance(target, model.AllOf) else ()
            target = next((part for part in parts_of if part.id == part_id), None)
        if target is None:
            known = [c.id for c in base.criteria]
            known += [f"{c.id}.{p.id}" for c in base.criteria if isinstance(c, model.AllOf) for p in c.parts]
            line, nearest = located.line(path), yamlio.nearest(change.id, known)
            raise QbeError(
                "QBE-STD-010", file=located.name, line=line, key=change.id, edition=overlay.extends, nearest=nearest
            )
        changed = _changed(target, change, located, path)
        if part_id:
            whole_item = criteria[whole]
            if isinstance(whole_item, model.AllOf):
                parts = tuple(changed if part.id == part_id else part for part in whole_item.parts)
                criteria[whole] = whole_item.model_copy(update={"parts": parts})
        else:
            criteria[whole] = changed
    unit_changes = {key: value for key, value in overlay.units if value is not None}
    for key, rule in unit_changes.items():
        if rule.source.document not in documents:
            problem = f"{rule.source.document}（documents: {yamlio.nearest(rule.source.document, sorted(documents))}）"
            line = located.line(("units", key, "source"))
            raise QbeError("QBE-STD-005", file=located.name, line=line, key="document", problem=problem)
    known_options = sorted(option.id for option in base.options)
    for index, option in enumerate(overlay.options_on):
        if option not in known_options:
            line, nearest = located.line(("options_on", index)), yamlio.nearest(option, known_options)
            raise QbeError(
                "QBE-STD-010", file=located.name, line=line, key=option, edition=overlay.extends, nearest=nearest
            )
    return base.model_copy(
        update={
            "id": overlay.id,
            "name": overlay.name,
            "documents": documents,
            "criteria": tuple(criteria.values()),
            "units": base.units.model_copy(update=unit_changes),
        }
    )


def _changed(target: Any, change: model.Change, located: yamlio.Located, path: yamlio.Path_) -> Any:
    update = {key: value for key, value in change if key not in {"id", "source"} and value is not None}
    for key, value in update.items():
        if key not in type(target).model_fields:
            known = sorted(set(model.Change.model_fields) & set(type(target).model_fields))
            line = located.line((*path, key))
            raise QbeError("QBE-STD-002", file=located.name, line=line, key=key, nearest=yamlio.nearest(key, known))
        if isinstance(value, dict) and isinstance(getattr(target, key), dict):
            update[key] = {**getattr(target, key), **value}
        elif isinstance(value, dict) != isinstance(getattr(target, key), dict) and getattr(target, key) is not None:
            line = located.line((*path, key))
            raise QbeError("QBE-STD-005", file=located.name, line=line, key=key, problem=str(getattr(target, key)))
    whole = {**dict(target), **update, "source": change.source, "changed_from": tuple(sorted(update))}
    try:
        return type(target).model_validate(whole)  # a copy would let through a second operator, or a wrong type
    except ValidationError as error:
        problem = error.errors()[0]
        key = next((str(step) for step in problem["loc"] if step in update), next(iter(update), "id"))
        line = located.line((*path, key))
        raise QbeError(
            "QBE-STD-005", file=located.name, line=line, key=key, problem=problem["msg"].removeprefix("Value error, ")
        ) from error


def _digest(file: model.EditionFile) -> str:
    """SHA-256 of the edition as it is in force, so that two results can be compared."""
    text = json.dumps(_plain(file), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return {key: _plain(item) for key, item in value}
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, Text):
        return {"zh": value.zh, "en": value.en}
    if isinstance(value, Expression):
        return value.text
    if value is None or isinstance(value, bool | str | int):
        return value
    if isinstance(value, Decimal):
        return str(value)
    return str(value)
