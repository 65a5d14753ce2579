"""What the planning guides show can be run as it stands, names every action, and says the same in both languages."""

from __future__ import annotations

import re

import pytest

from qbe_xl.assessment import Assessment, assess
from qbe_xl.core.languages import LANGUAGES, Lang
from qbe_xl.planning.scenario import ACTIONS, parse_scenarios
from qbe_xl.planning.scenario_sheet import COLUMNS, OPERATIONS, parse_rows
from qbe_xl.planning.settings import tiny_share
from qbe_xl.planning.whatif import what_if
from tests.paths import ROOT

PAGES: dict[Lang, str] = {
    "zh": (ROOT / "docs" / "planning.zh-CN.md").read_text(encoding="utf-8"),
    "en": (ROOT / "docs" / "planning.md").read_text(encoding="utf-8"),
}


@pytest.fixture(scope="module")
def sample() -> Assessment:
    return assess(ROOT / "workbooks" / "samples" / "means-pass-schools-fail.xlsx")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_shown_file_and_sheet_run(lang: Lang, sample: Assessment) -> None:
    (block,) = re.findall(r"```yaml\n(.*?)```", PAGES[lang], re.DOTALL)
    from_file = parse_scenarios(block)
    lines = PAGES[lang].splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith(f"| {COLUMNS['name'][lang]} |"))
    table = [line for line in lines[first : first + 7] if line.startswith("|") and not line.startswith("|---")]
    cells = [[cell.strip() or None for cell in line.split("|")[1:-1]] for line in table]
    from_sheet = parse_rows(list(enumerate(cells, start=1)))
    assert [len(scenario.steps) for scenario in (*from_file, *from_sheet)] == [2, 2, 2, 1]
    found = what_if(sample, (*from_file, *from_sheet))
    assert all(outcome.county is not sample.county for outcome in found.outcomes)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_action_is_described(lang: Lang) -> None:
    for kind in ACTIONS:
        assert f"`{{{kind}: " in PAGES[lang]
    for names in OPERATIONS.values():
        assert names[lang] in PAGES[lang]
    assert f"{int(tiny_share() * 100)}{'%' if lang == 'zh' else ' %'}" in PAGES[lang]


def test_both_languages_have_the_same_shape() -> None:
    kinds = ("#", "- ", "|", "```")
    shapes = [[k for line in text.splitlines() for k in kinds if line.startswith(k)] for text in PAGES.values()]
    assert shapes[0] == shapes[1]
