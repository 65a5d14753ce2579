"""The results workbook holds what the assessment holds, cell by cell."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from qbe_xl.assessment.results import Assessment, ItemResult, UnitResult
from qbe_xl.assessment.sentences import reasons, verdict_sentence
from qbe_xl.core.languages import LANGUAGES, STAGE_NAMES, STATUS_NAMES, Lang
from qbe_xl.outputs.results.book import MARKS
from qbe_xl.outputs.results.figures import number_format, spread_format
from qbe_xl.outputs.results.problem_rows import KINDS, problems
from qbe_xl.outputs.results.schools import worst_first
from qbe_xl.outputs.results.words import SHEETS, VERDICTS
from qbe_xl.outputs.results_workbook import is_ours, result_name, results_bytes, write_results
from qbe_xl.standards import model
from tests.office import Office
from tests.outputs.counties import ALL, FILE, assessment
from tests.outputs.reading import cells, find, opened, sheet, table, written

USABLE = [name for name in ALL if name != "unusable"]
FIRST_INDICATOR = 8  # column of L1 in 学校达标


def same(found: object, expected: object) -> None:
    """Equal numbers to 1e-12 relative."""
    assert isinstance(found, int | float), found
    assert math.isclose(found, float(expected), rel_tol=1e-12, abs_tol=1e-15), (found, float(expected))  # type: ignore[arg-type]


# ---- which sheets, and what they look like --------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sheets(lang: Lang) -> None:
    assert opened("failing", lang).sheetnames == [name[lang] for name in SHEETS.values()]
    assert opened("unusable", lang).sheetnames == [SHEETS["overview"][lang], SHEETS["problems"][lang]]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ALL)
def test_every_sheet_prints_on_a4_landscape_with_page_numbers(name: str, lang: Lang) -> None:
    for worksheet in opened(name, lang).worksheets:
        assert worksheet.page_setup.orientation == "landscape"
        assert worksheet.page_setup.paperSize == 9
        assert "&P" in f"&{worksheet.oddFooter.right.text}"
        if worksheet.title != SHEETS["steps"][lang]:  # too wide: printed with repeated columns instead
            assert worksheet.sheet_properties.pageSetUpPr.fitToPage and worksheet.page_setup.fitToWidth in (None, 1)
    if name == "failing":
        for key in ("schools", "steps", "government", "quality", "problems"):
            assert sheet(name, key, lang).print_title_rows, key


# ---- overview -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("passing", "pass"),
        ("failing", "fail"),
        ("missing", "undetermined"),
        ("blocked", "blocked"),
        ("unusable", "unusable"),
    ],
)
def test_overview_says_the_verdict_in_words(name: str, word: str, lang: Lang) -> None:
    overview, result = sheet(name, "overview", lang), assessment(name)
    find(overview, VERDICTS[word][lang])
    find(overview, verdict_sentence(result, lang))
    texts = [str(cell.value) for cell in cells(overview)]
    for number, reason in enumerate(reasons(result, lang)[:5], start=1):
        if not result.blocked:
            assert f"{number}. {reason}" in texts


def test_overview_counts_every_group() -> None:
    overview, result = sheet("failing", "overview"), assessment("failing")
    assert result.resources is not None
    expected = {
        "资源配置 小学：学校": [unit.status for unit in result.resources.stages["primary"].units],
        "资源配置 初中：差异系数": [i.cv_status for i in result.resources.stages["junior"].indicators.values()],
        "政府保障程度": [item.status for item in result.groups["government"].items],
        "教育质量": [item.status for item in result.groups["quality"].items],
        "一票否决": [item.status for item in result.groups["vetoes"].items],
    }
    for label, statuses in expected.items():
        row = find(overview, label).row
        order = ("pass", "fail", "undetermined", "not_applicable")
        counts = [overview.cell(row, column).value for column in range(6, 11)]
        assert counts == [len(statuses), *(statuses.count(status) for status in order)]  # type: ignore[arg-type]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", USABLE)
def test_charts(name: str, lang: Lang) -> None:
    overview, result = sheet(name, "overview", lang, values=False), assessment(name)
    assert result.resources is not None
    stages = [stage for stage in result.resources.stages.values() if stage.units]
    charts = overview._charts  # type: ignore[attr-defined]
    assert len(charts) == (2 if stages else 0)
    for chart, (what, per_stage) in zip(charts, (("cv", 2), ("overview", 1)), strict=False):
        assert chart.title and chart.x_axis.title and chart.y_axis.title
        refs = [series.val.numRef.f for part in (chart, *chart._charts[1:]) for series in part.series]
        assert len(refs) == per_stage * len(stages)
        assert all(SHEETS[what][lang] in ref for ref in refs)


def test_distribution_counts_schools_by_indicators_met() -> None:
    overview, result = sheet("failing", "overview"), assessment("failing")
    assert result.resources is not None
    for stage in result.resources.stages.values():
        row = find(overview, f"{STAGE_NAMES[stage.stage].zh}学校数").row
        counts = [overview.cell(row, 5 + met).value for met in range(8)]
        assert counts == [sum(unit.met == met for unit in stage.units) for met in range(8)]


# ---- schools --------------------------------------------------------------------------------------------------------


def units_shown(worksheet: Worksheet, count: int) -> list[list[object]]:
    head = next(c.row for c in cells(worksheet) if c.value in ("学校代码", "Code") and worksheet.cell(c.row, 8).value)
    return [
        [worksheet.cell(row, column).value for column in range(1, FIRST_INDICATOR + 7)]
        for row in range(head + 1, head + 1 + count)
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", [n for n in USABLE if n != "hostile"])
def test_schools_hold_every_value(name: str, lang: Lang) -> None:
    result = assessment(name)
    assert result.resources is not None
    shown = units_shown(sheet(name, "schools", lang), len(result.resources.units)) if result.resources.units else []
    for row, unit in zip(shown, worst_first(result.resources.units), strict=True):
        assert row[:3] == [unit.unit.school.code, unit.unit.school.name, STAGE_NAMES[unit.unit.stage][lang]]
        assert row[4] == unit.met
        assert row[5] == f"{MARKS[unit.status]} {STATUS_NAMES[unit.status][lang]}"
        for value, found in zip(unit.values.values(), row[FIRST_INDICATOR - 1 :], strict=True):
            if value.value is None:
                assert "?" in str(found)
            else:
                same(found, value.value)


def test_schools_are_sorted_worst_first() -> None:
    result = assessment("failing")
    assert result.resources is not None
    shown = units_shown(sheet("failing", "schools"), len(result.resources.units))
    assert [row[1] for row in shown[:3]] == ["第一小学", "实验小学", "城关小学"]  # 2 met and fails, then 6 met
    ranks = [("不达标", "待定", "达标").index(str(row[5]).split()[1]) for row in shown]
    assert ranks == sorted(ranks)

    def rank(unit: UnitResult) -> tuple[int, int]:
        return (("fail", "undetermined", "pass").index(unit.status), unit.met)

    for name in USABLE:
        resources = assessment(name).resources
        assert resources is not None
        order = [rank(unit) for unit in worst_first(resources.units)]
        assert order == sorted(order)


def test_marks_are_seen_without_colour() -> None:
    worksheet, result = sheet("failing", "schools"), assessment("failing")
    assert result.resources is not None
    seen = set()
    for row, unit in enumerate(worst_first(result.resources.units)):
        head = find(worksheet, "学校代码").row
        for column, value in enumerate(unit.values.values(), start=FIRST_INDICATOR):
            cell = worksheet.cell(head + 1 + row, column)
            status = "allowed" if value.allowed else value.status
            assert MARKS[status] in cell.number_format
            assert cell.font.bold is (status == "fail")
            assert cell.font.italic is (status == "allowed")
            seen.add(status)
    assert seen == {"pass", "allowed", "fail"}


def test_limits_and_means_stand_on_top() -> None:
    worksheet, result = sheet("failing", "schools"), assessment("failing")
    assert result.resources is not None
    for stage in result.resources.stages.values():
        name = STAGE_NAMES[stage.stage].zh
        limits, means = find(worksheet, f"{name}标准").row, find(worksheet, f"{name}县均").row
        for column, indicator in enumerate(stage.indicators.values(), start=FIRST_INDICATOR):
            same(worksheet.cell(limits, column).value, indicator.limit)
            same(worksheet.cell(means, column).value, indicator.mean)
    assert worksheet.freeze_panes == f"C{find(worksheet, '学校代码').row + 1}"
    assert str(worksheet.auto_filter.ref).startswith(f"A{find(worksheet, '学校代码').row}:N")


def test_excluded_schools_and_campuses_are_listed() -> None:
    worksheet, result = sheet("mixed", "schools"), assessment("mixed")
    assert len(result.excluded) == 2
    for excluded in result.excluded:
        row = find(worksheet, excluded.school.code, 1).row
        assert worksheet.cell(row, 3).value == excluded.reason.zh
    find(worksheet, "第一小学东校区（3043）")
    shares = [
        cell.value for cell in cells(sheet("mixed", "steps")) if cell.column == 3 and isinstance(cell.value, float)
    ]
    # 600 : 400 with weights 1 : 1.1 gives 600/1040 and 440/1040
    assert any(math.isclose(share, 600 / 1040) for share in shares)


# ---- coefficients of variation --------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", USABLE)
def test_cv_sheet_holds_the_engine_s_values(name: str, lang: Lang) -> None:
    result, worksheet = assessment(name), sheet(name, "cv", lang)
    assert result.resources is not None
    after = 0
    for stage in result.resources.stages.values():
        if not stage.units:
            continue
        for indicator in stage.indicators.values():
            row = find(worksheet, indicator.indicator.id, 1, after).row
            values = [cell.value for cell in worksheet[row]]
            same(values[2], indicator.limit)
            for column, expected in ((3, indicator.mean), (4, indicator.std), (5, indicator.cv)):
                if expected is None:
                    assert isinstance(values[column], str)
                else:
                    same(values[column], expected)
            same(values[6], indicator.cv_limit)
            assert values[7] == STATUS_NAMES[indicator.cv_status][lang]
            counts = [indicator.units, indicator.units_below, indicator.units_below_floor, indicator.units_missing]
            assert values[8:12] == counts
            if indicator.cv_reported is not None:
                same(values[12], indicator.cv_reported)
            same(values[13], indicator.gap_schools)
            after = row
        row = after + 1
        if stage.composite_cv is not None:
            same(worksheet.cell(row, 6).value, stage.composite_cv)
        assert worksheet.cell(row, 7).value == ("仅供参考" if lang == "zh" else "for information only")
        after = row


def test_a_cv_is_never_shown_so_that_it_contradicts_its_status() -> None:
    # CV = 4032 / 8032 = 0.50199…: "0.502" is enough to be above 0.50
    row = find(sheet("cv_only", "cv"), "L6", 1).row
    cell = sheet("cv_only", "cv").cell(row, 6)
    assert cell.number_format == "0.000" and float(f"{cell.value:.3f}") > 0.5
    assert number_format(Fraction(500001, 1000000), Fraction(1, 2), whole=False, places=3) == "0.000000"
    assert number_format(Fraction(4499, 1000), Fraction(9, 2)) == "0.000"
    assert number_format(Fraction(9501, 10000), Fraction(95, 100), percent=True) == "0.00%"
    assert number_format(Fraction(950001, 1000000), Fraction(95, 100), percent=True) == "0.0000%"
    assert number_format(12345) == "#,##0"
    assert spread_format(Fraction(1, 100)) == "0.0000"


def formulas(name: str, lang: Lang) -> Iterator[tuple[str, str, str, object]]:
    """(sheet, cell, formula, cached value) of every formula."""
    for worksheet in opened(name, lang, values=False).worksheets:
        for cell in cells(worksheet):
            if cell.data_type == "f":
                cached = opened(name, lang)[worksheet.title][cell.coordinate].value
                yield worksheet.title, cell.coordinate, str(cell.value), cached


@pytest.mark.office
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["failing", "missing", "mixed", "zero_amounts"])
def test_live_formulas_give_the_engine_s_values(name: str, lang: Lang, office: Office, tmp_path: Path) -> None:
    path = tmp_path / "results.xlsx"
    path.write_bytes(written(name, lang))
    names = [SHEETS["cv"][lang], SHEETS["steps"][lang]]
    values = office.run(path, dump=names)["values"]
    count = 0
    for title, cell, formula, cached in formulas(name, lang):
        assert title in names
        found = values[title][cell]
        assert isinstance(found, float), (title, cell, formula, found)
        assert isinstance(cached, int | float)
        slack = 0.0
        if square := re.fullmatch(r"=\$B(\d+)\*\((\w+)-(\w+)\$(\d+)\)\^2", formula):
            # x − X̄ cancels: a float of x is off by up to 2^-53 of x, and so is the difference
            here = values[title]
            p, x, mean = here[f"B{square[1]}"], here[square[2]], here[square[3] + square[4]]
            slack = 1e-15 * p * mean * (abs(x - mean) + 1e-15 * mean)
        assert math.isclose(found, cached, rel_tol=1e-12, abs_tol=slack), (title, cell, formula, found, cached)
        count += 1
    result = assessment(name)
    assert result.resources is not None
    known = sum(v.value is not None for u in result.resources.units for v in u.values.values())
    assert count > 2 * known  # x and p(x − X̄)² of every unit, and the sums


def test_only_the_two_cv_sheets_have_formulas() -> None:
    found = {title for title, *_ in formulas("hostile", "zh")}
    assert found == {SHEETS["cv"].zh, SHEETS["steps"].zh}


# ---- items ----------------------------------------------------------------------------------------------------------


def item_rows(result: Assessment, keys: tuple[str, ...]) -> list[ItemResult]:
    return [one for key in keys for item in result.groups[key].items for one in (item, *item.parts)]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", [n for n in USABLE if n != "hostile"])
def test_item_sheets_hold_every_item_and_part(name: str, lang: Lang) -> None:
    result = assessment(name)
    for key, groups in (
        ("government", ("government",)),
        ("quality", ("quality",)),
        ("recognition", ("entry", "recognition", "vetoes")),
    ):
        worksheet = sheet(name, key, lang)
        rows = []
        after = 0
        for _ in groups:
            part = table(worksheet, "编号" if lang == "zh" else "Id", after)
            rows += part.rows
            after = part.rows[-1][0].row
        items = item_rows(result, groups)
        assert len(rows) == len(items)
        for row, item in zip(rows, items, strict=True):
            if "." not in item.id:
                assert row[0].value == item.id
                assert row[1].value == item.name[lang]
                assert item.criterion.source is not None
                assert row[7].value == item.criterion.source.sentence(lang)
            assert row[2].value == f"{MARKS[item.status]} {STATUS_NAMES[item.status][lang]}"
            if item.value is not None and not isinstance(item.value, str):
                same(row[3].value, item.value)
            if not item.parts and not item.schools:
                assert row[5].value == item.detail[lang]
            if item.cells and not item.parts:
                assert str(row[6].value).startswith(item.cells[0])


def test_a_limit_stands_beside_each_ratio() -> None:
    worksheet = sheet("failing", "government")
    row = find(worksheet, "G12", 1).row
    assert worksheet.cell(row, 5).value == "≥ 100%"
    assert worksheet.cell(row, 4).number_format == "0%" or worksheet.cell(row, 4).value == pytest.approx(0.99)


@pytest.mark.parametrize(
    ("name", "sheet_name"), [("failing", "government"), ("missing", "government"), ("failing", "quality")]
)
def test_schools_that_fail_an_item_are_listed_below(name: str, sheet_name: str) -> None:
    worksheet, result = sheet(name, sheet_name), assessment(name)
    start = find(worksheet, "不达标和缺数据的学校").row
    shown = [
        (worksheet.cell(row, 1).value, worksheet.cell(row, 2).value)
        for row in range(start + 2, worksheet.max_row + 1)
        if worksheet.cell(row, 3).value
    ]
    expected = [
        (item.id.split(".")[0], school.school.name)
        for item in item_rows(result, (sheet_name,))
        for wanted in ("fail", "undetermined")
        for school in item.schools
        if school.status == wanted
    ]
    assert shown == expected and expected


# ---- problems -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", [n for n in ALL if n not in ("passing", "hostile")])
def test_problems_are_complete(name: str, lang: Lang) -> None:
    result, worksheet = assessment(name), sheet(name, "problems", lang)
    expected = problems(result, lang)
    if not expected:
        assert find(worksheet, "没有问题。" if lang == "zh" else "No problems.")
        return
    shown = table(worksheet, "序号" if lang == "zh" else "No.")
    assert len(shown.rows) == len(expected)
    assert [row[0].value for row in shown.rows] == list(range(1, len(expected) + 1))
    for row, problem in zip(shown.rows, expected, strict=True):
        assert row[1].value == KINDS[problem.kind][lang]
        assert [row[2].value, row[5].value] == [problem.code, problem.found]
        assert row[7].value == problem.fix and problem.fix
    codes = [p.code for p in expected]
    assert sorted(c for c in codes if c.startswith("QBE-")) == sorted(f.code for f in result.findings)
    if result.resources is not None:
        below = sum(v.status != "pass" for u in result.resources.units for v in u.values.values())
        cvs = sum(i.cv_status != "pass" for s in result.resources.stages.values() for i in s.indicators.values())
        assert sum(c.startswith("L") for c in codes) == below + cvs
        for item in item_rows(result, ("government", "quality", "recognition", "vetoes", "entry")):
            if item.status in ("fail", "undetermined"):
                assert item.id.split(".")[0] in codes


def test_links_point_at_the_cell_in_the_submitted_file() -> None:
    worksheet = sheet("failing", "problems")
    shown = table(worksheet, "序号")
    links = {cell.value: cell.hyperlink for row in shown.rows for cell in [row[4]] if cell.hyperlink}
    fact = assessment("failing").item("G12").cells[0]
    assert fact in links
    assert links[fact].target == FILE
    assert links[fact].location == f"'政府保障'!{fact.split('!')[1]}"
    inside = [link for place, link in links.items() if place == "差异系数"]
    assert inside and all(link.location == "'差异系数'!A1" and not link.target for link in inside)


def test_what_it_takes_is_computed() -> None:
    rows = {(p.code, p.school): p for p in problems(assessment("failing"), "zh")}
    # 1200 teachers, 1188 certified, 100 % asked: 12 more
    assert "至少为 1200，还差 12" in rows["G12", ""].fix
    # 2140 pupils need 4.2 × 21.4 = 89.88 → 90 teachers; 50 are there, the floor 3.57 × 21.4 = 76.398 → 77
    assert "增加 40 人 可达标；增加 27 人 可作余项" in rows["L1", "第一小学"].fix
    # 900 of 1200 satisfied, 85 % is 1020
    assert "至少为 1020，还差 120" in rows["S1", ""].fix
    assert "超出 140 人" in rows["G4", "第一小学"].fix
    # an indicator within its floor is no failure where the school passes
    assert rows["L3", "实验小学"].kind == "allowed"


# ---- files ----------------------------------------------------------------------------------------------------------


def test_names() -> None:
    assert result_name("临溪县.xlsx") == "临溪县.评估结果.xlsx"
    assert result_name("临溪县.XLSM", "en") == "临溪县.results.xlsx"
    assert result_name("2024.9 临溪") == "2024.9 临溪.评估结果.xlsx"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ALL)
def test_same_assessment_same_bytes(name: str, lang: Lang) -> None:
    assert results_bytes(ALL[name](), lang) == written(name, lang)


def test_our_own_result_is_replaced_a_foreign_file_never(tmp_path: Path) -> None:
    import openpyxl

    target = tmp_path / result_name(FILE)
    assert write_results(assessment("passing"), target) == target
    assert is_ours(target)
    assert write_results(assessment("failing"), target) == target  # ours: replaced
    assert target.read_bytes() == written("failing", "zh")
    assert [path.name for path in tmp_path.iterdir()] == [target.name]

    foreign = openpyxl.Workbook()
    foreign.active.append(["qbe_xl_result"])
    foreign.save(target)
    before = target.read_bytes()
    assert not is_ours(target)
    second = write_results(assessment("failing"), target)
    assert second.name == "临溪县.评估结果 (2).xlsx"
    assert target.read_bytes() == before
    assert write_results(assessment("passing"), target) == second  # ours again
    second.write_bytes(b"not a workbook")
    assert write_results(assessment("passing"), target).name == "临溪县.评估结果 (3).xlsx"
    assert second.read_bytes() == b"not a workbook"


def test_a_folder_or_link_of_that_name_is_foreign(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    target.mkdir()
    assert write_results(assessment("passing"), target).name == "a (2).xlsx"
    ours = tmp_path / "ours.xlsx"
    write_results(assessment("passing"), ours)
    (tmp_path / "b.xlsx").symlink_to(ours)
    assert write_results(assessment("failing"), tmp_path / "b.xlsx").name == "b (2).xlsx"
    assert ours.read_bytes() == written("passing", "zh")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_name_becomes_a_formula_or_a_link(lang: Lang) -> None:
    book = opened("hostile", lang, values=False)
    texts = {str(cell.value) for cell in cells(book[SHEETS["schools"][lang]])}
    for name in ('=HYPERLINK("http://x","y")', "+1+cmd|' /C calc'!A0", "@SUM(A1)", "{=1+1}", "http://example.com/",
                 "+1", "-1", "\t=1+1", "＝1+1"):  # fmt: skip
        assert name in texts
    for worksheet in book.worksheets:
        for cell in cells(worksheet):
            if cell.data_type == "f":
                assert str(cell.value).startswith(
                    ("='CV", "='差异", "=SUM", "=SQRT", "=AVERAGE", "=$B", "=100*", "=")
                ), cell
                assert "HYPERLINK" not in str(cell.value) and "cmd" not in str(cell.value)
                assert str(cell.value).lstrip("=\t\r＝ ") not in ("1+1", "1", "+1", "-1")
            if cell.hyperlink and cell.hyperlink.target:
                assert cell.hyperlink.target == FILE
    assert "&&P&&N" not in str(book.worksheets[0].oddHeader.center.text)


def test_figures_of_rules_are_those_of_the_edition() -> None:
    notes, result = sheet("mixed", "notes"), assessment("mixed")
    texts = [str(cell.value) for cell in cells(notes)]
    assert result.submission.file.sha256 in texts and result.edition.digest in texts
    joined = "\n".join(texts)
    for option in result.edition.file.options:
        assert option.id in joined and option.name.zh in joined
    on, off = texts.index("已启用的放宽选项"), texts.index("未启用的放宽选项")
    assert on < texts.index("size_built_by_2010") < off < texts.index("size_migrants")
    start = find(notes, "各项依据").row
    for criterion in result.edition.file.criteria:
        row = find(notes, criterion.id, 1, start).row
        assert criterion.source is not None
        assert str(notes.cell(row, 4).value).startswith(criterion.source.confidence)
    for key in result.edition.conventions:
        assert key in joined
    assert isinstance(result.edition.criterion("L1"), model.Resource)


def test_a_missing_value_is_linked_to_its_own_cell() -> None:
    rows = {(p.code, p.school): p for p in problems(assessment("missing"), "zh") if p.school}
    row = next(r for r in assessment("missing").county.schools if r.text("school_code") == "3022")  # type: ignore[union-attr]
    problem = rows["L1", "城关初级中学"]
    assert problem.place is not None and problem.place.text == str(row.place("pupils_junior"))
    assert problem.fix == "补填“初中在校生数”。"
