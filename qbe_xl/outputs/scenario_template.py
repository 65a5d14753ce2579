"""A scenario file to fill in: YAML with the schools listed, or a workbook with the sheet 情景 and drop-downs."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

from qbe_xl.core.fields import all_fields
from qbe_xl.core.languages import Lang, Text
from qbe_xl.county import County
from qbe_xl.planning.scenario_sheet import COLUMNS, OPERATIONS, SHEET_NAMES
from qbe_xl.safety.saving import save_atomically

_SUFFIX = Text(".情景.yaml", ".scenarios.yaml")
_ROWS = 200
WIDTHS = {"name": 18, "what": 11, "school": 26, "field": 30, "value": 15, "to": 24, "code": 14, "new": 22, "type": 14, "note": 24}
_CREATED = datetime(2000, 1, 1)  # a fixed date: the same input gives the same bytes

_YAML = Text(
    """\
# 情景：每个情景都从现状出发。改好后运行：qbe-xl whatif {file} 本文件
# 学校写代码或全称；字段写填报表中的名称或编号；去掉行首的 # 即启用该行。
# classes: even 学生数变动的学段平均编班；unknown（默认）班额待定。
scenarios:
- name: 情景一
  classes: unknown
  actions:
#  - {{change: 小学体育艺术专任教师数, school: {first}, add: 2}}          # 增加（负数为减少）；set 新值；times 倍数
#  - {{change: exchanged, set: 300}}                              # 县级项目：不写 school
#  - {{move: {{teachers_primary: 2, pe_art_primary: 2}}, from: {first}, to: {second}}}   # 调动教师（或学生 pupils_primary）
#  - {{merge: [{first}, {second}], name: 新名称}}                   # 合并：后者并入前者
#  - {{split: {first}, code: 新代码, name: 新校, share: 40%}}       # 拆分
#  - {{open: 新校, code: 新代码, type: 小学, values: {{pupils_primary: 300, classes_primary: 8}}}}   # 新建
#  - {{close: {first}, to: {{{second}: 1}}}}                         # 撤销：学生、教师转入
#  - {{forecast: 95%, stage: 小学, area: 乡村}}                     # 学生数预测：全县、按城乡或学校
#  - {{pupils: 320, stage: 小学, school: {first}}}                  # 某校某学段预测人数

# 本县学校：
""",
    """\
# Scenarios: each starts from the present. Then run: qbe-xl whatif {file} THIS_FILE
# Schools go by code or full name, items by their name in the form or their id; take the # away to use a line.
# classes: even spreads pupils evenly where their number changes; unknown (default) leaves class sizes open.
scenarios:
- name: Scenario 1
  classes: unknown
  actions:
#  - {{change: pe_art_primary, school: {first}, add: 2}}           # more (less if negative); set a new value; times
#  - {{change: exchanged, set: 300}}                              # an item of the county has no school
#  - {{move: {{teachers_primary: 2, pe_art_primary: 2}}, from: {first}, to: {second}}}   # teachers (or pupils_primary)
#  - {{merge: [{first}, {second}], name: New name}}                # the second into the first
#  - {{split: {first}, code: NEW1, name: New school, share: 40%}}
#  - {{open: New school, code: NEW1, type: primary, values: {{pupils_primary: 300, classes_primary: 8}}}}
#  - {{close: {first}, to: {{{second}: 1}}}}                         # pupils and teachers go there
#  - {{forecast: 95%, stage: primary, area: rural}}               # pupils: of all, of an area or of a school
#  - {{pupils: 320, stage: primary, school: {first}}}              # a number for one school and stage

# The county's schools:
""",
)
NOTE = Text(
    "一行一个操作；情景名空着即与上一行相同。“变化或新值”可写数字或百分数。学校写代码或全称；县级项目不写学校。",
    "One action a row; a blank scenario is that of the row above. Changes are numbers or percentages. Schools go by code or full "
    "name; items of the county have no school.",
)


def default_name(source: str, lang: Lang) -> str:
    """`NAME.情景.yaml` for `NAME.xlsx`."""
    return f"{Path(source).stem}{_SUFFIX[lang]}"


def write_template(target: Path, county: County, lang: Lang = "zh") -> None:
    """Write the file, by its suffix; QbeError QBE-CAL-001 where it cannot be written."""
    book = target.suffix.lower() in (".xlsx", ".xlsm")
    save_atomically(target, workbook_template(county, lang) if book else yaml_template(county, lang).encode())


def yaml_template(county: County, lang: Lang = "zh") -> str:
    """The YAML text: examples as comments, the schools below."""
    rows = county.schools
    names = [_one_line(row.text("school_name") or row.text("school_code")) for row in rows]
    first = _quoted(names[0]) if names else "A"
    second = _quoted(names[1]) if len(names) > 1 else "B"
    who = _one_line(county.name or "FILE")
    lines = [f"#  {_one_line(row.text('school_code'))}  {name}" for row, name in zip(rows, names, strict=True)]
    return _YAML[lang].format(file=f"{who}.xlsx", first=first, second=second) + "\n".join(lines) + "\n"


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)


def _quoted(name: str) -> str:
    """A name as YAML takes it anywhere."""
    return name if name.isalnum() and not name.isdigit() else '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def choices(county: County, lang: Lang) -> dict[str, list[str]]:
    """What may stand in the columns of the sheet: actions, schools, items and types of school."""
    return {
        "what": [name[lang] for name in OPERATIONS.values()],
        "school": [row.text("school_name") or row.text("school_code") for row in county.schools],
        "field": [f.name[lang] for f in all_fields().values() if f.numeric and {"school", "county"} & set(f.levels)],
        "type": [choice.name[lang] for choice in all_fields()["school_type"].choices],
    }


def workbook_template(county: County, lang: Lang = "zh") -> bytes:
    """A workbook with the sheet 情景 (drop-downs for actions, schools, items) and a sheet of the names to choose from."""
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    workbook = xlsxwriter.Workbook(buffer, options)
    workbook.set_properties({"created": _CREATED, "comments": "qbe-xl"})
    font = Text("微软雅黑", "Arial")[lang]
    bold = workbook.add_format({"bold": True, "font_name": font, "bg_color": "#DCE4EE", "border": 1, "align": "center"})
    cell = workbook.add_format({"font_name": font, "border": 1, "border_color": "#B8C0CC"})
    note = workbook.add_format({"font_name": font, "font_color": "#4B5563", "text_wrap": True, "valign": "top"})
    title = workbook.add_format({"font_name": font, "bold": True, "font_size": 15})
    sheet = workbook.add_worksheet(SHEET_NAMES[lang])
    names = workbook.add_worksheet(Text("可选名称", "Names")[lang])

    lists = choices(county, lang)
    for column, (key, values) in enumerate(lists.items()):
        names.write_string(0, column, COLUMNS[key][lang], bold)
        names.set_column(column, column, 30)
        for row, value in enumerate(values, start=1):
            names.write_string(row, column, value, cell)
    where = {"what": "A", "school": "B", "to": "B", "field": "C", "type": "D"}
    lists["to"] = lists["school"]

    sheet.write_string(0, 0, SHEET_NAMES[lang], title)
    sheet.merge_range(1, 0, 1, len(COLUMNS) - 1, "", note)
    sheet.write_string(1, 0, NOTE[lang], note)
    sheet.set_row(1, 34)
    for column, (key, heading) in enumerate(COLUMNS.items()):
        sheet.write_string(2, column, heading[lang], bold)
        sheet.set_column(column, column, WIDTHS[key])
        for row in range(3, 3 + _ROWS):
            sheet.write_blank(row, column, None, cell)
        if lists.get(key):
            source = f"='{names.get_name()}'!${where[key]}$2:${where[key]}${len(lists[key]) + 1}"
            # a warning at most: several schools may stand in one cell
            rule = {"validate": "list", "source": source, "error_type": "information", "show_error": False}
            sheet.data_validation(3, column, 2 + _ROWS, column, rule)
    sheet.freeze_panes(3, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    workbook.close()
    return buffer.getvalue()
