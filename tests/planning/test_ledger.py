"""The ledger over years: ids that stay, states that are right, what people wrote carried on."""

from __future__ import annotations

import io
import json
from pathlib import Path

import jsonschema
import openpyxl
import pytest

from qbe_xl.assessment import assess
from qbe_xl.core.errors import QbeError
from qbe_xl.core.languages import LANGUAGES, Lang
from qbe_xl.county import County
from qbe_xl.outputs.ledger_workbook import draw_ledger, draw_pages, write_new
from qbe_xl.outputs.results.drawing import Drawing
from qbe_xl.outputs.results.school_pages import HIGH, LAST, bar_cells
from qbe_xl.outputs.results.writer import workbook_bytes
from qbe_xl.outputs.schema import LEDGER, schema
from qbe_xl.planning.ledger.ledger import Before, Entry, Ledger, make_ledger
from qbe_xl.planning.ledger.matching import Known, match
from qbe_xl.planning.ledger.points import points_of
from qbe_xl.planning.ledger.reading import parse_ledger, read_ledger
from qbe_xl.planning.ledger.serial import ledger_to_dict
from qbe_xl.planning.ledger.successors import read_successors
from qbe_xl.planning.serial import to_json
from tests import counties as make

# Three years. S1: never enough PE and art teachers; renamed in 2025, another code in 2026.
# S2: too few key teachers in 2024, enough in 2025, too few again in 2026.
# S3: no charter in 2024 and 2025; merged into S4 in 2026, which has a charter but too few multimedia rooms, as S3 had.
# S5: always right until 2025, when it lacks PE and art teachers; still so in 2026.


def year(number: int) -> County:
    few_art = {"pe_art_primary": 2}  # of 500 pupils: 0.4 < 0.9
    backbone = {2024: 2, 2025: 10, 2026: 3}[number]  # 5 are needed
    codes = {2024: "S1", 2025: "S1", 2026: "N9"}
    names = {2024: "城关小学", 2025: "实验小学", 2026: "实验小学"}
    rows = [
        make.school(codes[number], school_name=names[number], **few_art),
        make.school("S2", school_name="东街小学", backbone_primary=backbone),
        make.school("S4", school_name="西街小学", multimedia_rooms=3),  # 12 are needed
        make.school("S5", school_name="南街小学", **(few_art if number > 2024 else {})),
    ]
    if number < 2026:
        rows.append(make.school("S3", school_name="北街小学", charter="no", multimedia_rooms=3))
    return make.county(*rows, facts={"year": number, "layout_plan": "no" if number == 2024 else "yes"})


def ledger_of(number: int, before: Before | None = None, merged: bool = True) -> Ledger:
    return make_ledger(assess(year(number)), before, {"S3": "西街小学"} if merged else {})


def by_id(ledger: Ledger) -> dict[str, Entry]:
    found = {entry.id: entry for entry in ledger.entries}
    assert len(found) == len(ledger.entries)
    return found


def carried(ledger: Ledger, lang: Lang = "zh") -> Before:
    """The ledger through its workbook."""
    drawing = draw_ledger(ledger, lang)
    return parse_ledger(*(rows(drawing, key) for key in ("ledger", "ledger_schools")))


def rows(drawing: Drawing, key: str) -> list[list[str | float | None]]:
    cells = drawing.sheet(key).cells
    size = max(r for r, _ in cells) + 1, max(c for _, c in cells) + 1
    return [[c.value if (c := cells.get((r, n))) else None for n in range(size[1])] for r in range(size[0])]


@pytest.mark.parametrize("through", ["memory", "zh", "en"])
def test_three_years_with_a_new_name_a_new_code_and_a_merger(through: Lang | str) -> None:
    def passed_on(ledger: Ledger) -> Before:
        return ledger.as_before() if through == "memory" else carried(ledger, "zh" if through == "zh" else "en")

    first = ledger_of(2024)
    ids = by_id(first)
    assert {entry.state for entry in first.entries} == {"new"}
    assert {"S1-L3-P", "S2-L2-P", "S3-L7-P", "S4-L7-P", "S3-Q3.charter", "COUNTY-G1"} <= set(ids)
    assert ids["S1-L3-P"].point is not None and ids["S1-L3-P"].point.gap == 3  # 0.9 per 100 of 500 pupils are 4.5, so 5

    second = ledger_of(2025, passed_on(first))
    ids = by_id(second)
    assert (ids["S1-L3-P"].state, ids["S1-L3-P"].name) == ("open", "实验小学")
    assert (ids["S2-L2-P"].state, ids["S2-L2-P"].closed) == ("closed", "2025")
    assert (ids["COUNTY-G1"].state, ids["S5-L3-P"].state) == ("closed", "new")
    assert second.last_label == "2024" and second.last_values["L3", "S1", "primary"] == pytest.approx(0.4)

    third = ledger_of(2026, passed_on(second))
    ids = by_id(third)
    entry = ids["S1-L3-P"]  # the id stays, though the code is another
    assert (entry.state, entry.school, entry.first) == ("open", "N9", "2024")
    assert "N9" in entry.why.zh and "代码" in entry.why.zh
    assert (ids["S2-L2-P"].state, ids["S2-L2-P"].closed, ids["S2-L2-P"].first) == ("back", "", "2024")
    assert (ids["S4-L7-P"].state, ids["S4-L7-P"].aliases) == ("open", ("S3-L7-P",))
    assert "S3-L7-P" not in ids
    assert (ids["S3-Q3.charter"].state, ids["S3-Q3.charter"].school) == ("closed", "S4")  # the successor has one
    assert "并入" in ids["S3-Q3.charter"].why.zh
    assert (ids["COUNTY-G1"].state, ids["COUNTY-G1"].closed) == ("closed", "2025")
    assert not any(entry.id.startswith("N9") for entry in third.entries)
    every = {one.id for one in (*first.entries, *second.entries, *third.entries)}
    assert {i for entry in third.entries for i in (entry.id, *entry.aliases)} == every


def test_reports_alone_give_the_same_as_ledgers() -> None:
    from_reports = ledger_of(2026, make_ledger(assess(year(2025)), ledger_of(2024).as_before()).as_before())
    from_ledgers = ledger_of(2026, carried(ledger_of(2025, carried(ledger_of(2024)))))
    said = [[(e.id, e.state, e.first, e.closed, e.aliases) for e in each.entries] for each in (from_reports, from_ledgers)]
    assert said[0] == said[1]


def test_a_school_that_is_missing_keeps_its_items_open_and_a_closed_one_does_not() -> None:
    before = ledger_of(2025).as_before()
    for told, state, word in (({}, "open", "没有该校"), ({"S3": None}, "closed", "撤销")):
        entry = by_id(make_ledger(assess(year(2026)), before, told))["S3-Q3.charter"]
        assert (entry.state, entry.point) == (state, None) and word in entry.why.zh


def test_a_school_that_became_a_campus_passes_its_items_on() -> None:
    lacking = make.school("S3", multimedia_rooms=3, largest_class_primary=60, over_classes_primary=2)
    before = make_ledger(assess(make.county(make.school("S4"), lacking))).as_before()
    campus = make.campus("S3", "S4", multimedia_rooms=3, largest_class_primary=60, over_classes_primary=2)
    after = by_id(make_ledger(assess(make.county(make.school("S4", multimedia_rooms=3), campus)), before))
    assert (after["S3-L7-P"].school, after["S3-L7-P"].state) == ("S4", "open")
    assert (after["S3-G5"].school, after["S3-G5"].state) == ("S3", "open")  # classes are looked at campus by campus


def test_an_old_code_given_to_another_school_makes_no_id_twice() -> None:
    before = make_ledger(assess(make.county(make.school("S1", school_name="甲校", pe_art_primary=1)))).as_before()
    county = make.county(
        make.school("S7", school_name="甲校", pe_art_primary=1), make.school("S8", school_name="乙校", pe_art_primary=1)
    )
    second = make_ledger(assess(county), before)
    assert by_id(second)["S1-L3-P"].school == "S7"
    third = make.county(
        make.school("S7", school_name="甲校", pe_art_primary=1), make.school("S1", school_name="丙校", pe_art_primary=1)
    )
    found = by_id(make_ledger(assess(third), second.as_before()))
    assert (found["S1-L3-P"].school, found["S1-L3-P-2"].school) == ("S7", "S1")


def test_likeness_is_only_taken_where_one_school_fits() -> None:
    def link(*new: Known) -> str | None:
        return match([Known("A", "县第三实验小学", "primary", 500)], new)["A"].new

    assert link(Known("B", "县第三小学", "primary", 520)) == "B"
    assert link(Known("B", "县第五实验小学", "primary", 500)) is None  # another number is another school
    assert link(Known("B", "县第三小学", "junior", 520)) is None
    assert link(Known("B", "县第三小学", "primary", 900)) is None
    assert link(Known("B", "县第三实小", "primary", 520), Known("C", "县第三实小", "primary", 520)) is None
    found = match([Known("A", "县第三实验小学", "primary", 500)], [Known("B", "县第三小学", "primary", 520)])["A"]
    assert found.how == "alike" and "核对" in found.note.zh and "500 → 520" in found.note.zh


def test_every_point_not_met_is_in_the_ledger_and_nothing_else() -> None:
    result = assess(make.with_facts(year(2024), exchanged=20, veto_fraud="yes", teachers_certified=None))
    ledger = make_ledger(result)
    wanted = {point.key for point in points_of(result) if point.open}
    assert [entry.key for entry in ledger.entries if not entry.point or not entry.point.open] == []
    assert {entry.key for entry in ledger.entries} == wanted
    status = {entry.criterion: entry.point.status for entry in ledger.entries if entry.point and not entry.school}
    assert status["G11.exchanged"] == "fail" and "undetermined" in status.values()
    assert any(entry.criterion.startswith("V") for entry in ledger.entries)
    cv = next(entry.point for entry in ledger.entries if entry.criterion == "L7.cv")
    assert cv is not None and cv.gap is not None and float(cv.value or 0) == pytest.approx(float(cv.gap) + float(cv.limit or 0))


def test_what_people_wrote_is_carried_on_wherever_the_columns_stand(tmp_path: Path) -> None:
    first = ledger_of(2024)
    path = tmp_path / "台账.xlsx"
    path.write_bytes(workbook_bytes(draw_ledger(first)))
    book = openpyxl.load_workbook(path)
    sheet = book["问题台账"]
    head = next(row for row in sheet.iter_rows(max_row=12) if row[0].value == "编号")
    columns = {cell.value: cell.column for cell in head}
    line = next(row[0].row for row in sheet.iter_rows(min_row=4) if row[0].value == "S1-L3-P")
    sheet.cell(line, columns["整改措施"], "招聘 3 人")
    sheet.cell(line, columns["完成时限"], "2025-08-31")
    sheet.cell(head[0].row, sheet.max_column + 1, "督导组长")
    sheet.cell(line, sheet.max_column, "=王")  # a formula to the file's program, never to ours
    sheet.cell(line, sheet.max_column).data_type = "s"
    sheet.cell(sheet.max_row + 1, columns["项目"], "食堂改造")
    sheet.move_range(f"B{head[0].row}:B{sheet.max_row}", cols=40)  # 台账状态 moved to the far right
    book.save(path)
    before = read_ledger(path, guarded=False)
    assert before is not None and before.columns == ("督导组长",)
    second = ledger_of(2025, before)
    entry = by_id(second)["S1-L3-P"]
    assert entry.manual == {"measure": "招聘 3 人", "deadline": "2025-08-31"} and entry.extra == {"督导组长": "=王"}
    assert second.own == ({"title": "食堂改造"},)
    written = openpyxl.load_workbook(io.BytesIO(workbook_bytes(draw_ledger(second))))["问题台账"]
    cells = [cell for row in written.iter_rows() for cell in row if cell.value is not None]
    assert not any(cell.data_type == "f" for cell in cells)
    assert {"招聘 3 人", "=王", "督导组长", "食堂改造"} <= {cell.value for cell in cells}
    assert carried(second).own == second.own


def test_what_was_written_for_a_merged_school_stands_beside_the_successors() -> None:
    before = ledger_of(2025).as_before()
    said = {"S3-L7-P": {"measure": "添置 4 间"}, "S4-L7-P": {"measure": "添置 9 间"}}
    items = tuple(
        type(past)(**{**{f: getattr(past, f) for f in past.__dataclass_fields__}, "manual": said.get(past.id, {})})
        for past in before.items
    )
    entry = by_id(ledger_of(2026, Before(items, before.schools)))["S4-L7-P"]
    assert entry.manual["measure"] == "添置 9 间；添置 4 间（北街小学）"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_json_is_as_the_schema_says(lang: Lang) -> None:
    ledger = ledger_of(2026, carried(ledger_of(2025, carried(ledger_of(2024))), lang))
    data = json.loads(to_json(ledger_to_dict(ledger, lang)))
    jsonschema.Draft202012Validator.check_schema(schema(LEDGER))
    jsonschema.validate(data, schema(LEDGER))
    assert data["counts"] == {state: sum(e["state"] == state for e in data["entries"]) for state in data["counts"]}


def test_where_schools_went_is_read_from_a_list_or_a_scenario(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text('schools:\n- {from: S3, to: S4}\n- {from: "05", closed: true}\n', encoding="utf-8")
    assert read_successors(path) == {"S3": "S4", "05": None}
    path.write_text(
        "scenarios:\n- name: a\n  actions:\n  - {merge: [S4, S3, S6]}\n  - {close: S7, to: {S1: 40%, S2: 60%}}\n", encoding="utf-8"
    )
    assert read_successors(path) == {"S3": "S4", "S6": "S4", "S7": "S2"}
    for wrong in ("schools: x", "schools:\n- {to: S4}", "schools:\n- {from: S4, closed: 1}", "- a"):
        path.write_text(wrong, encoding="utf-8")
        with pytest.raises(QbeError, match="QBE-PLN-201"):
            read_successors(path)


# ---- a page a school


def test_a_bar_reaches_the_line_just_where_the_limit_is_met() -> None:
    full = bar_cells(1, 1)
    assert bar_cells(10**9 - 1, 10**9) == full - 1 and bar_cells(10**9 + 1, 10**9) == full
    assert bar_cells(0, 5) == 0 and bar_cells(3, 2) == bar_cells(99, 2) == full * 3 // 2


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_school_has_one_page_that_is_not_too_long(lang: Lang) -> None:
    long = {f"S{n}": {"measure": "加强统筹，分步实施。" * 40} for n in range(9)}
    county = make.county(*(
        make.school(f"S{n}", "nine_year", 900, pe_art_primary=1, backbone_primary=1, backbone_junior=0, equipment_value=1,
                    multimedia_rooms=1, charter="no", music_rooms_96=0, over_classes_primary=3, pe_art_junior=None)
        for n in range(1, 6)
    ))  # fmt: skip
    before = make_ledger(assess(county)).as_before()
    items = tuple(
        type(p)(**{**{f: getattr(p, f) for f in p.__dataclass_fields__}, "manual": long.get(p.key[1], {})}) for p in before.items
    )
    for past in (None, before, Before(items, before.schools)):
        ledger = make_ledger(assess(county), past)
        sheet = draw_pages(ledger, lang).sheet("school_pages")
        starts = [0, *sheet.row_breaks]
        assert len(starts) == len(ledger.assessment.schools) == 5
        assert sheet.print_area is not None and sheet.print_area[3] == LAST and sheet.portrait and sheet.scale
        ends = [*starts[1:], sheet.print_area[2] + 1]
        for start, end in zip(starts, ends, strict=True):
            assert sum(sheet.heights[row] for row in range(start, end)) <= HIGH
        links = [cell.link for cell in sheet.cells.values() if cell.link]
        assert len(links) == 5 and links[1] is not None and links[1].endswith(f"!A{starts[1] + 1}")
    assert any(str(cell.value).endswith("…") for cell in sheet.cells.values())  # long measures are cut


def test_many_schools_stand_on_several_sheets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qbe_xl.outputs.results.school_pages.MOST", 2)
    sheets = draw_pages(ledger_of(2024)).sheets
    assert [(sheet.name, len(sheet.row_breaks) + 1) for sheet in sheets] == [("一校一策", 2), ("一校一策 2", 2), ("一校一策 3", 1)]
    links = [cell.link for cell in sheets[1].cells.values() if cell.link]
    assert links[0] == "#'一校一策 2'!A1"


def test_a_page_shows_the_values_of_last_time_and_of_now() -> None:
    ledger = ledger_of(2025, ledger_of(2024).as_before())
    values = [cell.value for cell in draw_pages(ledger).sheet("school_pages").cells.values()]
    assert "实验小学 一校一策" in values and "2024" in values
    assert values.count(2.0) >= 1 and values.count(0.4) >= 3  # key teachers in 2025; PE and art before and now, twice


def test_a_workbook_that_people_work_in_is_never_replaced(tmp_path: Path) -> None:
    drawing = draw_ledger(ledger_of(2024))
    names = [write_new(drawing, tmp_path / "a.xlsx").name for _ in range(3)]
    assert names == ["a.xlsx", "a (2).xlsx", "a (3).xlsx"]
