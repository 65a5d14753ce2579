"""The macros that plan: what is missing, scenarios, the cheapest plan. They show in the open workbook what `qbe-xl gaps`,
`whatif` and `plan` write; none touches a value of the report."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import xlwings as xw

from qbe_xl.assessment.results import Assessment
from qbe_xl.assessment.sentences import verdict_sentence
from qbe_xl.core.languages import Text
from qbe_xl.hosts.excel import words
from qbe_xl.hosts.excel.folders import own_costs
from qbe_xl.hosts.excel.live import LiveBook
from qbe_xl.hosts.excel.macros import Report, Run, assess_book, unusable
from qbe_xl.hosts.excel.painter import a1
from qbe_xl.hosts.excel.planning_words import (
    BLOCKED_MORE,
    COST,
    COSTS_OWN,
    DRAWING_PLAN,
    FILL_IN,
    FORM_ADDED,
    GAPS_NONE,
    GAPS_SEE,
    GAPS_SHORT,
    MISSING_COUNT,
    NOTHING_MISSING,
    PASSING,
    PLANNING,
    SCENARIOS,
    UNKNOWN,
    YEARS_SAID,
)  # fmt: skip
from qbe_xl.outputs.results.drawing import Drawing
from qbe_xl.outputs.results.missing import draw_missing, missing

if TYPE_CHECKING:
    from qbe_xl.planning.cheapest.plan import Plan
    from qbe_xl.planning.gaps import Gaps
    from qbe_xl.planning.scenario import Scenario

YEARS = 3  # of the roadmap that the macro shows; `qbe-xl plan --years` makes others
_GAPS = ("gaps", "school_gaps", "drivers")
_SCENARIOS = ("scenarios", "actions")
_PLAN = ("plan", "plan_schools", "plan_years")
_LINES = 6


def what_is_missing(run: Run) -> Report:
    """What still has to be reported, and what is lacking to the limits; for an unknown workbook the forms looked for."""
    result = assess_book(run)
    if result.county is None:
        return unusable(run, result)
    from qbe_xl.outputs.planning_workbook import draw_gaps
    from qbe_xl.planning.drivers import find_drivers
    from qbe_xl.planning.gaps import find_gaps

    run.phase(words.DRAWING, 25)
    names = run.names(("missing", *_GAPS))
    count = len(missing(result, run.lang))
    drawing = draw_missing(result, run.lang, names["missing"])
    lines = [run.say(MISSING_COUNT, count=count, sheet=names["missing"]) if count else run.say(NOTHING_MISSING)]
    if result.resources is not None:
        gaps = find_gaps(result)
        run.breathe()
        drawing.sheets += draw_gaps(gaps, find_drivers(result), run.lang, names).sheets
        lines += _gaps_said(run, gaps, names)
    run.breathe()
    run.writing().write(drawing, None, whole=False, of=_GAPS)
    run.book.sheets[run.tabs["missing" if count or result.resources is None else "gaps"]].activate()
    return Report("\n".join(lines))


def _gaps_said(run: Run, gaps: Gaps, names: dict[str, str]) -> list[str]:
    lines = []
    if gaps.units or gaps.items or gaps.seats:
        schools = len({gap.school.code or gap.school.name for gap in gaps.schools})
        lines.append(run.say(GAPS_SHORT, schools=schools, items=len(gaps.county)))
    else:
        lines.append(run.say(GAPS_NONE))
    if gaps.unknown:
        lines.append(run.say(UNKNOWN, count=gaps.unknown))
    return [*lines, run.say(GAPS_SEE, gaps=names["gaps"], schools=names["school_gaps"], drivers=names["drivers"])]


# ---- scenarios


def compare_scenarios(run: Run) -> Report:
    """The scenarios of the sheet 情景 beside the present; without that sheet a blank one is added."""
    result = assess_book(run)
    if not result.usable:
        return unusable(run, result)
    from qbe_xl.planning.scenario_sheet import parse_rows, plain_rows, sheet_among

    form = sheet_among(sheet.name for sheet in run.book.sheets) or run.tabs.get("scenario_form")
    if form is None:
        return _add_form(run, result)
    run.phase(SCENARIOS, 22)
    scenarios = [each for each in parse_rows(plain_rows(LiveBook(run.book).grid(form).rows), form) if _asks(each)]
    if not scenarios:
        run.book.sheets[form].activate()
        return Report(run.say(FILL_IN, sheet=form))
    from qbe_xl.outputs.planning_workbook import draw_whatif
    from qbe_xl.planning.whatif import what_if

    compared = what_if(result, scenarios)
    run.phase(words.DRAWING, 28)
    names = run.names(_SCENARIOS)
    run.writing().write(draw_whatif(compared, run.lang, names), None, whole=False, of=_SCENARIOS)
    run.book.sheets[run.tabs["scenarios"]].activate()
    lines = [
        f"{outcome.scenario.name}{'：' if run.lang == 'zh' else ': '}{verdict_sentence(outcome.assessment, run.lang)}"
        for outcome in compared.outcomes[:_LINES]
    ]
    return Report("\n".join([*lines, run.say(words.SEE, sheet=names["scenarios"])]))


def _asks(scenario: Scenario) -> bool:
    return bool(scenario.steps) or scenario.even


def _add_form(run: Run, result: Assessment) -> Report:
    from qbe_xl.outputs.scenario_form import KEY, draw_scenario_form
    from qbe_xl.planning.scenario_sheet import SHEET_NAMES

    if result.county is None:
        raise ValueError("nothing was read")  # such a result is not usable and was refused before
    drawing = draw_scenario_form(result.county, run.lang, SHEET_NAMES[run.lang])
    run.writing().write(drawing, None, whole=False)
    sheet = run.book.sheets[run.tabs[KEY]]
    _offer(sheet, drawing)
    sheet.activate()
    sheet.range("A4").select()
    return Report(run.say(FORM_ADDED, sheet=sheet.name))


def _offer(sheet: xw.Sheet, drawing: Drawing) -> None:
    """Drop-downs, where the spreadsheet can be told of them: xlwings can tell Excel alone."""
    from qbe_xl.outputs.scenario_form import FIRST_ROW, ROWS, lists_of

    with suppress(NotImplementedError):
        for column, box in lists_of(drawing).items():
            cells = sheet.range(a1((FIRST_ROW, column, FIRST_ROW + ROWS - 1, column)))
            cells.data_validation.set_list(sheet.range(a1(box)))


# ---- the cheapest plan


def cheapest_plan(run: Run) -> Report:
    """The cheapest plan at the bureau's own prices, or the assumed ones; its schools and its years."""
    result = assess_book(run)
    if not result.usable:
        return unusable(run, result)
    run.phase(PLANNING, 22)
    from qbe_xl.outputs.plan_workbook import draw_plan
    from qbe_xl.planning.cheapest.costs import default_costs, load_costs
    from qbe_xl.planning.cheapest.plan import SECONDS, make_plan
    from qbe_xl.planning.cheapest.roadmap import plan_years

    path = own_costs()
    costs = default_costs() if path is None else load_costs(path)
    plan = make_plan(result, costs, seconds=SECONDS, ask=run.breathe)
    run.phase(DRAWING_PLAN, 27)
    if plan.items:
        years, enough = plan_years(plan, YEARS, ())
        plan = replace(plan, years=years, years_enough=enough)
        run.breathe()
    names = run.names(_PLAN)
    run.writing().write(draw_plan(plan, run.lang, names), None, whole=False, of=_PLAN)
    run.book.sheets[run.tabs["plan"]].activate()
    told = _plan_said(plan)
    lines = [text[run.lang] for text in told]
    if path is not None:
        lines.append(run.say(COSTS_OWN, path=path))
    return Report("\n".join([*lines, run.say(words.SEE, sheet=names["plan"])]))


def _plan_said(plan: Plan) -> list[Text]:
    from qbe_xl.outputs.results.plan_sheets import (
        STATUS_WORDS,
        assumption_words,
        block_words,
        missing_words,
        money,
        proof_words,
    )  # fmt: skip
    from qbe_xl.planning.cheapest.roadmap import passing

    status = STATUS_WORDS[plan.status]
    lines = [Text(f"{status.zh}。", f"{status.en}.")]
    if plan.items and plan.after is not None:
        lines.append(Text(COST.zh.format(cost=money(plan.cost, "zh")), COST.en.format(cost=money(plan.cost, "en"))))
        lines.append(proof_words(plan))
        lines.append(PASSING.format(before=passing(plan.before), after=passing(plan.after)))
        lines.append(YEARS_SAID.format(years=len(plan.years)))
    lines += missing_words(plan)[:_LINES]
    lines += [block_words(block) for block in plan.blocks[:_LINES]]
    if len(plan.blocks) > _LINES:
        lines.append(BLOCKED_MORE.format(count=len(plan.blocks) - _LINES))
    if plan.items:
        lines.append(assumption_words(plan))
    return lines


MACROS: dict[str, Callable[[Run], Report]] = {
    macro.__name__: macro for macro in (what_is_missing, compare_scenarios, cheapest_plan)
}
