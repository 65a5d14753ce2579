"""Reads lists of materials; every mistake in them names file, line and the nearest valid name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from qbe_xl.core import yamlio
from qbe_xl.core.errors import QbeError
from qbe_xl.core.fields import field_of
from qbe_xl.core.languages import Text
from qbe_xl.standards.edition import Edition
from qbe_xl.standards.loader import validated
from qbe_xl.standards.materials.model import Level, Material, MaterialsChange, MaterialsFile, Volume

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Materials:
    """The list in force for an edition. `extends`: the list that a file changed."""

    file: MaterialsFile
    extends: str | None = None

    @property
    def id(self) -> str:
        """Its id: the edition's, or that of the file that changed it."""
        return self.file.id

    @property
    def name(self) -> Text:
        """Its name."""
        name: Text = self.file.name
        return name

    def volumes(self, level: Level) -> tuple[Volume, ...]:
        """The county's volumes or the school's classes, in order."""
        return self.file.county_volumes if level == "county" else self.file.school_classes

    def volume(self, material: Material) -> Volume:
        """The volume or class that keeps a material."""
        return next(volume for volume in self.volumes(material.level) if volume.id == material.volume)

    def at(self, level: Level) -> tuple[Material, ...]:
        """The materials of the county or of each school, volume by volume."""
        order = [volume.id for volume in self.volumes(level)]
        return tuple(sorted((m for m in self.file.materials if m.level == level), key=lambda m: order.index(m.volume)))

    @cached_property
    def by_criterion(self) -> dict[str, tuple[Material, ...]]:
        """The materials of each criterion, the county's first."""
        found: dict[str, tuple[Material, ...]] = {}
        for material in (*self.at("county"), *self.at("school")):
            for criterion in material.criteria:
                found[criterion] = (*found.get(criterion, ()), material)
        return found


def load_materials(edition: Edition, change: str | Path | None = None) -> Materials:
    """The list for an edition (of an overlay: that of the edition it extends), changed by the file `change` where given.

    QbeError QBE-STD-… where a file is wrong, QBE-PLN-406 where the edition has no list.
    """
    names = [name for name in (edition.id, edition.extends) if name]
    path = next((found for name in names if (found := FOLDER / f"{Path(name).name}.yaml").is_file()), None)
    if path is None:
        known = ", ".join(sorted(file.stem for file in FOLDER.glob("*.yaml")))
        raise QbeError("QBE-PLN-406", edition=edition.id, known=known)
    located = yamlio.load(path)
    file = validated(MaterialsFile, located)
    _check(file, file.materials, edition, located)
    if change is None:
        return Materials(file)
    located = yamlio.load(change)
    changes = validated(MaterialsChange, located)
    if changes.extends != file.id:
        _wrong_value(located, ("extends",), "extends", changes.extends, [file.id])
    changed = file.model_copy(update={"id": changes.id, "name": changes.name, "documents": {**file.documents, **changes.documents}})
    _check(changed, changes.materials, edition, located)
    known_ids = [material.id for material in file.materials]
    for index, name in enumerate(changes.without):
        if name not in known_ids:
            nearest = yamlio.nearest(name, known_ids)
            line = located.line(("without", index))
            raise QbeError("QBE-STD-010", file=located.name, line=line, key=name, edition=file.id, nearest=nearest)
    kept = {material.id: material for material in file.materials if material.id not in changes.without}
    kept |= {material.id: material for material in changes.materials}
    whole = changed.model_copy(update={"materials": tuple(kept.values())})
    _names_once(whole, located)
    return Materials(whole, file.id)


def _check(file: MaterialsFile, materials: Sequence[Material], edition: Edition, located: yamlio.Located) -> None:
    """What types cannot say: ids once only; volumes, criteria and documents that exist; names that tell materials apart."""
    seen: set[str] = set()
    criteria = [criterion.id for criterion in edition.file.criteria]
    for index, material in enumerate(materials):
        path: yamlio.Path_ = ("materials", index)
        if material.id in seen:
            raise QbeError("QBE-STD-006", file=located.name, line=located.line(path), key=material.id)
        seen.add(material.id)
        volumes = file.county_volumes if material.level == "county" else file.school_classes
        _known(located, path, "volume", material.volume, [volume.id for volume in volumes])
        _known(located, path, "document", material.source.document, list(file.documents))
        for criterion in material.criteria:
            _known(located, path, "criteria", criterion, criteria)
    for kind in file.school_types_without:
        _known(located, (), "school_types_without", kind, [choice.id for choice in field_of("school_type").choices])
    _names_once(file, located)


def _names_once(file: MaterialsFile, located: yamlio.Located) -> None:
    """A name stands for one material of a level, or files could not be told apart."""
    seen: dict[tuple[str, str], str] = {}
    for material in file.materials:
        for name in {material.name.zh, material.name.en, *material.also}:
            other = seen.setdefault((material.level, name), material.id)
            if other != material.id:
                _wrong_value(located, ("materials",), "name", f"{name}：{other}, {material.id}", [])


def _known(located: yamlio.Located, path: yamlio.Path_, key: str, value: str, known: list[str]) -> None:
    if value not in known:
        _wrong_value(located, (*path, key), key, value, known)


def _wrong_value(located: yamlio.Located, path: yamlio.Path_, key: str, value: Any, known: list[str]) -> None:
    problem = f"{value}（{yamlio.nearest(value, known)}）" if known else str(value)
    raise QbeError("QBE-STD-005", file=located.name, line=located.line(path), key=key, problem=problem)
