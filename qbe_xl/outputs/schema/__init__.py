"""The JSON Schema of what is written for machines."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

ASSESSMENT = "assessment-1.schema.json"
FINDINGS = "findings-1.schema.json"
GAPS = "gaps-1.schema.json"
WHATIF = "whatif-1.schema.json"
PLAN = "plan-1.schema.json"
TREND = "trend-1.schema.json"
LEDGER = "ledger-1.schema.json"
EVIDENCE = "evidence-1.schema.json"


def schema(name: str = ASSESSMENT) -> dict[str, Any]:
    """The JSON Schema (2020-12) of `qbe-xl/assessment/1`, or of another of the names above, as data."""
    text = resources.files("qbe_xl.outputs.schema").joinpath(name).read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded
