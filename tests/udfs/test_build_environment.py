"""`make addins` and `make kit` work in the environment that their targets set up, which is not that of the tests."""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.paths import ROOT

BUILDERS = (*sorted((ROOT / "scripts").glob("kit*.py")), *sorted((ROOT / "udfs").glob("build_*.py")))
OURS = {"qbe_xl", "scripts", "udfs", *(path.stem for path in BUILDERS)}


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module.partition(".")[0]


def test_what_the_builders_import_is_installed_for_them() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["addin"]]
    installed = {canonicalize_name(Requirement(line).name) for line in wanted}
    of_modules = packages_distributions()
    missing = {
        f"{path.name}: {name}"
        for path in BUILDERS
        for name in imported(path)
        if name not in sys.stdlib_module_names | OURS
        and not {canonicalize_name(known) for known in of_modules.get(name, [name])} & installed
    }
    assert len(BUILDERS) >= 4
    assert missing == set()
