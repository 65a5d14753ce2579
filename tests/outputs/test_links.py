"""Links to the submitted file are made only where every program reads them the same way."""

from __future__ import annotations

from pathlib import Path

import pytest

from qbe_xl.outputs.results.links import Where, folder_between, link_to, parse_place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("学校!F17", Where(None, "学校", "F17")),
        ("[一小.xlsx]采集表!C4", Where("一小.xlsx", "采集表", "C4")),
        ("a!b!AB7:AC9", Where(None, "a!b", "AB7:AC9")),
        ("学校", None),
        ("学校!", None),
        ("", None),
    ],
)
def test_places(text: str, place: Where | None) -> None:
    assert parse_place(text) == place
    if place is not None:
        assert place.text == text


@pytest.mark.parametrize(
    ("where", "file", "folder", "link"),
    [
        (Where(None, "学校", "F17"), "临溪县.xlsx", "", "临溪县.xlsx#'学校'!F17"),
        (Where(None, "O'Brien", "$A$1"), "a b.xlsm", "", "a b.xlsm#'O''Brien'!A1"),
        (Where(None, "学校", "F17"), "a.xlsx", "../in", "../in/a.xlsx#'学校'!F17"),
        (Where("b.xlsx", "学校", "F17"), "a.xlsx", "", None),  # one of several files
        (Where(None, "学校", "F17"), "http://evil/a.xlsx", "", None),
        (Where(None, "学校", "F17"), "..\\a.xlsx", "", None),
        (Where(None, "学校", "F17"), "a%41.xlsx", "", None),
        (Where(None, "学校", "F17"), "a#b.xlsx", "", None),
        (Where(None, "a#b", "F17"), "a.xlsx", "", None),
        (Where(None, "学校", "F17"), "a.exe", "", None),
        (Where(None, "学校", "F17"), ".a.xlsx", "", None),
        (Where(None, "学校", "F17"), "县" * 251 + ".xlsx", "", None),
        (Where(None, "学校", "F17"), "(county)", "", None),
    ],
)
def test_links(where: Where, file: str, folder: str, link: str | None) -> None:
    assert link_to(where, file, folder) == link


def test_the_way_from_the_result_to_the_file(tmp_path: Path) -> None:
    source = tmp_path / "in" / "a.xlsx"
    assert folder_between(tmp_path / "in" / "r.xlsx", source) == ""
    assert folder_between(tmp_path / "out" / "r.xlsx", source) == "../in"
    assert folder_between(tmp_path / "out" / "r.xlsx", None) == ""
