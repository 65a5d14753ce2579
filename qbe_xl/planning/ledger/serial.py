"""The ledger as plain data, schema `qbe-xl/ledger/1`."""

from __future__ import annotations

from typing import Any

from qbe_xl.core.languages import Lang
from qbe_xl.core.numbers import json_number
from qbe_xl.planning.ledger.ledger import STATE_NAMES, Entry, Ledger
from qbe_xl.planning.serial import head

LEDGER_SCHEMA = "qbe-xl/ledger/1"


def ledger_to_dict(ledger: Ledger, lang: Lang = "zh") -> dict[str, Any]:
    """Counts by state, every entry, and where earlier schools are now."""
    result = ledger.assessment
    return {
        **head(result, LEDGER_SCHEMA, lang),
        "verdict": result.verdict,
        "blocked": result.blocked,
        "label": ledger.label,
        "since": ledger.last_label or None,
        "counts": {state: ledger.count(state) for state in STATE_NAMES},
        "entries": [_entry(entry, lang) for entry in ledger.entries],
        "schools": [
            {
                "before": {"code": link.old.code, "name": link.old.name},
                "now": link.new,
                "how": link.how,
                "note": link.note[lang],
            }
            for link in ledger.links.values()
        ],
        "own_rows": [dict(row) for row in ledger.own],
    }


def _entry(entry: Entry, lang: Lang) -> dict[str, Any]:
    point = entry.point
    return {
        "id": entry.id,
        "state": entry.state,
        "school": entry.school or None,
        "name": entry.name or None,
        "stage": entry.stage or None,
        "criterion": entry.criterion,
        "title": entry.title[lang],
        "standard": entry.standard[lang],
        "status": point.status if point is not None else None,
        "found": point.found[lang] if point is not None else None,
        "value": json_number(point.value) if point is not None else None,
        "limit": json_number(point.limit) if point is not None else None,
        "gap": json_number(point.gap) if point is not None else None,
        "unit": point.unit if point is not None and point.gap is not None else None,
        "needed": point.remedy[lang] if point is not None and point.open else None,
        "first": entry.first or None,
        "closed": entry.closed or None,
        "before": entry.before or None,
        "taken_in": list(entry.aliases),
        "why": entry.why[lang] or None,
        "cells": list(point.cells) if point is not None else [],
        "manual": dict(entry.manual),
        "own": dict(entry.extra),
    }
