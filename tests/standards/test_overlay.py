"""An overlay changes what it names, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from qbe_xl.core.errors import QbeError
from qbe_xl.core.languages import Text
from qbe_xl.standards import DEFAULT_EDITION, Edition, load_edition, loader, model

BASE = load_edition(DEFAULT_EDITION)
HEAD = """\
id: cn-qbe-2017-x
extends: cn-qbe-2017
name: {zh: 某市, en: A city}
documents:
  某市文件: {name: {zh: 某市文件, en: A paper of the city}}
"""
SOURCE = "source: {document: 某市文件, article: 第二条, confidence: S}"
Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def file(text: str) -> Path:
        path = tmp_path / f"overlay-{len(list(tmp_path.iterdir()))}.yaml"
        path.write_text(HEAD + text, encoding="utf-8")
        return path

    return file


def differing(edition: Edition) -> set[str]:
    """Ids of the criteria and parts that are not as in the national edition."""
    found = set()
    for mine, theirs in zip(edition.file.criteria, BASE.file.criteria, strict=True):
        assert mine.id == theirs.id
        if isinstance(mine, model.AllOf) and isinstance(theirs, model.AllOf):
            for part, original in zip(mine.parts, theirs.parts, strict=True):
                if part != original:
                    found.add(f"{mine.id}.{part.id}")
            mine = mine.model_copy(update={"parts": theirs.parts})
        if mine != theirs:
            found.add(mine.id)
    return found


def test_shenyang() -> None:
    shenyang = load_edition("cn-qbe-2017-shenyang")
    assert shenyang.extends == "cn-qbe-2017" and shenyang.options == ()
    assert differing(shenyang) == {"G7", "G2.funding_norm_primary", "G2.funding_norm_junior"}
    special = shenyang.criterion("G7")
    assert isinstance(special, model.Ratio) and (special.operator, special.limit) == (">=", 8000)
    assert special.changed_from == ("at_least", "name")
    assert special.source and special.source.confidence == "P"
    norms = shenyang.criterion("G2")
    assert isinstance(norms, model.AllOf)
    limits = {part.id: part.limit for part in norms.parts if isinstance(part, model.Ratio)}
    assert limits == {"funding_norm_primary": 1150, "funding_norm_junior": 1350}
    assert all(part.source and part.source.confidence == "P" for part in norms.parts if isinstance(part, model.Ratio))
    for name in ("units", "resource_rule", "options", "stages"):
        assert getattr(shenyang.file, name) == getattr(BASE.file, name)
    assert shenyang.digest != BASE.digest
    assert set(BASE.file.documents) < set(shenyang.file.documents)
    # the national edition itself is untouched
    assert load_edition(DEFAULT_EDITION).criterion("G7").limit == 6000  # type: ignore[union-attr]


def test_one_stage_of_a_limit(write: Write) -> None:
    edition = load_edition(write(f"changes:\n- id: L4\n  at_least: {{junior: 6.25}}\n  {SOURCE}\n"))
    assert differing(edition) == {"L4"}
    changed = edition.criterion("L4")
    assert isinstance(changed, model.Resource)
    assert changed.at_least == {"primary": Fraction(9, 2), "junior": Fraction(25, 4)}
    assert changed.cv_at_most == BASE.resources[3].cv_at_most
    assert edition.floor(changed, "junior") == Fraction(25, 4) * Fraction(17, 20)


def test_one_type_of_school(write: Write) -> None:
    edition = load_edition(write(f"changes:\n- id: G4\n  at_most_by_type: {{junior: 1800}}\n  {SOURCE}\n"))
    changed, original = edition.criterion("G4"), BASE.criterion("G4")
    assert isinstance(changed, model.EachSchool) and isinstance(original, model.EachSchool)
    assert changed.at_most_by_type == {**original.at_most_by_type, "junior": 1800}
    assert differing(edition) == {"G4"}


def test_a_rule_on_units_and_an_option(write: Write) -> None:
    edition = load_edition(
        write(
            "units:\n  teaching_point_min_pupils:\n    value: 30\n    name: {zh: 三十人, en: thirty}\n"
            f"    text: {{zh: 三十人。, en: Thirty.}}\n    {SOURCE}\noptions_on: [size_migrants]\n"
        )
    )
    assert edition.file.units.teaching_point_min_pupils.value == 30
    assert edition.file.units.split_weights == BASE.file.units.split_weights
    assert differing(edition) == set()
    assert edition.options == ("size_migrants",)
    assert edition.with_options(("sports_offsite",)).options == ("size_migrants", "sports_offsite")


def test_an_overlay_without_changes_has_a_digest_of_its_own(write: Write) -> None:
    plain = load_edition(write(""))
    assert differing(plain) == set() and plain.digest != BASE.digest  # its id differs
    same = load_edition(write("# only a comment more\n"))
    assert same.digest == plain.digest
    assert load_edition(write(f"changes:\n- id: Q1\n  at_least: 0.96\n  {SOURCE}\n")).digest != plain.digest


# code, the line counted from the first line below HEAD, the word named, the nearest valid word, the text
MISTAKES = {
    "no such criterion": ("QBE-STD-010", 2, "Q11", "Q1", f"changes:\n- id: Q11\n  at_least: 1\n  {SOURCE}\n"),
    "no such part": ("QBE-STD-010", 2, "G8.wages", "G8.wage", f"changes:\n- id: G8.wages\n  at_least: 1\n  {SOURCE}\n"),
    "a part of what has none": (
        "QBE-STD-010",
        2,
        "G7.wage",
        "G8.wage",
        f"changes:\n- id: G7.wage\n  at_least: 1\n  {SOURCE}\n",
    ),
    "twice": (
        "QBE-STD-006",
        5,
        "Q1",
        None,
        f"changes:\n- id: Q1\n  at_least: 0.96\n  {SOURCE}\n- id: Q1\n  at_least: 0.97\n  {SOURCE}\n",
    ),
    "no source": ("QBE-STD-004", 2, "source", None, "changes:\n- id: Q1\n  at_least: 0.96\n"),
    "unknown key": ("QBE-STD-002", 3, "at_lest", "at_least", f"changes:\n- id: Q1\n  at_lest: 0.96\n  {SOURCE}\n"),
    "unknown key at the top": ("QBE-STD-002", 1, "change", "changes", "change: []\n"),
    "a key that the criterion does not have": (
        "QBE-STD-002",
        4,
        "cv_at_most",
        "at_most",
        f"changes:\n- id: Q1\n  at_least: 0.96\n  cv_at_most: {{primary: 0.4}}\n  {SOURCE}\n",
    ),
    "another operator": ("QBE-STD-005", 3, "at_most", None, f"changes:\n- id: Q9.gap\n  at_most: 0.2\n  {SOURCE}\n"),
    "one number for a limit by stage": (
        "QBE-STD-005",
        3,
        "at_least",
        None,
        f"changes:\n- id: L1\n  at_least: 4\n  {SOURCE}\n",
    ),
    "stages for a single limit": (
        "QBE-STD-005",
        3,
        "at_least",
        None,
        f"changes:\n- id: Q1\n  at_least: {{primary: 1}}\n  {SOURCE}\n",
    ),
    "stages where no limit was": (
        "QBE-STD-005",
        3,
        "at_least",
        None,
        f"changes:\n- id: G2.funding_norm_primary\n  at_least: {{primary: 1}}\n  {SOURCE}\n",
    ),
    "one limit beside those by type": (
        "QBE-STD-005",
        3,
        "at_most",
        None,
        f"changes:\n- id: G4\n  at_most: 1800\n  {SOURCE}\n",
    ),
    "a text for a number": ("QBE-STD-005", 3, "at_least", None, f"changes:\n- id: Q1\n  at_least: high\n  {SOURCE}\n"),
    "unknown document": (
        "QBE-STD-005",
        4,
        "document",
        "某市文件",
        "changes:\n- id: Q1\n  at_least: 0.96\n  source: {document: 某市文章, confidence: S}\n",
    ),
    "unknown document of a rule": (
        "QBE-STD-005",
        6,
        "document",
        "某市文件",
        "units:\n  campuses:\n    value: apart\n    name: {zh: 甲, en: a}\n    text: {zh: 甲, en: a}\n"
        "    source: {document: 某市文章, confidence: S}\n",
    ),
    "unknown option": ("QBE-STD-010", 2, "size_migrant", "size_migrants", "options_on:\n- size_migrant\n"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_names_file_line_and_nearest_word(write: Write, name: str) -> None:
    code, line, key, nearest, text = MISTAKES[name]
    path = write(text)
    with pytest.raises(QbeError) as caught:
        load_edition(path)
    values = caught.value.values
    assert caught.value.code == code
    assert (values["file"], values["line"], values["key"]) == (path.name, HEAD.count("\n") + line, key)
    if nearest is not None:
        assert nearest in str(values.get("nearest", values.get("problem")))


def test_what_it_extends_must_exist(tmp_path: Path) -> None:
    for name in ("cn-qbe-2016", "self.yaml"):
        path = tmp_path / "self.yaml" if name == "self.yaml" else tmp_path / "other.yaml"
        path.write_text(HEAD.replace("extends: cn-qbe-2017", f"extends: {name}"), encoding="utf-8")
        with pytest.raises(QbeError) as caught:
            load_edition(path)
        assert (caught.value.code, caught.value.values["line"]) == ("QBE-STD-005", 2)
        assert "cn-qbe-2017" in caught.value.message("zh")


def test_an_overlay_on_an_overlay_keeps_what_it_builds_on(write: Write) -> None:
    path = write(f"changes:\n- id: Q1\n  at_least: 0.96\n  {SOURCE}\n")
    path.write_text(
        path.read_text(encoding="utf-8").replace("extends: cn-qbe-2017\n", "extends: cn-qbe-2017-shenyang\n"),
        encoding="utf-8",
    )
    edition = load_edition(path)
    assert differing(edition) == {"Q1", "G7", "G2.funding_norm_primary", "G2.funding_norm_junior"}


def test_an_overlay_on_an_overlay_keeps_its_options(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    province = write("options_on: [size_migrants]\n")
    info = loader.EditionInfo("province", Text("某省", "A province"), DEFAULT_EDITION, province)
    known = {**loader.known_editions(), "province": info}
    monkeypatch.setattr(loader, "known_editions", lambda: known)
    city = write("options_on: [sports_offsite]\n")
    text = city.read_text(encoding="utf-8").replace("extends: cn-qbe-2017\n", "extends: province\n")
    city.write_text(text, encoding="utf-8")
    assert load_edition(city).options == ("size_migrants", "sports_offsite")
