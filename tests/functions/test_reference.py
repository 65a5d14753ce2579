"""The function reference and `qbe-xl functions`: complete, in both languages, current."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qbe_xl.cli import main
from qbe_xl.cli.functions import function_lines, shown
from qbe_xl.core.languages import LANGUAGES, Lang
from qbe_xl.functions import CellError, WorksheetFunction, evaluate, registered
from scripts import docs

FUNCTIONS = list(registered().values())
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cli(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.delenv("QBE_LANG", raising=False)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        caught = capfd.readouterr()
        return code, caught.out, caught.err

    return run


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.name)
def test_the_page_says_everything(function: WorksheetFunction, lang: Lang) -> None:
    page = docs.pages()[f"functions.{lang}.md"]
    section = page.partition(f"## {function.name} {function.title[lang]}\n")[2].partition("\n## ")[0]
    assert f"`={function.signature}`" in section
    assert function.help[lang] in section
    for arg in function.args:
        line = next(line for line in section.splitlines() if line.startswith(f"  - `{arg.name}`"))
        assert arg.help[lang] in line
        assert (("可省略" if lang == "zh" else "may be left out") in line) is arg.optional
        assert arg.unit is None or arg.unit in line
    for example in function.examples:
        assert f"  - `{example.formula}` → {shown(example.value, lang)}" in section


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_pages_are_current(lang: Lang) -> None:
    name = f"functions.{lang}.md"
    assert (docs.FOLDER / name).read_text(encoding="utf-8") == docs.pages()[name], "run: make docs"


def test_what_is_shown_is_what_the_formula_gives() -> None:
    """The text behind the arrow, taken from the page, against the formula evaluated anew."""
    for function in FUNCTIONS:
        for line in function_lines(function, "zh", "##"):
            formula, arrow, value = line.strip().removeprefix("- ").partition(" → ")
            if arrow:
                found = evaluate(formula.strip("`"))
                rows = found.tolist() if hasattr(found, "tolist") else found
                rows = tuple(map(tuple, rows)) if isinstance(rows, list) else rows
                assert shown(rows, "zh") == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (4.2, "`4.2`"),
        (7.0, "`7`"),
        (CellError.NA, "`#N/A`"),
        (((7.0, "达标"), (CellError.DIV0, "")), "`{7,达标;#DIV/0!,}`"),
        ("", "（空）"),
    ],
)
def test_values_read_as_in_a_cell(value: object, text: str) -> None:
    assert shown(value, "zh") == text


# ---- the command


def test_all_are_listed(cli: Run) -> None:
    code, out, _ = cli("functions")
    lines = out.splitlines()
    assert code == 0
    assert [line.partition("(")[0] for line in lines] == list(registered())
    assert "QBE_COEF(values,[pupils])" in lines[0] and "校际差异系数" in lines[0]


@pytest.mark.parametrize("name", ["QBE_COEF", "qbe_coef", "coef", "_xll.QBE_COEF", "[1]!QBE_COEF"])
def test_one_is_explained(cli: Run, name: str) -> None:
    code, out, _ = cli("functions", name, "--lang", "en")
    assert code == 0
    assert out.startswith("QBE_COEF Coefficient of variation between schools\n")
    assert "=QBE_COEF({6.2;3.7;10.5},{45;37;89}) → 0.360297697095167" in out
    assert "`" not in out and "#" not in out.splitlines()[0]


@pytest.mark.parametrize(("name", "nearest"), [("QBE_COEFF", "QBE_COEF"), ("status1", "QBE_STATUS"), ("SUM", "QBE_")])
def test_an_unknown_one_names_the_nearest(cli: Run, name: str, nearest: str) -> None:
    code, out, err = cli("functions", name)
    assert (code, out) == (4, "")
    assert "QBE-CAL-014" in err and name in err and nearest in err
