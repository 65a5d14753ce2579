"""What children of the guard are asked to do in tests: everything that a file could make them do."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import time
from typing import Any

from qbe_xl.core.errors import QbeError
from qbe_xl.core.languages import Text
from qbe_xl.safety import Refused
from qbe_xl.safety.nursery import inside_child


def answer(value: Any) -> Any:
    return value


def pid() -> list[int]:
    return [os.getpid(), os.getppid()]


def in_child() -> bool:
    return inside_child()


def sleep(seconds: float) -> str:
    time.sleep(seconds)
    return "slept"


def spin() -> None:
    while True:
        pass


def deaf() -> None:
    """Hangs, and takes no signal that can be refused."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGALRM):
        signal.signal(number, signal.SIG_IGN)
    time.sleep(600)


def killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def segfault() -> None:
    ctypes.string_at(0)


def leaves(code: int) -> None:
    os._exit(code)


def exits() -> None:
    sys.exit(7)


def hungry() -> int:
    return len(bytearray(2 << 30))


def hungry_by_bits() -> int:
    kept = []
    while True:
        kept.append(bytearray(1 << 20))


def talkative(size: int) -> str:
    return "x" * size


def unspeakable() -> object:
    return object()


def refuses(code: str) -> None:
    raise Refused(code, file="a.xlsx", problem=Text("坏了", "broken"))


def wrong_call() -> None:
    raise QbeError("QBE-CAL-002", form="x", known="y")


def breaks() -> None:
    raise RuntimeError("engine on fire")


def writes(path: str) -> str:
    with open(path, "w") as file:
        file.write("x")
        file.flush()
    return "written"


def forks() -> str:
    if os.fork() == 0:
        time.sleep(600)
    return "forked"


def raw(data: str) -> None:
    """Says something of its own to whoever listens, as a child that was taken over would."""
    for handle in range(3, 60):
        try:
            if not os.get_inheritable(handle) and os.readlink(f"/proc/self/fd/{handle}").startswith("pipe:"):
                os.write(handle, data.encode())
        except OSError:
            continue
    os._exit(0)


def says_on_the_terminal() -> str:
    os.write(1, b"this must not be seen\n")
    os.write(2, b"this must not be seen\n")
    return "said"


def open_files() -> list[str]:
    found = []
    for handle in range(64):
        with contextlib.suppress(OSError):
            found.append(os.readlink(f"/proc/self/fd/{handle}"))
    return found
