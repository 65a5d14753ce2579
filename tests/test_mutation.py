"""The mutation run: which faults it finds in a text, and that they take effect in the running code."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from scripts.mutants import Running, Source, parse

TEXT = '''"""Words."""
from functools import cache

PARTS = ("pupils", "学生", "two words")


@cache
def least(limit: int = 3) -> int:
    """More words."""
    if limit < 0:
        raise ValueError("below 0")
    return limit


class Row:
    @property
    def name(self) -> str:
        return PARTS[0]


def enough(count: int) -> bool:
    return count >= least() and count not in [7]
'''


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[ModuleType, Path]:
    path = tmp_path / "qbe_xl_mutated.py"
    path.write_text(TEXT, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("qbe_xl_mutated", path)
    assert spec and spec.loader
    loaded = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "qbe_xl_mutated", loaded)
    spec.loader.exec_module(loaded)
    return loaded, path


def test_faults_of_a_text(module: tuple[ModuleType, Path]) -> None:
    source = parse("qbe_xl_mutated", module[1])
    assert [f"{m.scope}: {m.before} → {m.after}" for m in source.mutants] == [
        "PARTS: 'pupils' → 'XXpupils'",
        "least: limit < 0 → limit <= 0",
        "least: 0 → 1",
        "least: return limit → return None",
        "Row.name: return PARTS[0] → return None",
        "Row.name: 0 → 1",
        "enough: return count >= least() and count not in [7] → return None",
        "enough: count >= least() and count not in [7] → count >= least() or count not in [7]",
        "enough: count >= least() → count > least()",
        "enough: count not in [7] → count in [7]",
        "enough: 7 → 8",
    ]
    assert len({m.key for m in source.mutants}) == len(source.mutants)


def planted(module: tuple[ModuleType, Path], scope: str, after: str) -> ModuleType:
    loaded, path = module
    running = Running({"qbe_xl_mutated"})
    source: Source = parse("qbe_xl_mutated", path)
    (mutant,) = [m for m in source.mutants if m.scope == scope and m.after == after]
    running.plant(source, mutant)
    return loaded


def test_a_decorated_function_and_what_it_kept(module: tuple[ModuleType, Path]) -> None:
    assert module[0].least() == 3
    assert planted(module, "least", "return None").least() is None


def test_a_method_a_table_and_a_boundary(module: tuple[ModuleType, Path]) -> None:
    row = module[0].Row()
    assert row.name == "pupils" and module[0].enough(3)
    planted(module, "Row.name", "1")
    assert row.name == "学生"
    assert not planted(module, "enough", "count > least()").enough(3)
    planted(module, "PARTS", "'XXpupils'")
    assert module[0].PARTS[0] == "XXpupils"
