"""What a list of materials may hold."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from qbe_xl.standards.model import Document, Source, Stage, Strict, TextField

Level = Literal["county", "school"]


class Volume(Strict):
    """One of the county's volumes or the school's classes."""

    id: str
    name: TextField


class Material(Strict):
    """One paper, ledger or list, and the criteria that it bears out.

    `years`: how many are wanted, the newest being `back` years before the report's; 0: one that is in force is enough.
    `also`: other names that files go by. `where`: whom it concerns, if not all. `visit`: looked at on the spot, no paper.
    `stage`: asked only of schools that have it.
    """

    id: str = Field(pattern=r"^M-[A-Z][A-Z0-9]*-[0-9A-Z]+$")
    criteria: tuple[str, ...] = Field(min_length=1)
    name: TextField
    level: Level
    volume: str
    years: int = Field(default=3, ge=0, le=10)
    back: int = Field(default=0, ge=0, le=3)
    also: tuple[str, ...] = ()
    where: TextField | None = None
    visit: bool = False
    stage: Stage | None = None
    note: TextField | None = None
    source: Source


class MaterialsFile(Strict):
    """A whole list, of the edition whose id it has."""

    id: str
    name: TextField
    documents: dict[str, Document]
    county_volumes: tuple[Volume, ...]
    school_classes: tuple[Volume, ...]
    school_types_without: tuple[str, ...] = ()
    materials: tuple[Material, ...]


class MaterialsChange(Strict):
    """What a province or city asks for besides (`materials`; an id of the list replaces that material) or does not (`without`)."""

    id: str
    extends: str
    name: TextField
    documents: dict[str, Document] = Field(default_factory=dict)
    materials: tuple[Material, ...] = ()
    without: tuple[str, ...] = ()
