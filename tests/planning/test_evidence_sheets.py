"""The list of evidence as a workbook: equal to the JSON, safe, and carried on through what people do to it."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from qbe_xl.core.errors import QbeError
from qbe_xl.core.languages import LANGUAGES, Lang
from qbe_xl.outputs.evidence_workbook import draw_evidence, folder_way
from qbe_xl.outputs.results import evidence_sheets
from qbe_xl.outputs.results.drawing import Drawing
from qbe_xl.outputs.results.links import link_to_path
from qbe_xl.outputs.results.words import PLANNING_SHEETS
from qbe_xl.outputs.results.writer import workbook_bytes
from qbe_xl.planning.evidence.evidence import COVER_NAMES, MANUAL, STATE_NAMES, Evidence, Last, make_evidence
from qbe_xl.planning.evidence.folder import look_into
from qbe_xl.planning.evidence.reading import COLUMNS, parse_list, read_list
from qbe_xl.planning.evidence.serial import evidence_to_dict
from tests import counties as make
from tests.planning.evidence_folders import entry, evidence, write_files

PATHS = (
    "教师队伍/教师花名册2022.pdf", "教师队伍/教师花名册2023.pdf", "教师队伍/教师资格证名册2022-2024年.xlsx", "会议.jpg",
    "杂项/财务账目2024.pdf", "城关小学/学校章程.docx", "城关小学/教师队伍/教师花名册/2023/=cmd|'C'!A1.xlsx",
)  # fmt: skip


def rows(drawing: Drawing, key: str) -> list[list[str | float | None]]:
    cells = drawing.sheet(key).cells
    size = max(r for r, _ in cells) + 1, max(c for _, c in cells) + 1
    return [[c.value if (c := cells.get((r, n))) else None for n in range(size[1])] for r in range(size[0])]


def table(drawing: Drawing, key: str, lang: Lang) -> list[dict[str, str]]:
    """The rows below the header, by the keys of their columns."""
    words = {text[lang]: name for name, text in (COLUMNS | MANUAL).items()}
    grid = rows(drawing, key)
    head = next(n for n, row in enumerate(grid) if COLUMNS["id"][lang] in row)
    return [{words.get(str(name), str(name)): str(v or "") for name, v in zip(grid[head], row, strict=True)} for row in grid[head + 1 :]]


def carried(found: Evidence, lang: Lang = "zh") -> Last:
    drawing = draw_evidence(found, lang, "")
    last = parse_list([rows(drawing, sheet.key) for sheet in drawing.sheets])
    assert last is not None
    return last


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_sheets_say_what_the_json_says(lang: Lang) -> None:
    found = evidence(*PATHS)
    data, drawing = evidence_to_dict(found, lang), draw_evidence(found, lang, "")
    words = {text[lang]: key for key, text in STATE_NAMES.items()}
    for level, key in (("county", "evidence_county"), ("school", "evidence_schools")):
        told = sorted(
            (m["id"], e["name"] or "", e["state"], m["name"], " ".join(m["criteria"]), e["why"] or "")
            for m in data["materials"] if m["level"] == level for e in m["entries"]
        )  # fmt: skip
        shown = [(r["id"], r.get("school", ""), words[r["state"]], r["title"], r["criteria"], r["why"]) for r in table(drawing, key, lang)]
        assert sorted(shown) == told
    grid = rows(drawing, "evidence")
    covers = {text[lang]: key for key, text in COVER_NAMES.items()}
    first = next(n for n, row in enumerate(grid) if row[0] == data["criteria"][0]["id"])
    for criterion, row in zip(data["criteria"], grid[first:], strict=False):
        assert row[:2] == [criterion["id"], criterion["title"]]
        assert (covers[str(row[3])], row[4], row[5]) == (criterion["evidence"], criterion["wanted"], criterion["complete"])
        assert all(missing["text"] in str(row[6]) for missing in criterion["missing"])
        assert str(row[6]).startswith(("【", "[")) == criterion["passing_without_evidence"]
    every = {cell.value for cell in drawing.sheet("evidence_volumes").cells.values()}
    assert set(data["folder"]["unmatched_files"]) <= every
    state = next(r for r in table(drawing, "evidence_county", lang) if r["id"] == "M-L1-1")
    assert (state["have"], state["missing"]) == ("2022–2023", "2024")


def test_nothing_that_a_name_holds_is_a_formula_and_links_stay_in_the_folder(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "佐证 材料", [
        "教师队伍/教师花名册2024.pdf", "=cmd.xlsx", "+cmd/@x.xlsx", "教师队伍/=教师资格证名册2024.xlsx",
        "入学机会/班额台账2024#a.pdf", "入学机会/学校规模台账2024%41.pdf", "综合资料/基本均衡国家认定文件.exe", "城关小学/学校章程.docx",
        "保障机制/安全责任事故和违纪违规情况材料2023.pdf", "保障机制/安全责任事故和违纪违规情况材料2024.pdf",
    ])  # fmt: skip
    result = evidence().assessment
    found = make_evidence(result, evidence().materials, look_into(folder), Last((), own=({"title": "=1+1", "who": "@SUM(A1)"},)))
    target = tmp_path / "out" / "x.xlsx"
    way = folder_way(target, folder)
    assert way == "../佐证 材料"
    data = workbook_bytes(draw_evidence(found, "zh", way))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for name in package.namelist():
            if name.startswith("xl/worksheets/sheet"):
                assert not ElementTree.fromstring(package.read(name)).findall(".//{*}f")
        links = [
            relation.attrib["Target"]
            for name in package.namelist() if name.startswith("xl/worksheets/_rels")
            for relation in ElementTree.fromstring(package.read(name)) if relation.attrib["Type"].endswith("hyperlink")
        ]  # fmt: skip
    names = {re.sub(r"^file:///?", "", link).replace("\\", "/").replace("%20", " ") for link in links}
    assert names == {
        f"../佐证 材料/{path}" for path in ("教师队伍/教师花名册2024.pdf", "教师队伍/=教师资格证名册2024.xlsx", "城关小学/学校章程.docx", "保障机制")
    }  # neither #, % nor programs
    book = openpyxl.load_workbook(io.BytesIO(data))
    values = {cell.value: cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert values["=cmd.xlsx"] == values["=1+1"] == values["@SUM(A1)"] == values["+cmd/@x.xlsx"] == "s"


@pytest.mark.parametrize(
    "path", ["../a.pdf", "a/../b.pdf", "/a.pdf", "a//b.pdf", "C:/a.pdf", "a\\b.pdf", "a/b.pdf ", "a\n.pdf", "http://x/a", "x" * 300]
)
def test_no_link_leads_out_of_the_folder(path: str) -> None:
    assert link_to_path(path, "../evidence") is None
    assert link_to_path("a/b.pdf", "../evidence") == "../evidence/a/b.pdf"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_people_wrote_is_carried_over_two_rounds(lang: Lang, tmp_path: Path) -> None:
    first = evidence(*PATHS)
    path = tmp_path / "list.xlsx"
    path.write_bytes(workbook_bytes(draw_evidence(first, lang, "")))
    book = openpyxl.load_workbook(path)
    sheet = book[PLANNING_SHEETS["evidence_county"][lang]]
    head, columns = header(sheet, lang)
    at = {row[columns["id"] - 1].value: row[0].row for row in sheet.iter_rows(min_row=head + 1)}
    for key, text in (("said", STATE_NAMES["have"][lang]), ("years", 2024), ("place", "3 柜"), ("who", "=王")):
        cell = sheet.cell(at["M-L4-2"], columns[key], text)
        cell.data_type = "n" if key == "years" else "s"
    sheet.cell(head, sheet.max_column + 1, "督办")
    sheet.cell(at["M-L4-2"], sheet.max_column, "李")
    sheet.cell(sheet.max_row + 1, columns["title"], "本县加的一项")
    sheet.cell(sheet.max_row, columns["who"], "赵")
    sheet.move_range(f"A{head}:A{sheet.max_row}", cols=40)  # the volume moved to the far right
    schools = book[PLANNING_SHEETS["evidence_schools"][lang]]
    head, columns = header(schools, lang)
    line = next(row[0].row for row in schools.iter_rows(min_row=head + 1)
                if (row[columns["id"] - 1].value, row[columns["school"] - 1].value) == ("M-Q3-3", "城关小学"))  # fmt: skip
    schools.cell(line, columns["said"], STATE_NAMES["none"][lang])
    schools.cell(line, columns["note"], "已过期")
    book.save(path)

    second = evidence(*PATHS, last=read_list(path, lang, guarded=False))
    third = evidence("会议.jpg", last=carried(second, "en" if lang == "zh" else "zh"))  # in the other language, without the files
    for found in (second, third):
        one = entry(found, "M-L4-2")
        assert one.manual == {"said": STATE_NAMES["have"][lang], "years": "2024", "place": "3 柜", "who": "=王"}
        assert (one.state, one.years_have, one.place, one.extra) == ("have", (2024,), "3 柜", {"督办": "李"})
        charter = entry(found, "M-Q3-3", "S1")
        assert (charter.state, charter.manual["note"]) == ("none", "已过期")
        assert found.columns == ("督办",) and found.own == ({"title": "本县加的一项", "who": "赵"},)
        assert found.last_label == "2024"
    assert entry(second, "M-Q3-3", "S1").found == "have" and entry(third, "M-Q3-3", "S1").found == "none"
    assert entry(second, "M-L1-1").state == "have" and entry(third, "M-L1-1").state == "none"  # a guess is made anew
    assert carried(third) == carried(evidence("会议.jpg", last=carried(third)))


def header(sheet: Worksheet, lang: Lang) -> tuple[int, dict[str, int]]:
    line = next(row for row in sheet.iter_rows(max_row=6) if any(cell.value == COLUMNS["id"][lang] for cell in row))
    words = {text[lang]: key for key, text in (COLUMNS | MANUAL).items()}
    return line[0].row, {words[cell.value]: cell.column for cell in line}


def test_a_school_that_is_gone_is_kept_at_the_end_and_comes_back() -> None:
    found = evidence()
    before = carried(found)
    told = Last(tuple(
        row if (row.material, row.code) != ("M-Q3-3", "S2") else type(row)(row.material, row.code, row.school, row.title, {"who": "甲"})
        for row in before.rows
    ))  # fmt: skip
    smaller = evidence(last=told, of=make.county(make.school("S1", school_name="城关小学")))
    assert [(row.code, row.manual) for row in smaller.kept] == [("S2", {"who": "甲"})]
    again = carried(smaller)
    assert entry(evidence(last=again), "M-Q3-3", "S2").manual == {"who": "甲"}


def test_people_choose_from_a_list_and_every_page_has_its_header() -> None:
    for lang in LANGUAGES:
        book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(draw_evidence(evidence(*PATHS), lang, ""))))
        assert book.sheetnames == [PLANNING_SHEETS[key][lang] for key in ("evidence", "evidence_county", "evidence_schools", "evidence_volumes")]
        for key in ("evidence_county", "evidence_schools"):
            sheet = book[PLANNING_SHEETS[key][lang]]
            line, columns = header(sheet, lang)
            (rule,) = sheet.data_validations.dataValidation
            assert rule.formula1 == '"' + ",".join(STATE_NAMES[s][lang] for s in ("have", "none", "check", "not_applicable")) + '"'
            said = openpyxl.utils.get_column_letter(columns["said"])
            assert str(rule.sqref) == f"{said}{line + 1}:{said}{sheet.max_row}"
            assert sheet.print_title_rows == f"${line}:${line}" and sheet.auto_filter.ref and sheet.page_setup.paperSize == 9
            assert sheet.freeze_panes and sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToHeight == 0


def test_links_end_where_a_sheet_can_hold_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence_sheets, "MOST_LINKS", 1)
    drawing = draw_evidence(evidence("教师队伍/教师花名册2024.pdf", "教师队伍/教师资格证名册2024.xlsx"), "zh", "")
    assert [cell.link for cell in drawing.sheet("evidence_county").cells.values() if cell.link] == ["教师队伍/教师花名册2024.pdf"]


def test_english_has_no_chinese_but_names() -> None:
    county = make.county(make.school("S1", school_name="Town School"), make.school("S3", "nine_year", 900, school_name="East"),
                         facts={"county_name": "Some County"})  # fmt: skip
    paths = ("Teachers/Roll of teachers 2019.pdf", "x/Accounts 2024.pdf", "Town School/School charter.pdf", "Funding/Accounts template.xlsx", "y.pdf",
             "Town School/Roll of teachers.pdf")  # fmt: skip
    found = evidence(*paths, of=county)
    texts = [str(cell.value) for sheet in draw_evidence(found, "en", "").sheets for cell in sheet.cells.values() if cell.value]
    data = evidence_to_dict(found, "en")
    for material in data["materials"]:
        material["source"].pop("document"), material["source"].pop("article")  # the official names of papers
    for text in [*texts, json.dumps(data, ensure_ascii=False)]:
        assert not re.search(r"[\u4e00-\u9fff\uff00-\uffef]", text), text


def test_what_is_no_list_is_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "县级档案"
    path = tmp_path / "a.xlsx"
    book.save(path)
    with pytest.raises(QbeError, match="QBE-PLN-407"):
        read_list(path, guarded=False)
    path.write_bytes(b"no workbook")
    with pytest.raises(QbeError, match="QBE-PLN-405"):
        read_list(path, guarded=False)
