"""The shipped samples: current, and each gives what stands beside it."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from qbe_xl.assessment import assess
from qbe_xl.assessment.live import live_values
from qbe_xl.forms.template import Template
from qbe_xl.standards import load_edition
from scripts.sample_counties import all_samples
from scripts.samples import expectation, write_filled
from tests.paths import SAMPLES

MADE = {sample.name: sample for sample in all_samples()}
FILES = sorted(path.stem for path in SAMPLES.glob("*.xlsx"))


def test_every_sample_is_shipped() -> None:
    assert sorted(MADE) == FILES


@pytest.mark.parametrize("name", FILES)
def test_sample_gives_what_stands_beside_it(name: str) -> None:
    expected = json.loads((SAMPLES / f"{name}.expected.json").read_text(encoding="utf-8"))
    result = assess(SAMPLES / f"{name}.xlsx")
    assert not result.blocked
    assert result.verdict == expected["verdict"]
    assert {i.id: i.status for g in result.groups.values() for i in g.items} == expected["statuses"]
    assert result.resources is not None
    assert result.resources.status == expected["resources"]
    for stage in ("primary", "junior"):
        asked = expected.get(stage, {})
        found = result.resources.stages[stage]
        if "units" in asked:
            assert len(found.units) == asked["units"]
        if "units_failing" in asked:
            assert found.units_failing == asked["units_failing"]
        if "cv_failing" in asked:
            assert [k for k, v in found.indicators.items() if v.cv_status == "fail"] == asked["cv_failing"]
    if "excluded" in expected:
        assert len(result.excluded) == expected["excluded"]


@pytest.mark.parametrize("name", FILES)
def test_sample_is_current(name: str, tmp_path: Path) -> None:
    fresh = write_filled(MADE[name], tmp_path / f"{name}.xlsx")
    assert fresh.read_bytes() == (SAMPLES / f"{name}.xlsx").read_bytes(), "stale: run make samples"
    assert expectation(MADE[name]) == (SAMPLES / f"{name}.expected.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FILES)
def test_cached_values_are_the_engines(name: str) -> None:
    """What a viewer without calculation shows is what the engine finds."""
    template = Template(load_edition("cn-qbe-2017"), "zh", MADE[name].schools)
    expected = live_values(assess(SAMPLES / f"{name}.xlsx"), template)
    book = openpyxl.load_workbook(SAMPLES / f"{name}.xlsx", data_only=True)
    for cell in template.live_cells():
        seen = book[template.layout.sheet_name(cell.sheet)][cell.ref].value
        want = expected[cell.key]
        if isinstance(want, str):
            assert (seen or "") == want, cell
        else:
            assert seen == pytest.approx(want, rel=1e-15), cell


def test_clean_samples_have_no_findings() -> None:
    for name in ("pass", "cv-unrounded", "means-pass-schools-fail", "structures"):
        assert assess(SAMPLES / f"{name}.xlsx").findings == (), name


def test_means_pass_while_schools_fail() -> None:
    result = assess(SAMPLES / "means-pass-schools-fail.xlsx")
    assert result.resources is not None
    for stage in result.resources.stages.values():
        for indicator in stage.indicators.values():
            assert indicator.mean is not None and indicator.mean >= indicator.limit, indicator
        assert stage.units_failing > 0


def test_the_unrounded_cv_prints_as_its_limit() -> None:
    result = assess(SAMPLES / "cv-unrounded.xlsx")
    assert result.resources is not None
    found = result.resources.stages["primary"].indicators["L6"]
    assert f"{found.cv:.2f}" == "0.50"
    assert f"{found.cv:.6f}" == "0.501787"
    assert found.cv_status == "fail"


def test_linyi_has_the_published_figures() -> None:
    """The published totals, counted from the rows: 4 schools over 2000, 146 + 74 classes over the limit, rooms, teachers."""
    published = json.loads((Path(__file__).parent / "golden/linyi.json").read_text(encoding="utf-8"))
    result = assess(SAMPLES / "linyi.xlsx")
    county = result.county
    assert county is not None
    rows = county.schools

    def total(name: str) -> float:
        return float(sum(row.number_of(name) or 0 for row in rows))

    assert len(rows) == published["schools"]
    assert result.item("G4").value == published["primary_over_2000"] + published["junior_over_2000"]
    assert total("over_classes_primary") == published["primary_classes_over_45"]
    assert total("over_classes_junior") == published["junior_classes_over_50"]
    assert result.item("G5").value == 146 + 74
    primary = [row for row in rows if row.get("school_type") == "primary"]
    assert sum(int(row.number_of("music_rooms") or 0) for row in primary) == published["music_rooms_primary"]
    small = sum(int((row.number_of("art_rooms") or 0) - (row.number_of("art_rooms_90") or 0)) for row in primary)
    assert small == published["art_rooms_primary_too_small"]
    assert sum(row.number_of("music_rooms") == 0 for row in primary) == published["music_rooms_primary_missing"]
    assert total("above_degree_primary") == published["teachers_above_degree_primary"]
    assert total("above_degree_junior") == published["teachers_above_degree_junior"]
    assert total("backbone_primary") + total("backbone_junior") == published["backbone_teachers"]
    for subject, name in (("pe", "pe_teachers"), ("music", "music_teachers"), ("art", "art_teachers")):
        assert total(f"{subject}_primary") + total(f"{subject}_junior") == published[name]
    assert result.resources is not None
    equipment = result.resources.stages["primary"].indicators["L6"]
    assert equipment.mean is not None and round(equipment.mean) == published["equipment_per_pupil_primary"]
    # 2000 x 41,482 pupils - 70,021,500 yuan
    assert equipment.gap_mean == published["equipment_shortfall_yuan"]
    # 5144 / (5426 + 3 - 15 - 0) = 0.950129...; the naive 5144 / 5426 = 0.948028 would fail
    assert str(result.item("Q1").detail.zh).startswith("5144 ÷ (5426 + 3 − 15 − 0) = 95.01%")
