"""The Word report in a real LibreOffice: it opens, its charts are charts, and on paper nothing is missing."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from qbe_xl.core.languages import Lang
from qbe_xl.outputs.report.word import write_word
from tests.office import Office
from tests.outputs.report.samples import made
from tests.outputs.report.test_word import drawn

_BOX = re.compile(r'<page width="([\d.]+)" height="([\d.]+)">|<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">')


def said(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout


def bare(text: str) -> str:
    """A text without spaces, as lines of a narrow cell break anywhere."""
    return re.sub(r"\s", "", text)


@pytest.mark.office
@pytest.mark.parametrize(("name", "lang", "most"), [("short", "zh", 20), ("short", "en", 18), ("linyi", "zh", 60), ("injected", "zh", 20)])
def test_it_opens_and_prints(name: str, lang: Lang, most: int, office: Office, tmp_path: Path) -> None:
    report = made(name, lang)
    pdf = tmp_path / "report.pdf"
    found = office.document(write_word(report, tmp_path / "report.docx"), pdf)

    tables = [table for section in report.sections for table in section.tables]
    assert sorted(each["rows"] for each in found["tables"]) == sorted(1 + len(table.rows) for table in tables)
    assert all(each["repeats"] and each["width"] == 100 for each in found["tables"])
    headings = [report.heading(section) for section in report.sections if not section.appendix]
    space = "" if lang == "zh" else " "
    assert [f"{number}{space}{text}" for level, number, text in found["headings"] if number] == headings

    charts = {each["title"]: each for each in found["charts"]}
    assert len(charts) == len(drawn(report)) == len(found["charts"])
    for chart in drawn(report):
        held = charts[chart.title]
        assert held["columns"] == [each.label for each in chart.series] + ([chart.limit_name] if chart.limits else [])
        assert held["rows"] == [each.text for each in chart.categories]
        for index, series in enumerate(chart.series):
            kept = [line[index] for line, cell in zip(held["data"], series.values, strict=True) if cell.number is not None]
            assert kept == pytest.approx([cell.number for cell in series.values if cell.number is not None], rel=1e-12)

    pages = int(re.search(r"Pages:\s+(\d+)", said("pdfinfo", str(pdf)))[1])  # type: ignore[index]
    assert 5 < pages <= most
    text = bare(said("pdftotext", "-layout", str(pdf), "-"))
    raw = bare(said("pdftotext", "-raw", str(pdf), "-"))
    assert [table.title for table in tables if bare(table.title) not in text] == []
    heads = {column.heading for table in tables for column in table.columns}
    assert [head for head in heads if bare(head) not in raw] == []
    assert "\ufffd" not in text and "{{" not in text and "{%" not in text
    fonts = said("pdffonts", str(pdf)).splitlines()[2:]
    assert fonts and all(re.search(r" yes +yes +yes ", line) for line in fonts)  # each is in the file, with its characters' meaning

    box = said("pdftotext", "-bbox", str(pdf), "-")
    width = height = 0.0
    for match in _BOX.finditer(box):
        if match[1]:
            width, height = float(match[1]), float(match[2])
        else:
            left, top, right, bottom = (float(match[k]) for k in range(3, 7))
            assert left > 20 and right < width - 20 and top > 20 and bottom < height - 20  # points; nothing leaves the page
