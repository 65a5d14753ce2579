"""Writes the generated pages of docs/reference from the code and the data; with --check it only tells which are stale.

The same bytes on every machine: nothing depends on the terminal, the locale or the time.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from qbe_xl.cli.app import command
from qbe_xl.cli.functions import function_lines
from qbe_xl.cli.help import command_help, group_help
from qbe_xl.core.fields import Field, all_fields
from qbe_xl.core.languages import LANGUAGES, Lang, Text
from qbe_xl.core.messages import catalogue
from qbe_xl.functions import registered
from qbe_xl.standards import DEFAULT_EDITION, Edition, known_editions, load_edition
from qbe_xl.standards.explain import (
    SEVERITIES,
    TABLE_NAMES,
    criterion_ids,
    edition_lines,
    type_words,
    used_by,
)
from qbe_xl.standards.explain_criteria import criterion_lines, option_lines
from qbe_xl.standards.materials import Level, Material, Materials, load_materials
from qbe_xl.standards.model import CONFIDENCE_NAMES

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference"
NOTE = Text(
    "<!-- 由 scripts/docs.py 生成，请勿手改；改动后运行 make docs。 -->",
    "<!-- Written by scripts/docs.py; do not edit. After a change run make docs. -->",
)
AREAS: dict[str, Text] = {
    "FIL": Text("文件", "The file"),
    "STR": Text("表式结构", "Structure of the form"),
    "DAT": Text("单元格内容", "What stands in a cell"),
    "CMP": Text("完整性", "Completeness"),
    "ARI": Text("算术", "Arithmetic"),
    "LOG": Text("数据之间的逻辑", "Logic between fields"),
    "CTY": Text("全县数据与各校数据", "The county's figures against its schools"),
    "PLA": Text("合理性", "Plausibility"),
    "YOY": Text("与上年比较", "Against last year"),
    "POL": Text("政策口径常见误区", "Traps of the rules"),
    "WHY": Text("疑问说明和豁免", "Answers to queries"),
    "INT": Text("文件完整性", "Integrity of the file"),
    "STD": Text("规则文件和表式文件", "Rule files and forms"),
    "CAL": Text("命令", "The command"),
    "ANN": Text("批注副本", "The annotated copy"),
    "PLN": Text("规划：情景和整改方案", "Planning: scenarios and plans"),
    "DOC": Text("报告模板", "Templates of the report"),
    "XLA": Text("Excel 加载项", "The Excel add-in"),
    "MAC": Text("Excel 和 LibreOffice 中的命令", "Commands in Excel and LibreOffice"),
}


def pages() -> dict[str, str]:
    """Every generated page: its name and its text."""
    found = {"cli.md": cli_page()}
    for lang in LANGUAGES:
        for edition_id in known_editions():
            found[f"standards-{edition_id}.{lang}.md"] = standards_page(load_edition(edition_id), lang)
        found[f"messages.{lang}.md"] = messages_page(lang)
        found[f"functions.{lang}.md"] = functions_page(lang)
        found[f"fields.{lang}.md"] = fields_page(load_edition(DEFAULT_EDITION), lang)
        found[f"materials.{lang}.md"] = materials_page(load_edition(DEFAULT_EDITION), lang)
    return found


def cli_page() -> str:
    """The command line: the help of the program and of every command."""
    group = command()
    lines = ["# 命令行 Command line", "", NOTE.zh, "", "```text", group_help(group, "qbe-xl"), "```"]
    for name, each in group.commands.items():
        lines += ["", f"## qbe-xl {name}", "", "```text", command_help(each, f"qbe-xl {name}"), "```"]
    return _page(lines)


def standards_page(edition: Edition, lang: Lang) -> str:
    """An edition: the whole of it, then every criterion and option by itself."""
    title, blank, *rest = edition_lines(edition, lang)
    lines = [title, "", NOTE[lang], blank, *rest]
    lines += ["", Text("## 逐条说明", "## Criterion by criterion")[lang]]
    for item in criterion_ids(edition):
        if "." not in item:
            lines += ["", *criterion_lines(item, edition, lang, heading="###")]
    lines += ["", Text("## 放宽口径逐项说明", "## Option by option")[lang]]
    for option in edition.file.options:
        head, *about = option_lines(option.id, edition, lang)
        lines += ["", f"##{head}", *about]
    return _page(lines)


def messages_page(lang: Lang) -> str:
    """The message catalogue, area by area."""
    lines = [Text("# 消息", "# Messages")[lang], "", NOTE[lang], ""]
    lines.append(
        Text(
            "每条消息有固定编号，编号不会改作他用。{…} 处由所查数据代入。级别：",
            "Every message has a code that is never reused. {…} is filled in from the data. Severities:",
        )[lang]
    )
    lines += ["", *(f"- {name}{_colon(lang)}{words[lang]}" for name, words in SEVERITIES.items())]
    area = ""
    for code, message in sorted(catalogue().items(), key=lambda each: (list(AREAS).index(_area(each[0])), each[0])):
        if _area(code) != area:
            area = _area(code)
            head = Text("| 编号 | 级别 | 内容 | 处理 | 依据 |", "| Code | Severity | Message | Remedy | Why |")[lang]
            lines += ["", f"## {AREAS[area][lang]}", "", head, "|---|---|---|---|---|"]
        why = message.why[lang] if message.why else ""
        lines.append(_row([f"`{code}`", message.severity, message.text[lang], message.fix[lang], why]))
    return _page(lines)


def functions_page(lang: Lang) -> str:
    """The worksheet functions, one by one; an example's value is what every host gives."""
    lines = [Text("# 工作表函数", "# Worksheet functions")[lang], "", NOTE[lang], ""]
    lines.append(
        Text(
            "每个示例在每种环境里都由测试算过，结果相同。哪里能用、怎么装：见 [工作表函数指南](../functions.zh-CN.md)。"
            "返回数的函数出错时返回 #N/A（缺数据）、#VALUE!（不是数或形状不对）、#DIV/0!（没有学生或没有资源），从不返回文字；"
            "返回文字的函数从不返回错误值。",
            "Every example is executed by a test in every host, with the same result. Where they work and how they are "
            "installed: [guide to the worksheet functions](../functions.md). Functions that give numbers answer #N/A "
            "(missing), #VALUE! (no number, or a wrong shape) or #DIV/0! (no pupils or no amounts), never a text; functions "
            "that give texts never give an error.",
        )[lang]
    )
    lines += ["", Text("| 函数 | 作用 |", "| Function | What it gives |")[lang], "|---|---|"]
    for function in registered().values():
        anchor = f"{function.name} {function.title[lang]}".lower().replace(" ", "-")
        anchor = "".join(char for char in anchor if char.isalnum() or char in "-_")
        lines.append(_row([f"[`{function.signature}`](#{anchor})", function.title[lang]]))
    for function in registered().values():
        lines += ["", *function_lines(function, lang, heading="##")]
    return _page(lines)


def fields_page(edition: Edition, lang: Lang) -> str:
    """Every field, table by table; one that stands in several tables stands in the first."""
    lines = [Text("# 字段", "# Fields")[lang], "", NOTE[lang]]
    head = Text(
        "| 字段 | 名称 | 类型 | 必填 | 填写 | 用于 |", "| Field | Name | Type | Needed | What to enter | Used by |"
    )[lang]
    for level in TABLE_NAMES:
        lines += ["", f"## {TABLE_NAMES[level][lang]}", "", head, "|---|---|---|---|---|---|"]
        lines += [_field_row(field, edition, lang) for field in all_fields().values() if field.levels[0] == level]
    return _page(lines)


def materials_page(edition: Edition, lang: Lang) -> str:
    """The papers that inspectors ask for, volume by volume."""
    materials = load_materials(edition)
    lines = [Text("# 佐证材料目录", "# The list of materials")[lang], "", NOTE[lang], ""]
    lines.append(
        Text(
            "`qbe-xl evidence` 按此列出档案清单，怎样命名和存放见[档案清单](../evidence.zh-CN.md)。"
            "年数 0：现行的一份即可；前 1：从填报年度的上一年算起。",
            "`qbe-xl evidence` lists these; how to name and keep files: [the list of evidence](../evidence.md). Years 0: one "
            "that is in force is enough; 1 back: counted from the year before the report's.",
        )[lang]
    )
    for name, document in materials.file.documents.items():
        note = document.note[lang] if document.note is not None else ""
        lines += ["", f"- {name if lang == 'zh' else document.name.en}{_colon(lang)}{note}"]
    head = Text("| 编号 | 材料 | 文件名也可写 | 条目 | 年数 | 来源 |", "| Id | Material | Files also called | Criteria | Years | Source |")
    levels: tuple[Level, ...] = ("county", "school")
    for level in levels:
        for volume in materials.volumes(level):
            owner = Text("县级", "County")[lang] if level == "county" else Text("学校", "School")[lang]
            lines += ["", f"## {owner}{_colon(lang)}{volume.name[lang]} `{volume.id}`", "", head[lang], "|---|---|---|---|---|---|"]
            for each in materials.at(level):
                if each.volume == volume.id:
                    lines.append(_material_row(each, materials, lang))
    return _page(lines)


def _material_row(each: Material, materials: Materials, lang: Lang) -> str:
    name = each.name[lang]
    if each.where is not None:
        name += f"（{each.where.zh}）" if lang == "zh" else f" ({each.where.en})"
    years = Text("现场", "on the spot")[lang] if each.visit else str(each.years)
    if each.back:
        years += f"（前 {each.back}）" if lang == "zh" else f" ({each.back} back)"
    also = [each.name.en if lang == "zh" else each.name.zh, *each.also]
    source = materials.file.documents[each.source.document].name.en if lang == "en" else each.source.document
    known = CONFIDENCE_NAMES[each.source.confidence][lang]
    return _row([f"`{each.id}`", name, Text("、", ", ")[lang].join(also), " ".join(each.criteria), years, f"{source}{_colon(lang)}{known}"])


def _field_row(field: Field, edition: Edition, lang: Lang) -> str:
    needed = Text("", "") if field.optional else Text("是", "yes")
    kind = type_words(field, lang)
    if field.choices:
        kind += _colon(lang) + Text("、", ", ")[lang].join(choice.name[lang] for choice in field.choices)
    used = Text("、", ", ")[lang].join(used_by(field.id, edition))
    return _row([f"`{field.id}`", field.name[lang], kind, needed[lang], field.help[lang], used])


def _area(code: str) -> str:
    return code.split("-")[1]


def _colon(lang: Lang) -> str:
    return "：" if lang == "zh" else ": "


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("<", "&lt;") for cell in cells) + " |"


def _page(lines: list[str]) -> str:
    return "\n".join(line.rstrip() for line in lines) + "\n"


def stale(folder: Path = FOLDER) -> list[str]:
    """Names of the pages that differ from what they should be, are missing, or are there without need."""
    wanted = pages()
    wrong = [
        name
        for name, text in wanted.items()
        if not (folder / name).is_file() or (folder / name).read_bytes() != text.encode()
    ]
    return wrong + sorted(path.name for path in folder.glob("*.md") if path.name not in wanted)


def write(folder: Path = FOLDER) -> list[str]:
    """Write the pages that are stale and remove those without need; returns their names."""
    wanted = pages()
    changed = stale(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name in changed:
        if name in wanted:
            (folder / name).write_bytes(wanted[name].encode())
        else:
            (folder / name).unlink()
    return changed


def main(arguments: list[str] | None = None) -> int:
    """0 where all is well; 1 where --check finds a stale page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a page is stale")
    if not parser.parse_args(arguments).check:
        for name in write():
            print(f"docs/reference/{name}")
        return 0
    wrong = stale()
    for name in wrong:
        print(f"stale: docs/reference/{name} (run: make docs)", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
