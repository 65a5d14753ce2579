"""整改方案, 方案分校 and 方案分年: the cheapest plan, its proof and its assumptions."""

from __future__ import annotations

from qbe_xl.assessment.wording import CV_PLACES, number
from qbe_xl.core.fields import field_of
from qbe_xl.core.languages import STAGE_NAMES, STATUS_NAMES, Lang, Text
from qbe_xl.core.numbers import Exact, shown
from qbe_xl.outputs.results.book import Sheet
from qbe_xl.outputs.results.drawing import Chart, Series
from qbe_xl.outputs.results.figures import as_float, cv_format, limit_format
from qbe_xl.outputs.results.gap_sheets import unit_word
from qbe_xl.planning.cheapest.blocked import Block
from qbe_xl.planning.cheapest.plan import Item, Plan
from qbe_xl.planning.cheapest.roadmap import ordered, passing

PLAN_WIDTHS = (24.0, 16.0, 14.0, 14.0, 14.0, 14.0, 14.0, 14.0, 14.0)
SCHOOL_WIDTHS = (15.0, 28.0, 9.0, 40.0, 13.0, 8.0, 15.0, 26.0)
YEAR_WIDTHS = (9.0, 15.0, 28.0, 9.0, 38.0, 13.0, 8.0, 15.0)
_SCALE = 74  # per cent: so the sheet is one page wide; page breaks need a scale, for fitting to pages ignores them
_PAGE, _USUAL = 640.0, 15.0  # points: what a page holds at that scale, and a row without a height of its own
_POINTS = 15  # of the chart; the curve has one a school
_TEN_THOUSAND = 10000

STATUS_WORDS: dict[str, Text] = {
    "nothing": Text("不需要整改", "Nothing is needed"),
    "optimal": Text("已求得最低费用，并已证明", "Least cost, proved"),
    "within_gap": Text("已求得方案，距最低费用的差距不超过所示比例", "A plan within the stated gap of the least cost"),
    "beyond_gap": Text(
        "已求得方案，但时间用完时未能证明它达到所要求的精度",
        "A plan, but not proved as near to the least cost as was asked when the time was up",
    ),
    "not_found": Text(
        "在限定时间内没有求得方案，也没有证明无解", "No plan was found in the time allowed, nor proved impossible"
    ),
    "infeasible": Text("在所给条件下无法全部达标", "Not everything can be met under these conditions"),
}
SCOPE = Text(
    "本方案只针对资源配置：每校七项指标的“6 项达标、余项不低于 85%”和各项差异系数；在校生数按现状不变。政府保障、教育质量、社会认可度等不在其中。",
    "The plan is for resources alone: the 6-of-7 rule of every school and every CV, pupils as they are now. Government, quality "
    "and recognition are not part of it.",
)


def money(value: Exact, lang: Lang) -> str:
    """`1,234,567 元`; cents where there are any."""
    text = shown(value, 0 if value.denominator == 1 else 2)
    whole, dot, rest = text.partition(".")
    return f"{int(whole):,}{dot}{rest} {'元' if lang == 'zh' else 'yuan'}"


def _percent(share: float) -> str:
    return f"{share * 100:.4f}".rstrip("0").rstrip(".")


def proof_words(plan: Plan) -> Text:
    """What is proved about the cost."""
    gap, wanted = _percent(plan.gap), _percent(plan.target)
    if plan.status == "nothing":
        return Text("资源配置各项已达标，费用为 0。", "Resources are met as they are; the cost is 0.")
    if not plan.found:
        return STATUS_WORDS[plan.status]
    zh, en = money(plan.bound, "zh"), money(plan.bound, "en")
    if plan.status == "optimal":
        return Text(
            f"没有低于 {zh}的方案，本方案即为最低费用（浮点误差之内）。",
            f"No plan costs less than {en}: this one is the cheapest (within floating point).",
        )
    if plan.status == "beyond_gap":
        return Text(
            f"没有低于 {zh}的方案，本方案最多还能省 {gap}%，要求不超过 {wanted}%。方案本身可行；要更精确，请在命令行用 "
            f"qbe-xl plan --seconds 给更多秒数，或用 --gap 放宽要求。",
            f"No plan costs less than {en}: at most {gap}% of this cost could be saved; {wanted}% was asked for. The plan "
            f"does what it should; for a nearer one give qbe-xl plan more time with --seconds, or accept this with --gap.",
        )
    return Text(
        f"没有低于 {zh}的方案，本方案最多还能省 {gap}%。",
        f"No plan costs less than {en}: at most {gap}% of this cost could be saved.",
    )


def assumption_words(plan: Plan) -> Text:
    """Where the prices come from."""
    assumed = sum(each.id in plan.costs.assumed for each in plan.priced)
    if not assumed:
        return Text(f"单价取自 {plan.costs.name}。", f"Prices are those of {plan.costs.name}.")
    return Text(
        f"其中 {assumed} 项单价为假设：{plan.costs.note.zh}。",
        f"{assumed} prices are assumptions: {plan.costs.note.en}.",
    )


def baseline_words(plan: Plan) -> Text | None:
    """The plan beside two simple ones."""
    parts_zh, parts_en = [], []
    names = {
        "all_to_limit": Text("把每校每项都补到标准", "raising every school to every limit"),
        "greedy": Text("逐校取最省的一项作余项、再从低到高补", "choosing school by school, then raising the lowest"),
    }
    for key, name in names.items():
        cost = plan.baselines.get(key)
        if cost is not None and plan.cost:
            ratio = f"{float(cost) / float(plan.cost):.3f}"
            parts_zh.append(f"{name.zh}需 {money(cost, 'zh')}，为本方案的 {ratio} 倍")
            parts_en.append(f"{name.en} costs {money(cost, 'en')}, {ratio} times as much")
    if not parts_zh:
        return None
    return Text("；".join(parts_zh) + "。", ("; ".join(parts_en) + ".").capitalize())


def block_words(block: Block) -> Text:
    """What cannot be met."""
    names = block.indicator.short or block.indicator.name
    stage = STAGE_NAMES[block.stage]
    if block.unit is None:
        zh, en = "差异系数最低只能降到约", "the CV cannot be brought below about"
        value, limit = shown(block.reached, CV_PLACES, block.wanted), number(block.wanted)
        return Text(
            f"{stage.zh} {block.indicator.id} {names.zh}：{zh} {value}，限值 {limit}。",
            f"{stage.en} {block.indicator.id} {names.en}: {en} {value}; its limit is {limit}.",
        )
    who = block.unit.school.name
    value, limit = number(block.reached, block.wanted), number(block.wanted)
    none_zh, none_en = ("，该处不允许增加", ", and nothing may be added there") if block.no_way else ("", "")
    return Text(
        f"{who} {stage.zh} {block.indicator.id} {names.zh}：最多到 {value}，至少需要 {limit}{none_zh}。",
        f"{who}, {stage.en}, {block.indicator.id} {names.en}: reaches {value}, needs {limit}{none_en}.",
    )


def missing_words(plan: Plan) -> list[Text]:
    """Units that no plan can be made for."""
    found = []
    for each in plan.problem.missing:
        what_zh = "、".join(each.indicators) or "在校生数"
        what_en = ", ".join(each.indicators) or "pupils"
        stage = STAGE_NAMES[each.unit.stage]
        found.append(
            Text(
                f"{each.unit.school.name} {stage.zh}：缺 {what_zh} 的数据，未纳入方案。",
                f"{each.unit.school.name}, {stage.en}: no data for {what_en}; not planned for.",
            )
        )
    return found


def item_unit(item: Item, lang: Lang) -> str:
    """The unit of what is bought."""
    return unit_word(field_of(item.field).unit, lang)


def write_plan(sheet: Sheet, plan: Plan) -> None:
    """The summary: status, cost, proof, assumptions, what is bought in all, CVs before and after, the chart."""
    lang, book = sheet.lang, sheet.book
    last = len(PLAN_WIDTHS) - 1
    sheet.title(SCOPE[lang])
    rows: list[tuple[Text, str, bool]] = [(Text("结果", "Result"), STATUS_WORDS[plan.status][lang], True)]
    if plan.found:
        rows.append((Text("总费用", "Cost"), money(plan.cost, lang), True))
        rows.append((Text("证明", "Proof"), proof_words(plan)[lang], False))
        after = passing(plan.after) if plan.after is not None else 0
        change = Text(
            f"由 {passing(plan.before)} 所增至 {after} 所（按改后数据重新评估）",
            f"from {passing(plan.before)} to {after}, by assessing the changed county",
        )
        rows.append((Text("达标学校", "Schools passing"), change[lang], False))
    if (simple := baseline_words(plan)) is not None:
        rows.append((Text("对照", "Compared with"), simple[lang], False))
    rows.append((Text("单价", "Prices"), assumption_words(plan)[lang], False))
    moves = (
        Text("允许（公办学校之间、同学段）", "allowed (public schools, same stage)")
        if plan.transfers
        else Text("不允许", "not allowed")
    )
    rows.append((Text("教师调配", "Teachers moved"), moves[lang], False))
    if plan.budget is not None:
        rows.append((Text("预算", "Budget"), budget_words(plan)[lang], not plan.budget.enough))
    rows += [(Text("缺数据", "No data"), text[lang], False) for text in missing_words(plan)]
    rows += [(Text("做不到", "Cannot be met"), block_words(b)[lang], False) for b in plan.blocks]
    for name, text, strong in rows:
        sheet.text(sheet.row, 0, name[lang], book.words(bold=True, fill="#F3F5F8"))
        sheet.merged(sheet.row, 1, last, text, book.words(bold=strong))
        sheet.height(sheet.row, [(text, sheet.span(1, last) - 2)], least=21)
        sheet.row += 1
    parts = (_totals, _cvs, _chart, _prices) if plan.found else (_prices,)
    used, breaks = _height(sheet, 0), []
    for part in parts:
        first = sheet.row
        part(sheet, plan)
        high = _height(sheet, first)
        if used + high > _PAGE:  # no part begins at the foot of a page
            breaks.append(first)
            used = 0
        used += high
    sheet.drawn.row_breaks = tuple(breaks)
    sheet.drawn.scale = _SCALE


def _height(sheet: Sheet, first: int) -> float:
    """The height of the rows from `first` to where the sheet is drawn now, in points."""
    return sum(sheet.drawn.heights.get(row, _USUAL) for row in range(first, sheet.row))


def budget_words(plan: Plan) -> Text:
    """What the budget does."""
    budget = plan.budget
    if budget is None:
        return Text("", "")
    zh, en = money(budget.amount, "zh"), money(budget.amount, "en")
    if budget.enough:
        return Text(f"{zh}，够用。", f"{en}: enough.")
    short = plan.cost - budget.amount
    proved = Text("（最多）", " at most") if budget.proved else Text("", "")
    status = (
        budget.after.resources.status if budget.after is not None and budget.after.resources is not None else "fail"
    )
    now = passing(budget.after) if budget.after is not None else passing(plan.before)
    return Text(
        f"{zh}，不够，还差 {money(short, 'zh')}。只求学校达标、不顾差异系数，用 {money(budget.cost, 'zh')}可使 "
        f"{len(budget.schools)} 所学校由不达标变为达标{proved.zh}，届时达标 {now} 所，资源配置{STATUS_NAMES[status].zh}。",
        f"{en}: not enough, {money(short, 'en')} short. Leaving CVs aside, {money(budget.cost, 'en')} makes {len(budget.schools)} more schools "
        f"pass{proved.en}; {now} then pass, resources: {STATUS_NAMES[status].en}.",
    )


def _totals(sheet: Sheet, plan: Plan) -> None:
    lang, book = sheet.lang, sheet.book
    sheet.row += 1
    sheet.heading(Text("购置与措施合计", "What is bought, in all")[lang])
    names = (Text("措施", "Measure"), Text("", ""), Text("", ""), Text("数量", "Quantity"), Text("单位", "Unit"),
             Text("单价（元）", "Price (yuan)"), Text("费用（元）", "Cost (yuan)"), Text("学校数", "Schools"))  # fmt: skip
    head = sheet.header([n[lang] for n in names])
    sheet.merged(head, 0, 2, names[0][lang], book.cell(bold=True, fill="#DCE4EE", align="center"))
    groups: dict[str, list[Item]] = {}
    for item in plan.items:
        groups.setdefault(item.measure.id, []).append(item)
    for items in groups.values():
        measure = items[0].measure
        sheet.merged(sheet.row, 0, 2, measure.name[lang], book.words())
        total = sum(i.quantity for i in items)
        sheet.number(
            sheet.row, 3, as_float(total), book.cell(number_format="#,##0" if total.denominator == 1 else "#,##0.00")
        )
        sheet.text(sheet.row, 4, item_unit(items[0], lang), book.cell(align="center"))
        sheet.number(
            sheet.row,
            5,
            as_float(measure.price),
            book.cell(number_format="#,##0.##" if measure.price.denominator != 1 else "#,##0"),
        )
        sheet.number(sheet.row, 6, as_float(sum(i.cost for i in items)), book.cell(number_format="#,##0.00"))
        sheet.number(sheet.row, 7, len({id(i.school) for i in items}), book.cell(number_format="0"))
        sheet.row_height(sheet.row, 20)
        sheet.row += 1
    if not groups:
        sheet.text(sheet.row, 0, Text("无", "none")[lang], book.format(italic=True))
        sheet.row += 1


def _cvs(sheet: Sheet, plan: Plan) -> None:
    lang, book = sheet.lang, sheet.book
    if plan.before.resources is None or plan.after is None or plan.after.resources is None:
        return
    sheet.row += 1
    sheet.heading(Text("差异系数与未达标学校：整改前后", "CVs and schools below, before and after")[lang])
    columns = (Text("指标", "Indicator"), Text("学段", "Stage"), Text("标准", "Limit"), Text("低于标准（前）", "Below (before)"),
               Text("低于标准（后）", "Below (after)"), Text("CV 限值", "CV limit"), Text("CV（前）", "CV (before)"),
               Text("CV（后）", "CV (after)"), Text("判定（后）", "Status (after)"))  # fmt: skip
    sheet.header([c[lang] for c in columns])
    for stage, before in plan.before.resources.stages.items():
        for key, old in before.indicators.items():
            new = plan.after.resources.stages[stage].indicators[key]
            indicator = old.indicator
            sheet.text(sheet.row, 0, f"{key} {(indicator.short or indicator.name)[lang]}", book.words())
            sheet.text(sheet.row, 1, STAGE_NAMES[stage][lang], book.cell(align="center"))
            sheet.number(sheet.row, 2, as_float(old.limit), book.cell(number_format=limit_format(old.limit)))
            sheet.number(sheet.row, 3, old.units_below, book.cell(number_format="0"))
            sheet.number(sheet.row, 4, new.units_below, book.cell(number_format="0"))
            sheet.number(sheet.row, 5, as_float(old.cv_limit), book.cell(number_format="0.00##"))
            for column, each in ((6, old), (7, new)):
                if each.cv is None:
                    sheet.text(sheet.row, column, "–", book.cell(align="right"))
                else:
                    form = cv_format(each.cv, each.cv_limit)
                    look = (
                        book.status(each.cv_status, number_format=form)
                        if each.cv_status == "fail"
                        else book.cell(number_format=form)
                    )
                    sheet.number(sheet.row, column, as_float(each.cv), look)
            sheet.text(sheet.row, 8, STATUS_NAMES[new.cv_status][lang], book.status(new.cv_status, align="center"))
            sheet.row_height(sheet.row, 19)
            sheet.row += 1


def _chart(sheet: Sheet, plan: Plan) -> None:
    lang, book = sheet.lang, sheet.book
    points = list(plan.curve)
    if len(points) < 2:
        return
    if len(points) > _POINTS:
        step = (len(points) - 1) / (_POINTS - 1)
        points = [points[round(n * step)] for n in range(_POINTS)]
    sheet.row += 1
    sheet.heading(Text("费用与达标学校数", "Cost and schools passing")[lang])
    note = Text(
        "按学校逐所实施、花费少的先做；横轴为累计费用（万元）。",
        "School by school, those that cost least first; across: cost so far, 10,000 yuan.",
    )
    sheet.text(sheet.row, 0, note[lang], book.format(font_color="#4B5563"))
    sheet.row += 1
    top = sheet.row
    sheet.header(
        [Text("累计费用（万元）", "Cost so far (10,000 yuan)")[lang], Text("达标学校数", "Schools passing")[lang]]
    )
    first = sheet.row
    for cost, count in points:
        sheet.number(sheet.row, 0, round(as_float(cost) / _TEN_THOUSAND, 1), book.cell(number_format="#,##0.0"))
        sheet.number(sheet.row, 1, count, book.cell(number_format="0"))
        sheet.row += 1
    last = sheet.row - 1
    series = Series(
        Text("达标学校数", "Schools passing")[lang], ("plan", (first, 0, last, 0)), ("plan", (first, 1, last, 1))
    )
    sheet.chart(
        Chart(
            "plan_curve", Text("费用与达标学校数", "Cost and schools passing")[lang],
            Text("累计费用（万元）", "Cost so far (10,000 yuan)")[lang], Text("达标学校数（所）", "Schools passing")[lang],
            "0", (top, 2), 680, 340, (series,),
        )
    )  # fmt: skip
    sheet.row = max(sheet.row, top + 18)


def _prices(sheet: Sheet, plan: Plan) -> None:
    lang, book = sheet.lang, sheet.book
    sheet.row += 1
    sheet.heading(Text("单价与条件", "Prices and conditions")[lang])
    columns = (
        Text("措施", "Measure"),
        Text("", ""),
        Text("", ""),
        Text("单价（元）", "Price (yuan)"),
        Text("来源", "Origin"),
    )
    head = sheet.header([c[lang] for c in columns])
    sheet.merged(head, 0, 2, columns[0][lang], book.cell(bold=True, fill="#DCE4EE", align="center"))
    for entry in plan.priced:
        sheet.merged(sheet.row, 0, 2, entry.name[lang], book.words())
        sheet.number(
            sheet.row,
            3,
            as_float(entry.price),
            book.cell(number_format="#,##0.##" if entry.price.denominator != 1 else "#,##0"),
        )
        assumed = entry.id in plan.costs.assumed
        origin = Text("假设", "assumed") if assumed else Text("本地文件", "own file")
        sheet.text(
            sheet.row, 4, origin[lang], book.status("allowed", align="center") if assumed else book.cell(align="center")
        )
        sheet.row_height(sheet.row, 19)
        sheet.row += 1
    everyone = Text("所有学校", "every school")[lang]
    for rule in plan.costs.forbid:
        what = rule.indicator or rule.field or rule.measure or Text("任何增加", "any addition")[lang]
        text = Text(
            f"禁止：{rule.school if rule.school != '*' else everyone}，{what}",
            f"Forbidden: {rule.school if rule.school != '*' else everyone}, {what}",
        )
        sheet.text(sheet.row, 0, text[lang], book.format())
        sheet.row += 1
    for cap in plan.costs.caps:
        where = cap.school if cap.school != "*" else everyone
        text = Text(
            f"上限：{where}，{cap.measure or cap.field} 至多 {number(cap.at_most)}",
            f"Cap: {where}, {cap.measure or cap.field} at most {number(cap.at_most)}",
        )
        sheet.text(sheet.row, 0, text[lang], book.format())
        sheet.row += 1


def write_plan_schools(sheet: Sheet, plan: Plan) -> None:
    """Every school with what it gets, in the order of the roadmap."""
    lang, book = sheet.lang, sheet.book
    note = Text(
        "按实施顺序排列：现不达标且花费少的学校在前；其后是只为差异系数而补的学校。",
        "In the order of the roadmap: schools that fail now, the cheapest first; then those that only the CVs need.",
    )
    sheet.title(note[lang])
    columns = (Text("学校代码", "Code"), Text("学校", "School"), Text("学段", "Stage"), Text("措施", "Measure"), Text("数量", "Quantity"),
               Text("单位", "Unit"), Text("费用（元）", "Cost (yuan)"), Text("调出学校", "From"))  # fmt: skip
    head = sheet.header([c[lang] for c in columns])
    sheet.freeze(head + 1, 2)
    sheet.repeat(head)
    for _, items in ordered(plan):
        for item in items:
            _item_row(sheet, 0, item)
            giver = item.giver.name if item.giver is not None else ""
            sheet.text(sheet.row, 7, giver, book.words())
            sheet.row += 1
    if sheet.row > head + 1:
        sheet.autofilter((head, 0, sheet.row - 1, len(columns) - 1))
    else:
        sheet.text(
            sheet.row, 0, Text("没有需要补充的学校。", "No school needs anything.")[lang], book.format(italic=True)
        )


def _item_row(sheet: Sheet, first: int, item: Item) -> None:
    lang, book, row = sheet.lang, sheet.book, sheet.row
    sheet.text(row, first, item.school.code, book.words())
    sheet.text(row, first + 1, item.school.name, book.words())
    sheet.text(
        row,
        first + 2,
        STAGE_NAMES[item.stage][lang] if item.stage else Text("全校", "all")[lang],
        book.cell(align="center"),
    )
    sheet.text(row, first + 3, item.measure.name[lang], book.words())
    whole = item.quantity.denominator == 1
    sheet.number(row, first + 4, as_float(item.quantity), book.cell(number_format="#,##0" if whole else "#,##0.00"))
    sheet.text(row, first + 5, item_unit(item, lang), book.cell(align="center"))
    sheet.number(row, first + 6, as_float(item.cost), book.cell(number_format="#,##0.00"))
    sheet.height(
        row,
        [(item.school.name, sheet.widths[first + 1] - 2), (item.measure.name[lang], sheet.widths[first + 3] - 2)],
        least=20,
    )


def write_plan_years(sheet: Sheet, plan: Plan) -> None:
    """The roadmap: each year's budget, what is done, and the state assessed at its end."""
    lang, book = sheet.lang, sheet.book
    note = Text(
        "每年用足当年预算，余款转入下年；年末状况按改后数据重新评估。",
        "A year's money buys in the order of the roadmap, the rest is carried over; the state at the end is assessed anew.",
    )
    sheet.title(note[lang])
    if not plan.years_enough:
        warning = Text("各年预算合计不够完成全部方案。", "The yearly budgets together do not pay for the whole plan.")
        sheet.merged(sheet.row, 0, len(YEAR_WIDTHS) - 1, warning[lang], book.status("fail"))
        sheet.row += 1
    columns = (Text("年度", "Year"), Text("学校代码", "Code"), Text("学校", "School"), Text("学段", "Stage"), Text("措施", "Measure"),
               Text("数量", "Quantity"), Text("单位", "Unit"), Text("费用（元）", "Cost (yuan)"))  # fmt: skip
    for year in plan.years:
        sheet.row += 1
        status = year.after.resources.status if year.after.resources is not None else "undetermined"
        stages = year.after.resources.stages.values() if year.after.resources is not None else ()
        over = sum(i.cv_status == "fail" for s in stages for i in s.indicators.values())
        text = Text(
            f"第 {year.number} 年：预算 {money(year.budget, 'zh')}，支出 {money(year.spent, 'zh')}，结转 {money(year.carried, 'zh')}；年末达标学校 "
            f"{year.schools_passing} 所，超限差异系数 {over} 项，资源配置{STATUS_NAMES[status].zh}。",
            f"Year {year.number}: budget {money(year.budget, 'en')}, spent {money(year.spent, 'en')}, "
            f"carried over {money(year.carried, 'en')}; at its end {year.schools_passing} schools pass, "
            f"{over} CVs are above their limit, resources: {STATUS_NAMES[status].en}.",
        )
        sheet.merged(sheet.row, 0, len(YEAR_WIDTHS) - 1, text[lang], book.words(bold=True, fill="#F3F5F8"))
        sheet.height(sheet.row, [(text[lang], sheet.span(0, len(YEAR_WIDTHS) - 1) - 2)], least=22)
        sheet.row += 1
        sheet.header([c[lang] for c in columns])
        for item in year.items:
            sheet.number(sheet.row, 0, year.number, book.cell(number_format="0", align="center"))
            _item_row(sheet, 1, item)
            sheet.row += 1
