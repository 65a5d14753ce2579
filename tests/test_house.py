"""The house holds: rooms import upwards only, modules stay small, nothing broad is caught, no machine is named."""

from __future__ import annotations

import ast
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.paths import CASES, GOLDEN, PACKAGE, ROOT

# From the top down; a room imports only from rooms named before it.
ROOMS = (
    "core", "safety", "standards", "measures", "county", "forms", "formula", "checks", "assessment", "planning",
    "functions", "outputs", "hosts", "batch", "cli",
)  # fmt: skip
# The package's front door and `python -m` stand outside the order: they hand on what the rooms offer.
FRONT = ("__init__", "__main__")
# What a room may take from the front door, which otherwise would let it reach everything.
FROM_FRONT = {"__version__"}

MAX_LINES = 600

# "module::function" -> why it must catch everything there: the one boundary per file or process.
BROAD_EXCEPT_ALLOWED = {
    "cli/__init__.py::main": "whatever is unforeseen ends with exit code 5 and a message, never a traceback",
    "safety/nursery.py::answer": "the boundary of a child: whatever ends it, a reader's panic too, becomes an answer",
    "cli/assess.py::_guarded": "whatever is unforeseen in one file never stops the others",
    "cli/check.py::_guarded": "whatever is unforeseen in one file never stops the others",
    "hosts/excel/entry.py::run": "whatever happens in a macro ends in an Outcome that a host can show",
    "hosts/excel/entry.py::_run": "whatever is unforeseen is taken back and told, and the spreadsheet's settings return",
    "planning/cheapest/relaxation.py::_between": "nothing may be raised through the solver; it is raised again behind it",
    "hosts/excel/entry.py::_take_back": "the spreadsheet itself may be gone while the workbook is being put right",
    "hosts/excel/writing.py::undo": "one step that cannot be put back keeps no other from its work; the first is raised",
    "hosts/excel/ribbon.py::run": "Excel shows one line with a code; the traceback goes to the log",
}

_SKIP = {".git", ".venv", "results", "build", "dist", "node_modules", "__pycache__"}
_PACKED = {".xlsx", ".xlsm", ".xlam", ".docx", ".oxt", ".zip"}
# Written in pieces so that this file does not match itself.
_MACHINE = re.compile(
    r"(^|[^A-Za-z])/(" + "|".join(["work", "farm", "root", r"tmp/(w|lab|bash_jobs)", r"home/\w+"]) + ")/"
)
_REGISTRY = re.compile(
    "--(extra-)?index" + r"-url|--find" + r"-links|https?://[^ )\"]*/(simple|registry)/", re.IGNORECASE
)


def room_of(module: Path, package: Path) -> str:
    """Room a file of the package stands in: its folder, or its own name if it stands at the top."""
    first = module.relative_to(package).parts[0]
    return first.removesuffix(".py")


def imported(tree: ast.AST, module: Path, package: Path) -> Iterator[tuple[int, str]]:
    """(line, name below the package) of every import from the package: ``county.units``, or ``""`` for the package."""
    name = package.name
    inside = list(module.relative_to(package.parent).with_suffix("").parts)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = inside[: len(inside) - node.level] if node.level else []
            origin = ".".join([*base, *([node.module] if node.module else [])])
            targets = [f"{origin}.{alias.name}" for alias in node.names] if origin == name else [origin]
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute | ast.Name)
            and (node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id)
            in {"import_module", "__import__"}
        ):
            targets = [str(arg.value) for arg in node.args[:1] if isinstance(arg, ast.Constant)]
        else:
            continue
        for target in targets:
            if target == name or target.startswith(f"{name}."):
                yield node.lineno, target[len(name) + 1 :]


def wrong_imports(package: Path) -> list[str]:
    """Every import that goes down or sideways past the order of ROOMS, and every room that the order does not know."""
    wrong = []
    for module in sorted(package.rglob("*.py")):
        room = room_of(module, package)
        where = module.relative_to(package)
        if room in FRONT:
            continue
        if room not in ROOMS:
            wrong.append(f"{where}: {room} is not a room of the house")
            continue
        allowed = {*ROOMS[: ROOMS.index(room) + 1], *FROM_FRONT}
        tree = ast.parse(module.read_text(encoding="utf-8"))
        for line, target in imported(tree, module, package):
            if target.split(".")[0] not in allowed:
                wrong.append(f"{where}:{line}: {room} imports {target or 'the whole package'}")
    return wrong


def broad_excepts(package: Path) -> list[str]:
    """``module::function`` of every bare except, except Exception and except BaseException."""
    found = []
    for module in sorted(package.rglob("*.py")):
        where = module.relative_to(package).as_posix()

        def visit(node: ast.AST, function: str, where: str = where) -> None:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                function = node.name
            if isinstance(node, ast.ExceptHandler):
                caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
                names = {kind.id for kind in caught if isinstance(kind, ast.Name)}
                if node.type is None or names & {"Exception", "BaseException"}:
                    found.append(f"{where}::{function}")
            for child in ast.iter_child_nodes(node):
                visit(child, function)

        visit(ast.parse(module.read_text(encoding="utf-8")), "<module>")
    return found


def own_files(root: Path) -> Iterator[Path]:
    """Files of the project, without environments, caches and results."""
    for path in sorted(root.iterdir()):
        if path.name in _SKIP or path.name.endswith(("_cache", ".egg-info")) or path.name == ".hypothesis":
            continue
        if path.is_dir():
            yield from own_files(path)
        elif path.is_file():
            yield path


def texts(path: Path) -> Iterator[str]:
    """Texts of a file, or of the parts of a packed one (a workbook is a zip of XML)."""
    if path.suffix in _PACKED:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as package:
                for part in package.namelist():
                    if part.endswith((".xml", ".rels", ".py", ".txt", ".bas")):
                        yield package.read(part).decode("utf-8", errors="replace")
    else:
        data = path.read_bytes()
        if b"\0" not in data[:8192]:
            yield data.decode("utf-8", errors="replace")


def naming(root: Path, pattern: re.Pattern[str]) -> list[str]:
    """``file: match`` for every own file with a match."""
    found = []
    for path in own_files(root):
        match = next((hit for text in texts(path) if (hit := pattern.search(text))), None)
        if match:
            found.append(f"{path.relative_to(root)}: {match[0]}")
    return found


def test_rooms_import_upwards_only() -> None:
    assert wrong_imports(PACKAGE) == []


def test_modules_stay_small() -> None:
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in own_files(ROOT)
        if path.suffix == ".py"
    }
    assert lengths
    assert {name: lines for name, lines in lengths.items() if lines > MAX_LINES} == {}


def test_nothing_catches_everything() -> None:
    found = broad_excepts(PACKAGE)
    assert [place for place in found if place not in BROAD_EXCEPT_ALLOWED] == []
    assert len(found) == len(set(found)), "one boundary a function is enough"


def test_no_machine_is_named() -> None:
    assert naming(ROOT, _MACHINE) == []


def test_no_package_index_is_named() -> None:
    assert naming(ROOT, _REGISTRY) == []


def test_golden_figures_are_as_collected() -> None:
    names = {path.name for path in GOLDEN.iterdir()}
    assert {"linyi.json", "cv_worked_example.csv", "composite_2012.csv"} <= names
    if CASES is not None:
        for case in CASES.iterdir():
            assert (GOLDEN / case.name).read_bytes() == case.read_bytes()


# ---- the checks above notice what they are for ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "line", "right"),
    [
        ("county.py", "from qbe_xl.core import numbers", True),
        ("county/units.py", "from . import merge", True),
        ("county/units.py", "from ..core.numbers import exact", True),
        ("outputs/deep/json.py", "from ...assessment import verdict", True),
        ("cli.py", "import qbe_xl.outputs.json, qbe_xl.core", True),
        ("outputs/json.py", "from qbe_xl import __version__", True),
        ("__init__.py", "from qbe_xl.cli import main", True),
        ("core/numbers.py", "import fractions", True),
        ("core/numbers.py", "from qbe_xl.county import County", False),
        ("core/numbers.py", "from ..county import County", False),
        ("measures.py", "from . import county", False),
        ("county.py", "from qbe_xl import cli", False),
        ("county.py", "from qbe_xl import assess", False),
        ("county.py", "import qbe_xl", False),
        ("checks/rules.py", "def late():\n    import qbe_xl.assessment.review as review", False),
        ("checks/rules.py", "import importlib\nimportlib.import_module('qbe_xl.batch')", False),
        ("attic.py", "import fractions", False),
    ],
)
def test_a_wrong_import_is_found(tmp_path: Path, place: str, line: str, right: bool) -> None:
    module = tmp_path / "qbe_xl" / place
    module.parent.mkdir(parents=True)
    module.write_text(line + "\n", encoding="utf-8")
    assert (wrong_imports(tmp_path / "qbe_xl") == []) is right


@pytest.mark.parametrize(
    ("caught", "places"),
    [
        ("except:", ["a.py::read"]),
        ("except Exception:", ["a.py::read"]),
        ("except (OSError, BaseException) as e:", ["a.py::read"]),
        ("except (OSError, ValueError):", []),
    ],
)
def test_a_broad_except_is_found(tmp_path: Path, caught: str, places: list[str]) -> None:
    (tmp_path / "a.py").write_text(
        f"def read():\n    try:\n        pass\n    {caught}\n        pass\n", encoding="utf-8"
    )
    assert broad_excepts(tmp_path) == places


def test_a_named_machine_is_found_in_texts_and_workbooks(tmp_path: Path) -> None:
    path = "/".join(["", "farm", "x"])
    (tmp_path / "note.md").write_text(f"see {path}", encoding="utf-8")
    (tmp_path / "fine.md").write_text("see docs/network/farm.md, ../homework/x", encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "book.xlsx", "w") as package:
        package.writestr("xl/workbook.xml", f'<absPath url="{path}"/>')
    assert [line.split(":")[0] for line in naming(tmp_path, _MACHINE)] == ["book.xlsx", "note.md"]
    (tmp_path / "Makefile").write_text("pip install --index" + "-url x", encoding="utf-8")
    assert len(naming(tmp_path, _REGISTRY)) == 1
