"""The list of materials: complete, honest about its sources, and changed by a file of a province."""

from __future__ import annotations

from pathlib import Path

import pytest

from qbe_xl.core.errors import QbeError
from qbe_xl.standards import load_edition
from qbe_xl.standards.materials import load_materials

EDITION = load_edition("cn-qbe-2017")
# What the source names, criterion by criterion; everything else is derived and has to say so.
NAMED = {"L1", "L2", "L3", "L4", "L5", "L6", "L7", "G1", "Q4", "Q5", "Q6"}
COUNTY = ["综合资料", "经费管理", "办学条件", "入学机会", "保障机制", "教师队伍", "质量与管理"]
SCHOOL = ["学校基本情况", "学生和班级", "教师队伍", "办学条件", "经费", "安全管理", "办学特色"]


def test_every_criterion_has_a_paper_and_every_volume_holds_one() -> None:
    materials = load_materials(EDITION)
    assert set(materials.by_criterion) == {criterion.id for criterion in EDITION.file.criteria}
    assert all(any(not m.visit for m in found) for found in materials.by_criterion.values())
    assert [v.name.zh for v in materials.volumes("county")] == COUNTY and [v.name.zh for v in materials.volumes("school")] == SCHOOL
    for level in ("county", "school"):
        assert {m.volume for m in materials.at(level)} == {v.id for v in materials.volumes(level)}


def test_only_what_the_source_names_is_said_to_be_read_in_it() -> None:
    materials = load_materials(EDITION).file.materials
    read = {criterion for m in materials if m.source.confidence == "S" for criterion in m.criteria}
    assert read == NAMED
    assert {m.source.confidence for m in materials} == {"S", "I"}
    assert all((m.source.document == "本清单") == (m.source.confidence == "I") for m in materials)
    for found in load_materials(EDITION).by_criterion.items():
        assert (found[0] in NAMED) == any(m.source.confidence == "S" for m in found[1])


def test_an_overlay_has_the_list_of_the_edition_it_extends() -> None:
    assert load_materials(load_edition("cn-qbe-2017-shenyang")).file == load_materials(EDITION).file


def write(path: Path, text: str) -> Path:
    head = "id: p\nextends: cn-qbe-2017\nname: {zh: 某省, en: P}\ndocuments: {省文件: {name: {zh: 省文件, en: D}}}\n"
    path.write_text(head + text, encoding="utf-8")
    return path


MINE = "{id: %s, criteria: [%s], level: county, volume: %s, name: {zh: %s, en: %s}, source: {document: 省文件, confidence: P}}"


def test_a_province_adds_replaces_and_drops(tmp_path: Path) -> None:
    lines = ["materials:", "- " + MINE % ("M-G7-1", "G7", "funding", "特教经费台账", "A"), "- " + MINE % ("M-G7-2", "G7", "general", "特教文件", "B")]
    found = load_materials(EDITION, write(tmp_path / "a.yaml", "\n".join([*lines, "without: [M-G6-1]"])))
    assert [m.name.zh for m in found.by_criterion["G7"]] == ["特教文件", "特教经费台账"]
    assert "G6" not in found.by_criterion and (found.id, found.extends) == ("p", "cn-qbe-2017")


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("QBE-STD-010", "without: [M-G6-9]"),
        ("QBE-STD-006", f"materials: [{MINE % ('M-G7-1', 'G7', 'funding', '甲', 'A')}, {MINE % ('M-G7-1', 'G7', 'funding', '乙', 'B')}]"),
        ("QBE-STD-005", f"materials: [{MINE % ('M-X-1', 'G77', 'funding', '甲', 'A')}]"),
        ("QBE-STD-005", f"materials: [{MINE % ('M-X-1', 'G7', 'funds', '甲', 'A')}]"),
        ("QBE-STD-005", f"materials: [{MINE % ('M-X-1', 'G7', 'funding', '财务账目', 'A')}]"),  # M-L4-2 is called so
        ("QBE-STD-005", f"materials: [{MINE % ('X1', 'G7', 'funding', '甲', 'A')}]"),
        ("QBE-STD-002", "material: []"),
    ],
)
def test_mistakes_are_named(code: str, text: str, tmp_path: Path) -> None:
    with pytest.raises(QbeError, match=code):
        load_materials(EDITION, write(tmp_path / "a.yaml", text))


def test_an_edition_without_a_list_says_so(tmp_path: Path) -> None:
    text = Path(load_edition.__code__.co_filename).with_name("cn-qbe-2017.yaml").read_text(encoding="utf-8")
    own = tmp_path / "own.yaml"
    own.write_text(text.replace("id: cn-qbe-2017\n", "id: own\n", 1), encoding="utf-8")
    with pytest.raises(QbeError, match="QBE-PLN-406"):
        load_materials(load_edition(own))
