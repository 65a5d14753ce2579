"""The template as a file: the same bytes, the pinned edition, what its cells accept, and which functions it may use."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import openpyxl
import pytest

from qbe_xl.core.errors import QbeError
from qbe_xl.core.fields import field_of
from qbe_xl.forms.template import Template, template_bytes, write_template
from qbe_xl.forms.template.cells import decimal
from qbe_xl.standards import load_edition
from tests.paths import ROOT

EDITION = load_edition("cn-qbe-2017")
# all of them exist since Excel 2007
ALLOWED = {
    "IF", "AND", "OR", "NOT", "ISNUMBER", "COUNT", "COUNTIF", "SUM", "SUMPRODUCT", "INDEX", "ROWS", "ROUND", "ROUNDUP",
    "SQRT", "AVERAGE", "MATCH", "FALSE", "TRUE", "ISBLANK",
}  # fmt: skip
FUNCTION = re.compile(r"([A-Z][A-Z0-9.]*)\(")


@pytest.fixture(scope="module")
def book(made: tuple[str, Path]) -> openpyxl.Workbook:
    return openpyxl.load_workbook(made[1])


@pytest.fixture(scope="module", params=["zh", "en"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    path = tmp_path_factory.mktemp("template") / "template.xlsx"
    write_template(path, EDITION, request.param)
    return request.param, path


def test_same_bytes_every_time() -> None:
    assert template_bytes(EDITION, "zh", 5) == template_bytes(EDITION, "zh", 5)
    assert template_bytes(EDITION, "zh", 5) != template_bytes(EDITION, "en", 5)
    assert template_bytes(EDITION, "zh", 5) != template_bytes(load_edition("cn-qbe-2017-shenyang"), "zh", 5)


def test_shipped_templates_are_current() -> None:
    for lang, name in (("zh", "qbe-county-template.xlsx"), ("en", "qbe-county-template.en.xlsx")):
        assert (ROOT / "workbooks" / name).read_bytes() == template_bytes(EDITION, lang), (
            f"stale: run make samples ({name})"
        )


def test_edition_and_version_are_pinned_out_of_sight(made: tuple[str, Path]) -> None:
    book = openpyxl.load_workbook(made[1], read_only=True)
    names = book.defined_names
    assert names["QBE_EDITION"].attr_text == '"cn-qbe-2017"'
    assert names["QBE_TEMPLATE"].attr_text == '"qbe-county-1/1"'
    assert names["QBE_EDITION"].hidden and names["QBE_TEMPLATE"].hidden


def test_formulas_use_only_old_functions_and_plain_references(made: tuple[str, Path]) -> None:
    with zipfile.ZipFile(made[1]) as package:
        sheets = [package.read(n).decode() for n in package.namelist() if n.startswith("xl/worksheets/sheet")]
        formulas = [f for sheet in sheets for f in re.findall(r"<f>([^<]*)</f>", sheet)]
        everything = "".join(package.read(n).decode() for n in package.namelist() if n.endswith(".xml"))
    assert len(formulas) > 10_000
    used = {name for formula in formulas for name in FUNCTION.findall(re.sub(r"&quot;.*?&quot;", "", formula))}
    assert used <= ALLOWED, used - ALLOWED
    for formula in formulas:
        assert not re.search(r"\$?[A-Z]+:\$?[A-Z]+(?![0-9])", formula), f"whole column: {formula}"
        assert "[" not in formula and "{" not in formula.replace("{&quot;", "").replace('{"', ""), formula
        assert len(formula.replace("&quot;", '"')) < 8192
    assert not re.search(r'<tablePart|t="array"', everything)


def test_cells_accept_what_their_field_takes(made: tuple[str, Path], book: openpyxl.Workbook) -> None:
    lang, _ = made
    layout = Template(EDITION, lang).layout
    sheet = book[layout.sheet_name("schools")]
    rules = {str(rule.sqref).split(":")[0]: rule for rule in sheet.data_validations.dataValidation}
    for field_id, letter in layout.school_columns.items():
        field = field_of(field_id)
        rule = rules[f"{letter}{layout.first_school_row}"]
        assert rule.promptTitle == field.name[lang][:32]
        assert rule.prompt and field.help[lang][:60] in rule.prompt
        if field.source:
            assert field.source in rule.prompt
        if field.choices:
            assert rule.type == "list"
            assert rule.formula1.strip('"').split(",") == [choice.name[lang] for choice in field.choices]
        elif field.type == "count":
            assert (rule.type, rule.operator, rule.formula1) == ("whole", "greaterThanOrEqual", "0")


def test_sheets_are_protected_without_password_and_print_on_a4(book: openpyxl.Workbook) -> None:
    for sheet in book.worksheets:
        assert sheet.protection.sheet and not sheet.protection.password, sheet.title
        assert not sheet.protection.insertRows and not sheet.protection.deleteRows  # False: allowed
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.print_title_rows and sheet.freeze_panes, sheet.title


def test_formula_cells_are_locked_and_inputs_are_not(made: tuple[str, Path], book: openpyxl.Workbook) -> None:
    lang, _ = made
    template = Template(EDITION, lang)
    layout = template.layout
    for cell in template.live_cells():
        assert book[layout.sheet_name(cell.sheet)][cell.ref].protection.locked, cell
    for sheet_id, row in layout.fact_cells.values():
        assert not book[layout.sheet_name(sheet_id)][f"D{row}"].protection.locked
    schools = book[layout.sheet_name("schools")]
    unlocked = [d for d in schools.column_dimensions.values() if not d.protection.locked]
    covered = {index for d in unlocked for index in range(d.min, d.max + 1)}
    assert set(range(1, 16385)) <= covered


def test_blank_template_shows_nothing_but_open_verdicts(made: tuple[str, Path]) -> None:
    """Cached values of a blank template are blank: viewers that do not calculate show no stale figures."""
    book = openpyxl.load_workbook(made[1], data_only=True)
    template = Template(EDITION, made[0])
    for cell in template.live_cells():
        assert book[template.layout.sheet_name(cell.sheet)][cell.ref].value in (None, ""), cell


def test_room_for_as_many_schools_as_asked() -> None:
    assert len(list(Template(EDITION, "zh", 2000).layout.live_rows)) == 2000
    for wrong in (0, 2001):
        with pytest.raises(QbeError, match="QBE-CAL-004"):
            Template(EDITION, "zh", wrong)


def test_limits_in_formulas_are_exact_decimals() -> None:
    # 0.85 x 4.5 = 3.825 exactly; as binary floats 3.8249999999999997
    assert decimal(EDITION.floor(EDITION.criterion("L4"), "primary")) == "3.825"  # type: ignore[arg-type]
    formulas = " ".join(cell.formula for cell in Template(EDITION, "zh", 1).live_cells())
    for text in ("3.825", "4.505", "0.765", "10.2", "8.67", "1.955"):
        assert text in formulas, text
