"""What `explain` says: complete, in both languages, and right where it can be checked by hand."""

from __future__ import annotations

import re

import pytest

from qbe_xl.core.errors import QbeError
from qbe_xl.core.fields import all_fields
from qbe_xl.core.languages import LANGUAGES, Lang
from qbe_xl.core.messages import catalogue
from qbe_xl.standards import known_editions, load_edition
from qbe_xl.standards.explain import criterion_ids, edition_lines, explain, terms, used_by

EDITION = load_edition("cn-qbe-2017")
SHENYANG = load_edition("cn-qbe-2017-shenyang")


def text(term: str, lang: Lang = "zh", edition: str = "cn-qbe-2017") -> str:
    return "\n".join(explain(term, load_edition(edition), lang))


@pytest.mark.parametrize("edition", known_editions())
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_id_is_explained_in_both_languages(edition: str, lang: Lang) -> None:
    rules = load_edition(edition)
    for term in terms(rules):
        heading, blank, *lines = explain(term, rules, lang)
        assert heading.startswith(f"# {term}")
        assert blank == ""
        assert lines and all(re.match(r"( {2,4})?- \S", line) for line in lines), term
        assert not re.search(r"Fraction\(|Decimal\(|None|Text\(", "\n".join(lines)), term


def test_the_ids_are_all_there() -> None:
    known = terms(EDITION)
    assert len(known) == len(set(known))
    assert {"B1", "L7", "G15", "G11.backbone", "Q9.gap", "S1", "V6"} <= set(known)
    assert {"pe_art_shared_teachers", "units.campuses", "G3.convention", *catalogue(), *all_fields()} <= set(known)
    assert criterion_ids(EDITION)[:3] == ["B1", "B2", "L1"]


@pytest.mark.parametrize(
    ("term", "found"), [("g3", "G3"), (" qbe-dat-012 ", "QBE-DAT-012"), ("g11.BACKBONE", "G11.backbone")]
)
def test_ids_in_any_case(term: str, found: str) -> None:
    assert explain(term, EDITION, "zh")[0].startswith(f"# {found}")


@pytest.mark.parametrize(
    ("term", "nearest"), [("G33", "G3"), ("QBE-DAT-12", "QBE-DAT-012"), ("pupils_primery", "pupils_primary")]
)
def test_a_typo_is_told_the_nearest(term: str, nearest: str) -> None:
    with pytest.raises(QbeError) as caught:
        explain(term, EDITION, "zh")
    assert caught.value.code == "QBE-CAL-003"
    assert caught.value.values["nearest"] == nearest


def test_something_quite_unknown_does_not_list_everything() -> None:
    with pytest.raises(QbeError) as caught:
        explain("完全不对", EDITION, "zh")
    assert len(caught.value.message("zh")) < 200


@pytest.mark.parametrize(
    ("term", "said"),
    [
        # 85 % of 4.5 and 5.8: 3.825, 4.93
        ("L4", ["小学 ≥ 4.5 ㎡、初中 ≥ 5.8 ㎡", "小学 ≥ 3.825 ㎡、初中 ≥ 4.93 ㎡", "小学 ≤ 0.5、初中 ≤ 0.45", "1∶1.1∶1.32"]),
        ("L4", ["(教学及辅助用房面积 − 室内体育用房面积) ÷ 小学在校生数"]),
        ("L1", ["100 × 初中高于规定学历教师数 ÷ 初中在校生数", "多处独立来源一致", "不折算", "`above_degree_primary`"]),
        ("L3", ["放宽口径 `pe_art_shared_teachers`（未启用）"]),
        ("G3", ["（小学班级数 + 初中班级数）÷ 12 间", "音乐 ≥ 96 ㎡、美术 ≥ 90 ㎡", "rooms_built_by_2016", "⌈班级数÷12⌉"]),
        ("G4", ["九年一贯制学校、十二年一贯制学校 ≤ 2500 人", "小学、教学点、初级中学、完全中学 ≤ 2000 人"]),
        ("G5", ["小学 ≤ 45 人、初中 ≤ 50 人", "不用平均班额推算", "不含职业学校"]),
        ("Q1", ["初中毕业生数 ÷ (三年前初一在校生数 + 三年转入学生数 − 三年转出学生数 − 三年死亡学生数)", "≥ 95%"]),
        ("Q9", ["Q9.gap 校际差异率：＜ 15%", "各部分都达标才达标"]),
        ("G2", ["本版本未设"]),
        ("S1", ["满意问卷数之和 ÷ 有效问卷数之和"]),
        ("V6", ["填“是”即否决"]),
        ("G14.rural_tilt", ["所属条目：G14", "不参与判定"]),
        ("pe_art_shared_teachers", ["L3", "乡村、学生 50–99 人", "`shared_pe_art`", "--option", "仅见于一处转述"]),
        ("size_migrants", ["九年一贯制学校 ≤ 3000 人", "随迁子女超过 50%"]),
        ("rooms_built_by_2016", ["2016 年及以前建成", "音乐 ≥ 73 ㎡、美术 ≥ 67 ㎡", "仅见于一份县级报告的转述"]),
        ("QBE-DAT-012", ["不是数字", "例如 120", "改正之前不下结论"]),
        ("pupils_primary", ["9 月 1 日", "整数（人）", "L1、L2、L3、L4、L5、L6、L7、G4", "在校生数/小学"]),
        ("school_type", ["九年一贯制学校 `nine_year`"]),
    ],
)  # fmt: skip
def test_what_is_said(term: str, said: list[str]) -> None:
    for each in said:
        assert each in text(term)


def test_english_says_the_same() -> None:
    assert "100 × Junior teachers above the required degree ÷ Junior pupils" in text("L1", "en")
    assert "Primary ≥ 3.825 ㎡, Junior ≥ 4.93 ㎡" in text("L4", "en")
    assert "without vocational schools" in text("G5", "en")
    assert "Rural, 50 to 99 pupils" in text("pe_art_shared_teachers", "en")


def test_an_overlay_names_what_it_changes() -> None:
    changed = text("G7", edition="cn-qbe-2017-shenyang")
    assert "≥ 8000 元" in changed
    assert "本版本对 cn-qbe-2017 的改动：`at_least`" in changed
    assert "沈阳市公开材料" in changed
    assert "改动" not in text("G7")
    assert "≥ 1150 元" in text("G2", edition="cn-qbe-2017-shenyang")


def test_options_show_whether_they_are_on() -> None:
    switched = EDITION.with_options(("size_migrants",))
    assert "size_migrants`（已启用）" in "\n".join(explain("G4", switched, "zh"))
    assert "`size_migrants` (G4, on)" in "\n".join(edition_lines(switched, "en"))
    assert "`size_migrants` (G4, off)" in "\n".join(edition_lines(EDITION, "en"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_edition_names_everything_once(lang: Lang) -> None:
    lines = edition_lines(EDITION, lang)
    for item in criterion_ids(EDITION):
        assert len([line for line in lines if line.strip().startswith(f"- {item} ")]) == 1
    for criterion in EDITION.file.criteria:
        assert criterion.source is not None
        (line,) = [line for line in lines if line.startswith(f"- {criterion.id} ")]
        assert line.endswith(criterion.source.sentence(lang))
    for option in EDITION.file.options:
        assert len([line for line in lines if line.startswith(f"- `{option.id}`")]) == 1


def test_fields_know_who_uses_them() -> None:
    assert used_by("shared_pe_art_primary", EDITION) == ["pe_art_shared_teachers"]
    assert used_by("graduates", EDITION) == ["Q1"]
    assert used_by("indoor_sports_area", EDITION) == ["L4", "L5"]
    assert used_by("built_by_2010", EDITION) == ["size_built_by_2010"]
    assert used_by("contact", EDITION) == []
