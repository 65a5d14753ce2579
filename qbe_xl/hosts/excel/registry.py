"""The macros behind the ribbon and the menu: one entry each. Ribbon XML, VBA, the LibreOffice menu and the docs are made
from this list, and nothing that is not in it can be called from a workbook, a menu or a ribbon.

Pure data without imports from the rest of the house, so that every host can read it at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from qbe_xl.core.languages import Text

# Groups of the ribbon tab and parts of the menu, in their order.
GROUPS: dict[str, Text] = {
    "assess": Text("评估", "Assess"),
    "check": Text("数据检查", "Check data"),
    "plan": Text("整改", "Remedy"),
    "results": Text("结果", "Results"),
    "help": Text("帮助", "Help"),
}
TAB = Text("优质均衡 QBE", "QBE")
MENU = Text("优质均衡", "Quality-Balance")


@dataclass(frozen=True)
class MacroEntry:
    """One macro: `name` is the function of `qbe_xl.hosts.excel.macros`; `image` an imageMso name of Office's own icons."""

    name: str
    group: str
    label: Text
    tip: Text  # one sentence: what it does
    image: str
    key: str  # key tip in the ribbon
    large: bool = False
    writes: bool = True  # whether it may change the workbook (one undo step)
    argument: str = ""  # name of its argument, if it takes one


_ENTRIES = (
    MacroEntry(
        "run_assessment", "assess", Text("运行评估", "Run assessment"),
        Text("读取当前工作簿，检查数据，逐项评估，写出结果表并标出有问题的单元格。",
             "Read the active workbook, check the data, assess every criterion, write the result sheets and mark the cells with problems."),
        "AcceptInvitation", "R", large=True,
    ),
    MacroEntry(
        "choose_edition", "assess", Text("评估标准", "Standard"),
        Text("选择按哪一版标准评估；不选时用工作簿自带的版本。",
             "Choose the edition of the standard to assess by; without a choice it is the one the workbook names."),
        "FileProperties", "E", argument="edition",
    ),
    MacroEntry(
        "check_data", "check", Text("检查数据", "Check data"),
        Text("只检查填报是否完整、合理，不下结论。",
             "Only check whether the report is complete and sound; no verdict."),
        "DataValidation", "D", large=True,
    ),
    MacroEntry(
        "previous_finding", "check", Text("上一个问题", "Previous problem"),
        Text("跳到上一个有问题的单元格，说明问题和改法。",
             "Go to the previous cell with a problem and show what is wrong and how to mend it."),
        "ReviewPreviousComment", "P", writes=False,
    ),
    MacroEntry(
        "next_finding", "check", Text("下一个问题", "Next problem"),
        Text("跳到下一个有问题的单元格，说明问题和改法。",
             "Go to the next cell with a problem and show what is wrong and how to mend it."),
        "ReviewNextComment", "N", writes=False,
    ),
    MacroEntry(
        "clear_marks", "check", Text("清除标记", "Clear marks"),
        Text("去掉标色和批注，恢复原来的格式；不动数据。",
             "Remove colours and comments and restore the former formats; data stay untouched."),
        "ReviewDeleteComment", "C",
    ),
    MacroEntry(
        "what_is_missing", "plan", Text("缺什么", "What is missing"),
        Text("列出没有填报的数据，各校和全县离标准还差多少，差异系数由哪些学校造成；认不出的工作簿则说明缺哪些表。",
             "List figures not reported, what is lacking to the limits, who drives the CVs; for an unknown form the sheets looked for."),
        "QueryShowTable", "M", large=True,
    ),
    MacroEntry(
        "compare_scenarios", "plan", Text("情景", "Scenarios"),
        Text("按工作表“情景”中的操作测算，现状与各情景并列；没有这张表时添加一张空白的。",
             "Work out the actions in the sheet Scenarios, each scenario beside the present; without that sheet a blank one is added."),
        "WhatIfAnalysisMenu", "S",
    ),
    MacroEntry(
        "cheapest_plan", "plan", Text("整改方案", "Cheapest plan"),
        Text("求使资源配置全部达标的最低费用方案，列出分校、分年安排；单价可用本地的 costs.yaml。",
             "Find the cheapest plan by which all resources meet the standard, by school and by year; prices may be your own costs.yaml."),
        "Calculator", "B",
    ),
    MacroEntry(
        "export_results", "results", Text("导出结果", "Export results"),
        Text("把结果另存为一个新工作簿，放在当前文件旁边。",
             "Save the results as a new workbook beside the current file."),
        "FileSaveAs", "X", large=True, writes=False,
    ),
    MacroEntry(
        "undo_run", "results", Text("撤销写入", "Take back"),
        Text("撤销本插件最近一次写入的结果表和标记，恢复到之前的样子。",
             "Take back what the add-in last wrote: result sheets and marks return to what they were."),
        "Undo", "U",
    ),
    MacroEntry(
        "switch_language", "help", Text("中文 / English", "中文 / English"),
        Text("切换结果和提示的语言。",
             "Switch the language of results and messages."),
        "Translate", "L",
    ),
    MacroEntry(
        "about_and_diagnose", "help", Text("关于与诊断", "About and diagnosis"),
        Text("显示版本和运行环境，检查安装是否正常。",
             "Show versions and the environment, and check the installation."),
        "Help", "A", writes=False,
    ),
)  # fmt: skip


@cache
def macros() -> dict[str, MacroEntry]:
    """Every macro by its name, in the order of ribbon and menu."""
    return {entry.name: entry for entry in _ENTRIES}


def in_group(group: str) -> tuple[MacroEntry, ...]:
    """The macros of a group, in order."""
    return tuple(entry for entry in _ENTRIES if entry.group == group)
