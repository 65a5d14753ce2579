"""README and the guides: what they show is true, what they name exists, and both languages say the same."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pytest
from click import Command

from qbe_xl.assessment import assess
from qbe_xl.cli.app import command
from qbe_xl.cli.problems import sentence
from qbe_xl.core.errors import QbeError
from qbe_xl.core.languages import LANGUAGES, Lang
from qbe_xl.core.messages import catalogue, joined
from qbe_xl.standards import DEFAULT_EDITION, known_editions, load_edition
from scripts.desktop_pictures import DESKTOP_PICTURES
from scripts.pictures import FOLDER as PICTURE_FOLDER
from scripts.pictures import MOST_BYTES, PICTURES
from tests.paths import ROOT

READMES: dict[Lang, Path] = {"zh": ROOT / "README.zh-CN.md", "en": ROOT / "README.md"}
RULES: dict[Lang, Path] = {"zh": ROOT / "docs" / "changing-rules.zh-CN.md", "en": ROOT / "docs" / "changing-rules.md"}
FORMS: dict[Lang, Path] = {"zh": ROOT / "docs" / "forms.zh-CN.md", "en": ROOT / "docs" / "forms.md"}
GUIDE = ROOT / "docs" / "guide.zh-CN.md"
WRITTEN = sorted([*READMES.values(), *(ROOT / "docs").glob("*.md"), *(ROOT / "docs" / "decisions").glob("*.md")])
TEXTS = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in WRITTEN}
COMMANDS: dict[str, Command] = command().commands
MADE_BY_THE_READER = {"mycity.yaml", "mycity-2023.yaml", "mycity.bad.yaml", "ours.yaml", "ours.xlsx"}


def text_of(path: Path) -> str:
    return TEXTS[path.relative_to(ROOT).as_posix()]


def fences(text: str, language: str) -> list[str]:
    """The fenced blocks of a language, without the indent they stand at."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", text, re.DOTALL | re.MULTILINE)
    return [re.sub(rf"^{indent}", "", block, flags=re.MULTILINE) for indent, block in found]


def calls(text: str) -> Iterator[list[str]]:
    """Every `qbe-xl …` that a page shows, in a block or in running text, without comments."""
    shown = [line for block in fences(text, "bash") for line in block.splitlines()]
    shown += [line.removeprefix("$ ") for block in fences(text, "text") for line in block.splitlines()]
    shown += re.findall(r"(?<!`)`([^`\n]+)`(?!`)", re.sub(r"^ *```.*?^ *```$", "", text, flags=re.S | re.M))
    for line in shown:
        if line.startswith("qbe-xl "):
            yield shlex.split(line, comments=True)[1:]


# --- what is shown is true -------------------------------------------------------------------------------------------


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as a reader would have it: the shipped workbooks, and the files that the pages tell to write."""
    (tmp_path / "workbooks").symlink_to(ROOT / "workbooks")
    sample = "means-pass-schools-fail.xlsx"
    (tmp_path / sample).write_bytes((ROOT / "workbooks" / "samples" / sample).read_bytes())
    blocks = {lang: fences(text_of(page), "yaml") for lang, page in RULES.items()}
    assert blocks["zh"] == blocks["en"]
    overlay = next(block for block in blocks["en"] if block.startswith("id: cn-qbe-2017-mycity\n"))
    (tmp_path / "mycity.yaml").write_text(overlay, encoding="utf-8")
    criterion = next(block for block in blocks["en"] if "migrant_public / migrant_eligible" in block)
    edition = (ROOT / "qbe_xl" / "standards" / f"{DEFAULT_EDITION}.yaml").read_text(encoding="utf-8")
    document = re.search(r"^documents:\n(  .*\n)", overlay, re.MULTILINE)
    assert document is not None
    edition = edition.replace(f"id: {DEFAULT_EDITION}\n", "id: mycity-2023\n", 1)
    edition = edition.replace("documents:\n", f"documents:\n{document[1]}", 1)
    edition = edition.replace("criteria:\n", f"criteria:\n{criterion}", 1)
    (tmp_path / "mycity-2023.yaml").write_text(edition, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(arguments: list[str], folder: Path) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "COLUMNS": "100"}
    environment.pop("QBE_LANG", None)
    found = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, timeout=120, check=False
    )
    assert b"Traceback" not in found.stderr, found.stderr.decode()
    return "\n".join(line.rstrip() for line in found.stdout.decode().splitlines())


@pytest.mark.parametrize("page", [*READMES.values(), *RULES.values()], ids=lambda path: path.name)
def test_python_snippets_print_what_stands_below_them(page: Path, reader: Path) -> None:
    snippets = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", text_of(page), re.DOTALL)
    assert len(snippets) == text_of(page).count("```python") == 1
    for code, printed in snippets:
        assert run(["-c", code], reader) == printed.rstrip("\n")


@pytest.mark.parametrize("page", [*RULES.values(), GUIDE], ids=lambda path: path.name)
def test_shown_runs_give_what_is_shown(page: Path, reader: Path) -> None:
    runs = [block.split("\n", 1) for block in fences(text_of(page), "text") if block.startswith("$ qbe-xl ")]
    assert runs
    for line, printed in runs:
        assert run(["-m", "qbe_xl", *shlex.split(line)[2:]], reader) == printed.rstrip("\n"), line


MISTAKES = (
    ("at_least: 7000", "at_leest: 7000"),
    ("  source: {document: 某市实施办法, article: 第十条, confidence: S}\n", ""),
    ("- id: G7\n", "- id: G77\n"),
    ("- id: G7\n", "- id: L6\n"),
    ("{document: 某市实施办法, article: 第十条", "{document: 某市办法, article: 第十条"),
    ("[size_built_by_2010]", "[size_built_2010]"),
    ("extends: cn-qbe-2017\n", "extends: cn-qbe-2018\n"),
)


@pytest.mark.parametrize("number", range(len(MISTAKES)))
def test_shown_mistakes_in_rules_are_the_real_ones(number: int, reader: Path) -> None:
    right = (reader / "mycity.yaml").read_text(encoding="utf-8")
    old, new = MISTAKES[number]
    assert old in right
    (reader / "mycity.bad.yaml").write_text(right.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(QbeError) as caught:
        load_edition(str(reader / "mycity.bad.yaml"))
    for lang in LANGUAGES:
        shown = [line for block in fences(text_of(RULES[lang]), "text") for line in block.splitlines()]
        assert sentence(caught.value, lang).replace(f"{reader}/", "") in shown


def test_the_shipped_overlay_is_shown_as_it_is() -> None:
    shipped = (ROOT / "qbe_xl/standards/overlays/cn-qbe-2017-shenyang.yaml").read_text(encoding="utf-8")
    for page in RULES.values():
        assert shipped in fences(text_of(page), "yaml")


def test_another_edition_is_refused_as_shown(reader: Path) -> None:
    found = assess("workbooks/samples/pass.xlsx", "mycity.yaml").findings
    assert [finding.code for finding in found] == ["QBE-STR-006"]
    for lang, page in RULES.items():
        assert found[0].sentence(lang) in text_of(page).splitlines()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_profile_of_the_guide_reads_its_sheet(lang: Lang, tmp_path: Path) -> None:
    text = text_of(FORMS[lang])
    table = re.findall(r"^\| (学校代码 .*?|\d{10} .*?|合计 .*?) \|$", text, re.MULTILINE)
    book = openpyxl.Workbook()
    book.active.title = "汇总"
    for line in table:
        cells = [cell.strip() for cell in line.split("|")]
        book.active.append(
            [int(cell) if cell.isascii() and cell.isdigit() and len(cell) < 5 else cell for cell in cells]
        )
    book.save(tmp_path / "ours.xlsx")
    profile = next(block for block in fences(text, "yaml") if block.startswith("id: our-sheet\n"))
    (tmp_path / "ours.yaml").write_text(profile, encoding="utf-8")
    result = assess(tmp_path / "ours.xlsx", form=tmp_path / "ours.yaml")
    assert result.resources is not None
    # (110 + 88.2) × 10000 yuan / (500 + 420) pupils; 165 × 10000 / 600 = 2750
    assert float(result.resources.stages["primary"].indicators["L6"].mean or 0) == pytest.approx(1982000 / 920)
    assert result.resources.stages["junior"].indicators["L6"].mean == 2750
    noted = [finding.sentence(lang) for finding in result.findings if finding.severity == "note"]
    assert [line in text.splitlines() for line in noted if "４２０" in line] == [True]
    without = profile.replace(", unit: 万元", "")
    (tmp_path / "bare.yaml").write_text(without, encoding="utf-8")
    unknown = [
        f for f in assess(tmp_path / "ours.xlsx", form=tmp_path / "bare.yaml").findings if f.code == "QBE-STR-011"
    ]
    assert [finding.sentence(lang) in text.splitlines() for finding in unknown] == [True]
    for old, new in (("unit: 万元", "uint: 万元"), ("field: pupils_primary", "field: pupil_primary")):
        (tmp_path / "ours.bad.yaml").write_text(profile.replace(old, new), encoding="utf-8")
        with pytest.raises(QbeError) as caught:
            assess(tmp_path / "ours.xlsx", form=tmp_path / "ours.bad.yaml")
        assert sentence(caught.value, lang).replace(f"{tmp_path}/", "") in text.splitlines()


@pytest.mark.parametrize("page", TEXTS)
def test_shown_messages_are_in_the_catalogue(page: str) -> None:
    lang: Lang = "zh" if ".zh-CN." in page else "en"
    for line in TEXTS[page].splitlines():
        if re.match(r"QBE-[A-Z]{3}-\d{3} ", line):
            message = catalogue()[line.split(" ", 1)[0]]
            said, fix = (re.sub(r"\\{\w+\\}", ".+", re.escape(part[lang])) for part in (message.text, message.fix))
            assert re.fullmatch(rf"\S+ (\S+ )?{joined(said, fix, lang)}.*", line), line
    for code in re.findall(r"QBE-[A-Z]{3}-\d{3}", TEXTS[page]):
        assert code in catalogue()


# --- what is named exists --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", TEXTS)
def test_commands_options_and_files_exist(page: str) -> None:
    for words in calls(TEXTS[page]):
        name, *rest = words
        assert name in COMMANDS, words
        options = {flag for param in COMMANDS[name].params for flag in (*param.opts, *param.secondary_opts)}
        after = ""
        for word in rest:
            if word.startswith("-") and word != "-":
                assert word in {*options, "--help"}, words
            elif after == "--edition":
                assert word in known_editions() or word in MADE_BY_THE_READER or word == "FILE.yaml" or "文件" in word
            elif after == "--option":
                assert word in {option.id for option in load_edition(DEFAULT_EDITION).file.options}
            elif word.startswith("workbooks/"):
                assert (ROOT / word).exists(), words
            after = word
    for flag in re.findall(r"`(--[a-z-]+)", TEXTS[page]):
        assert any(flag in param.opts for each in COMMANDS.values() for param in each.params) or flag == "--help"


@pytest.mark.parametrize("page", TEXTS)
def test_make_targets_and_named_places_exist(page: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = re.findall(r"(?:^|`)make ([a-z]+)", TEXTS[page], re.MULTILINE)
    for target in named:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    tops = "qbe_xl|tests|scripts|docs|workbooks|benchmarks"
    for place in re.findall(rf"(?:`|(?<=\s))((?:{tops})/[\w./*-]+)", TEXTS[page]):
        assert list(ROOT.glob(place.rstrip("/."))), place


def test_the_first_screen_of_readme_has_picture_and_commands() -> None:
    for page in READMES.values():
        top = text_of(page).split("\n## ")[0]
        assert top.count("![") == 1
        assert "make assess" in top and "make test" in top and "pip install ." in top and "qbe-xl assess" in top


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings."""
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", TEXTS)
def test_links_and_pictures_resolve(page: str) -> None:
    plain = re.sub(r"^ *```.*?^ *```$", "", TEXTS[page], flags=re.DOTALL | re.MULTILINE)
    for target in re.findall(r"\]\(([^)]+)\)", plain):
        assert not target.startswith("/"), target
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        path = (ROOT / page).parent / unquote(name) if name else ROOT / page
        assert path.exists(), target
        if anchor:
            assert anchor in anchors(path.read_text(encoding="utf-8")), target


def test_pictures_are_small_made_by_the_script_and_shown() -> None:
    files = sorted(path.name for path in PICTURE_FOLDER.iterdir())
    assert files == sorted([*(f"{picture.name}.png" for picture in PICTURES), *DESKTOP_PICTURES])
    for name in files:
        data = (PICTURE_FOLDER / name).read_bytes()
        assert data.startswith(b"\x89PNG") and len(data) < MOST_BYTES
        assert any(f"pictures/{name})" in text for text in TEXTS.values()), name


# --- the two languages, and the figures ------------------------------------------------------------------------------

SECTIONS = (
    ("检查什么", "What it checks"),
    ("得到什么", "What you get"),
    ("退出码", "Exit codes"),
    ("三种填报方式", "Three ways in"),
    ("在 Python 中使用", "From Python"),
    ("工作表函数", "Worksheet functions"),
    ("在表格程序里运行", "Inside the spreadsheet"),
    ("样例", "Samples"),
    ("速度", "Speed"),
    ("验证了什么，没有验证什么", "What was and was not verified"),
    ("文档", "Documents"),
    ("许可", "Licence"),
)


def shape(text: str) -> list[list[str]]:
    """Section by section: the blocks, table rows, list items and pictures, in order."""
    kinds = (("```", "block"), ("|", "row"), ("- ", "item"), ("1. ", "item"), ("![", "picture"), ("###", "title"))
    return [
        [kind for line in section.splitlines() for mark, kind in kinds if line.strip().startswith(mark)]
        for section in re.split(r"^## ", text, flags=re.MULTILINE)
    ]


def test_both_readmes_have_the_same_sections() -> None:
    for column, lang in enumerate(("zh", "en")):
        titles = re.findall(r"^## (.+)$", text_of(READMES[lang]), re.MULTILINE)  # type: ignore[index]
        assert titles == [pair[column] for pair in SECTIONS]


@pytest.mark.parametrize("pages", [READMES, RULES, FORMS], ids=["readme", "rules", "forms"])
def test_both_languages_have_the_same_shape(pages: dict[Lang, Path]) -> None:
    assert shape(text_of(pages["zh"])) == shape(text_of(pages["en"]))


def undated(section: str) -> list[str]:
    """What is wrong with a benchmark section: figures in a table without a date and the machine's class."""
    rows = [line for line in section.splitlines() if line.startswith("|")]
    if not any(re.search(r"\d", row) for row in rows):
        return []
    wrong = [] if re.search(r"\b20\d\d-\d\d-\d\d\b", section) else ["no date"]
    return wrong if re.search(r"\d+ (cores|核)", section) else [*wrong, "no machine class"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_figures_name_their_date_and_machine(lang: Lang) -> None:
    _, found, rest = text_of(READMES[lang]).partition("<!-- benchmarks -->")
    section, ended, _ = rest.partition("<!-- /benchmarks -->")
    assert found and ended
    assert undated(section) == []


def test_undated_figures_are_found() -> None:
    table = "| what | ms |\n|---|---|\n| one county | 45 |\n"
    assert undated(table) == ["no date", "no machine class"]
    assert undated(f"2024-09-01, 2 cores, 3 GHz\n\n{table}") == []
    assert undated("Not measured yet.\n") == []


def test_every_sample_stands_in_the_table() -> None:
    words = {"zh": {"达标": "pass", "不达标": "fail", "待定": "undetermined"}}
    words["en"] = {"passes": "pass", "fails": "fail", "undetermined": "undetermined"}
    for lang in LANGUAGES:
        rows = re.findall(r"^\| \[([\w-]+)\]\((\S+?)\) \| (\S+) \|", text_of(READMES[lang]), re.MULTILINE)
        assert sorted(name for name, _, _ in rows) == sorted(
            p.stem for p in (ROOT / "workbooks/samples").glob("*.xlsx")
        )
        for _, path, verdict in rows:
            assert assess(ROOT / path).verdict == words[lang][verdict], path
