"""NAME.自评报告.html: the report as one file that needs nothing from outside.

Style and script stand in the file; the policy in its head allows these two by their digest and nothing else, so that
not even a text that got past the escaping could run or load anything.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from qbe_xl.core.errors import QbeError
from qbe_xl.core.languages import VALUE_STATUS_NAMES, Lang, Text
from qbe_xl.outputs.report.charts import shapes
from qbe_xl.outputs.report.model import MARKS, Cell, Paragraph, Report
from qbe_xl.safety.saving import save_atomically

if TYPE_CHECKING:
    from markupsafe import Markup

HTML_SUFFIX = Text(".自评报告.html", ".report.html")
_GENERATOR = "qbe-xl report"
_HEAD = 4096  # bytes in which the mark of our own files stands
_UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")  # characters that a page may not hold
_WORDS = {
    "skip": Text("跳到正文", "Skip to the report"),
    "contents": Text("目录", "Contents"),
    "filter": Text("筛选", "Filter"),
    "all": Text("全部", "all"),
    "shown": Text("显示", "shown"),
    "sort": Text("排序", "sort"),
    "made": Text("本报告由程序根据填报数据生成：", "Made from the reported data by"),
}


def write_html(report: Report, target: Path) -> Path:
    """Write the report; returns where. A file that is no such report of ours is left alone: `NAME (2).html` and so on.

    QbeError QBE-PLN-501 where the extra `report` is not installed, QBE-CAL-001 where the file cannot be written.
    """
    content = html_bytes(report)
    return save_atomically(_free(target), content)


def is_ours(path: Path) -> bool:
    """Whether the file is an HTML report of ours, told by its generator."""
    if path.is_symlink() or not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            return f'<meta name="generator" content="{_GENERATOR}"'.encode() in file.read(_HEAD)
    except OSError:
        return False


def _free(target: Path) -> Path:
    path, number = target, 1
    while (path.exists() or path.is_symlink()) and not is_ours(path):
        number += 1
        path = target.with_name(f"{target.stem} ({number}){target.suffix}")
    return path


def html_bytes(report: Report) -> bytes:
    """The whole file, UTF-8. The same report gives the same bytes."""
    try:
        import jinja2
        from markupsafe import Markup, escape
    except ImportError as error:
        raise QbeError("QBE-PLN-501", component="jinja2") from error

    lang: Lang = report.language
    folder = files("qbe_xl.outputs.report") / "files"
    style, script = (_text(folder / name) for name in ("report.css", "report.js"))
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, undefined=jinja2.StrictUndefined)
    template = environment.from_string(_text(folder / "report.html.j2"))

    def key(cell: Cell) -> Markup:
        """The exact number to sort by, where the text is not that number itself."""
        if cell.number is None or cell.text == str(cell.number):
            return Markup("")
        return Markup(f' data-v="{escape(str(cell.number))}"')

    text = template.render(
        report=report,
        lang="zh-CN" if lang == "zh" else "en",
        policy=_policy(style, script),
        generator=_GENERATOR,
        style=Markup(style),
        script=Markup(script),
        about=_about(report),
        words={
            **{name: each[lang] for name, each in _WORDS.items()},
            "of": {k: v[lang] for k, v in VALUE_STATUS_NAMES.items()},
        },
        marks=MARKS,
        groups=_groups,
        draw=lambda chart: shapes(chart, lang),
        key=key,
    )
    lines = "\n".join(line for line in text.split("\n") if line.strip())
    return _UNSHOWN.sub("\ufffd", lines).encode() + b"\n"


def _text(path: object) -> str:
    return path.read_text(encoding="utf-8").strip()  # type: ignore[attr-defined]


def _policy(style: str, script: str) -> str:
    """What the page may load: nothing, besides the style and the script that stand in it."""
    return f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; base-uri 'none'; form-action 'none'"


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _about(report: Report) -> list[tuple[str, str]]:
    names = {
        "county": Text("县（市、区）", "County"),
        "code": Text("代码", "Code"),
        "year": Text("年度", "Year"),
        "edition": Text("评估标准", "Rules"),
        "date": Text("日期", "Date"),
    }
    texts = {
        "county": report.county.text,
        "code": report.code.text,
        "year": report.year.text,
        "edition": report.edition.text,
        "date": report.date_text,
    }
    return [(names[name][report.language], text) for name, text in texts.items()]


def _groups(paragraphs: tuple[Paragraph, ...]) -> Iterator[list[Paragraph]]:
    """Bullets that follow each other stand in one list."""
    return (list(group) for _, group in groupby(paragraphs, key=lambda each: each.kind == "bullet"))
