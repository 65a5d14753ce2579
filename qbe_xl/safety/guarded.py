"""Running a function of ours on a submitted file in a child process with limits of memory and time.

The child can be killed, hang, take all memory it may, crash, or be taken over by the file: each is a refusal of that
one file, and the next one has a fresh child. What comes back is JSON of bounded size, never a pickle, and whoever asked
holds it against what it expects (see `qbe_xl.county.wire`). 在受限子进程中读取：内存、时间有上限，出事只影响这一个文件。
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Protocol

from qbe_xl.core.errors import QbeError
from qbe_xl.core.languages import Text
from qbe_xl.core.messages import catalogue, render
from qbe_xl.safety import nursery
from qbe_xl.safety.nursery import FAILED, HEADER, KILLED, MEMORY, REFUSED, RESULT, TIMEOUT, TOO_LONG, WRONG
from qbe_xl.safety.package import Refused

if TYPE_CHECKING:
    import subprocess

Function = Callable[..., Any] | str
Start = Literal["fork", "spawn"]

_GRACE = 10.0  # seconds beyond a child's time after which the nursery itself is given up
_STARTING = 30.0  # seconds that a nursery may take to load what it needs
_LEAVING = 0.5  # seconds that a nursery may take to end by itself
_AHEAD = 2  # tasks a worker that are done before they are asked for


@dataclass(frozen=True)
class Limits:
    """What a child may take. `memory` in bytes of address space, `seconds` by the clock, `answer` in bytes.

    Where a child starts out with more than half of `memory` (it is a copy of a large process), half of `memory` comes
    on top of that.
    """

    memory: int = 512 << 20
    seconds: float = 20.0
    answer: int = 16 << 20


class ChildFailed(Exception):
    """Our own code failed in the child with an exception that is not foreseen; `trace` is the child's traceback."""

    def __init__(self, kind: str, problem: str, trace: str) -> None:
        self.kind = kind
        self.problem = problem
        self.trace = trace
        super().__init__(f"{kind}: {problem}\n{trace}")


@dataclass(frozen=True)
class Outcome:
    """How one task ended: `value` is the result, as JSON has it, or `error` says why there is none."""

    value: Any = None
    error: Refused | QbeError | ChildFailed | None = None

    def result(self) -> Any:
        """The result. Raises Refused (the file), QbeError (the call) or ChildFailed (our own fault)."""
        if self.error is not None:
            raise self.error
        return self.value


@dataclass(frozen=True)
class Task:
    """A function's arguments, which must be JSON (paths as texts), the file's name for messages, and other limits."""

    args: tuple[Any, ...]
    about: str
    limits: Limits | None = None


def guarded(
    function: Function, *args: Any, about: str, limits: Limits = Limits(), prepare: Function | None = None
) -> Any:
    """`function(*args)` in a child of its own: its result as JSON has it (a tuple comes back as a list).

    `function` stands at the top of a module (or is named `module:function`) and takes and gives what JSON can hold;
    `about` names the file in messages. Raises Refused: QBE-FIL-013 out of time, -014 out of memory, -015 the child
    died, -016 an answer that is none, or what the function itself refuses; ChildFailed where our own code broke.
    """
    with Guard(limits=limits, prepare=prepare) as guard:
        return guard.run(function, *args, about=about)


class Guard:
    """Keeps what children need loaded, for many files; use it as a context, from one thread.

    `workers` children run at a time. `prepare` is a function that loads what the tasks need, run once a worker. `start`:
    `fork` copies this process, which takes milliseconds but is only safe where it has no other threads; `spawn` starts
    anew, in some tenths of a second. By default the fitting one. Windows knows neither: there each file starts anew.
    """

    def __init__(
        self,
        workers: int = 1,
        *,
        limits: Limits = Limits(),
        prepare: Function | None = None,
        start: Start | None = None,
    ) -> None:
        self.limits = limits
        self._prepare = None if prepare is None else name_of(prepare)
        self._start = start
        self._closed = False
        # all at once, so that they get ready while the caller does other things
        self._workers: list[_Worker] = [self._new() for _ in range(max(1, workers))]

    def __enter__(self) -> Guard:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def run(self, function: Function, *args: Any, about: str, limits: Limits | None = None) -> Any:
        """As `guarded`, in one of the children."""
        return next(self.map(function, [Task(args, about, limits)])).result()

    def map(self, function: Function, tasks: Iterable[Task]) -> Iterator[Outcome]:
        """The outcome of each task, in the order of the tasks; a few are worked on ahead of the one asked for."""
        if self._closed:
            raise RuntimeError("the guard is closed")
        name = name_of(function)
        waiting: deque[int] = deque()
        done: dict[int, Outcome] = {}
        coming = iter(tasks)
        busy: dict[_Worker, int] = {}
        count = 0
        exhausted = False
        try:
            while True:
                idle = [worker for worker in self._workers if worker not in busy]
                while idle and not exhausted and len(waiting) < len(self._workers) * _AHEAD:
                    task = next(coming, None)
                    if task is None:
                        exhausted = True
                        break
                    worker = idle.pop(0)
                    busy[worker] = count
                    worker.begin(name, task, task.limits or self.limits)
                    waiting.append(count)
                    count += 1
                if waiting and waiting[0] in done:
                    yield done.pop(waiting.popleft())
                    continue
                if not busy:
                    return
                for worker in _ready(list(busy)):
                    outcome, alive = worker.finish()
                    done[busy.pop(worker)] = outcome
                    if not alive:
                        self._replace(worker)
        finally:
            for worker in busy:  # an interrupt, or nobody asks any more: what runs is of no use
                self._replace(worker, anew=not self._closed and sys.exc_info()[0] in (None, GeneratorExit))

    def close(self) -> None:
        """End every process of the guard; nothing stays behind."""
        self._closed = True
        for worker in self._workers:
            worker.end()
        self._workers = []

    def _new(self) -> _Worker:
        if sys.platform == "win32":
            from qbe_xl.safety.windows import Worker

            return Worker()
        return _Nursery(self._prepare, self._start or _fitting_start())

    def _replace(self, worker: _Worker, anew: bool = True) -> None:
        worker.end()
        if worker in self._workers:
            self._workers.remove(worker)
        if anew:
            self._workers.append(self._new())


def name_of(function: Function) -> str:
    """`module:function`, by which the child finds it."""
    if isinstance(function, str):
        return function
    name: str = function.__qualname__
    if "." in name:
        raise ValueError(f"not at the top of a module: {name}")
    return f"{function.__module__}:{name}"


def _fitting_start() -> Start:
    """A fork copies locks that other threads may hold, and macOS's own libraries do not survive one."""
    return "fork" if sys.platform == "linux" and threading.active_count() == 1 else "spawn"


# ---- what the answer means


def outcome_of(kind: bytes, data: bytes, about: str, limits: Limits) -> Outcome:
    """An answer as an outcome. It may come from a child that a file has taken over: nothing in it is believed unseen."""
    if kind == TIMEOUT:
        return Outcome(error=Refused("QBE-FIL-013", file=about, seconds=_shown(limits.seconds)))
    if kind == MEMORY:
        return Outcome(error=Refused("QBE-FIL-014", file=about, memory=limits.memory >> 20))
    if kind == KILLED:
        return Outcome(error=_died(data, about))
    if kind == TOO_LONG:
        return Outcome(error=_rubbish(about, Text("回答过长", "too long an answer")))
    try:
        value = json.loads(data, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return Outcome(error=_rubbish(about, Text("回答不是 JSON", "the answer is not JSON")))
    if kind == RESULT:
        return Outcome(value)
    if not isinstance(value, dict):
        return Outcome(error=_rubbish(about, Text("回答不成形", "a malformed answer")))
    if kind == FAILED:
        kind_of, problem, trace = (str(value.get(key, ""))[:10_000] for key in ("kind", "problem", "trace"))
        if value.get("fatal") is True:
            return Outcome(error=Refused("QBE-FIL-015", file=about, problem=kind_of[:60]))
        return Outcome(error=ChildFailed(kind_of[:100], problem[:300], trace))
    if kind in (REFUSED, WRONG):
        return Outcome(error=_said(value, about, wrong_call=kind == WRONG))
    return Outcome(error=_rubbish(about, Text("回答不成形", "a malformed answer")))


def _said(value: dict[str, Any], about: str, wrong_call: bool) -> Refused | QbeError:
    """The refusal that the function itself gave, if it is one that we have."""
    code, values = value.get("code"), value.get("values")
    known = catalogue().get(code) if isinstance(code, str) else None
    if known is not None and isinstance(values, dict) and (known.severity == "call") == wrong_call:
        plain: dict[str, object] = {
            key: Text(*map(str, each)) if isinstance(each, list) and len(each) == 2 else each
            for key, each in values.items()
            if isinstance(each, str | int | float | list | None)
        }
        with contextlib.suppress(KeyError, IndexError, ValueError, TypeError):
            for lang in ("zh", "en"):
                render(known.code, "zh" if lang == "zh" else "en", plain)
            return QbeError(known.code, **plain) if wrong_call else Refused(known.code, **plain)
    return _rubbish(about, Text("回答不成形", "a malformed answer"))


def _rubbish(about: str, problem: Text) -> Refused:
    return Refused("QBE-FIL-016", file=about, problem=problem)


def _died(data: bytes, about: str) -> Refused:
    number = int(data) if data.lstrip(b"-").isdigit() and len(data) < 6 else 0
    if number > 0:
        try:
            name = signal.Signals(number).name
        except ValueError:
            name = str(number)
        return Refused("QBE-FIL-015", file=about, problem=name)
    return Refused("QBE-FIL-015", file=about, problem=Text(f"退出码 {-number}", f"exit code {-number}"))


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _shown(seconds: float) -> str:
    return f"{seconds:g}"


# ---- workers


class _Worker(Protocol):
    """One task at a time."""

    def begin(self, function: str, task: Task, limits: Limits) -> None:
        """Set a task going."""

    def fileno(self) -> int:
        """What becomes readable when the outcome is there; -1 where `finish` itself waits for it."""

    def due(self) -> float:
        """When the worker is given up, on the monotonic clock."""

    def finish(self) -> tuple[Outcome, bool]:
        """The outcome, and whether the worker can go on."""

    def end(self) -> None:
        """End its processes, whatever they are doing."""


def _ready(workers: Sequence[_Worker]) -> list[_Worker]:
    """The workers whose outcome is there, or whose time is over; waits for the first."""
    waiting = [worker for worker in workers if worker.fileno() >= 0]
    if len(waiting) < len(workers):
        return [worker for worker in workers if worker.fileno() < 0]
    with selectors.DefaultSelector() as selector:
        for worker in waiting:
            selector.register(worker.fileno(), selectors.EVENT_READ, worker)
        while True:
            left = min(worker.due() for worker in waiting) - time.monotonic()
            found = [key.data for key, _ in selector.select(max(0.0, left))]
            found = found or [worker for worker in waiting if worker.due() <= time.monotonic()]
            if found:
                return found


class _Nursery:
    """A worker on POSIX: see `qbe_xl.safety.nursery`."""

    def __init__(self, prepare: str | None, start: Start) -> None:
        self._about = ""
        self._limits = Limits()
        self._due = time.monotonic() + _STARTING
        self._started = False
        self._process: subprocess.Popen[bytes] | None = None
        if start == "fork":
            self._pid, self._requests, self._answers = _forked(prepare)
        else:
            self._process = _spawned(prepare)
            self._pid = self._process.pid
            if self._process.stdin is None or self._process.stdout is None:
                raise OSError("no pipes")
            self._requests, self._answers = self._process.stdin.fileno(), self._process.stdout.fileno()

    def begin(self, function: str, task: Task, limits: Limits) -> None:
        self._about, self._limits = task.about, limits
        self._due = time.monotonic() + limits.seconds + _GRACE + (0 if self._started else _STARTING)
        request = {"function": function, "args": list(task.args), "limits": asdict(limits)}
        data = json.dumps(request).encode()
        # a nursery that has died tells when its answer is read
        with contextlib.suppress(BrokenPipeError):
            nursery._write(self._requests, len(data).to_bytes(8, "little"), data)

    def fileno(self) -> int:
        return self._answers

    def due(self) -> float:
        return self._due

    def finish(self) -> tuple[Outcome, bool]:
        if time.monotonic() >= self._due:
            return outcome_of(TIMEOUT, b"", self._about, self._limits), False
        self._started = True
        head = self._read(HEADER.size)
        kind, length = HEADER.unpack(head) if len(head) == HEADER.size else (b"", 0)
        data = self._read(length) if length <= self._limits.answer else b""
        if kind == b"" or len(data) < length:
            return outcome_of(KILLED, b"0", self._about, self._limits), False
        return outcome_of(kind, data, self._about, self._limits), True

    def _read(self, length: int) -> bytes:
        """So many bytes of an answer; fewer where the nursery has ended, or does not go on in time."""
        data = b""
        with selectors.DefaultSelector() as selector:
            selector.register(self._answers, selectors.EVENT_READ)
            while len(data) < length and selector.select(max(0.0, self._due - time.monotonic())):
                chunk = os.read(self._answers, length - len(data))
                if not chunk:
                    break
                data += chunk
        return data

    def end(self) -> None:
        if self._pid == 0:
            return
        pid, self._pid = self._pid, 0
        # the nursery sees the pipe close, kills its child and ends; one that does not is killed, and its child with it
        if self._process is not None:
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    pipe.close()
        else:
            os.close(self._requests)
            os.close(self._answers)
        end = time.monotonic() + _LEAVING
        while not self._gone(pid):
            if time.monotonic() > end:
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.0005)

    def _gone(self, pid: int) -> bool:
        """Whether the nursery has ended; takes its exit status, so that no zombie stays."""
        if self._process is not None:
            return self._process.poll() is not None
        try:
            return os.waitpid(pid, os.WNOHANG)[0] != 0
        except ChildProcessError:
            return True


def _forked(prepare: str | None) -> tuple[int, int, int]:
    """A copy of this process as a nursery: its pid, and our ends of its pipes."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()
    theirs, requests = os.pipe()
    answers, their_answers = os.pipe()
    pid = os.fork()
    if pid == 0:
        keep = {theirs, their_answers}
        limit = os.sysconf("SC_OPEN_MAX")
        low = 3
        for kept in sorted(keep):  # nothing else that our owner has open is any business of the children
            os.closerange(low, kept)
            low = kept + 1
        os.closerange(low, min(limit, 1 << 20))
        nursery.serve(theirs, their_answers, prepare)
    os.close(theirs)
    os.close(their_answers)
    return pid, requests, answers


def _spawned(prepare: str | None) -> subprocess.Popen[bytes]:
    import subprocess

    return subprocess.Popen(
        command("main", prepare), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0
    )


def command(entry: str, prepare: str | None) -> list[str]:
    """How to start Python with our modules and nothing of the working folder, which may hold anybody's files."""
    path = json.dumps([os.path.abspath(each) for each in sys.path if each])
    code = (
        f"import json, sys; sys.path[:] = json.loads(sys.argv[1]); from qbe_xl.safety.nursery import {entry}; {entry}()"
    )
    return [sys.executable, "-I", "-B", "-c", code, path, prepare or ""]
