"""Folders of evidence made for tests."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from qbe_xl.assessment import Assessment, assess
from qbe_xl.county import County
from qbe_xl.planning.evidence.evidence import Entry, Evidence, Last, make_evidence
from qbe_xl.planning.evidence.folder import Listing
from qbe_xl.standards.materials import load_materials
from tests import counties as make

YEAR = 2024  # of every county made for tests


def county() -> County:
    return make.county(
        make.school("S1", school_name="城关小学"),
        make.school("S2", school_name="城关小学分校"),
        make.school("S3", "nine_year", 900, school_name="东街学校"),
    )


def listing(*paths: str) -> Listing:
    """As if these files lay in the folder."""
    return Listing(Path("evidence"), tuple(sorted(tuple(path.split("/")) for path in paths)))


def evidence(*paths: str, last: Last | None = None, of: County | Assessment | None = None) -> Evidence:
    """The list for these files; without any, no folder is looked into."""
    result = of if isinstance(of, Assessment) else assess(of or county())
    return make_evidence(result, load_materials(result.edition), listing(*paths) if paths else None, last)


def entry(found: Evidence, material: str, school: str = "") -> Entry:
    (one,) = [e for e in found.entries if e.material.id == material and e.school == school]
    return one


def write_files(folder: Path, paths: Iterable[str]) -> Path:
    for path in paths:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(b"")
    return folder


def everything(found: Evidence) -> list[str]:
    """Files that make every entry of a list complete."""
    paths = []
    for one in found.entries:
        volume = found.materials.volume(one.material).name.zh
        above = f"县级档案/{volume}" if not one.school else f"学校档案/{one.name}/{volume}"
        if one.wanted:
            paths += [f"{above}/{one.material.name.zh}{year}.pdf" for year in one.years_wanted or ("",)]
    return paths
