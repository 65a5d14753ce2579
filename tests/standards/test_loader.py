"""A mistake in a rule file is told with file, line and the nearest valid key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from qbe_xl.core import yamlio
from qbe_xl.core.errors import QbeError
from qbe_xl.standards import DEFAULT_EDITION, load_edition, loader, model

SOURCE = (loader.FOLDER / f"{DEFAULT_EDITION}.yaml").read_text(encoding="utf-8")
Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a rule file (a new name each time: files are read once a process)."""

    def file(text: str) -> Path:
        path = tmp_path / f"rules-{len(list(tmp_path.iterdir()))}.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return file


def edited(old: str, new: str) -> tuple[str, int]:
    """The national edition with the first `old` replaced, and the line it stood on."""
    at = SOURCE.index(old)
    return SOURCE[:at] + new + SOURCE[at + len(old) :], SOURCE.count("\n", 0, at) + 1


def mistake(path: Path) -> QbeError:
    with pytest.raises(QbeError) as caught:
        load_edition(path)
    error = caught.value
    assert error.values["file"] == path.name
    assert path.name in error.message("zh") and path.name in error.message("en")
    assert f"第 {error.values['line']} 行" in error.message("zh")
    return error


# what is written wrongly, code, what the message names, the nearest valid word
# (the line: where the wrong text starts, plus so many; None: not asked here)
MISTAKES = [
    ("unknown key at the top", "\nstages:", "\nstage: [primary]\nstages:", 1, "QBE-STD-002", "stage", "stages"),
    (
        "unknown key of a criterion",
        "  per_pupils: 100",
        "  per_pupil: 100",
        0,
        "QBE-STD-002",
        "per_pupil",
        "per_pupils",
    ),
    (
        "unknown key where a key is called like its kind",
        "  per_classes: 12",
        "  per_class: 12",
        0,
        "QBE-STD-002",
        "per_class",
        "per_classes",
    ),
    (
        "unknown key of a part",
        "field: charter, allowed",
        "field: charter, alowed",
        0,
        "QBE-STD-002",
        "alowed",
        "allowed",
    ),
    (
        "unknown key of a source",
        "article: 基本条件, confidence",
        "articel: 基本条件, confidence",
        0,
        "QBE-STD-002",
        "articel",
        "article",
    ),
    ("unknown key of a room", "area: 96, bands", "aera: 96, bands", 0, "QBE-STD-002", "aera", "area"),
    (
        "unknown key of an option",
        "  add_amount: shared",
        "  add_amounts: shared",
        0,
        "QBE-STD-002",
        "add_amounts",
        "add_amount",
    ),
    (
        "unknown key of where",
        "where: {dense_centre",
        "where: {dense_center",
        0,
        "QBE-STD-002",
        "dense_center",
        "dense_centre",
    ),
    ("missing formula", "formula: year - basic_balance_year, ", "", 0, "QBE-STD-004", "formula", None),
    (
        "missing limit by stage",
        "  cv_at_most: {primary: 0.50, junior: 0.45}\n",
        "",
        None,
        "QBE-STD-004",
        "cv_at_most",
        None,
    ),
    ("missing kind", "  kind: rooms\n", "", None, "QBE-STD-004", "kind", None),
    ("unknown kind", "  kind: rooms", "  kind: room", 0, "QBE-STD-005", "kind", "rooms"),
    (
        "text instead of a number",
        "{primary: 4.2, junior: 5.3}",
        '{primary: "4.2", junior: 5.3}',
        0,
        "QBE-STD-005",
        "primary",
        None,
    ),
    ("number instead of a list", "value: [special, vocational]", "value: 3", 0, "QBE-STD-005", "value", None),
    ("truth instead of a number", "floor_share: 0.85", "floor_share: yes", 0, "QBE-STD-005", "floor_share", None),
    ("one language only", "name: {zh: 音乐, en: music}", "name: {zh: 音乐}", 0, "QBE-STD-005", "name", None),
    ("no such confidence", "confidence: P}", "confidence: X}", 0, "QBE-STD-005", "confidence", None),
    ("no such stage", "at_least: {primary: 4.2,", "at_least: {primry: 4.2,", 0, "QBE-STD-005", "primry", None),
    (
        "not a formula",
        "amount: teaching_area - indoor",
        "amount: teaching_area ** indoor",
        0,
        "QBE-STD-005",
        "amount",
        None,
    ),
    (
        "a quotient inside",
        "formula: special_funding / special_pupils",
        "formula: special_funding / special_pupils * 2",
        0,
        "QBE-STD-005",
        "formula",
        None,
    ),
    ("two operators", "at_least: 6000", "at_least: 6000, above: 1", None, "QBE-STD-005", None, None),
    ("id twice", "- {id: G7,", "- {id: G6,", 0, "QBE-STD-006", "G6", None),
    (
        "option id twice",
        "- id: sports_offsite",
        "- id: pe_art_shared_teachers",
        0,
        "QBE-STD-006",
        "pe_art_shared_teachers",
        None,
    ),
    ("part id twice", "- {id: staffing,", "- {id: building,", 0, "QBE-STD-006", "G2.building", None),
    ("key twice", "  per_classes: 12", "  per_classes: 12\n  per_classes: 13", 1, "QBE-STD-003", "per_classes", None),
    (
        "unknown field in a formula",
        "formula: graduates /",
        "formula: graduats /",
        0,
        "QBE-STD-009",
        "graduats",
        "graduates",
    ),
    (
        "unknown field of an answer",
        "field: monitoring_held",
        "field: monitoring_hold",
        0,
        "QBE-STD-009",
        "monitoring_hold",
        "monitoring_held",
    ),
    (
        "unknown field of an amount",
        "  amount: backbone",
        "  amount: backbones",
        0,
        "QBE-STD-009",
        "backbones",
        "backbone",
    ),
    (
        "unknown field of classes",
        "largest: largest_class",
        "largest: larges_class",
        0,
        "QBE-STD-009",
        "larges_class",
        "largest_class",
    ),
    (
        "unknown field of a band",
        "73: music_rooms_73",
        "73: music_room_73",
        0,
        "QBE-STD-009",
        "music_room_73",
        "music_rooms_73",
    ),
    (
        "unknown field of the survey",
        "valid: survey_valid",
        "valid: survey_vald",
        0,
        "QBE-STD-009",
        "survey_vald",
        "survey_valid",
    ),
    (
        "unknown field of an option",
        "add_amount: offsite_sports_area",
        "add_amount: offsite_sport_area",
        0,
        "QBE-STD-009",
        "offsite_sport_area",
        "offsite_sports_area",
    ),
    (
        "unknown document of an option",
        "  source: {document: 教督〔2017〕6号, confidence: P, note",
        "  source: {document: 教督〔2007〕6号, confidence: P, note",
        0,
        "QBE-STD-005",
        "document",
        "教督〔2017〕6号",
    ),
    (
        "unknown document of a rule on units",
        "    source: {document: 教督〔2012〕3号",
        "    source: {document: 教督〔2013〕3号",
        0,
        "QBE-STD-005",
        "document",
        "教督〔2012〕3号",
    ),
    (
        "unknown document of the rule on the seven",
        "  source: {document: 教督〔2017〕6号, article: 资源配置,",
        "  source: {document: 教督〔2018〕6号, article: 资源配置,",
        0,
        "QBE-STD-005",
        "document",
        "教督〔2017〕6号",
    ),
    ("an option for nothing", "  criterion: L5", "  criterion: L8", 0, "QBE-STD-010", "L8", "8"),
    (
        "unknown type of school",
        "{primary: 2000, teaching",
        "{primry: 2000, teaching",
        0,
        "QBE-STD-005",
        "at_most_by_type",
        "primary",
    ),
    (
        "unknown answer",
        "allowed: [excellent, good]",
        "allowed: [excelent, good]",
        0,
        "QBE-STD-005",
        "allowed",
        "excellent",
    ),
    (
        "unknown area",
        "where: {area: [rural], pupils",
        "where: {area: [rurl], pupils",
        0,
        "QBE-STD-005",
        "area",
        "rural",
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "more", "code", "key", "nearest"),
    [case[1:] for case in MISTAKES],
    ids=[case[0] for case in MISTAKES],
)
def test_a_mistake_names_file_line_and_nearest_word(
    write: Write, old: str, new: str, more: int | None, code: str, key: str | None, nearest: str | None
) -> None:
    text, line = edited(old, new)
    error = mistake(write(text))
    assert error.code == code
    if more is not None:
        assert error.values["line"] == line + more, error
    if key is not None:
        assert error.values["key"] == key
    if nearest is not None:
        assert nearest in str(error.values.get("nearest", error.values.get("problem")))


def test_a_part_that_is_missing_is_told_where_its_whole_begins(write: Write) -> None:
    text, line = edited("  cv_at_most: {primary: 0.50, junior: 0.45}\n", "")
    start = SOURCE[: SOURCE.index("- id: L1\n")].count("\n") + 1
    assert start < line
    assert mistake(write(text)).values["line"] == start


@pytest.mark.parametrize(
    "gone", ["  source: {document: 教督〔2017〕6号, article: 资源配置（四）, confidence: C}\n", "  group: government\n"]
)
def test_a_criterion_without_source_or_group(write: Write, gone: str) -> None:
    text, _ = edited(gone, "")
    error = mistake(write(text))
    assert error.code == "QBE-STD-004"
    word = gone.split(":")[0].strip()
    owner = "L4" if word == "source" else "G2"
    assert error.values["key"] == f"{owner}: {word}"
    assert error.values["line"] == SOURCE[: SOURCE.index(f"- id: {owner}\n")].count("\n") + 1


@pytest.mark.parametrize("text", ["- a\n- b\n", "just words", "12"])
def test_a_file_that_is_no_mapping(write: Write, text: str) -> None:
    assert mistake(write(text)).code == "QBE-STD-005"


def test_an_empty_file_and_no_file(write: Write, tmp_path: Path) -> None:
    assert mistake(write("# nothing\n")).code == "QBE-STD-004"
    with pytest.raises(QbeError, match="QBE-STD-001"):
        load_edition(tmp_path / "none.yaml")


def test_a_copy_of_the_edition_is_the_edition(write: Write) -> None:
    copy = load_edition(write(SOURCE))
    assert copy.digest == load_edition(DEFAULT_EDITION).digest
    assert load_edition(str(write(SOURCE))).digest == copy.digest


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("criteria:\n", "# another comment\ncriteria:\n"),
        ("cv_at_most: {primary: 0.50, junior: 0.45}", "cv_at_most: {junior: 0.450, primary: 0.5}"),
        ("  kind: rooms\n  level: school\n", "  level: school\n  kind: rooms\n"),
    ],
)
def test_comments_and_layout_leave_the_digest(write: Write, old: str, new: str) -> None:
    text, _ = edited(old, new)
    assert load_edition(write(text)).digest == load_edition(DEFAULT_EDITION).digest


def leaves(data: Any) -> Iterator[tuple[Any, Any]]:
    """(container, key) of every scalar."""
    pairs = data.items() if isinstance(data, dict) else enumerate(data)
    for key, value in list(pairs):
        if isinstance(value, dict | list):
            yield from leaves(value)
        else:
            yield data, key


def other(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | Decimal):
        return value + 1
    return f"{value}x"


def test_the_digest_changes_with_every_value() -> None:
    data = yamlio.loads(SOURCE, "x").data
    seen = {loader._digest(model.EditionFile.model_validate(data))}
    refused = 0
    for holder, key in leaves(data):
        value = holder[key]
        holder[key] = other(value)
        try:
            seen.add(loader._digest(model.EditionFile.model_validate(data)))
        except ValueError:
            refused += 1  # words of a fixed list: kinds, stages, confidences
        holder[key] = value
    total = len(list(leaves(data)))
    assert total > 500
    assert len(seen) == 1 + total - refused
    assert refused < total / 3


def test_the_digest_changes_with_a_name_of_a_key() -> None:
    data = yamlio.loads(SOURCE, "x").data
    before = loader._digest(model.EditionFile.model_validate(data))
    g4 = next(c for c in data["criteria"] if c["id"] == "G4")
    g4["at_most_by_type"]["junior_x"] = g4["at_most_by_type"].pop("junior")
    assert loader._digest(model.EditionFile.model_validate(data)) != before
