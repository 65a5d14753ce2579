"""The plan as canonical JSON, schema `qbe-xl/plan/1`."""

from __future__ import annotations

from typing import Any

from qbe_xl.assessment.results import Assessment
from qbe_xl.core.languages import Lang
from qbe_xl.core.numbers import exact, json_number
from qbe_xl.planning.cheapest.blocked import Block
from qbe_xl.planning.cheapest.plan import Item, Plan, Year
from qbe_xl.planning.cheapest.roadmap import failing, ordered, passing
from qbe_xl.planning.serial import head

PLAN_SCHEMA = "qbe-xl/plan/1"


def plan_to_dict(plan: Plan, lang: Lang = "zh") -> dict[str, Any]:
    """The plan, its proof, its assumptions, and what it leads to."""
    problem = plan.problem
    return {
        **head(plan.before, PLAN_SCHEMA, lang),
        "status": plan.status,
        "scope": "resources",
        "cost": json_number(plan.cost) if plan.found else None,
        "bound": json_number(plan.bound),
        "gap": _round(plan.gap) if plan.found else None,
        "gap_wanted": plan.target,
        "transfers_allowed": plan.transfers,
        "assumptions": _assumptions(plan, lang),
        "before": _state(plan.before),
        "after": _state(plan.after) if plan.after is not None else None,
        "items": [_item(item, lang) for item in plan.items],
        "schools": [
            {
                "school": school.code,
                "name": school.name,
                "cost": json_number(sum(item.cost for item in items)),
                "passes_now": school.code not in failing(plan.before),
            }
            for school, items in ordered(plan)
        ]
        if plan.found
        else [],
        "years": [_year(year, lang) for year in plan.years],
        "years_enough": plan.years_enough,
        "curve": [{"cost": json_number(cost), "schools_passing": count} for cost, count in plan.curve],
        "baselines": {
            name: None if cost is None else {"cost": json_number(cost), "ratio": _ratio(plan, cost)}
            for name, cost in plan.baselines.items()
        },
        "budget": _budget(plan),
        "missing": [
            {
                "school": m.unit.school.code,
                "name": m.unit.school.name,
                "stage": m.unit.stage,
                "missing": list(m.indicators) or ["pupils"],
            }
            for m in problem.missing
        ],
        "blocks": [_block(block) for block in plan.blocks],
    }


def _round(value: float) -> float | int | None:
    return json_number(exact(float(f"{value:.9f}")))


def _ratio(plan: Plan, cost: Any) -> float | int | None:
    return _round(float(cost) / float(plan.cost)) if plan.cost else None


def _assumptions(plan: Plan, lang: Lang) -> dict[str, Any]:
    costs = plan.costs
    return {
        "file": costs.name,
        "note": costs.note[lang],
        "prices": [
            {"id": e.id, "name": e.name[lang], "price": json_number(e.price), "assumed": e.id in costs.assumed}
            for e in plan.priced
        ],
        "caps": [
            {"school": c.school, "measure": c.measure, "field": c.field, "at_most": json_number(c.at_most)}
            for c in costs.caps
        ],
        "forbidden": [
            {"school": f.school, "indicator": f.indicator, "field": f.field, "measure": f.measure} for f in costs.forbid
        ],
    }


def _state(result: Assessment) -> dict[str, Any]:
    stages = result.resources.stages if result.resources is not None else {}
    return {
        "verdict": result.verdict,
        "resources": result.resources.status if result.resources is not None else None,
        "schools_passing": passing(result),
        "schools_failing": len(failing(result)),
        "cvs": {
            stage: {
                key: {"cv": json_number(i.cv), "limit": json_number(i.cv_limit), "status": i.cv_status}
                for key, i in each.indicators.items()
            }
            for stage, each in stages.items()
        },
    }


def _item(item: Item, lang: Lang) -> dict[str, Any]:
    return {
        "school": item.school.code,
        "name": item.school.name,
        "stage": item.stage,
        "measure": item.measure.id,
        "measure_name": item.measure.name[lang],
        "field": item.field,
        "quantity": json_number(item.quantity),
        "cost": json_number(item.cost),
        "from": item.giver.code if item.giver is not None else None,
    }


def _year(year: Year, lang: Lang) -> dict[str, Any]:
    return {
        "year": year.number,
        "budget": json_number(year.budget),
        "spent": json_number(year.spent),
        "carried": json_number(year.carried),
        "items": [_item(item, lang) for item in year.items],
        **{key: value for key, value in _state(year.after).items() if key != "verdict"},
    }


def _budget(plan: Plan) -> dict[str, Any] | None:
    budget = plan.budget
    if budget is None:
        return None
    return {
        "amount": json_number(budget.amount),
        "enough": budget.enough,
        "cost": json_number(budget.cost) if not budget.enough else None,
        "schools": [{"school": s.code, "name": s.name} for s in budget.schools],
        "most_schools_proved": budget.proved if not budget.enough else None,
        "after": _state(budget.after) if budget.after is not None else None,
    }


def _block(block: Block) -> dict[str, Any]:
    return {
        "indicator": block.indicator.id,
        "stage": block.stage,
        "school": block.unit.school.code if block.unit is not None else None,
        "name": block.unit.school.name if block.unit is not None else None,
        "reached": json_number(block.reached),
        "wanted": json_number(block.wanted),
        "nothing_allowed": block.no_way,
    }
