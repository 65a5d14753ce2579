"""Mutation run: are the tests able to notice? Faults are planted in measures, checks and assessment, one at a time.

`python scripts/mutation.py` plants every fault, prints the score of each module and
writes docs/quality-mutation.md. It ends with 1 where a room stays below the score asked. While tests are being
improved: `--only plausibility` plants those of some modules, `--survivors` those that survived last time, `--resume`
goes on where a run was stopped, `--part 10` plants one in ten. The page is written when every fault has its outcome, or
with `--page`, and says how many were planted.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from scripts.mutants import Mutant, Source, parse  # noqa: E402
from scripts.mutation_run import Outcome, Plugin  # noqa: E402

# A fault counts as noticed only by the tests of its own room.
TESTS = {
    "measures": ("tests/test_measures.py",),
    "checks": ("tests/checks",),
    "assessment": ("tests/assessment",),
}
# Left out: minutes of work a fault, and nearly everything they notice is noticed by a smaller test.
SLOW = ("tests/checks/test_seeded.py::test_seeded_errors_are_found",)
LEAST = 85
RESULTS = ROOT / "build" / "mutation.jsonl"
PAGE = ROOT / "docs" / "quality-mutation.md"
EQUIVALENT = ROOT / "scripts" / "mutation_equivalent.yaml"
NOTICED = {"killed", "timeout"}


def sources() -> list[Source]:
    """Every module of the rooms, with its faults."""
    found = []
    for room in TESTS:
        single, folder = ROOT / "qbe_xl" / f"{room}.py", ROOT / "qbe_xl" / room
        for path in [single] if single.exists() else sorted(folder.rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            found.append(parse(name, path))
    return found


def room_of(module: str) -> str:
    return module.split(".")[1]


def digest(path: Path) -> str:
    """Of a module: what was found for another text of it is not used."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def earlier(found: Sequence[Source]) -> dict[str, str]:
    """What the last run found, by key, for modules that have not changed since."""
    if not RESULTS.exists():
        return {}
    now = {source.module: digest(source.path) for source in found}
    lines = [json.loads(line) for line in RESULTS.read_text(encoding="utf-8").splitlines()]
    return {line["key"]: line["what"] for line in lines if line["digest"] == now.get(line["key"].split(":")[0])}


def share(outcomes: Iterable[str]) -> tuple[int, int, float]:
    """Noticed, all, percent; what could not be planted does not count."""
    counted = [what for what in outcomes if what != "not run"]
    noticed = sum(what in NOTICED for what in counted)
    return noticed, len(counted), 100 * noticed / len(counted) if counted else 100.0


def table(results: dict[str, tuple[Mutant, str]]) -> list[str]:
    """A line a module and one a room, as Markdown."""
    lines = ["| 模块 Module | 植入 Planted | 发现 Noticed | % |", "|---|---:|---:|---:|"]
    for room in TESTS:
        of_room = [(m, what) for m, what in results.values() if room_of(m.module) == room]
        modules = sorted({m.module for m, _ in of_room})
        for module in modules if len(modules) > 1 else []:
            noticed, every, percent = share(what for m, what in of_room if m.module == module)
            lines.append(f"| `{module.removeprefix('qbe_xl.')}` | {every} | {noticed} | {percent:.1f} |")
        noticed, every, percent = share(what for _, what in of_room)
        lines.append(f"| **{room}** | **{every}** | **{noticed}** | **{percent:.1f}** |")
    return lines


def page(results: dict[str, tuple[Mutant, str]], faults: int) -> str:
    """The page: figures, and every fault that no test noticed; `faults` is how many there are to plant."""
    reasons: dict[str, str] = yaml.safe_load(EQUIVALENT.read_text(encoding="utf-8")) or {}
    left = [(m, what) for m, what in results.values() if what not in NOTICED and what != "not run"]
    equal = [(m, what) for m, what in left if m.key in reasons]
    other = [(m, what) for m, what in left if m.key not in reasons]
    lines = [
        "# 变异测试 Mutation run",
        "",
        "<!-- 由 scripts/mutation.py 生成，请勿手改；重新测量运行 make mutation。"
        " Written by scripts/mutation.py; do not edit. -->",
        "",
        "逐一在 `measures`、`checks/`、`assessment/` 中植入一个小错误（比较号、运算符、常数、字段名、参数、返回值、条件），"
        "看各自的测试能否发现。说明文字、注解和异常的措辞不算行为，不植入。",
        "",
        "One small fault at a time is planted in `measures`, `checks/` and `assessment/` (a comparison, an operator, a "
        "number, a field's name, an argument, a returned value, a condition), and the tests of the same room must notice "
        "it. Sentences, annotations and the words of exceptions are no behaviour and are left alone; decorators, default "
        "arguments and class fields are not reached. Faults that change nothing (equivalent) count as not noticed.",
        "",
        f"`make mutation`, {date.today().isoformat()}: 共 {faults} 处，已植入 {len(results)} 处。"
        f" {len(results)} of {faults} faults planted"
        f"{'' if len(results) == faults else ' (a run in part: the modules named below only)'}.",
        "",
        *table(results),
        "",
        "## 未发现 Survivors",
        "",
        f"{len(left)}; {len(equal)} of them change nothing that anyone can see, for the reason given.",
    ]
    for title, part in (("What no test notices", other), ("Equivalent, with the reason", equal)):
        lines += ["", f"### {title}", ""]
        module = ""
        for m, what in part:
            if m.module != module:
                lines += [""] if module else []
                module = m.module
                lines += [f"`{module.removeprefix('qbe_xl.')}`", ""]
            why = " (no test runs it)" if what == "uncovered" else f": {reasons[m.key]}" if m.key in reasons else ""
            again = f" ({m.nth})" if m.nth > 1 else ""
            lines.append(f"- {m.line} `{m.scope}`: `{m.before}` → `{m.after}`{again}{why}")
        lines += [] if part else ["None."]
    return "\n".join(lines) + "\n"


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", action="append", default=[], help="modules whose name has this in it")
    parser.add_argument("--survivors", action="store_true", help="only what survived last time")
    parser.add_argument("--resume", action="store_true", help="go on where the last run stopped")
    parser.add_argument("--part", type=int, default=1, metavar="N", help="one fault in N, always the same ones")
    parser.add_argument("--page", action="store_true", help="write the page though not every fault was planted")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--least", type=float, default=LEAST, help="score asked of each room, in percent")
    given = parser.parse_args(argv)
    every = sources()
    known = earlier(every) if given.survivors or given.resume or given.only else {}
    chosen = [s for s in every if not given.only or any(word in s.module for word in given.only)]
    digests = {source.module: digest(source.path) for source in every}
    results: dict[str, tuple[Mutant, str]] = {}

    def wanted(mutant: Mutant) -> bool:
        if zlib.crc32(mutant.key.encode()) % given.part:
            return False
        before = known.get(mutant.key)
        if given.survivors:
            return before is not None and before not in NOTICED
        return not given.resume or before is None

    RESULTS.parent.mkdir(exist_ok=True)
    if not known:
        RESULTS.unlink(missing_ok=True)
    chosen_modules = {source.module for source in chosen}
    for source in every:
        for mutant in source.mutants:
            if mutant.key in known and not (source.module in chosen_modules and wanted(mutant)):
                results[mutant.key] = (mutant, known[mutant.key])
    with RESULTS.open("a", encoding="utf-8") as log:

        def told(outcome: Outcome) -> None:
            mutant = outcome.mutant
            results[mutant.key] = (mutant, outcome.what)
            line = {"key": mutant.key, "what": outcome.what, "by": outcome.by, "digest": digests[mutant.module]}
            log.write(json.dumps(line, ensure_ascii=False) + "\n")
            log.flush()
            if outcome.what not in NOTICED:
                print(f"{mutant.module}:{mutant.line}: {outcome.what}: {mutant.before} → {mutant.after}", flush=True)

        rooms = {source.module: room_of(source.module) for source in every}
        starts = {start: room for room, starts in TESTS.items() for start in starts}
        needed = {room_of(source.module) for source in chosen}
        paths = [str(ROOT / start) for start, room in starts.items() if room in needed]
        options = ["-q", "-s", "-p", "no:xdist", "-p", "no:cacheprovider", "--tb=short", f"--rootdir={ROOT}"]
        options += [f"--deselect={test}" for test in SLOW]
        plugin = Plugin(chosen, rooms, starts, wanted, told, given.jobs)
        pending = any(wanted(mutant) for source in chosen for mutant in source.mutants)
        fine = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
        if pending and pytest.main([*options, *paths], plugins=[plugin]) not in fine:
            return 2
    order = {m.key: i for i, m in enumerate(m for source in every for m in source.mutants)}
    results = dict(sorted(results.items(), key=lambda entry: order[entry[0]]))
    print("\n".join(table(results)))
    print(Counter(what for _, what in results.values()))
    if given.page or set(results) == set(order):
        PAGE.write_text(page(results, len(order)), encoding="utf-8")
    low = [
        room for room in TESTS if share(w for m, w in results.values() if room_of(m.module) == room)[2] < given.least
    ]
    for room in low:
        print(f"{room}: below {given.least} %", file=sys.stderr)
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())
