"""The HTML report in a real browser: no line runs out of it at any width, it sorts, it filters, it prints on A4."""

from __future__ import annotations

import re
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

from qbe_xl.core.languages import LANGUAGES, Lang
from qbe_xl.outputs.report.html import write_html
from tests.browser import ask, chromium, print_pdf
from tests.outputs.report.samples import SCRIPT, large, made

A4 = (595.3, 841.9)  # points
_PAGE = re.compile(r"Page +\d+ size: +([\d.]+) x ([\d.]+)")
_BOX = re.compile(
    r'<(page|word) (?:width="([\d.]+)" height="([\d.]+)"|xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)")'
)

WIDE = "const all = [...doc.querySelectorAll('body *')].filter(e => !e.closest('.scroll') && !e.closest('.hidden, .skip'));"
SORT = """
const table = doc.getElementById("table-units"), head = [...table.tHead.rows[0].cells];
const column = head.findIndex(cell => cell.textContent.trim() === NAME);
const read = () => [...table.tBodies[0].rows].map(row => row.cells[column].textContent.trim());
const states = [[head[column].getAttribute("aria-sort"), read()]];
for (let n = 0; n < 2; n++) { head[column].querySelector("button").click(); states.push([head[column].getAttribute("aria-sort"), read()]); }
return states;
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("report")


def written(folder: Path, name: str, lang: Lang = "zh") -> Path:
    """The page of a sample, written once; `large` is a county of 120 schools."""
    target = folder / f"{name}.{lang}.html"
    if not target.exists():
        write_html(large(120) if name == "large" else made(name, lang), target)
    return target


@pytest.mark.parametrize("width", [1280, 800, 390, 320])
@pytest.mark.parametrize(("name", "lang"), [("linyi", "zh"), ("short", "en"), ("injected", "zh"), ("hostile", "en")])
def test_nothing_runs_out_of_the_window(folder: Path, name: str, lang: Lang, width: int) -> None:
    """Wide tables scroll in a box of their own, which the keyboard reaches."""
    overflow, out, boxes = ask(
        written(folder, name, lang),
        WIDE + """
        const root = doc.documentElement, limit = root.clientWidth + 0.5;
        const out = all.filter(e => e.getBoundingClientRect().right > limit).map(e => e.tagName + " " + e.className);
        const boxes = [...doc.querySelectorAll(".scroll")].map(b => [b.scrollWidth > b.clientWidth, b.tabIndex]);
        return [root.scrollWidth - root.clientWidth, out, boxes];""",
        width,
    )  # fmt: skip
    assert (overflow, out) == (0, [])
    assert boxes and all((tab == 0) == wide for wide, tab in boxes)


def test_the_page_breaks_none_of_its_own_rules_and_asks_for_nothing(folder: Path) -> None:
    """Style and script pass the policy (what does not is logged), names of schools do nothing, no error is logged."""
    done = chromium(written(folder, "injected"), "--dump-dom", "--v=0")
    told = [
        line
        for line in done.stderr.splitlines()
        if "CONSOLE" in line or "Refused" in line or "Content Security" in line
    ]
    assert told == []
    assert "<button" in done.stdout and 'class="tools"' in done.stdout  # it ran
    assert SCRIPT not in done.stdout
    assert (
        ask(written(folder, "injected"), "return win.getComputedStyle(doc.querySelector('h1')).textAlign;") == "center"
    )
    assert ask(written(folder, "injected"), "return win.performance.getEntriesByType('resource').length;") == 0


@pytest.mark.parametrize("lang", LANGUAGES)
def test_tables_sort_by_value_both_ways_with_missing_last(folder: Path, lang: Lang) -> None:
    name = {"zh": "仪器设备", "en": "Equipment"}[lang]
    page = written(folder, "linyi", lang)
    (none, before), (first, up), (second, down) = ask(page, SORT.replace("NAME", f'"{name}"'))
    assert (none, first, second) == (None, "ascending", "descending")

    def values(texts: list[str]) -> list[float]:
        return [float(found[0]) for text in texts if (found := re.match(r"[\d.]+", text))]

    assert sorted(before) == sorted(up) == sorted(down) and before != up
    known = values(up)
    assert len(known) == 57 and known == sorted(known) and values(down) == known[::-1]
    assert all(not values([text]) for text in (*up[57:], *down[57:]))  # 18 schools without data, last either way


def test_tables_sort_by_text_too(folder: Path) -> None:
    _, (_, up), (_, down) = ask(written(folder, "large"), SORT.replace("NAME", '"学校"'))
    order = [int(re.findall(r"\d+", text)[0]) for text in up]
    assert order == sorted(order) and down == up[::-1]  # 第2学校 before 第10学校


def test_tables_filter_by_text_and_by_status(folder: Path) -> None:
    script = """
    const table = doc.getElementById("table-units"), tools = table.parentNode.previousElementSibling;
    const input = tools.querySelector("input"), select = tools.querySelector("select"), told = tools.querySelector("output");
    const rows = [...table.tBodies[0].rows];
    const seen = () => [told.textContent, rows.filter(row => row.offsetParent !== null).length];
    const states = [seen()];
    input.value = "第S12学校"; input.dispatchEvent(new win.Event("input")); states.push(seen());
    input.value = ""; input.dispatchEvent(new win.Event("input"));
    const options = [...select.options].map(o => o.textContent);
    select.value = "不达标"; select.dispatchEvent(new win.Event("change")); states.push(seen());
    win.dispatchEvent(new win.Event("beforeprint")); states.push(["", rows.filter(r => !r.hidden).length]);
    win.dispatchEvent(new win.Event("afterprint")); states.push(seen());
    return [states, options, input.labels.length];
    """
    states, options, labels = ask(written(folder, "large"), script)
    # the 60 schools of odd number have 1000 ㎡ of grounds and 300 + k pupils, which fails for all of them
    failing = sum(cell.status == "fail" for row in large(120).sections[-1].tables[0].rows for cell in row[-1:])
    assert labels == 1 and sorted(options) == sorted(["全部", "达标", "不达标"])
    assert states == [
        ["显示 120 / 120", 120], ["显示 1 / 120", 1], [f"显示 {failing} / 120", failing], ["", 120], [f"显示 {failing} / 120", failing],
    ]  # fmt: skip
    assert 0 < failing < 120


def test_without_script_everything_is_there(folder: Path) -> None:
    page = written(folder, "large")
    still = page.with_name("still.html")
    still.write_text(
        re.sub(r"<script>.*?</script>", "", page.read_text(encoding="utf-8"), flags=re.DOTALL), encoding="utf-8"
    )
    rows, buttons = ask(
        still, "return [doc.querySelectorAll('#table-units tbody tr').length, doc.querySelectorAll('button').length];"
    )
    assert (rows, buttons) == (120, 0)


@pytest.mark.parametrize(("name", "lang"), [("linyi", "zh"), ("short", "en"), ("hostile", "zh")])
def test_it_prints_on_a4_with_every_word_on_the_page(folder: Path, name: str, lang: Lang) -> None:
    """Upright pages, then the units across; heads of tables are repeated, words keep within the margins, no page is empty."""
    pdf = print_pdf(written(folder, name, lang), folder / f"{name}.{lang}.pdf")
    sizes = subprocess.run(["pdfinfo", "-l", "999", str(pdf)], check=True, capture_output=True, text=True).stdout
    pages = [(float(w), float(h)) for w, h in _PAGE.findall(sizes)]
    kinds = [width > height for width, height in pages]
    assert pages and all(sorted(page) == pytest.approx(sorted(A4), abs=1.5) for page in pages)
    assert not kinds[0] and kinds[-1]
    words = subprocess.run(
        ["pdftotext", "-bbox", str(pdf), "-"], check=True, capture_output=True, text=True, encoding="utf-8"
    ).stdout
    width = height = 0.0
    counts: list[int] = []
    for kind, page_width, page_height, left, top, right, bottom in _BOX.findall(words):
        if kind == "page":
            width, height = float(page_width), float(page_height)
            counts.append(0)
            continue
        counts[-1] += 1
        assert float(left) > 25 and float(right) < width - 25 and float(top) > 25 and float(bottom) < height - 15
    assert len(counts) == len(pages) and min(counts) > 5


def test_heads_are_repeated_and_rows_stay_whole_on_paper(folder: Path) -> None:
    """Every page on which the units go on begins with their head, and holds each row's name and result together."""
    pdf = print_pdf(written(folder, "large"), folder / "large.pdf")
    text = subprocess.run(
        ["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, text=True, encoding="utf-8"
    ).stdout
    pages = text.split("\f")
    first = next(number for number, page in enumerate(pages) if "附表" in page and number > 0)
    units = [page for page in pages[first:] if re.search(r"第S\d+学校", page)]
    assert len(units) > 2
    for page in units:
        assert "达标项数" in page and "仪器设备" in page
        rows = [line for line in page.splitlines() if re.search(r"第S\d+学校", line)]
        assert all(re.search(r"(不?达标|待定)\s*$", row) for row in rows)
    order = [int(n) for page in units for n in re.findall(r"第S(\d+)学校", page)]
    assert len(order) == 120 and all(a < b for a, b in pairwise(order[:10]))
