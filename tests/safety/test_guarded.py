"""The guarded child: whatever happens in it is an outcome of that one task, and nothing stays behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from qbe_xl.core.errors import QbeError
from qbe_xl.core.findings import Finding
from qbe_xl.safety import Refused
from qbe_xl.safety.guarded import ChildFailed, Guard, Limits, Start, Task, guarded, name_of, outcome_of
from qbe_xl.safety.nursery import FAILED, REFUSED, RESULT, WRONG
from tests.paths import ROOT
from tests.safety import tasks

SHORT = Limits(seconds=1.0)
STARTS: tuple[Start, ...] = ("fork", "spawn")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are made otherwise there")


@pytest.fixture(scope="module", params=STARTS)
def guard(request: pytest.FixtureRequest) -> Iterator[Guard]:
    with Guard(start=request.param, limits=Limits(seconds=10.0)) as kept:
        yield kept


def refusal(guard: Guard, function: object, *args: object, limits: Limits | None = None) -> Refused:
    with pytest.raises(Refused) as caught:
        guard.run(function, *args, about="a.xlsx", limits=limits)  # type: ignore[arg-type]
    for lang in ("zh", "en"):  # each refusal becomes a sentence that names the file
        assert "a.xlsx" in Finding(caught.value.code, args=caught.value.values).sentence(lang)  # type: ignore[arg-type]
    return caught.value


# ---- what comes back


@pytest.mark.parametrize("value", [None, True, 12, -0.5, "学校\ud800", [1, ["x"]], {"a": {"b": None}}, 10**400])
def test_plain_data_comes_back_as_it_was(guard: Guard, value: object) -> None:
    assert guard.run(tasks.answer, value, about="a.xlsx") == value


def test_a_child_knows_what_it_is_and_each_task_has_its_own(guard: Guard) -> None:
    assert guard.run(tasks.in_child, about="x") is True
    assert tasks.in_child() is False
    first, second = guard.run(tasks.pid, about="x"), guard.run(tasks.pid, about="x")
    assert first[0] != second[0]
    assert first[1] == second[1] != os.getpid()  # one nursery for both
    assert not alive(first[0])


def test_refusals_and_wrong_calls_come_through(guard: Guard) -> None:
    refused = refusal(guard, tasks.refuses, "QBE-FIL-007")
    assert (refused.code, str(refused)) == ("QBE-FIL-007", "QBE-FIL-007 a.xlsx 已损坏：坏了。")
    with pytest.raises(QbeError) as wrong:
        guard.run(tasks.wrong_call, about="a.xlsx")
    assert wrong.value.code == "QBE-CAL-002"


def test_our_own_faults_come_with_their_traceback(guard: Guard) -> None:
    with pytest.raises(ChildFailed) as caught:
        guard.run(tasks.breaks, about="a.xlsx")
    assert (caught.value.kind, caught.value.problem) == ("RuntimeError", "engine on fire")
    assert "tasks.py" in str(caught.value)
    with pytest.raises(ChildFailed):
        guard.run(tasks.unspeakable, about="a.xlsx")


# ---- what a file may do to its child


@pytest.mark.parametrize(
    ("function", "args", "code", "problem"),
    [
        (tasks.sleep, (60,), "QBE-FIL-013", None),
        (tasks.spin, (), "QBE-FIL-013", None),
        (tasks.deaf, (), "QBE-FIL-013", None),
        (tasks.hungry, (), "QBE-FIL-014", None),
        (tasks.hungry_by_bits, (), "QBE-FIL-014", None),
        (tasks.killed, (), "QBE-FIL-015", "SIGKILL"),
        (tasks.segfault, (), "QBE-FIL-015", "SIGSEGV"),
        (tasks.leaves, (9,), "QBE-FIL-015", None),
        (tasks.exits, (), "QBE-FIL-015", "SystemExit"),
        (tasks.talkative, (17 << 20,), "QBE-FIL-016", None),
    ],
)
def test_what_ends_a_child_is_a_refusal_and_the_next_task_goes_on(
    guard: Guard, function: object, args: tuple[object, ...], code: str, problem: str | None
) -> None:
    limits = SHORT if code == "QBE-FIL-013" else Limits(seconds=10.0)
    refused = refusal(guard, function, *args, limits=limits)
    assert refused.code == code
    if problem is not None:
        assert refused.values["problem"] == problem
    assert guard.run(tasks.answer, 1, about="x") == 1


def test_a_child_writes_no_file_and_nothing_on_the_terminal(
    guard: Guard, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ChildFailed) as caught:
        guard.run(tasks.writes, str(tmp_path / "x"), about="x")
    assert caught.value.kind == "OSError"
    assert not (tmp_path / "x").exists() or (tmp_path / "x").stat().st_size == 0
    assert guard.run(tasks.says_on_the_terminal, about="x") == "said"
    assert "".join(capfd.readouterr()) == ""


def test_a_child_has_none_of_our_files_open(guard: Guard, tmp_path: Path) -> None:
    with open(tmp_path / "secret", "w"):
        for start in STARTS:
            with Guard(start=start) as fresh:
                assert not [name for name in fresh.run(tasks.open_files, about="x") if "secret" in name]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the limit does not hold for root")
def test_a_child_has_no_children(guard: Guard) -> None:
    with pytest.raises(ChildFailed):
        guard.run(tasks.forks, about="x")


@pytest.mark.skipif(sys.platform != "linux", reason="finds the pipe through /proc")
@pytest.mark.parametrize(
    "said",
    [
        *("", "R", "Rnonsense", "R[1", "RNaN", "F{}", 'F{"code":"QBE-CAL-001","values":{}}', "Q[]", "T", "K9", "L"),
        *("\0" * 100, "R" + "[" * 200_000, 'F{"code":"QBE-FIL-007","values":{"file":{}}}'),
        'F{"code":"QBE-FIL-007","values":{"file":"x"}}',
    ],
)
def test_a_child_that_was_taken_over_can_only_spoil_its_own_answer(said: str) -> None:
    with Guard(start="fork") as fresh:
        assert refusal(fresh, tasks.raw, said).code in {"QBE-FIL-015", "QBE-FIL-016"}
        assert fresh.run(tasks.answer, 1, about="x") == 1


def test_forged_answers_are_looked_at() -> None:
    code = "QBE-FIL-016"
    for kind, data in (
        (REFUSED, b'{"code": "QBE-XXX-001", "values": {}}'),
        (REFUSED, b'{"code": "QBE-CAL-001", "values": {"file": "x", "problem": "y"}}'),  # would end as a wrong call
        (WRONG, b'{"code": "QBE-FIL-001", "values": {"file": "x"}}'),
        (REFUSED, b'{"code": ["QBE-FIL-001"], "values": {"file": "x"}}'),
        (FAILED, b"[]"),
        (RESULT, b"\xff"),
        (b"?", b"{}"),
    ):
        error = outcome_of(kind, data, "a.xlsx", Limits()).error
        assert isinstance(error, Refused) and error.code == code, data


# ---- many tasks


@pytest.mark.parametrize("workers", [1, 3])
def test_outcomes_come_in_order_whatever_happens_to_some(workers: int) -> None:
    functions: dict[int, str] = {3: "killed", 5: "segfault", 7: "spin"}
    done = []
    with Guard(workers, limits=SHORT) as guard:
        # one function for all: which one is an argument
        given = (Task((functions.get(n, ""), n), f"{n}.xlsx") for n in range(12))
        for n, outcome in enumerate(guard.map(chosen, given)):
            if n in functions:
                assert isinstance(outcome.error, Refused) and outcome.error.values["file"] == f"{n}.xlsx"
            else:
                assert outcome.result() == n
            done.append(n)
    assert done == list(range(12))


def chosen(function: str, number: int) -> int:
    if function:
        getattr(tasks, function)()
    return number


def test_a_nursery_that_dies_is_replaced() -> None:
    with Guard() as guard:
        nursery = guard.run(tasks.pid, about="x")[1]
        os.kill(nursery, signal.SIGKILL)
        assert refusal(guard, tasks.answer, 1).code == "QBE-FIL-015"
        assert guard.run(tasks.answer, 2, about="x") == 2
        assert guard.run(tasks.pid, about="x")[1] != nursery


def test_a_function_is_named_by_its_module() -> None:
    assert name_of(tasks.answer) == "tests.safety.tasks:answer"
    with pytest.raises(ValueError):
        name_of(lambda: None)
    assert guarded("tests.safety.tasks:answer", [1], about="x") == [1]


# ---- nothing stays behind


def alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def gone(pids: list[int], within: float = 5.0) -> bool:
    end = time.monotonic() + within
    while any(map(alive, pids)):
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("start", STARTS)
def test_closing_ends_every_process(start: Start) -> None:
    guard = Guard(2, start=start)
    pids = [pid for _ in range(4) for pid in guard.run(tasks.pid, about="x")]
    running = guard.map(tasks.sleep, [Task((0,), "x"), Task((600,), "x")])
    assert next(running).result() == "slept"
    guard.close()
    assert gone(pids)
    with pytest.raises(RuntimeError):
        guard.run(tasks.pid, about="x")


_OWNER = """
import sys
from qbe_xl.safety.guarded import Guard, Limits
from tests.safety import tasks
with Guard(2, start=sys.argv[1], limits=Limits(seconds=300)) as guard:
    print(*guard.run(tasks.pid, about="x"), flush=True)
    try:
        guard.run(tasks.sleep, 600, about="x")
    except KeyboardInterrupt:
        print("interrupted", flush=True)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_children_end_with_their_owner(start: str, number: signal.Signals) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", _OWNER, start],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert owner.stdout is not None
    nursery = int(owner.stdout.readline().split()[1])
    end = time.monotonic() + 20
    while not (below := children(nursery)) and time.monotonic() < end:
        time.sleep(0.01)
    assert below  # the child that sleeps
    os.kill(owner.pid, number)
    rest = owner.communicate(timeout=20)[0]
    assert ("interrupted" in rest) is (number == signal.SIGINT)
    assert gone([nursery, *below])


def children(pid: int) -> list[int]:
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            return [int(each) for each in file.read().split()]
    except OSError:
        return []
