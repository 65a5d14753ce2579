"""The generated reference is what the code says, complete, and the same everywhere."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from qbe_xl.cli.app import command
from qbe_xl.core.fields import all_fields
from qbe_xl.core.messages import catalogue
from qbe_xl.standards import known_editions, load_edition
from qbe_xl.standards.explain import criterion_ids
from scripts import docs
from tests.paths import ROOT

PAGES = docs.pages()


def test_the_pages_are_up_to_date() -> None:
    assert docs.stale() == []


def test_every_command_and_option_is_documented() -> None:
    text = PAGES["cli.md"]
    for name, each in command().commands.items():
        section = text.partition(f"## qbe-xl {name}\n")[2].partition("\n## ")[0]
        assert section, name
        for param in each.params:
            assert (param.opts[0] if param.opts[0].startswith("-") else param.metavar) in section


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_is_left_out(lang: str) -> None:
    for code in catalogue():
        assert f"| `{code}` |" in PAGES[f"messages.{lang}.md"]
    for field in all_fields():
        assert f"| `{field}` |" in PAGES[f"fields.{lang}.md"]
    for edition in known_editions():
        text = PAGES[f"standards-{edition}.{lang}.md"]
        for item in criterion_ids(load_edition(edition)):
            assert f"### {item} " in text or f"- {item} " in text
        for option in load_edition(edition).file.options:
            assert f"### {option.id} " in text


def test_a_stale_page_is_found_named_and_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(docs, "FOLDER", tmp_path)
    assert sorted(docs.write(tmp_path)) == sorted(PAGES)
    assert docs.stale(tmp_path) == []
    (tmp_path / "cli.md").write_text("old", encoding="utf-8")
    (tmp_path / "fields.en.md").unlink()
    (tmp_path / "leftover.md").write_text("x", encoding="utf-8")
    assert docs.stale(tmp_path) == ["cli.md", "fields.en.md", "leftover.md"]
    monkeypatch.setattr(docs, "stale", lambda: ["cli.md", "fields.en.md"])
    assert docs.main(["--check"]) == 1
    said = capsys.readouterr().err
    assert "cli.md" in said and "fields.en.md" in said
    assert (tmp_path / "cli.md").read_text(encoding="utf-8") == "old"  # --check writes nothing


def test_neither_terminal_nor_locale_matters() -> None:
    environment = {
        **os.environ,
        "COLUMNS": "37",
        "LC_ALL": "C",
        "QBE_LANG": "en",
        "PYTHONPATH": str(ROOT),
        "TERM": "dumb",
    }
    found = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "docs.py"), "--check"], env=environment, check=False, timeout=120
    )
    assert found.returncode == 0
