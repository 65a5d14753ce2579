"""The guarded child on Windows: one process a file, in a job object that limits its memory and dies with us.

Not verified on Windows: written after Microsoft's documentation of job objects, and imported there alone.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import subprocess
import time
from dataclasses import asdict
from typing import Any

from qbe_xl.safety.guarded import Limits, Outcome, Task, command, outcome_of
from qbe_xl.safety.nursery import FROM_CHILD, KILLED, TIMEOUT, TOO_LONG

_LIMIT_ACTIVE_PROCESS = 0x0008
_LIMIT_PROCESS_MEMORY = 0x0100
_LIMIT_DIE_ON_UNHANDLED_EXCEPTION = 0x0400
_LIMIT_KILL_ON_JOB_CLOSE = 0x2000
_EXTENDED_LIMIT_INFORMATION = 9
_NO_WINDOW = 0x08000000


class _Basic(ctypes.Structure):
    _fields_ = (
        ("PerProcessUserTimeLimit", ctypes.c_int64),
        ("PerJobUserTimeLimit", ctypes.c_int64),
        ("LimitFlags", ctypes.c_uint32),
        ("MinimumWorkingSetSize", ctypes.c_size_t),
        ("MaximumWorkingSetSize", ctypes.c_size_t),
        ("ActiveProcessLimit", ctypes.c_uint32),
        ("Affinity", ctypes.c_size_t),
        ("PriorityClass", ctypes.c_uint32),
        ("SchedulingClass", ctypes.c_uint32),
    )


class _Extended(ctypes.Structure):
    _fields_ = (
        ("BasicLimitInformation", _Basic),
        ("IoInfo", ctypes.c_uint64 * 6),
        ("ProcessMemoryLimit", ctypes.c_size_t),
        ("JobMemoryLimit", ctypes.c_size_t),
        ("PeakProcessMemoryUsed", ctypes.c_size_t),
        ("PeakJobMemoryUsed", ctypes.c_size_t),
    )


class Worker:
    """One task at a time, each in a process of its own."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._job: Any = None
        self._request = b""
        self._about = ""
        self._limits = Limits()

    def begin(self, function: str, task: Task, limits: Limits) -> None:
        """Start the process; it waits for its request on stdin, so that the job holds before a file is touched."""
        self._about, self._limits = task.about, limits
        self._request = json.dumps({"function": function, "args": list(task.args), "limits": asdict(limits)}).encode()
        self._process = subprocess.Popen(
            command("once", None),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=_NO_WINDOW,
        )
        self._job = _job_for(self._process, limits.memory)

    def fileno(self) -> int:
        """Pipes cannot be waited for here: `finish` does."""
        return -1

    def due(self) -> float:
        """See `fileno`."""
        return time.monotonic()

    def finish(self) -> tuple[Outcome, bool]:
        """Wait for the answer, as long as it may take."""
        process = self._process
        if process is None:
            return outcome_of(KILLED, b"0", self._about, self._limits), False
        try:
            data, _ = process.communicate(self._request, timeout=self._limits.seconds)
        except subprocess.TimeoutExpired:
            self.end()
            return outcome_of(TIMEOUT, b"", self._about, self._limits), True
        code = process.returncode
        self.end()
        if len(data) > self._limits.answer:
            return outcome_of(TOO_LONG, b"", self._about, self._limits), True
        if data[:1] in FROM_CHILD:
            return outcome_of(data[:1], data[1:], self._about, self._limits), True
        return outcome_of(KILLED, str(-abs(code) % 10_000).encode(), self._about, self._limits), True

    def end(self) -> None:
        """Kill the process, and with the job whatever it started."""
        if self._process is not None:
            with contextlib.suppress(OSError):
                self._process.kill()
            self._process.communicate()
            self._process = None
        if self._job is not None:
            _kernel().CloseHandle(self._job)
            self._job = None


def _kernel() -> Any:
    library: Any = getattr(ctypes, "WinDLL")("kernel32", use_last_error=True)  # noqa: B009  # exists on Windows alone
    library.CreateJobObjectW.restype = ctypes.c_void_p
    library.SetInformationJobObject.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_uint32]
    library.AssignProcessToJobObject.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
    library.CloseHandle.argtypes = [ctypes.c_void_p]
    return library


def _job_for(process: subprocess.Popen[bytes], memory: int) -> Any:
    """A job object with the limits, the process in it; None where the system refuses (the time limit still holds)."""
    kernel = _kernel()
    job = kernel.CreateJobObjectW(None, None)
    if not job:
        return None
    limits = _Extended()
    limits.BasicLimitInformation.LimitFlags = (
        _LIMIT_PROCESS_MEMORY | _LIMIT_ACTIVE_PROCESS | _LIMIT_KILL_ON_JOB_CLOSE | _LIMIT_DIE_ON_UNHANDLED_EXCEPTION
    )
    # a virtual environment's python.exe starts the real one
    limits.BasicLimitInformation.ActiveProcessLimit = 2
    limits.ProcessMemoryLimit = memory
    handle: Any = getattr(process, "_handle", None)
    fine = kernel.SetInformationJobObject(
        job, _EXTENDED_LIMIT_INFORMATION, ctypes.byref(limits), ctypes.sizeof(limits)
    ) and kernel.AssignProcessToJobObject(job, int(handle))
    if not fine:
        kernel.CloseHandle(job)
        return None
    return job
