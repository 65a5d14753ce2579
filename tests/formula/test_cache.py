"""Plans on disk: used when they are right, passed over when they are not."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qbe_xl.formula import bound_plan, cache, evaluate
from qbe_xl.formula.binding import InvalidPlan, bind
from qbe_xl.standards import load_edition
from tests.formula.sheets import NAME, plan_for

EDITION = load_edition("cn-qbe-2017")
SCHOOLS = 3


@pytest.fixture(autouse=True)
def fresh() -> None:
    cache._bound.cache_clear()


def prepared(folder: Path) -> Path:
    bound_plan(EDITION, "zh", SCHOOLS, folder=folder)
    cache._bound.cache_clear()
    (file,) = folder.iterdir()
    return file


def made(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What is worked out anew from here on."""
    from qbe_xl.formula import plan

    seen: list[object] = []
    really = plan.make_plan
    monkeypatch.setattr(plan, "make_plan", lambda template: seen.append(template) or really(template))
    return seen


def test_a_plan_is_made_once_and_read_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = made(monkeypatch)
    file = prepared(tmp_path)
    content = file.read_bytes()
    assert len(seen) == 1
    bound = bound_plan(EDITION, "zh", SCHOOLS, folder=tmp_path)
    assert len(seen) == 1
    assert evaluate(bound, {}).value("评估结果", "C4") == "待定"
    assert file.read_bytes() == content
    bound_plan(EDITION, "zh", SCHOOLS + 1, folder=tmp_path)
    bound_plan(EDITION, "en", SCHOOLS, folder=tmp_path)
    assert len(seen) == 3
    assert len(list(tmp_path.iterdir())) == 3


def rewritten(change: Callable[[dict[str, Any], dict[str, Any]], None], content: bytes) -> bytes:
    """The file with its head and plan changed, and its digest right again unless the head was given another."""
    head_line, _, body = content.partition(b"\n")
    head, plan = json.loads(head_line), json.loads(body)
    before = dict(head)
    change(head, plan)
    body = json.dumps(plan).encode()
    if head.get("sha256") == before["sha256"]:
        head["sha256"] = hashlib.sha256(body).hexdigest()
    return json.dumps(head).encode() + b"\n" + body


def out_of_bounds(head: dict[str, Any], plan: dict[str, Any]) -> None:
    plan["steps"][0]["out"][0][1] = 10**6


def negative(head: dict[str, Any], plan: dict[str, Any]) -> None:
    next(place for step in plan["steps"] for place in step["places"] if "at" in place)["at"][0] = [-1, 1, 0]


def unknown_function(head: dict[str, Any], plan: dict[str, Any]) -> None:
    plan["steps"][0]["tree"] = ["call", "SYSTEM", ["text", "x"]]


def too_large(head: dict[str, Any], plan: dict[str, Any]) -> None:
    plan["sheets"][0][2] = 10**12


def deep(head: dict[str, Any], plan: dict[str, Any]) -> None:
    tree: list[Any] = ["bool", True]
    for _ in range(900):
        tree = ["minus", tree]
    plan["steps"][0]["tree"] = ["op", "+", tree, tree, "more"]


SPOILT: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda content: b"",
    "cut short": lambda content: content[: len(content) // 2],
    "a bit flipped": lambda content: content[:-50] + bytes([content[-50] ^ 1]) + content[-49:],
    "no JSON": lambda content: b"\x80\x04\x95pickle\n" + content,
    "nested beyond reason": lambda content: b"[" * 200_000,
    "a list": lambda content: b"[]\n[]",
    "another program's": lambda content: rewritten(lambda head, plan: head.update(key="0" * 64), content),
    "a wrong digest": lambda content: rewritten(lambda head, plan: head.update(sha256="0" * 64), content),
    "an old format": lambda content: rewritten(lambda head, plan: plan.update(format=0), content),
    "without steps": lambda content: rewritten(lambda head, plan: plan.pop("steps"), content),
    "a cell out of bounds": lambda content: rewritten(out_of_bounds, content),
    "a negative sheet": lambda content: rewritten(negative, content),
    "a function of its own": lambda content: rewritten(unknown_function, content),
    "a sheet beyond all memory": lambda content: rewritten(too_large, content),
    "a tree of no sense": lambda content: rewritten(deep, content),
}


@pytest.mark.parametrize("kind", SPOILT)
def test_a_spoilt_file_is_passed_over_and_mended(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = prepared(tmp_path)
    good = file.read_bytes()
    file.write_bytes(SPOILT[kind](good))
    seen = made(monkeypatch)
    assert evaluate(bound_plan(EDITION, "zh", SCHOOLS, folder=tmp_path), {}).value("评估结果", "C4") == "待定"
    assert len(seen) == 1
    assert file.read_bytes() == good


def test_a_change_of_the_program_makes_another_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    key = cache.plan_key(EDITION.digest, "zh", SCHOOLS)
    monkeypatch.setattr(cache, "_program", lambda: "other")
    assert cache.plan_key(EDITION.digest, "zh", SCHOOLS) != key
    other = load_edition("cn-qbe-2017-shenyang")
    assert cache.plan_key(other.digest, "zh", SCHOOLS) != cache.plan_key(EDITION.digest, "zh", SCHOOLS)


def test_without_a_folder_to_write_to_it_works_all_the_same(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    assert bound_plan(EDITION, "zh", SCHOOLS, folder=blocked / "below").steps


def test_the_folder_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QBE_CACHE_DIR", str(tmp_path / "plans"))
    bound_plan(EDITION, "zh", SCHOOLS)
    assert len(list((tmp_path / "plans").glob("plan-*.json"))) == 1


def test_a_longer_table_of_schools() -> None:
    """Ranges to the line that closes the table grow with it; others stay."""
    plan = plan_for({"C1": "=SUM($A$1:$A$3)", "C2": "=SUM($A$1:$A$2)"}, closing_row=3)
    rows = [(1,), (2,), (4,), (8,), (16,)]
    results = [evaluate(bind(plan, more), {NAME: rows}) for more in (0, 2, -1)]
    assert [result.value(NAME, "C1") for result in results] == [7.0, 31.0, 3.0]
    assert [result.value(NAME, "C2") for result in results] == [3.0, 3.0, 3.0]


def test_a_plan_that_is_none() -> None:
    with pytest.raises(InvalidPlan):
        bind({"format": 1})
