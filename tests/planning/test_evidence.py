"""The list of evidence: what is taken for what, what people wrote, and what it says of a criterion."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from qbe_xl.assessment import assess
from qbe_xl.core.errors import QbeError
from qbe_xl.core.languages import LANGUAGES, Lang
from qbe_xl.outputs.schema import EVIDENCE, schema
from qbe_xl.planning.evidence.evidence import MANUAL, STATE_NAMES, Last, Row
from qbe_xl.planning.evidence.folder import look_into
from qbe_xl.planning.evidence.matching import years_in
from qbe_xl.planning.evidence.serial import evidence_to_dict
from qbe_xl.planning.serial import to_json
from qbe_xl.planning.settings import settings
from qbe_xl.standards import load_edition
from qbe_xl.standards.materials import load_materials
from tests import counties as make
from tests.paths import ROOT
from tests.planning.evidence_folders import YEAR, county, entry, everything, evidence, write_files


@pytest.mark.parametrize(
    ("name", "years"),
    [
        ("教师花名册2023", (2023,)), ("2023年花名册", (2023,)), ("2023学年", (2023,)), ("２０２３年", (2023,)),
        ("2023—2024学年", (2023,)), ("2023-2024", (2023,)), ("2023-24学年第一学期", (2023,)),
        ("2023—2024年账目", (2023, 2024)), ("2022—2024", (2022, 2023, 2024)), ("2022年至2024年", (2022, 2023, 2024)),
        ("2022、2024", (2022, 2024)), ("县教字〔2024〕12号", (2024,)), ("2024-03", (2024,)),
        ("20240315", ()), ("编号12023", ()), ("花名册", ()), ("2024—1990", (1990, 2024)),
    ],
)  # fmt: skip
def test_years_in_names(name: str, years: tuple[int, ...]) -> None:
    assert years_in(name) == years


@pytest.mark.parametrize(
    ("path", "material", "school"),
    [
        ("教师队伍/教师花名册2024.xlsx", "M-L1-1", ""),  # in the county's volume
        ("县级档案/06 教师队伍/2024年教师花名册（盖章）.pdf", "M-L1-1", ""),
        ("第六卷 教师队伍/2024/教师 花名册.pdf", "M-L1-1", ""),
        ("2024年教师队伍材料/教师花名册.pdf", "M-L1-1", ""),
        ("Teachers/roll of TEACHERS 2024.pdf", "M-L1-1", ""),
        ("教师队伍/音体美教师花名册2024.xlsx", "M-L3-1", ""),  # the longer name
        ("零散/M-L1-1 名单 2024.pdf", "M-L1-1", ""),  # by id, wherever it lies
        ("m-l1-1/2024/名单.pdf", "M-L1-1", ""),
        ("教师花名册/2024/扫描001.pdf", "M-L1-1", ""),  # a folder called as the material
        ("学校档案/城关小学/教师花名册2024.pdf", "M-L1-2", "S1"),
        ("学校档案/S1 城关小学/教师队伍/教师花名册2024.pdf", "M-L1-2", "S1"),
        ("学校档案/S1/教师队伍/教师花名册2024.pdf", "M-L1-2", "S1"),
        ("02、城关小学档案/03 教师队伍/教师花名册2024.pdf", "M-L1-2", "S1"),
        ("教师队伍/城关小学教师花名册2024.pdf", "M-L1-2", "S1"),  # the school in front of the file's name
        ("教师队伍/城关小学分校教师花名册2024.pdf", "M-L1-2", "S2"),  # the longer school
        ("城关小学分校/教师花名册2024.pdf", "M-L1-2", "S2"),
        ("S3/M-L1-2 2024.pdf", "M-L1-2", "S3"),
    ],
)
def test_what_a_name_is_taken_for(path: str, material: str, school: str) -> None:
    found = evidence(path)
    one = entry(found, material, school)
    assert [claim.path for claim in one.files] == [path] and one.state == "have" and one.years_have == (2024,)
    assert sum(bool(e.files or e.candidates) for e in found.entries) == 1


@pytest.mark.parametrize(
    ("path", "keys", "doubt"),
    [
        ("杂项/教师花名册2024.pdf", [("M-L1-1", "")], "outside"),
        ("经费管理/教师花名册2024.pdf", [("M-L1-1", "")], "other_volume"),
        ("城关小学/经费/教师花名册2024.pdf", [("M-L1-2", "S1")], "other_volume"),
        ("教师队伍/教师花名册模板2024.xlsx", [("M-L1-1", "")], "word"),
        ("教师队伍/教师花名册和教师资格证名册2024.pdf", [("M-G12-1", ""), ("M-L1-1", "")], "two_materials"),
    ],
)
def test_what_a_person_has_to_decide(path: str, keys: list[tuple[str, str]], doubt: str) -> None:
    found = evidence(path)
    hit = [e for e in found.entries if e.files or e.candidates]
    assert sorted((e.material.id, e.school) for e in hit) == keys
    for one in hit:
        assert (one.state, one.files, [c.doubt for c in one.candidates]) == ("check", (), [doubt]) and one.why.zh


def test_two_schools_of_one_name_are_both_candidates_unless_the_code_says() -> None:
    twins = make.county(make.school("A1", school_name="中心小学"), make.school("A2", school_name="中心小学"))
    found = evidence("中心小学/学校章程.pdf", of=twins)
    assert [entry(found, "M-Q3-3", s).state for s in ("A1", "A2")] == ["check", "check"]
    assert entry(found, "M-Q3-3", "A1").candidates[0].doubt == "two_schools"
    found = evidence("A2中心小学/学校章程.pdf", of=twins)
    assert [entry(found, "M-Q3-3", s).state for s in ("A1", "A2")] == ["none", "have"]


@pytest.mark.parametrize("path", ["第二小学/教师花名册2024.pdf", "会议照片.jpg", "教师队伍/总结.docx", "M-ZZ-1.pdf", "M-L1-2.pdf", "=cmd.xlsx"])
def test_what_fits_nothing_is_listed(path: str) -> None:
    found = evidence(path, "教师队伍/教师资格证名册2024.pdf")
    if path.startswith("第二小学"):  # no school of the county: a roll of teachers, but whose?
        assert entry(found, "M-L1-1").candidates[0].doubt == "outside" and not entry(found, "M-L1-1").files
    else:
        assert found.unmatched == (path,)


def test_years_decide_whether_a_paper_is_complete() -> None:
    found = evidence("教师队伍/教师花名册2022-2023年.pdf", "教师队伍/音体美教师花名册.pdf", "经费管理/财务账目2019.pdf",
                     "综合资料/教育局布局调整规划文件2009.pdf", "经费管理/公用经费和培训经费收支账目2023.pdf")  # fmt: skip
    roll = entry(found, "M-L1-1")
    assert (roll.state, roll.years_wanted, roll.years_have, roll.missing_years) == ("have", (2022, 2023, 2024), (2022, 2023), (2024,))
    assert entry(found, "M-L3-1").state == "check" and "年份" in entry(found, "M-L3-1").why.zh
    old = entry(found, "M-L4-2")
    assert (old.state, old.years_have) == ("none", ()) and "2019" in old.why.zh and old.files
    assert entry(found, "M-G1-1").complete  # in force is enough
    last_year = entry(found, "M-Q4-1")  # of the year before
    assert last_year.years_wanted == (YEAR - 1,) and last_year.complete


def test_papers_of_one_stage_are_asked_of_its_schools_alone() -> None:
    found = evidence()
    assert {e.school for e in found.entries if e.material.id == "M-Q1-2"} == {"S3"}
    vocational = make.county(make.school("S1"), make.school("V", "vocational", 100))
    assert "V" not in {e.school for e in evidence(of=vocational).entries}


def test_a_campus_stands_for_its_school() -> None:
    both = make.county(make.school("S4", school_name="西街小学"), make.campus("S5", "S4", school_name="西街小学北校区"))
    found = evidence("西街小学北校区/学校章程.pdf", of=both)
    assert entry(found, "M-Q3-3", "S4").complete and {e.school for e in found.entries} == {"", "S4"}


# ---- criteria


def test_a_criterion_that_passes_without_evidence_stands_first_and_stays_passed() -> None:
    result = assess(county())
    found = evidence("会议.pdf", of=result)
    first = found.criteria[0]
    assert first.unproved and first.status == "pass" and first.cover == "none"
    flags = [each.unproved for each in found.criteria]
    assert flags == sorted(flags, reverse=True) and set(flags) == {True}  # all pass, nothing is there
    assert result.verdict == "pass"  # a missing paper is a fact, not a verdict
    found = evidence("综合资料/基本均衡国家认定文件.pdf", of=result)
    assert [each.criterion.id for each in found.criteria if not each.unproved] == ["B1"]
    assert found.criteria[-1].criterion.id == "B1" and found.criteria[-1].cover == "complete"


def test_what_fails_is_not_said_to_pass_without_evidence() -> None:
    lacking = make.with_facts(county(), special_funding=1)
    found = {each.criterion.id: each for each in evidence("会议.pdf", of=lacking).criteria}
    assert (found["G7"].status, found["G7"].cover, found["G7"].unproved) == ("fail", "none", False)
    # one teacher for PE and art where 4.5 are needed: the unit may leave L3 only at 85 %
    few = make.county(make.school("S1", pe_art_primary=1), make.school("S2"))
    assert {each.criterion.id: each.status for each in evidence(of=few).criteria}["L3"] == "fail"
    # 0.88 per 100 is below 0.9 and above 0.765, and all else is met: L3 is the one that may be left
    allowed = make.county(make.school("S1", pupils=1000, pe_art_primary=8.8), make.school("S2", pupils=1000))
    assert {each.criterion.id: each.status for each in evidence(of=allowed).criteria}["L3"] == "pass"


def test_complete_partial_none() -> None:
    whole = everything(evidence())
    covers = {each.criterion.id: each.cover for each in evidence(*whole).criteria}
    assert set(covers.values()) == {"complete"}
    less = [path for path in whole if path != "学校档案/城关小学/教师队伍/教师花名册2023.pdf"]
    found = {each.criterion.id: each for each in evidence(*less).criteria}
    assert {key for key, each in found.items() if each.cover == "partial"} == {"L1", "L2"}
    (missing,) = found["L1"].lacking.values()
    assert [(e.school, e.missing_years) for e in missing] == [("S1", (2023,))]


def test_one_that_may_be_there_is_not_none() -> None:
    found = {each.criterion.id: each.cover for each in evidence("杂项/特殊教育生均公用经费拨付文件2024.pdf").criteria}
    assert (found["G7"], found["G6"]) == ("partial", "none")


def test_without_a_folder_nothing_is_said_to_be_missing() -> None:
    found = evidence()
    assert {e.state for e in found.entries} == {"check", "visit"}
    assert {e.state for e in evidence("会议.pdf").entries} == {"none", "check", "visit"}  # check: whom it concerns is not known


# ---- what people wrote


def last(*rows: Row, **more: str) -> Last:
    return Last(rows, **more)


def test_what_people_wrote_counts_before_what_names_say() -> None:
    path = "教师队伍/教师花名册2022-2024年.pdf"
    told = last(
        Row("M-L1-1", "", "", manual={"said": "无", "note": "遗失"}),
        Row("M-L4-2", "", "", manual={"said": "Yes", "years": "2022—2024年", "place": "档案室 3 柜", "who": "王"}),
        Row("M-L6-1", "", "", manual={"said": "有", "years": "齐"}),
        Row("M-G7-1", "", "", manual={"said": "有"}),
        Row("M-G6-1", "", "", manual={"said": "不适用"}),
        Row("M-G10-1", "", "", manual={"said": "也许", "years": "近三年"}),
    )
    found = evidence(path, last=told)
    roll = entry(found, "M-L1-1")
    assert (roll.state, roll.found, roll.years_have) == ("none", "have", ()) and [c.path for c in roll.files] == [path]
    assert "1 个文件" in roll.why.zh
    accounts = entry(found, "M-L4-2")
    assert accounts.complete and accounts.place == "档案室 3 柜" and accounts.manual["who"] == "王"
    assert entry(found, "M-L6-1").complete
    unsaid = entry(found, "M-G7-1")
    assert (unsaid.state, unsaid.complete) == ("have", False) and "年份" in unsaid.why.zh  # of which years, nobody said
    assert not entry(found, "M-G6-1").wanted
    covers = {each.criterion.id: each.cover for each in found.criteria}
    assert (covers["G6"], covers["G7"]) == ("nothing_wanted", "partial")
    odd = entry(found, "M-G10-1")
    assert odd.state == "none" and "人工认定" in odd.why.zh and "年份（人工）" in odd.why.zh


def test_it_follows_a_school_to_its_new_name_and_code_and_is_never_lost() -> None:
    told = last(
        Row("M-Q3-3", "OLD", "城关小学", manual={"who": "甲"}),  # the same name, another code
        Row("M-Q3-3", "S3", "东街九年一贯制学校", manual={"who": "乙"}),  # the same code, another name
        Row("M-Q3-3", "S9", "撤销的学校", "学校章程", {"who": "丙"}),  # not in this report
        Row("M-OLD-1", "", "", "旧材料", {"place": "柜"}),  # no longer asked for
        Row("M-OLD-2", "", "", "没有写的"),
    )
    found = evidence(last=told)
    assert [entry(found, "M-Q3-3", s).manual.get("who") for s in ("S1", "S2", "S3")] == ["甲", None, "乙"]
    assert [row.material for row in found.kept] == ["M-Q3-3", "M-OLD-1"]


def test_a_school_that_became_a_campus_passes_its_writing_on() -> None:
    now = make.county(make.school("S4", school_name="西街小学"), make.campus("S5", "S4", school_name="北街小学"))
    told = last(
        Row("M-Q3-3", "S5", "北街小学", manual={"said": "无", "place": "北柜", "who": "乙"}),
        Row("M-Q3-3", "S4", "西街小学", manual={"said": "有", "place": "西柜"}),
    )
    one = entry(evidence(last=told, of=now), "M-Q3-3", "S4")
    assert one.state == "have" and one.manual == {"said": "有", "place": "西柜；北柜（北街小学）", "who": "乙"}


def test_another_countys_list_is_refused() -> None:
    row = Row("M-L1-1", "", "")
    evidence(last=last(row, county_code="370000", county_name="改名的县"))  # the code counts
    evidence(last=last(row))  # nothing is said
    for more in ({"county_code": "370001", "county_name": "某县"}, {"county_name": "另一县"}):
        with pytest.raises(QbeError, match="QBE-PLN-404"):
            evidence(last=last(row, **more))


# ---- the folder


def test_links_are_not_followed_and_hidden_files_are_no_papers(tmp_path: Path) -> None:
    outside = write_files(tmp_path / "outside", ["教师花名册2024.pdf"])
    folder = write_files(tmp_path / "in", ["教师队伍/教师资格证名册2024.pdf", ".hidden/a.pdf", "~$锁.xlsx", "a.lnk", "Thumbs.db",
                                           "x.档案清单.xlsx", "x.档案清单 (2).xlsx"])  # fmt: skip
    (folder / "教师队伍" / "教师花名册2024.pdf").symlink_to(outside / "教师花名册2024.pdf")
    (folder / "外面").symlink_to(outside, target_is_directory=True)
    (folder / "圈").symlink_to(folder, target_is_directory=True)
    (folder / "断").symlink_to(tmp_path / "none")
    found = look_into(folder)
    assert found.files == (("教师队伍", "教师资格证名册2024.pdf"),)
    assert set(found.links) == {"外面", "圈", "断", "教师队伍/教师花名册2024.pdf"}
    linked = tmp_path / "way"
    linked.symlink_to(folder, target_is_directory=True)
    assert look_into(linked).files == found.files  # the folder itself may be reached through one


def test_the_folder_has_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from qbe_xl.planning.evidence import folder

    bounds = {"most_files": 5, "most_levels": 2}
    monkeypatch.setattr(folder, "settings", lambda: {"evidence": bounds})
    write_files(tmp_path, ["a/b/c.pdf", "d.pdf"])
    found = look_into(tmp_path)
    assert (found.files, found.deep) == ((("d.pdf",),), ("a/b",))
    write_files(tmp_path, [f"{n}.pdf" for n in range(5)])
    with pytest.raises(QbeError, match="QBE-PLN-402"):
        look_into(tmp_path)
    for missing in (tmp_path / "none", tmp_path / "d.pdf"):
        with pytest.raises(QbeError, match="QBE-PLN-401"):
            look_into(missing)


def test_names_that_are_no_text_are_left_aside(tmp_path: Path) -> None:
    try:
        os.mkdir(os.fsencode(tmp_path) + b"/\xff\xfe")
    except OSError:
        pytest.skip("this file system keeps only names that are text")
    found = look_into(tmp_path)
    assert (found.files, found.unreadable) == ((), (".",))


# ---- JSON


@pytest.mark.parametrize("lang", LANGUAGES)
def test_json_is_as_the_schema_says(lang: Lang) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(EVIDENCE))
    told = last(Row("M-L4-2", "", "", manual={"said": "有", "who": "王"}, extra={"督办": "李"}), Row("M-X-1", "", "", "旧", {"who": "赵"}))
    found = evidence("教师队伍/教师花名册2024.pdf", "杂项/财务账目2024.pdf", "会议.pdf", last=told)
    for each in (found, evidence(), replace(found, own=({"title": "自加"},))):
        data = json.loads(to_json(evidence_to_dict(each, lang)))
        jsonschema.validate(data, schema(EVIDENCE))
    data = json.loads(to_json(evidence_to_dict(found, lang)))
    summary = data["summary"]
    assert summary["criteria"] == len(data["criteria"]) == sum(summary[k] for k in ("complete", "partial", "none", "nothing_wanted"))
    entries = [e for material in data["materials"] for e in material["entries"]]
    assert summary["entries"] == len(entries) == sum(summary["states"].values())
    assert summary["passing_without_evidence"] == [c["id"] for c in data["criteria"] if c["passing_without_evidence"]]
    assert data["folder"]["unmatched_files"] == ["会议.pdf"]
    for criterion in data["criteria"]:
        mine = [m for m in data["materials"] if criterion["id"] in m["criteria"]]
        assert criterion["materials"] == [m["id"] for m in mine if m["entries"]]
        assert criterion["complete"] == sum(e["complete"] for m in mine for e in m["entries"])
        assert {m["material"] for m in criterion["missing"]} == {
            m["id"] for m in mine for e in m["entries"] if not e["complete"] and e["state"] not in ("visit", "not_applicable")
        }
    assert to_json(evidence_to_dict(found, lang)) == to_json(evidence_to_dict(found, lang))


# ---- the guide


def guide(lang: Lang) -> str:
    return (ROOT / "docs" / ("evidence.md" if lang == "en" else "evidence.zh-CN.md")).read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_guides_files_are_taken_as_it_says(lang: Lang, tmp_path: Path) -> None:
    (tree,) = re.findall(r"```text\n(.*?)```", guide(lang), re.DOTALL)
    paths = [line.strip() for line in tree.splitlines()[1:]]
    name = re.search(r"0101 ([^/]+)/", tree)
    assert name is not None and len(paths) == 4
    found = evidence(*paths, of=make.county(make.school("0101", school_name=name[1])))
    taken = {e.material.id: (e.school, e.years_have) for e in found.entries if e.files}
    assert taken == {"M-L1-1": ("", (2024,)), "M-G7-1": ("", (2022, 2023, 2024)), "M-L1-2": ("0101", (2023,)), "M-Q3-3": ("0101", ())}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_guides_list_of_a_province_can_be_used(lang: Lang, tmp_path: Path) -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", guide(lang), re.DOTALL)
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    materials = load_materials(load_edition("cn-qbe-2017"), tmp_path / "a.yaml")
    assert [m.id for m in materials.by_criterion["G7"]] == ["M-G7-1", "M-G7-2"] and len(materials.by_criterion["G15"]) == 2


def test_the_guides_name_every_state_column_and_bound() -> None:
    for lang in LANGUAGES:
        text = guide(lang)
        for name in (*STATE_NAMES.values(), *MANUAL.values()):
            assert name[lang] in text
        for bound in ("most_files", "most_levels"):
            assert str(settings()["evidence"][bound]) in text
    kinds = ("#", "- ", "|", "```", "1. ")
    shapes = [[k for line in guide(lang).splitlines() for k in kinds if line.startswith(k)] for lang in LANGUAGES]
    assert shapes[0] == shapes[1]
