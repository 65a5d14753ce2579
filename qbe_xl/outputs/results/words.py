"""The words of the results workbook, in both languages."""

from __future__ import annotations

from qbe_xl.core.languages import Text

SHEETS: dict[str, Text] = {
    "overview": Text("总览", "Overview"),
    "schools": Text("学校达标", "Schools"),
    "cv": Text("差异系数", "CV"),
    "steps": Text("差异系数明细", "CV steps"),
    "government": Text("政府保障", "Government"),
    "quality": Text("教育质量", "Quality"),
    "recognition": Text("社会认可度与否决", "Recognition and vetoes"),
    "problems": Text("问题清单", "Problems"),
    "notes": Text("口径说明", "Rules and sources"),
}

# Sheets that no results workbook has; macros put them into the open one.
MACRO_SHEETS: dict[str, Text] = {
    "missing": Text("缺项清单", "What is missing"),
    "scenario_form": Text("情景", "Scenarios"),  # filled in by the user
}

# Sheets of the planning workbooks.
PLANNING_SHEETS: dict[str, Text] = {
    "gaps": Text("缺口", "Gaps"),
    "school_gaps": Text("各校缺口", "Gaps by school"),
    "drivers": Text("差异来源", "Drivers of the CV"),
    "scenarios": Text("情景对比", "Scenarios compared"),
    "actions": Text("情景操作", "What the scenarios do"),
    "plan": Text("整改方案", "Plan"),
    "plan_schools": Text("方案分校", "Plan by school"),
    "plan_years": Text("方案分年", "Plan by year"),
    "trend": Text("趋势", "Trend"),
    "trend_values": Text("逐年数据", "Figures by year"),
    "trend_charts": Text("趋势图", "Charts"),
    "trend_schools": Text("学校变动", "Schools by year"),
    "ledger": Text("问题台账", "Ledger"),
    "ledger_schools": Text("学校沿革", "Schools over time"),
    "school_pages": Text("一校一策", "A page a school"),
    "evidence": Text("概况", "Overview"),
    "evidence_county": Text("县级档案", "County evidence"),
    "evidence_schools": Text("学校档案", "School evidence"),
    "evidence_volumes": Text("分卷统计", "By volume"),
}

VERDICTS: dict[str, Text] = {
    "pass": Text("达 标", "MET"),
    "fail": Text("不 达 标", "NOT MET"),
    "undetermined": Text("待 定", "UNDETERMINED"),
    "blocked": Text("暂 不 下 结 论", "NO VERDICT YET"),
    "unusable": Text("不 能 评 估", "CANNOT BE ASSESSED"),
}

NO_DATA = Text("缺数据", "no data")
FOR_INFORMATION = Text("仅供参考", "for information only")
TITLE = Text("县域义务教育优质均衡发展评估结果", "Quality and balanced compulsory education: results")


def joined(names: list[str], lang: str) -> str:
    """Names in a row."""
    return ("、" if lang == "zh" else ", ").join(names)
