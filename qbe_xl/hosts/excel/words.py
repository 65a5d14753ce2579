"""What the macros say, in both languages, and what they call the sheets they add."""

from __future__ import annotations

from qbe_xl.core.languages import Lang, Text
from qbe_xl.outputs.results.words import MACRO_SHEETS, PLANNING_SHEETS, SHEETS

TITLE = Text("优质均衡", "QBE")
_PREFIX = Text("结果·", "Result ")

READING = Text("正在读取工作簿", "Reading the workbook")
ASSESSING = Text("正在检查和评估", "Checking and assessing")
DRAWING = Text("正在准备结果表", "Preparing the result sheets")
WRITING = Text("正在写入“{sheet}”", "Writing “{sheet}”")
MARKING = Text("正在标记有问题的单元格", "Marking the cells with problems")
SAVING = Text("正在保存结果工作簿", "Saving the results workbook")

STOPPED = Text("已停止，工作簿没有改动。", "Stopped; the workbook is unchanged.")
NO_PROBLEMS = Text("没有发现问题。", "No problems were found.")
NO_PLACE = Text(
    "没有可以跳转的单元格。另有 {count} 个问题与整个工作簿有关，见“检查数据”。",
    "There is no cell to go to. {count} problems concern the workbook as a whole: see “Check data”.",
)
WHICH = Text("第 {number} 个问题，共 {count} 个", "Problem {number} of {count}")
COUNTS = Text(
    "填报检查：错误 {error} 处，疑问 {query} 处，已说明的疑问 {explained} 处，提示 {note} 处。",
    "Checks: {error} errors, {query} queries, {explained} explained queries, {note} notes.",
)
CLEAN = Text("填报检查：没有发现问题。", "Checks: no problems were found.")
CAPPED = Text(
    "只标记了前 {marked} 个单元格，其余 {left} 个见“{sheet}”。",
    "Only the first {marked} cells are marked; for the other {left} see “{sheet}”.",
)
SEE = Text("详见工作表“{sheet}”。", "See the sheet “{sheet}”.")
MARKS_CLEARED = Text(
    "已清除 {count} 个单元格的标记，恢复了原来的格式。",
    "The marks of {count} cells are cleared; the former formats are back.",
)
NO_MARKS = Text("没有本插件的标记。", "There are no marks of the add-in.")
EXPORTED = Text("结果已保存为：{path}", "The results were saved as: {path}")
TAKEN_BACK = Text("已撤销最近一次写入。", "What was last written has been taken back.")
NOTHING_TO_TAKE_BACK = Text("没有可以撤销的写入。", "There is nothing to take back.")
LANGUAGE_NOW = Text("现在使用中文。", "English is used from now on.")
EDITION_NOW = Text(
    "从现在起按“{name}”（{id}）评估。请重新运行评估。",
    "From now on the standard is “{name}” ({id}). Run the assessment again.",
)
EDITION_OF_BOOK = Text(
    "从现在起按工作簿自带的版本评估：{name}（{id}）。",
    "From now on the standard is the one the workbook names: {name} ({id}).",
)
EDITIONS = Text(
    "现在按“{name}”（{id}）评估。可选的版本：\n{list}",
    "The standard is “{name}” ({id}). Editions to choose from:\n{list}",
)
OTHER_LIMITS = Text(
    "模板中的公式仍按 {pinned} 的限值计算，评估结果按新选的版本。",
    "The template's own formulas keep the limits of {pinned}; the results follow the edition chosen.",
)
LOG_AT = Text("日志：{path}", "Log: {path}")
NOTHING_WRITTEN = Text("没有写入任何内容。", "Nothing was written.")


def tab_name(key: str, lang: Lang) -> str:
    """The tab of a result sheet in the user's workbook: marked as a result, never the name of a sheet of the form."""
    return f"{_PREFIX[lang]}{(SHEETS | MACRO_SHEETS | PLANNING_SHEETS)[key][lang]}"[:31]
