"""Recalculation of submitted workbooks: right values, only results changed, nothing of a stranger's evaluated."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from qbe_xl.assessment import assess
from qbe_xl.core.errors import QbeError
from qbe_xl.forms.template import Template, write_template
from qbe_xl.formula import ErrorValue
from qbe_xl.hosts.headless import Recalculation, recalculate
from qbe_xl.safety import Refused
from qbe_xl.standards import load_edition
from scripts.sample_counties import Sample, all_samples
from tests import live
from tests.forms.test_template_live import EDITS
from tests.office import Office
from tests.office.ops import Op, clear, insert_rows, move_rows, set_text
from tests.paths import SAMPLES as SHIPPED

SAMPLES = {sample.name: sample for sample in all_samples()}
SHEET = re.compile(r"xl/worksheets/sheet\d+\.xml")


@pytest.fixture(autouse=True, scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QBE_CACHE_DIR", str(tmp_path_factory.mktemp("plans")))
        yield


def written(sample: Sample, folder: Path, lang: Any = "zh") -> tuple[Path, Template]:
    """A template filled in, without any saved result."""
    rules = load_edition("cn-qbe-2017")
    path = write_template(folder / f"{sample.name}.{lang}.xlsx", rules, lang, sample.schools, sample.county)
    return path, Template(rules, lang, sample.schools)


def as_values(found: Recalculation) -> dict[str, dict[str, Any]]:
    out: dict[str, dict[str, Any]] = {}
    for (sheet, ref), value in found.values.items():
        out.setdefault(sheet, {})[ref] = {"error": str(value)} if isinstance(value, ErrorValue) else value
    return out


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as package:
        return {info.filename: package.read(info) for info in package.infolist()}


def rebuilt(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The package with some of its parts changed."""
    content = parts(path.read_bytes())
    change(content)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in content.items():
            package.writestr(name, data)
    return path


def sheet_part(path: Path, name: str) -> str:
    from qbe_xl.safety import preflight

    return preflight(path).sheet(name).part


# ---- values


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", SAMPLES)
def test_every_value_is_the_engines(name: str, lang: str, tmp_path: Path) -> None:
    path, template = written(SAMPLES[name], tmp_path, lang)
    assert live.differences(template, path, as_values(recalculate(path))) == []


@pytest.mark.parametrize("name", SAMPLES)
def test_the_shipped_samples_are_not_stale(name: str) -> None:
    found = recalculate(SHIPPED / f"{name}.xlsx")
    assert found.differences == ()
    assert found.kept == ()
    assert len(found.values) == len(found.template.live_cells())


def test_the_variant_with_calls_in_its_result_sheets() -> None:
    found = recalculate(SHIPPED.parent / "qbe-county-template-udf.xlsx")
    assert found.template.layout.functions
    assert found.differences == ()


MORE_EDITS: dict[str, list[Op]] = {
    "campuses before their school, blank rows": [
        move_rows("学校", 10, 6),
        insert_rows("学校", 8, 2),
        clear("学校", "AK13"),
    ],
    "a text where a number belongs": [set_text("学校", "AO8", "300")],
    "no edit, another program's way of writing": [],
}


@pytest.mark.office
@pytest.mark.parametrize("edit", [*EDITS, *MORE_EDITS])
def test_after_edits_as_libreoffice(edit: str, tmp_path: Path, office: Office) -> None:
    """Rows and columns inserted, moved and deleted, saved by LibreOffice: each cell as LibreOffice computes it."""
    path, template = written(SAMPLES["structures" if edit.startswith("campuses") else "pass"], tmp_path)
    saved = tmp_path / "edited.xlsx"
    answer = office.run(path, ops={**EDITS, **MORE_EDITS}[edit], save_xlsx=saved)
    found = recalculate(saved)
    values, assessed = as_values(found), assess(saved)
    different = []
    for cell in template.live_cells():
        sheet = template.layout.sheet_name(cell.sheet)
        ours, theirs = values[sheet][cell.ref], answer["values"][sheet].get(cell.ref, "")
        if not live._same(ours, theirs, live._scale(assessed, cell)):
            different.append((sheet, cell.ref, ours, theirs))
    assert different == []
    assert found.differences == ()  # LibreOffice saved fresh results


@pytest.mark.office
def test_above_capacity_as_libreoffice(tmp_path: Path, office: Office) -> None:
    """One school more than the result sheets hold: they say so, and withhold the verdict."""
    from dataclasses import replace

    sample = replace(SAMPLES["structures"], schools=len(SAMPLES["structures"].county.schools))
    path, template = written(sample, tmp_path)
    row, saved = template.layout.sentinel_row, tmp_path / "more.xlsx"
    office.run(path, ops=[insert_rows("学校", row, 1), set_text("学校", f"B{row}", "新建小学")], save_xlsx=saved)
    found = recalculate(saved)
    assert "超出" in str(found.value("评估结果", "A5"))
    assert found.value("评估结果", "C4") == "待定"


# ---- the copy


def test_only_results_of_formula_cells_change(tmp_path: Path) -> None:
    path, template = written(SAMPLES["missing-data"], tmp_path)
    before = path.read_bytes()
    found = recalculate(path)
    copy = found.save(tmp_path / "copy.xlsx")
    assert path.read_bytes() == before
    old, new = parts(before), parts(copy.read_bytes())
    assert list(old) == list(new)
    changed = [name for name in old if old[name] != new[name]]
    # 社会认可度 and the five result sheets
    assert len(changed) == 6 and all(SHEET.fullmatch(name) for name in changed)
    for name in changed:
        # without the types and results of cells with formulas nothing differs
        assert bare(old[name]) == bare(new[name])
    values = openpyxl.load_workbook(copy, data_only=True)
    formulas = openpyxl.load_workbook(copy)
    for cell in template.live_cells():
        sheet = template.layout.sheet_name(cell.sheet)
        wanted = found.value(sheet, cell.ref)
        assert (values[sheet][cell.ref].value or "") == (wanted or "") or values[sheet][cell.ref].value == wanted
        assert formulas[sheet][cell.ref].value == cell.formula
    assert recalculate(copy).differences == ()


def bare(part: bytes) -> bytes:
    cell = re.compile(rb'(<c r="[A-Z]+[0-9]+"[^>]*?)( t="[a-z]+")?(>)(<f>[^<]*</f>)<v>[^<]*</v>')
    return cell.sub(rb"\1\3\4", part)


@pytest.mark.office
def test_libreoffice_opens_the_copy(tmp_path: Path, office: Office) -> None:
    path, template = written(SAMPLES["structures"], tmp_path)
    copy = recalculate(path).save(tmp_path / "copy.xlsx")
    assert live.differences(template, copy, office.run(copy)["values"]) == []


def test_stale_and_edited_results_are_found_and_mended(tmp_path: Path) -> None:
    path = tmp_path / "edited.xlsx"
    shutil.copy(SHIPPED / "means-pass-schools-fail.xlsx", path)
    template = Template(load_edition("cn-qbe-2017"), "zh", SAMPLES["means-pass-schools-fail"].schools)
    part = sheet_part(path, "评估结果")
    row = template.result.rows["primary.units"]
    count = recalculate(path).value("评估结果", f"C{row}")
    assert isinstance(count, float) and count > 0

    def forge(content: dict[str, bytes]) -> None:
        text = content[part].decode()
        text = re.sub(r'(<c r="C4"[^>]*>.*?<v>)[^<]*', r"\g<1>达标", text, count=1)
        text = re.sub(rf'(<c r="C{row}"[^>]*>.*?<v>)[^<]*', r"\g<1>0", text, count=1)
        content[part] = text.encode()

    rebuilt(path, forge)
    assert openpyxl.load_workbook(path, data_only=True)["评估结果"]["C4"].value == "达标"
    found = recalculate(path)
    assert [(d.ref, d.saved, d.value) for d in found.differences] == [
        ("C4", "达标", "不达标"),
        (f"C{row}", 0.0, count),
    ]
    sheet = openpyxl.load_workbook(found.save(tmp_path / "copy.xlsx"), data_only=True)["评估结果"]
    assert (sheet["C4"].value, sheet[f"C{row}"].value) == ("不达标", count)


def test_markup_in_a_name_stays_a_name(tmp_path: Path) -> None:
    path, _ = written(SAMPLES["pass"], tmp_path)
    book = openpyxl.load_workbook(path)
    book["学校"]["B6"] = 'A<b>&"c"</v>'
    book.save(path)
    found = recalculate(path)
    copy = found.save(tmp_path / "copy.xlsx")
    assert openpyxl.load_workbook(copy, data_only=True)["学校核查"]["C8"].value == 'A<b>&"c"</v>'


def test_no_file_is_replaced_unasked(tmp_path: Path) -> None:
    path, _ = written(SAMPLES["pass"], tmp_path)
    target = tmp_path / "there.xlsx"
    target.write_bytes(b"mine")
    found = recalculate(path)
    with pytest.raises(QbeError, match="QBE-CAL-010"):
        found.save(target)
    assert target.read_bytes() == b"mine"
    assert found.save(target, replace=True).read_bytes() == found.to_bytes()


# ---- what is refused


def changed_formula(content: dict[str, bytes], part: str, old: str, new: str) -> None:
    assert old.encode() in content[part]
    content[part] = content[part].replace(old.encode(), new.encode(), 1)


@pytest.mark.parametrize(
    ("sheet", "old", "new"),
    [
        ("评估结果", ",&quot;不达标&quot;", ",&quot;达标&quot;"),
        ("小学指标", "4.2*", "4.1*"),
        ("小学指标", "$W8", "$X8"),
        ("学校核查", "学校!$X$5", "学校!$Y$5"),
        ("差异系数", "ROUND(", "ROUNDUP("),
    ],
)
def test_a_changed_formula_is_refused(sheet: str, old: str, new: str, tmp_path: Path) -> None:
    path, _ = written(SAMPLES["pass"], tmp_path)
    part = sheet_part(path, sheet)
    content = parts(path.read_bytes())[part].decode()
    old, new = (text if old in content else text.replace("&quot;", '"') for text in (old, new))
    rebuilt(path, lambda content: changed_formula(content, part, old, new))
    with pytest.raises(Refused) as refused:
        recalculate(path)
    assert refused.value.code == "QBE-STR-016"
    assert sheet in str(refused.value)


def test_every_formula_looking_at_another_column_is_refused(tmp_path: Path) -> None:
    """Consistently exchanged columns would look moved; the headers tell that they did not."""
    path, template = written(SAMPLES["pass"], tmp_path)
    first, second = (template.layout.school_columns[name] for name in ("above_degree_primary", "backbone_primary"))

    other = {first: second, second: first}
    column = re.compile(r"学校!\$([A-Z]+)\$(\d+):\$[A-Z]+\$(\d+)")

    def exchanged(span: re.Match[str]) -> str:
        letters = other.get(span[1], span[1])
        return f"学校!${letters}${span[2]}:${letters}${span[3]}"

    def exchange(content: dict[str, bytes]) -> None:
        for part, data in content.items():
            if SHEET.fullmatch(part):
                content[part] = column.sub(exchanged, data.decode()).encode()

    rebuilt(path, exchange)
    with pytest.raises(Refused) as refused:
        recalculate(path)
    assert refused.value.code == "QBE-STR-016"


def test_a_formula_replaced_by_a_number_is_refused(tmp_path: Path) -> None:
    path, _ = written(SAMPLES["pass"], tmp_path)
    book = openpyxl.load_workbook(path)
    book["评估结果"]["C4"] = "达标"
    book.save(path)
    with pytest.raises(Refused) as refused:
        recalculate(path)
    assert (refused.value.code, refused.value.values["count"]) == ("QBE-STR-016", 1)


def test_other_workbooks_are_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.xlsx"
    openpyxl.Workbook().save(other)
    with pytest.raises(Refused) as refused:
        recalculate(other)
    assert refused.value.code == "QBE-STR-015"
    with pytest.raises(Refused) as refused:
        recalculate(tmp_path / "nowhere.xlsx")
    assert refused.value.code == "QBE-FIL-001"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("cn-qbe-2017", "cn-qbe-2071", "QBE-STR-013"),
        ("cn-qbe-2017", "../city.yaml", "QBE-STR-013"),
        ("qbe-county-1/1", "qbe-county-1/0", "QBE-STR-015"),
    ],
)
def test_unknown_editions_and_versions_are_refused(old: str, new: str, code: str, tmp_path: Path) -> None:
    path, _ = written(SAMPLES["pass"], tmp_path)
    rebuilt(path, lambda content: changed_formula(content, "xl/workbook.xml", old, new))
    with pytest.raises(Refused) as refused:
        recalculate(path)
    assert refused.value.code == code


# ---- cells of the user's own


def with_calls(tmp_path: Path, cells: dict[str, str]) -> Path:
    path, _ = written(SAMPLES["pass"], tmp_path)
    book = openpyxl.load_workbook(path)
    sheet = book.create_sheet("我的表")
    for ref, text in cells.items():
        sheet[ref] = text
    book.save(path)
    return path


def test_calls_in_other_cells(tmp_path: Path) -> None:
    def total(*arguments: Any) -> float:
        flat = [value for rows in arguments if isinstance(rows, list) for row in rows for value in row]
        return sum(value for value in flat if isinstance(value, float)) + sum(
            value for value in arguments if isinstance(value, float)
        )

    functions = {
        "QBE_TOTAL": total,
        "QBE_ECHO": lambda value=None, *rest: value if value is not None else "empty",
        "QBE_FAIL": lambda: ErrorValue("#N/A"),
        "QBE_ARRAY": lambda: [[7.0, 8.0], [9.0, 10.0]],
    }
    cells = {
        "A1": "=QBE_TOTAL(A5:B6,1)",  # 1 + 2 + 3 + 4 + 1
        "A2": "=_xll.QBE_TOTAL({1,2;3,4})",
        "A3": "=QBE_ECHO(评估结果!C4)",
        "A4": '=\'C:\\addins\\qbe_xl.xlam\'!QBE_ECHO("a""b")',
        "A7": "=[1]!QBE_FAIL()",
        "A8": "=QBE_ARRAY()",
        "A9": "=QBE_ECHO(A10)",  # a call that looks at a call
        "A10": "=QBE_TOTAL(5%,-2)",
        "A11": "=QBE_ECHO(学校!B6)",
        "A12": "=qbe_echo( TRUE )",
        "B1": "=QBE_UNKNOWN(1)",
        "B2": "=SUM(A5:B6)",
        "B3": "=QBE_TOTAL(QBE_TOTAL(1))",
        "B4": "=QBE_TOTAL(1)+1",
        "B7": "=QBE_ECHO(没有!A1)",
        "B9": "=QBE_ECHO(B10)",
        "B10": "=QBE_ECHO(B9)",
    }
    path = with_calls(tmp_path, cells | {"A5": 1, "B5": 2, "A6": 3, "B6": 4})  # type: ignore[dict-item]
    found = recalculate(path, functions)
    expected = {
        "A1": 11.0, "A2": 10.0, "A3": "达标", "A4": 'a"b', "A7": ErrorValue("#N/A"), "A8": 7.0,
        "A9": -1.95, "A10": -1.95, "A11": SAMPLES["pass"].county.schools[0].text("school_name"), "A12": True,
    }  # fmt: skip
    for ref, value in expected.items():
        assert found.value("我的表", ref) == (pytest.approx(value) if isinstance(value, float) else value), ref
        assert found.path("我的表", ref) == "function"
    for ref in ("B1", "B2", "B3", "B4", "B7"):
        assert found.path("我的表", ref) == "kept"
    assert found.path("评估结果", "C4") == "block"
    assert found.path("学校", "B6") == "input"
    sheet = openpyxl.load_workbook(found.save(tmp_path / "copy.xlsx"), data_only=True)["我的表"]
    assert [sheet[ref].value for ref in ("A1", "A3", "A7", "A12", "B2")] == [11, "达标", "#N/A", True, None]
    assert recalculate(path).path("我的表", "A1") == "kept"  # no function of ours is called so


def test_our_own_functions_are_known(tmp_path: Path) -> None:
    name = SAMPLES["pass"].county.schools[0].text("school_name")
    cells = {
        # (6.2, 3.7, 10.5) x (45, 37, 89): the example of the function's own help
        "A1": "=QBE_COEF({6.2;3.7;10.5},{45;37;89})",
        "A2": f'=QBE_CHECK("{name}")',
        "A3": "=QBE_COEF(A9,A10)",  # blanks: missing
        "A4": "=QBE_COEF()",
        "A5": "=QBE_COEF(小学指标!F8:F20,小学指标!E8:E20)",
    }
    found = recalculate(with_calls(tmp_path, cells))
    assert found.value("我的表", "A1") == pytest.approx(0.360298, abs=1e-6)
    assert "7/7" in str(found.value("我的表", "A2"))
    assert isinstance(found.value("我的表", "A3"), ErrorValue)
    assert found.value("我的表", "A4") == ErrorValue("#VALUE!")
    assert {found.path("我的表", ref) for ref in cells} == {"function"}
