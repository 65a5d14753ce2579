"""The terminal summary fits one screen and says what matters."""

from __future__ import annotations

import subprocess
import sys

import pytest
from rich.cells import cell_len
from rich.console import Console

from qbe_xl.assessment.sentences import verdict_sentence
from qbe_xl.core.languages import LANGUAGES, Lang
from qbe_xl.outputs.terminal import LINES, print_summary
from tests.outputs.counties import ALL, assessment, made, school


def printed(name: str, lang: Lang, width: int = 100, colour: bool = False) -> str:
    console = Console(width=width, force_terminal=colour, color_system="standard" if colour else None)
    with console.capture() as captured:
        print_summary(console, assessment(name), lang)
    return captured.get()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ALL)
def test_it_fits_one_screen(name: str, lang: Lang) -> None:
    lines = printed(name, lang).splitlines()
    assert 3 < len(lines) <= LINES
    assert max(cell_len(line) for line in lines) <= 100


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", [n for n in ALL if n != "hostile"])
def test_it_says_the_verdict(name: str, lang: Lang) -> None:
    assert verdict_sentence(assessment(name), lang) in printed(name, lang)


def test_it_shows_the_cvs_against_their_limits() -> None:
    text = printed("cv_only", "zh")
    assert "0.502✗" in text and "≤ 0.50" in text  # 0.50199… is not shown as 0.50
    assert "待定" in printed("missing", "zh") and "?" in printed("missing", "zh")


def test_it_counts_findings_and_shows_the_first() -> None:
    result, text = assessment("blocked"), printed("blocked", "zh")
    errors = [finding for finding in result.findings if finding.severity == "error"]
    assert f"错误 {len(errors)}" in text
    assert errors[0].code in text and errors[0].place in text
    assert "✗" not in text and "暂不下结论" in text


def test_a_narrow_terminal_is_kept() -> None:
    assert max(cell_len(line) for line in printed("failing", "zh", width=70).splitlines()) <= 70


def test_names_cannot_steer_the_terminal() -> None:
    assert "\x01" not in printed("hostile", "zh")
    assert "\x1b[" not in printed("failing", "zh") and "\x1b[" in printed("failing", "zh", colour=True)


def test_rich_is_imported_only_when_needed() -> None:
    code = "import sys, qbe_xl.outputs.terminal; print(any(m.split('.')[0] == 'rich' for m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_many_findings_still_fit(lang: Lang) -> None:
    rows = [school(i, f"第{i}小学", primary=500, pe_primary=1, music_primary=1, art_primary=1) for i in range(40)]
    result = made(rows)
    assert len(result.findings) >= 40
    console = Console(width=100)
    with console.capture() as captured:
        print_summary(console, result, lang)
    text = captured.get()
    assert len(text.splitlines()) <= LINES
    assert str(len(result.findings) - 3) in text  # how many more there are
