"""`qbe-xl plan`: the cheapest plan that makes the resources pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qbe_xl.cli import planning
from qbe_xl.cli.codes import FAILS, PASSES, UNDETERMINED
from qbe_xl.core.errors import QbeError
from qbe_xl.core.languages import Text
from qbe_xl.core.numbers import Exact, exact

if TYPE_CHECKING:
    from qbe_xl.planning.cheapest.costs import Costs
    from qbe_xl.planning.cheapest.plan import Plan


@dataclass(frozen=True)
class PlanCall(planning.Call):
    """One call, as parsed: money as typed, `gap` in per cent."""

    costs: str | None = None
    budget: str | None = None
    years: int | None = None
    yearly: str | None = None
    forbid: tuple[str, ...] = ()
    transfers: bool = False
    gap: float | None = None
    seconds: float | None = None


def run_plan(call: PlanCall) -> int:
    """Make and write the plan; 0 a plan that is paid for, 1 none or too little money, 2 units without data, 3 unusable."""
    from qbe_xl.planning.cheapest.plan import GAP, SECONDS, make_plan

    planning.prepare(call, '"schema": "qbe-xl/plan')
    budget = _money(call.budget, "--budget") if call.budget is not None else None
    yearly = tuple(_money(part, "--yearly-budget") for part in call.yearly.split(",")) if call.yearly else ()
    gap = GAP if call.gap is None else call.gap / 100
    seconds = SECONDS if call.seconds is None else call.seconds
    if gap < 0 or not seconds > 0:
        problem = Text("--gap 不能为负，--seconds 应大于 0", "--gap must not be negative, --seconds must be above 0")
        raise QbeError("QBE-CAL-009", problem=problem, command="qbe-xl plan")
    costs = _costs(call)
    result = planning.assessed(call)
    if not result.usable:
        return planning.unusable(call, result)
    plan = make_plan(
        result,
        costs,
        transfers=call.transfers,
        budget=budget,
        years=call.years,
        yearly=yearly,
        gap=gap,
        seconds=seconds,
    )
    _hand_out(call, plan)
    return _code(plan)


def _code(plan: Plan) -> int:
    if not plan.found:
        return FAILS
    if (plan.budget is not None and not plan.budget.enough) or not plan.years_enough:
        return FAILS
    return UNDETERMINED if plan.problem.missing else PASSES


def _costs(call: PlanCall) -> Costs:
    from qbe_xl.planning.cheapest.costs import default_costs, load_costs, parse_forbid

    costs = load_costs(call.costs) if call.costs is not None else default_costs()
    return costs.forbidding(parse_forbid(text) for text in call.forbid)


def _money(text: str, option: str) -> Exact:
    """元; 万 and 亿 behind the number, as budgets are spoken of."""
    kept = text.strip().removesuffix("元").replace("，", "").replace("_", "").strip()
    times = 1
    for word, by in (("亿", 100_000_000), ("万", 10_000)):
        if kept.endswith(word):
            kept, times = kept.removesuffix(word), by
    try:
        value = exact(kept) * times
    except ValueError:
        value = -1
    if value < 0:
        problem = Text(f"{option}“{text}”不是金额", f"{option} “{text}” is no amount of money")
        raise QbeError("QBE-CAL-009", problem=problem, command="qbe-xl plan")
    return value


def _hand_out(call: PlanCall, plan: Plan) -> None:
    if call.json is not None:
        from qbe_xl.planning.cheapest.serial import plan_to_dict

        planning.write_json(call, plan_to_dict(plan, call.lang))
    if not call.quiet:
        from qbe_xl.outputs.plan_terminal import print_plan

        print_plan(planning.console(call), plan, call.lang)
    if call.out_dir is not None:
        from qbe_xl.outputs.plan_workbook import PLAN_SUFFIX, draw_plan
        from qbe_xl.outputs.planning_workbook import planning_name

        planning.write_book(call, planning_name(call.file, PLAN_SUFFIX, call.lang), draw_plan(plan, call.lang))
