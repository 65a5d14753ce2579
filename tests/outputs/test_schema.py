"""The shipped JSON Schema holds exactly what the contract's JSON is."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from qbe_xl.core.languages import LANGUAGES, Lang
from qbe_xl.outputs.schema import schema
from tests.outputs.counties import ALL, assessment


def validator() -> jsonschema.Draft202012Validator:
    jsonschema.Draft202012Validator.check_schema(schema())
    return jsonschema.Draft202012Validator(schema())


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ALL)
def test_every_result_is_valid(name: str, lang: Lang) -> None:
    data = json.loads(assessment(name).to_json(lang))
    assert [error.message for error in validator().iter_errors(data)] == []


def nodes(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
    """Every object in the document with its path; of lists, the first element."""
    if isinstance(data, dict):
        yield path, data
        for key, value in data.items():
            yield from nodes(value, (*path, key))
    elif isinstance(data, list) and data:
        yield from nodes(data[0], (*path, 0))


def at(data: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        data = data[step]
    return data


# Keys that are data, not structure: indicator ids, stages, the arguments of a message.
OPEN = {"indicators", "values", "stages", "args"}


def test_it_is_strict_everywhere() -> None:
    data = json.loads(assessment("failing").to_json("en"))
    check = validator()
    looked_at = 0
    for path, node in nodes(data):
        broken = copy.deepcopy(data)
        if path and path[-1] == "args":
            continue
        at(broken, path)["surplus"] = 1
        assert not check.is_valid(broken), f"{path}: an unknown key is let through"
        looked_at += 1
        if path and path[-1] in OPEN:
            continue
        for key in node:
            if key == "schools":
                continue
            broken = copy.deepcopy(data)
            del at(broken, path)[key]
            assert not check.is_valid(broken), f"{path}: {key} may be left out"
    assert looked_at > 15


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("verdict",), "maybe"),
        (("verdict",), None),  # only while blocked
        (("schema",), "qbe-xl/assessment/2"),
        (("blocked",), True),  # with a verdict
        (("lang",), "de"),
        (("file", "sha256"), "abc"),
        (("county", "year"), "2024"),
        (("resources",), None),  # only where the file is unusable
        (("resources", "status"), "ok"),
        (("resources", "units", 0, "met"), 8),
        (("resources", "units", 0, "share"), 1.5),
        (("resources", "units", 0, "values", "L1", "value"), "4.2"),
        (("resources", "stages", "primary", "indicators", "L1", "cv"), -0.1),
        (("resources", "stages", "primary", "units"), 1.5),
        (("government", "items", 0, "value"), "perhaps"),
        (("government", "items", 0, "operator"), "=="),
        (("government", "items"), []),
    ],
)
def test_a_broken_document_is_refused(path: tuple[Any, ...], value: object) -> None:
    data = json.loads(assessment("failing").to_json())
    check = validator()
    assert check.is_valid(data)
    at(data, path[:-1])[path[-1]] = value
    assert not check.is_valid(data)


@pytest.mark.parametrize("name", ALL)
def test_json_is_canonical(name: str) -> None:
    text = assessment(name).to_json()
    assert text == ALL[name]().to_json()
    assert text.endswith("}\n") and not text.endswith("\n\n")
    data = json.loads(text)
    assert text == json.dumps(data, ensure_ascii=False, sort_keys=True, indent=2) + "\n"
    number = re.compile(r"(?<=[ \[])-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?=,?\n)")
    digits = [re.sub(r"[eE].*", "", found).replace(".", "").lstrip("-0") for found in number.findall(text)]
    if name != "unusable":
        assert len(digits) > 50
    assert max((len(d) for d in digits), default=0) <= 15
