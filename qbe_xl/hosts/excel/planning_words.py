"""What the planning macros say, in both languages."""

from __future__ import annotations

from qbe_xl.core.languages import Text

SCENARIOS = Text("正在测算各情景", "Working out the scenarios")
PLANNING = Text("正在求最低费用的整改方案（至多约半分钟）", "Searching for the cheapest plan (half a minute at most)")
DRAWING_PLAN = Text("正在准备整改方案", "Preparing the plan")

NOTHING_MISSING = Text("需要填报的数据都已填写。", "Everything that has to be reported is there.")
MISSING_COUNT = Text(
    "还缺 {count} 处数据，列在“{sheet}”中。", "{count} figures are missing; they are listed in “{sheet}”."
)
GAPS_NONE = Text("没有缺口：各项都已达到标准。", "There are no gaps: every limit is met.")
GAPS_SHORT = Text(
    "有资源缺口的学校 {schools} 所，县级项目不足 {items} 项。",
    "{schools} schools lack resources; {items} items of the county fall short.",
)
UNKNOWN = Text("另有 {count} 个指标值缺数据，未计入缺口。", "{count} values have no data and count for no gap.")
GAPS_SEE = Text(
    "缺口见“{gaps}”和“{schools}”，差异系数由哪些学校造成见“{drivers}”。",
    "Gaps stand in “{gaps}” and “{schools}”; which schools drive the CVs in “{drivers}”.",
)
FORM_ADDED = Text(
    "已添加工作表“{sheet}”。请在其中一行填一个操作（右侧列有可用的操作、学校和字段），填好后再点“情景”。填报数据不会改动。",
    "The sheet “{sheet}” was added. Put one action in each row (actions, schools and items to choose from stand to the right), "
    "then choose Scenarios again. Reported values stay as they are.",
)
FILL_IN = Text(
    "工作表“{sheet}”里还没有操作。请一行填一个操作，填好后再点“情景”。",
    "There is no action in the sheet “{sheet}” yet. Put one in each row, then choose Scenarios again.",
)
COST = Text("总费用 {cost}。", "Cost {cost}.")
PASSING = Text("达标学校由 {before} 所增至 {after} 所。", "Schools passing: from {before} to {after}.")
YEARS_SAID = Text("分年安排按 {years} 年、每年费用大致相等列出。", "The roadmap spreads the cost evenly over {years} years.")
COSTS_OWN = Text("单价取自：{path}", "Prices: {path}")
BLOCKED_MORE = Text("另有 {count} 处，见工作表。", "{count} more stand in the sheet.")
