"""Runs the tests against planted faults, inside one pytest process: a child is forked for each fault.

First every test runs once as it is, and what lines of the modules it runs is noted. A fault is then shown only to the
tests that run its statement and belong to its room, the likeliest first, until one fails. A child that works five
times as long as the test does, or asks for too much memory, has noticed the fault too.
"""

from __future__ import annotations

import gc
import importlib
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import CodeType, FrameType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from hypothesis import HealthCheck, Phase, settings

from scripts.mutants import Mutant, Running, Source

MEMORY = 6 << 30
SURVIVED, KILLED, NOT_RUN = 0, 1, 2
OUTCOMES = {SURVIVED: "survived", KILLED: "killed", NOT_RUN: "not run"}


@dataclass(frozen=True)
class Outcome:
    """What became of a fault: killed, timeout, survived, uncovered (no test runs it), not run."""

    mutant: Mutant
    what: str
    by: str = ""


@dataclass
class _Test:
    item: pytest.Item
    room: str
    seconds: float = 0.0
    lines: dict[str, set[int]] = field(default_factory=dict)
    kills: dict[str, int] = field(default_factory=dict)


class Plugin:
    """`sources`: the modules; `rooms`: for each module the room, for each room the starts of its tests' ids."""

    def __init__(
        self,
        sources: Sequence[Source],
        rooms: dict[str, str],
        tests: dict[str, str],
        wanted: Callable[[Mutant], bool],
        told: Callable[[Outcome], None],
        jobs: int,
    ) -> None:
        self.sources = {source.module: source for source in sources}
        self.rooms, self.tests, self.wanted, self.told, self.jobs = rooms, tests, wanted, told, jobs

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self) -> None:
        """Few examples, always the same: a fault is found by every run or by none."""
        settings.register_profile(
            "mutation", deadline=None, derandomize=True, database=None, max_examples=25,
            phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        settings.load_profile("mutation")

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """In place of running the tests."""
        if session.testsfailed:
            raise pytest.UsageError("tests could not be collected")
        for module in self.sources:
            importlib.import_module(module)  # some are imported when first needed, too late for Running
        running = Running(set(self.sources))
        tests = self._as_they_are(session, running)
        gc.collect()
        gc.freeze()
        under_way: dict[int, tuple[Mutant, int]] = {}
        by_id = {test.item.nodeid: test for test in tests}
        for source in self.sources.values():
            for mutant in filter(self.wanted, source.mutants):
                able = [t for t in tests if t.room == self.rooms[source.module] and self._runs(t, source, mutant)]
                if not able:
                    self.told(Outcome(mutant, "uncovered"))
                    continue
                place = f"{mutant.module}:{mutant.scope}"
                able.sort(key=lambda t: (-t.kills.get(place, 0), t.seconds))
                while len(under_way) >= self.jobs:
                    self._one_ends(under_way, by_id)
                under_way.update([self._start(source, mutant, able, running)])
        while under_way:
            self._one_ends(under_way, by_id)
        return True

    def _as_they_are(self, session: pytest.Session, running: Running) -> list[_Test]:
        tests = []
        files = {str(source.path): module for module, source in self.sources.items()}
        for i, item in enumerate(session.items):
            room = next((room for start, room in self.tests.items() if item.nodeid.startswith(start)), "")
            test = _Test(item, room)
            following = session.items[i + 1] if i + 1 < len(session.items) else None
            running.forget()  # else only the first test that asks for a kept result runs its lines
            begin = time.process_time()
            sys.settrace(_tracer(files, test.lines))
            try:
                reports = runtestprotocol(item, nextitem=following, log=False)
            finally:
                sys.settrace(None)
            test.seconds = time.process_time() - begin
            if any(report.failed for report in reports):
                raise pytest.UsageError(f"{item.nodeid} fails without any fault: {reports[-1].longreprtext}")
            tests.append(test)
        return tests

    @staticmethod
    def _runs(test: _Test, source: Source, mutant: Mutant) -> bool:
        if mutant.table:  # no line of it runs after import
            return source.module in test.lines
        return not test.lines.get(source.module, set()).isdisjoint(mutant.lines)

    @staticmethod
    def _start(source: Source, mutant: Mutant, able: list[_Test], running: Running) -> tuple[int, tuple[Mutant, int]]:
        reading, writing = os.pipe()
        child = os.fork()
        if child:
            os.close(writing)
            return child, (mutant, reading)
        outcome = NOT_RUN
        try:
            os.close(reading)
            signal.signal(signal.SIGPROF, signal.SIG_DFL)
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            silent = os.open(os.devnull, os.O_RDWR)
            for stream in (0, 1, 2):
                os.dup2(silent, stream)
            outcome = _noticed(source, mutant, able, running, writing)
        finally:
            os._exit(outcome)

    def _one_ends(self, under_way: dict[int, tuple[Mutant, int]], tests: dict[str, _Test]) -> None:
        child, status = os.waitpid(-1, 0)
        mutant, reading = under_way.pop(child)
        with os.fdopen(reading, encoding="utf-8") as pipe:
            by = pipe.read()
        what = OUTCOMES[os.waitstatus_to_exitcode(status)] if os.WIFEXITED(status) else "timeout"
        if by in tests:
            place = f"{mutant.module}:{mutant.scope}"
            tests[by].kills[place] = tests[by].kills.get(place, 0) + 1
        self.told(Outcome(mutant, what, by))


def _noticed(source: Source, mutant: Mutant, able: list[_Test], running: Running, writing: int) -> int:
    """In the child: plant the fault and run the tests until one fails."""
    try:
        running.plant(source, mutant)
    except ValueError:
        if not mutant.table:
            return NOT_RUN  # a closure that needs other variables
        return KILLED
    except (TypeError, LookupError, AttributeError, ArithmeticError):
        return KILLED  # the module could not be imported
    for test, following in zip(able, [*able[1:], None], strict=True):
        budget = 2 + 5 * test.seconds
        signal.setitimer(signal.ITIMER_PROF, budget)  # of work, however busy the machine is
        signal.setitimer(signal.ITIMER_REAL, 60 * budget)
        reports = runtestprotocol(test.item, nextitem=following.item if following else None, log=False)
        if any(report.failed for report in reports):
            os.write(writing, test.item.nodeid.encode())
            return KILLED
    return SURVIVED


def _tracer(files: dict[str, str], lines: dict[str, set[int]]) -> Callable[..., Any]:
    """Notes the lines that run, module by module; code whose lines have all run is not traced any more."""
    to_come: dict[CodeType, set[int]] = {}

    def call(frame: FrameType, event: str, _: object) -> Any:
        code = frame.f_code
        if code not in to_come:
            known = code.co_filename in files
            to_come[code] = {line for _, _, line in code.co_lines() if line} if known else set()
        left = to_come[code]
        if not left:
            return None
        left.discard(frame.f_lineno)
        add = lines.setdefault(files[code.co_filename], set()).add
        add(frame.f_lineno)

        def line(frame: FrameType, event: str, _: object) -> Any:
            add(frame.f_lineno)
            left.discard(frame.f_lineno)
            return line if left else None

        return line

    return call
