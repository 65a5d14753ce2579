"""A progress bar on stderr, once a run has taken longer than a second, and only on a terminal."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress

PATIENCE = 1.0  # seconds without a bar


class Bar:
    """Use as a context: `step` names what is being done, `paused` clears the bar while something is printed."""

    def __init__(self, total: int, quiet: bool = False) -> None:
        self._total = total
        self._done = 0
        self._label = ""
        self._lock = threading.Lock()
        self._shown: Progress | None = None
        self._closed = False
        wanted = not quiet and sys.stderr.isatty()
        self._timer = threading.Timer(PATIENCE, self._show) if wanted else None
        if self._timer is not None:
            self._timer.daemon = True

    def __enter__(self) -> Bar:
        if self._timer is not None:
            self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._closed = True
            if self._timer is not None:
                self._timer.cancel()
            if self._shown is not None:
                self._shown.stop()

    def step(self, label: str) -> None:
        """The next of `total` begins."""
        with self._lock:
            self._label = label
            self._draw()
            self._done += 1

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Nothing of the bar stands on the terminal meanwhile."""
        with self._lock:
            if self._shown is not None:
                self._shown.stop()
            try:
                yield
            finally:
                if self._shown is not None and self._done < self._total:
                    self._shown.start()

    def _show(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        with self._lock:
            if self._closed:
                return
            columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
            self._shown = Progress(*columns, console=Console(stderr=True), transient=True)
            self._shown.add_task("", total=self._total)
            self._draw(max(self._done - 1, 0))
            self._shown.start()

    def _draw(self, done: int | None = None) -> None:
        if self._shown is not None:
            from rich.markup import escape

            task = self._shown.tasks[0].id
            self._shown.update(task, completed=self._done if done is None else done, description=escape(self._label))
