"""The HTML report: it says what the model says, asks nothing of the network, and lets no text of a workbook become code."""

from __future__ import annotations

import base64
import builtins
import hashlib
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from qbe_xl.core.errors import QbeError
from qbe_xl.core.languages import LANGUAGES, VALUE_STATUS_NAMES, Lang
from qbe_xl.outputs.report.html import html_bytes, is_ours, write_html
from qbe_xl.outputs.report.model import MARKS, Cell, Report
from tests.outputs.report.reading import Page
from tests.outputs.report.samples import LINK, NAMES, QUOTES, SCRIPT, large, made
from tests.outputs.report.sources import numbers

EVERY = pytest.mark.parametrize("lang", LANGUAGES)
SAMPLES = pytest.mark.parametrize("name", NAMES)


@cache
def text(name: str, lang: Lang = "zh") -> str:
    return html_bytes(made(name, lang)).decode()


@cache
def page(name: str, lang: Lang = "zh") -> Page:
    return Page(text(name, lang))


def cleaned(told: str) -> str:
    """As a page shows it: characters that no page may hold are replaced."""
    return re.sub("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", "\ufffd", told)


def shown(cell: Cell, lang: Lang) -> str:
    """A cell with the mark and the word of its status."""
    if cell.number is None or cell.status not in MARKS:
        return cleaned(cell.text)
    return f"{cell.text} {MARKS[cell.status]}{VALUE_STATUS_NAMES[cell.status][lang]}"


@EVERY
@SAMPLES
def test_tables_hold_the_cells_of_the_model(name: str, lang: Lang) -> None:
    found = page(name, lang)
    tables = {table.get("id"): table for table in found.root.all("table")}
    wanted = {f"table-{t.key}": t for s in made(name, lang).sections for t in s.tables}
    assert list(tables) == list(wanted)
    for key, table in wanted.items():
        rows = [[cell.text for cell in row.all("td", "th")] for row in tables[key].all("tbody")[0].all("tr")]
        assert rows == [
            [
                cleaned(cell.text) if column.kind == "status" else shown(cell, lang)
                for column, cell in zip(table.columns, row, strict=True)
            ]
            for row in table.rows
        ], key
        head = [cell.text for cell in tables[key].all("thead")[0].all("th")]
        assert head == [column.heading + (f" ({column.unit})" if column.unit else "") for column in table.columns]


@EVERY
@SAMPLES
def test_sorting_goes_by_the_exact_number(name: str, lang: Lang) -> None:
    tables = {table.get("id"): table for table in page(name, lang).root.all("table")}
    for table in (t for s in made(name, lang).sections for t in s.tables):
        for row, cells in zip(table.rows, tables[f"table-{table.key}"].all("tbody")[0].all("tr"), strict=True):
            for column, cell, told in zip(table.columns, row, cells.all("td", "th"), strict=True):
                if column.kind == "number" and cell.number is not None:
                    assert told.get("data-v") == str(cell.number) or cell.text == str(cell.number)


def expected_numbers(report: Report) -> Counter[str]:
    """The numbers of everything but charts, and of the headings that stand in the contents too."""
    texts = [
        report.date_text,
        report.date_text,
        report.engine.text,
        report.county.text,
        report.code.text,
        report.year.text,
    ]
    texts += [report.edition.text, report.title]
    texts += 2 * [report.heading(section) for section in report.sections]
    texts += [cleaned(paragraph.text) for paragraph in report.paragraphs()]
    for table in (table for section in report.sections for table in section.tables):
        texts += [column.heading for column in table.columns]
        texts += [cleaned(cell.text) for row in table.rows for cell in row]
    return Counter(number for each in texts for number in numbers(each))


@EVERY
@SAMPLES
def test_every_number_of_the_page_is_one_of_the_models(name: str, lang: Lang) -> None:
    """Cells are held against the JSON in test_numbers; here nothing is added to them, nothing lost, nothing written otherwise."""
    (body,) = Page(text(name, lang)).root.all("body")
    for element in body.all("script", "figure"):
        assert element.parent is not None
        element.parent.parts.remove(element)
    blocks = body.all("h1", "h2", "p", "li", "td", "th", "dt", "dd", "caption")
    assert Counter(n for each in blocks for n in numbers(each.text)) == expected_numbers(made(name, lang))
    for each in blocks:
        each.parts.clear()
    assert numbers(body.text) == []  # nor does a number stand between them


@EVERY
@SAMPLES
def test_charts_show_the_cells_of_the_model_and_say_them_in_words(name: str, lang: Lang) -> None:
    figures = {each.get("id"): each for each in page(name, lang).root.all("figure")}
    charts = {f"chart-{chart.key}": chart for section in made(name, lang).sections for chart in section.charts}
    assert list(figures) == list(charts)
    for key, chart in charts.items():
        figure = figures[key]
        words = {each.get("class"): [] for each in figure.all("text")}  # type: ignore[var-annotated]
        for each in figure.all("text"):
            words[each.get("class")].append(each.text)
        values = [series.values[row] for row in range(len(chart.categories)) for series in chart.series]
        assert words["value"] == [cell.text + (" ✗" if cell.status == "fail" else "") for cell in values]
        assert words["category"] == [cell.text for cell in chart.categories]
        (described,) = figure.all("desc")
        assert all(cell.text in described.text for cell in (*values, *chart.limits))
        known = {n for cell in (*values, *chart.limits, *chart.categories) for n in numbers(cell.text)}
        known |= {n for series in chart.series for n in numbers(series.label)}
        assert set(numbers(figure.text)) <= known
        # bars are as long as their numbers, to the pixel's tenth
        bars = [bar for bar in figure.all("svg")[-1].all("rect") if (bar.get("class") or "").startswith("bar")]
        drawn = [cell for cell in values if cell.number is not None]
        assert len(bars) == len(drawn)
        longest = max(
            ((cell.number or 0, bar) for cell, bar in zip(drawn, bars, strict=True)),
            key=lambda p: p[0],
            default=(0, None),
        )
        for cell, bar in zip(drawn, bars, strict=True):
            if longest[1] is not None and longest[0]:
                scale = float(longest[1].get("width") or 0) / longest[0]
                assert float(bar.get("width") or 0) == pytest.approx((cell.number or 0) * scale, abs=0.2)


# ---- what the page may do


@SAMPLES
def test_nothing_outside_is_referred_to(name: str) -> None:
    found = page(name)
    for element in found.elements:
        assert element.name not in {
            "link",
            "img",
            "iframe",
            "object",
            "embed",
            "base",
            "form",
            "audio",
            "video",
            "use",
            "image",
        }
        for attribute, value in element.attributes.items():
            assert not attribute.startswith("on"), (element.name, attribute)
            assert attribute not in {"src", "srcset", "style", "action", "background", "xlink:href"}, (
                element.name,
                attribute,
            )
            if attribute == "href":
                assert value is not None and value.startswith("#")
    style, script = found.root.all("style")[0].text, found.root.all("script")[0].text
    assert "url(" not in style and "@import" not in style and "@font-face" not in style
    assert not re.search(r"https?:|fetch|XMLHttpRequest|import\(|eval|innerHTML|document\.write|localStorage", script)


@SAMPLES
def test_the_policy_allows_this_style_and_this_script_alone(name: str) -> None:
    found = page(name)
    (policy,) = [
        m.get("content") or "" for m in found.root.all("meta") if m.get("http-equiv") == "Content-Security-Policy"
    ]

    def digest(element: str) -> str:
        (only,) = found.root.all(element)
        return "sha256-" + base64.b64encode(hashlib.sha256(only.text.encode()).digest()).decode()

    assert policy.split("; ") == [
        "default-src 'none'", f"style-src '{digest('style')}'", f"script-src '{digest('script')}'", "base-uri 'none'", "form-action 'none'",
    ]  # fmt: skip


@EVERY
def test_names_stay_text(lang: Lang) -> None:
    raw, found = text("injected", lang), page("injected", lang)
    assert SCRIPT not in raw and len(found.root.all("script")) == 1
    told = [each.text for each in found.root.all("td", "th")]
    for name in (SCRIPT, LINK, QUOTES, f"</td>{SCRIPT}"):
        assert name in told
    assert found.root.all("title")[0].text.endswith(SCRIPT)


# ---- for every reader


@EVERY
@SAMPLES
def test_the_page_can_be_read_out_and_walked_through(name: str, lang: Lang) -> None:
    found = page(name, lang)
    assert found.root.all("html")[0].get("lang") == {"zh": "zh-CN", "en": "en"}[lang]
    ids = [each.get("id") for each in found.elements if each.get("id")]
    assert len(ids) == len(set(ids))
    for each in found.elements:
        for attribute in ("aria-labelledby", "aria-describedby"):
            assert (each.get(attribute) or ids[0]) in ids, each.get(attribute)
        if each.name == "a":
            assert (each.get("href") or "").removeprefix("#") in ids
    assert len(found.root.all("h1")) == len(found.root.all("main")) == 1
    links = [each for each in found.root.all("a")]
    assert (links[0].get("class"), links[0].get("href")) == ("skip", "#content")
    for table in found.root.all("table"):
        assert len(table.all("caption")) == 1 and table.all("caption")[0].text
        assert all(th.get("scope") == "col" for th in table.all("thead")[0].all("th"))
        assert all([th.get("scope") for th in row.all("th")] == ["row"] for row in table.all("tbody")[0].all("tr"))
    for svg in found.root.all("svg"):
        assert svg.get("aria-hidden") == "true" or (svg.get("role") == "img" and svg.all("desc")[0].text)


def luminance(colour: str) -> float:
    full = colour.lstrip("#")
    full = "".join(c * 2 for c in full) if len(full) == 3 else full
    parts = [int(full[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("ground", ["#fff", "#eef2f7", "#f8fafc", "#fdf6e7"])
def test_every_colour_of_a_text_is_dark_enough_on_every_ground(ground: str) -> None:
    style = page("short").root.all("style")[0].text
    assert ground in style
    colours = dict(re.findall(r"--(\w+):(#[0-9a-f]{3,6})", style))
    for name in ("ink", "soft", "blue", "pass", "fail", "open", "none"):
        light, dark = sorted((luminance(ground), luminance(colours[name])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (name, ground)


# ---- the file


def test_the_same_report_gives_the_same_bytes() -> None:
    assert html_bytes(made("short")) == html_bytes(made("short"))


def test_five_hundred_schools_stay_below_3_mb() -> None:
    report = large(500)
    assert sum(len(table.rows) for section in report.sections for table in section.tables) > 1300
    assert len(html_bytes(report)) < 3_000_000


def test_our_own_report_is_replaced_and_nobody_elses(tmp_path: Path) -> None:
    target = tmp_path / "某县.自评报告.html"
    assert write_html(made("short"), target) == target and is_ours(target)
    assert write_html(made("short", "en"), target) == target
    target.write_text("<html>mine</html>", encoding="utf-8")
    second = write_html(made("short"), target)
    assert second.name == "某县.自评报告 (2).html" and not is_ours(target) and is_ours(second)
    assert target.read_text(encoding="utf-8") == "<html>mine</html>"


def test_without_jinja2_a_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "jinja2":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(QbeError) as raised:
        html_bytes(made("short"))
    assert raised.value.code == "QBE-PLN-501"
    for lang in LANGUAGES:
        assert "pip install 'qbe-xl[report]'" in raised.value.message(lang)
