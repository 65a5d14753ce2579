"""The running text of the template: titles, hints, and the guide."""

from __future__ import annotations

from qbe_xl.core.languages import Text

TITLES: dict[str, Text] = {
    "guide": Text("县域义务教育优质均衡发展 县级填报表", "Quality and balanced compulsory education: county report"),
    "schools": Text("学校基本情况（每校一行，校区另起一行）", "Schools, one a row; a campus on a row of its own"),
    "government": Text("基本条件与政府保障程度", "Entry conditions and government"),
    "quality": Text("教育质量", "Quality of education"),
    "recognition": Text("社会认可度调查", "Public recognition"),
    "vetoes": Text("一票否决事项", "Vetoes"),
    "reasons": Text("疑问说明（没有疑问可不填）", "Explanations of queries (leave blank if there are none)"),
    "checks": Text("学校核查（自动计算，请勿填写）", "School checks (computed, do not fill in)"),
    "primary": Text("小学资源配置指标（自动计算，请勿填写）", "Indicators of primary units (computed, do not fill in)"),
    "junior": Text("初中资源配置指标（自动计算，请勿填写）", "Indicators of junior units (computed, do not fill in)"),
    "cv": Text("校际差异系数（自动计算，请勿填写）", "Coefficients of variation (computed, do not fill in)"),
    "result": Text("评估结果（自动计算，请勿填写）", "Result (computed, do not fill in)"),
}

HINTS: dict[str, Text] = {
    "guide": Text("浅黄色单元格由填报人填写，其余自动计算。", "Fill in the pale yellow cells; the rest is computed."),
    "schools": Text(
        "没有数据请留空，空白不等于 0；确为 0 的填 0。需要更多行时，在最后一行灰色“在此行上方插入”的上方插入整行。列可以调换顺序，表头文字请勿修改。",
        "Leave a cell blank where there is no figure: blank is not zero. For more rows insert whole rows above the grey line at the end. "
        "Columns may be moved; keep the header texts.",
    ),
    "government": Text(
        "填分子和分母，比例自动计算；只有比例、没有分子分母的，填“自报比例”，但不能复核。是/否项目请附证据。",
        "Give numerators and denominators; the ratios are computed. Where only a percentage is known enter it as “Stated”: it cannot be verified. "
        "Give evidence for yes/no items.",
    ),
    "quality": Text(
        "填分子和分母，比例自动计算。国家监测未被抽中的填“未参加”。",
        "Give numerators and denominators. Enter “Not sampled” where the county was not drawn.",
    ),
    "recognition": Text(
        "按调查对象填写问卷份数；认可度＝满意份数合计÷有效份数合计。",
        "Questionnaires by group; the rate is all satisfied over all valid.",
    ),
    "vetoes": Text("存在该情形填“是”，不存在填“否”，并附证据。", "Yes if it happened, no if not; give evidence."),
    "reasons": Text(
        "核查提出的疑问，数据确实无误的，在此逐条说明原因：照问题清单抄写编码、工作表、单元格和当时的值。编码、当时的值、原因说明、填写人必填。说明只在该处的值仍是“当时的值”时有效，数据改动后须重新说明。"
        "错误不能以说明代替，必须改正。",
        "Where a check raises a query and the figure is right, give the reason here: copy code, sheet, cells and value from the list of problems. "
        "Code, value, reason and name are required. An explanation holds only while the value there is still the same. Errors have to be corrected.",
    ),
    "checks": Text(
        "校区已并入主校；学段人数、班级、用房按合并后计算。“缺”表示有应填未填的数。",
        "Campuses are merged into their main school. “Missing” marks figures that should have been reported.",
    ),
    "primary": Text(
        "指标值＝资源量÷在校生数（每百名学生的乘 100）；判定用未取整的数。达标：不低于标准；可作余项：低于标准，但不低于“说明”页所列底线。逐校规则见“说明”页。",
        "Value = amount / pupils (times 100 where per 100 pupils); decided on unrounded numbers. Allowed: below the limit, not below the floor; the rule for a school stands on the first sheet.",
    ),
    "cv": Text(
        "按在校生加权：X̄＝Σr÷Σp，S＝√(Σp(x−X̄)²÷Σp)，CV＝S÷X̄。每一项都不超过限值才达标；综合差异系数仅供参考。",
        "Weighted by pupils: X̄ = Σr/Σp, S = √(Σp(x−X̄)²/Σp), CV = S/X̄. Each must be within its limit; the mean of the CVs is for information only.",
    ),
    "result": Text(
        "本页只用表内公式计算，不启用任何放宽选项，也不检查数据质量；正式结果以 qbe-xl 复核为准。",
        "Computed by native formulas alone, without relaxations and without checks on the data; the verdict of qbe-xl decides.",
    ),
}
HINTS["junior"] = HINTS["primary"]

# What the variant with QBE_* calls says instead, and at the end of its guide.
FUNCTIONS_HINTS: dict[str, Text] = {
    "cv": Text(
        "本页调用 QBE_STD、QBE_COEF、QBE_COMPOSITE，须装有 qbe_xl 加载项。按在校生加权：X̄＝Σr÷Σp，S＝√(Σp(x−X̄)²÷Σp)，CV＝S÷X̄。每一项都不超过限值才达标；综合差异系数仅供参考。",
        "Calls QBE_STD, QBE_COEF and QBE_COMPOSITE: the qbe_xl add-in must be installed. Weighted by pupils: X̄ = Σr/Σp, S = √(Σp(x−X̄)²/Σp), CV = S/X̄. Each must be within its limit; the mean of the CVs is for information only.",
    ),
    "result": Text(
        "本页用表内公式和 QBE_ 函数计算，不启用任何放宽选项，也不检查数据质量；正式结果以 qbe-xl 复核为准。",
        "Computed by formulas and QBE_ functions, without relaxations and without checks on the data; the verdict of qbe-xl decides.",
    ),
}
FUNCTIONS_GUIDE = Text(
    "10. 本表的结果页调用 QBE_ 工作表函数，须装有 qbe_xl 加载项；没有加载项时显示上次保存的结果，重新计算后会出现 #NAME?。没有加载项请用普通模板（qbe-xl new-template），两者结果相同。",
    "10. The result sheets call the worksheet functions QBE_*: the qbe_xl add-in must be installed. Without it they show what was saved last, and #NAME? once recalculated; then use the plain template (qbe-xl new-template), which gives the same results.",
)

REASONS_EXAMPLE = Text(
    "填写示例：编码 QBE-PLA-001；工作表 学校；单元格 AH12；学校 东关小学；当时的值 1540；原因说明 2025 年 8 月新建体育馆投入使用，见竣工验收单第 12 号；填写人 张三；日期 2025-09-10。几个单元格的值用“、”隔开，空白的写“空白”。",
    "Example: code QBE-PLA-001; sheet Schools; cells AH12; school Dongguan Primary; value then 1540; reason: gymnasium opened in August 2025, acceptance report no. 12; filled in by Zhang San; date 2025-09-10. "
    "Values of several cells are separated by 、 and a blank is written as blank.",
)
REASONS_HELP: dict[str, Text] = {
    "code": Text("问题清单中的编码，例如 QBE-PLA-001。", "The code in the list of problems, for example QBE-PLA-001."),
    "sheet": Text("疑问所在的工作表；不涉及单元格的留空。", "The sheet of the query; blank where it has none."),
    "range": Text(
        "照问题清单抄写，例如 AH12 或 AH12:AH15；不涉及单元格的留空。",
        "As in the list of problems, for example AH12 or AH12:AH15; blank where it has none.",
    ),
    "school": Text("可不填；填写时用学校名称或代码。", "May be left blank; else the school's name or code."),
    "value": Text(
        "照问题清单“当时的值”抄写。此值变动后说明即失效。",
        "As in the list of problems. When the value changes the explanation no longer holds.",
    ),
    "reason": Text("写明事实和依据（文号、台账、时间）。", "Facts and evidence: documents, ledgers, dates."),
    "who": Text("填写人姓名或单位。", "Name or office."),
    "date": Text("例如 2025-09-10。", "For example 2025-09-10."),
}

GUIDE_TITLE = Text("填报步骤", "How to fill this in")
GUIDE: tuple[Text, ...] = (
    Text(
        "1. 在本页填写县名、代码和年度。存量数据以当年 9 月 1 日为准，流量数据为上年 9 月 1 日至当年 8 月 31 日。",
        "1. Enter the county, its code and the year above. Stocks as of 1 September, flows from 1 September of the year before to 31 August.",
    ),
    Text(
        "2. 在“学校”表逐校填写，从单位行的下一行开始。校区单独一行，“是否计校数”填“否”，并填主校代码；计算前自动并入主校。",
        "2. Enter the schools, from the row below the unit row. A campus has its own row with “Counts as a school” = No and its main school's code.",
    ),
    Text(
        "3. 九年一贯制、完全中学、十二年一贯制学校只填一行；教师按学段分别填写，用房、场地、设备填全校数，自动按学生数折算到学段。",
        "3. Schools of several stages have one row; teachers are reported by stage, rooms, grounds and equipment for the whole school.",
    ),
    Text(
        "4. 金额以元为单位，面积以平方米为单位。统计报表以万元为单位的，请换算，或把单位行改为“万元”。",
        "4. Money in yuan, areas in square metres. Where your figures are in 10000 yuan convert them, or write 万元 in the unit row.",
    ),
    Text(
        "5. 空白表示没有数据，结果为“待定”；确为零的必须填 0。",
        "5. A blank means that there is no figure and leaves the result undetermined; a zero must be entered as 0.",
    ),
    Text(
        "6. 学校超过预留行数时，在灰色“在此行上方插入”的上方插入整行；合计和差异系数会自动包含新行。结果表容量不足时，“评估结果”页会提示。",
        "6. For more schools insert whole rows above the grey line; totals and CVs include them. The result sheet says so when its capacity is exceeded.",
    ),
    Text(
        "7. 填完后看“评估结果”；正式复核请用 qbe-xl assess 打开本文件，它会指出每一处问题所在的单元格和改法。",
        "7. Look at the sheet Result; then run qbe-xl assess on this file: it names the cell of every problem and how to mend it.",
    ),
    Text(
        "8. 核查提出的疑问，数据确实无误的，在“疑问说明”表逐条写明原因；错误必须改正。",
        "8. Where a check raises a query and the figure is right, give the reason in the sheet Explanations; errors have to be corrected.",
    ),
    Text(
        "9. 有公式的单元格已锁定（无密码）。请勿改动工作表名称和表头。",
        "9. Cells with formulas are locked (no password). Keep the names of sheets and headers.",
    ),
)

FACT_HEADERS: tuple[tuple[str, Text, float], ...] = (
    ("A", Text("编号", "No."), 7),
    ("B", Text("填报项目", "Item"), 38),
    ("C", Text("单位", "Unit"), 7),
    ("D", Text("填报值", "Value"), 18),
    ("E", Text("证据材料（文号、日期、存放位置）", "Evidence (document, date, place)"), 34),
    ("F", Text("填报说明", "What to enter"), 44),
)
UNIT_ROW_LABEL = Text("单位", "Unit")
LIMIT_LABEL = Text("标准", "Limit")
MEAN_LABEL = Text("全县平均", "County mean")
COMPOSITE_LABEL = Text("综合差异系数（仅供参考）", "Mean of the CVs (for information only)")
VERDICT_LABEL = Text("总体结论", "Verdict")
COUNTY_LABEL = Text("县（市、区）", "County")
YEAR_LABEL = Text("年度", "Year")
RATE_LABEL = Text("满意率", "Rate")
RESULT_HEADERS: tuple[tuple[str, Text, float], ...] = (
    ("A", Text("编号", "No."), 8),
    ("B", Text("指标", "Criterion"), 62),
    ("C", Text("实际（比例，或不达标的校数、项数）", "Actual (ratio, or number not met)"), 20),
    ("D", Text("标准", "Limit"), 12),
    ("E", Text("结论", "Verdict"), 14),
)
SAMPLE_NOTE = Text("说明：", "Note: ")
