"""What a cell's source says stands there: read from the documents by the grammar in `outputs.report.model`, nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from qbe_xl.core.languages import Lang, Text
from qbe_xl.outputs.report.model import Cell
from qbe_xl.standards import Edition

NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)*")


def numbers(text: str) -> list[str]:
    """The numbers in a text, as written."""
    return NUMBER.findall(text)


def at(source: str, documents: Mapping[str, Any], edition: Edition, lang: Lang) -> Any:
    """The value that a source names."""
    where, _, query = source.partition("?")
    document, _, pointer = where.partition("#")
    if document == "edition":
        return _rule(pointer.strip("/").split("/"), edition, lang)
    value: Any = documents[document]
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        value = value[int(key)] if isinstance(value, list) else value[key]
    return _asked(value, query, lang) if query else value


def _asked(members: list[dict[str, Any]], query: str, lang: Lang) -> Any:
    what, *conditions = re.split(r"[&]|(?<=count):", query)
    chosen = [each for each in members if all(_fits(each, condition) for condition in conditions)]
    if what == "count":
        return len(chosen)
    kind, _, member = what.partition(":")
    values = [each[member] for each in chosen]
    if kind == "sum":
        return sum(Fraction(str(value)) for value in values)
    if kind == "joined":
        return ("；" if lang == "zh" else "; ").join(values)
    assert kind == "distinct", query
    return len(set(values))


def _fits(member: dict[str, Any], condition: str) -> bool:
    other = "!=" in condition
    key, _, text = condition.partition("!=" if other else "=")
    value = member[key]
    return ((value if isinstance(value, str) else json.dumps(value)) == text) != other


def _rule(path: list[str], edition: Edition, lang: Lang) -> Any:
    def told(value: Any) -> Any:
        return value[lang] if isinstance(value, Text) else value

    match path:
        case ["name"]:
            return told(edition.name)
        case ["conventions", name]:
            return told(edition.convention_text(name))
        case ["options", name, "name"]:
            return told(next(o.name for o in edition.file.options if o.id == name))
        case ["resource_rule", name]:
            return getattr(edition.file.resource_rule, name)
        case ["criteria", name, "floor", stage]:
            return edition.floor(edition.criterion(name), stage)  # type: ignore[arg-type]
        case ["criteria", name, "at_least", stage]:
            return edition.criterion(name).at_least[stage]  # type: ignore[union-attr,index]
        case ["criteria", name, member]:
            head, dot, part = name.partition(".")
            found: Any = edition.criterion(head)
            if dot:
                (found,) = [each for each in found.parts if each.id == part]
            return told(getattr(found, member))
    raise AssertionError(path)


def problem(cell: Cell, documents: Mapping[str, Any], edition: Edition, lang: Lang) -> str | None:
    """What is wrong with a cell; None where it shows what its source says."""
    shown = numbers(cell.text)
    if cell.source is None:
        return f"digits without a source: {cell}" if shown or cell.number is not None else None
    value = at(cell.source, documents, edition, lang)
    if cell.number is None:
        return None if cell.text == str(value) else f"not the text of its source, {value!r}: {cell}"
    if isinstance(value, bool) or not isinstance(value, int | float | Fraction):
        return f"no number there: {value!r}: {cell}"
    exact = Fraction(str(value)) if isinstance(value, float) else Fraction(value)
    if (
        abs(Fraction(str(cell.number)) - exact) > abs(exact) / 10**15
    ):  # a Fraction of the rules has 15 digits as a float
        return f"not the number of its source, {value}: {cell}"
    if len(shown) != 1:
        return f"not one number: {cell}"
    text = shown[0].replace(",", "")
    wanted = exact * 100 if "%" in cell.text else exact
    places = len(text.partition(".")[2])
    step = Decimal(1).scaleb(-places)
    rounded = (Decimal(wanted.numerator) / Decimal(wanted.denominator)).quantize(step, ROUND_HALF_UP)
    sign = -1 if f"-{shown[0]}" in cell.text or f"−{shown[0]}" in cell.text else 1
    return None if sign * Decimal(text) == rounded else f"not {rounded}: {cell}"
