"""The process that stands between us and a submitted file: it makes one fresh child a file, and watches it.

The nursery itself never looks into a file. For each request it forks a child with limits of memory and time, hands its
answer on, and kills it where it does not keep to them; a fresh child a file also means that a file which took its
child over cannot touch the next one. It ends when its owner does: the pipe from the owner closes. POSIX only; on
Windows `once` answers a single request in this process, and its owner sets the limits.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import struct
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any, NoReturn

from qbe_xl.core.errors import QbeError
from qbe_xl.core.languages import Text
from qbe_xl.safety.package import Refused

# One letter says what an answer is. The first five come from the child, the rest from the nursery alone.
RESULT, REFUSED, WRONG, MEMORY, FAILED = b"R", b"F", b"Q", b"M", b"E"
TIMEOUT, KILLED, TOO_LONG = b"T", b"K", b"L"
FROM_CHILD = frozenset((RESULT, REFUSED, WRONG, MEMORY, FAILED))
HEADER = struct.Struct("<cQ")

_TRACE = 8_000  # characters of a traceback that travel
_CHUNK = 1 << 18
_FILES = 64  # a child opens a handful
_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38

_inside = False


def inside_child() -> bool:
    """Whether this is a guarded child: only there may formats be read whose readers can end the process."""
    return _inside


def resolve(name: str) -> Callable[..., Any]:
    """The function called `module:name`."""
    module, _, attribute = name.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), attribute)
    return found


# ---- in the child


def answer(request: dict[str, Any]) -> bytes:
    """Run what is asked for; the answer's letter and its JSON. Whatever happens in it becomes an answer."""
    global _inside
    _inside = True
    try:
        result = resolve(request["function"])(*request["args"])
        return RESULT + _json(result)
    except Refused as refused:
        return REFUSED + _json({"code": refused.code, "values": _values(refused.values)})
    except QbeError as error:
        return WRONG + _json({"code": error.code, "values": _values(error.values)})
    except MemoryError:
        return MEMORY
    except BaseException as error:
        # also what is no Exception: a reader's panic in another language comes so
        told = {"kind": type(error).__name__, "problem": str(error)[:200], "trace": traceback.format_exc()[-_TRACE:]}
        return FAILED + _json({**told, "fatal": not isinstance(error, Exception)})


def _json(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", errors="surrogatepass")


def _values(values: dict[str, object]) -> dict[str, object]:
    """A message's values as JSON: texts in both languages as pairs, what is no plain value as text."""
    plain: dict[str, object] = {}
    for name, value in values.items():
        if isinstance(value, Text):
            plain[name] = [value.zh, value.en]
        else:
            plain[name] = value if isinstance(value, str | int | float | None) else str(value)
    return plain


def _child(request: dict[str, Any], out: int) -> NoReturn:
    code = 1
    try:
        _restrict(request["limits"])
        _write(out, answer(request))
        code = 0
    except (OSError, MemoryError, ValueError, TypeError):
        code = 1  # nobody reads any more, or there is no memory even to say so: the nursery tells
    finally:
        os._exit(code)


def _restrict(limits: dict[str, Any]) -> None:
    """Memory, processor time, files and processes of this process; nothing may be written to any file."""
    import resource

    memory = max(int(limits["memory"]), _address_space() + int(limits["memory"]) // 2)
    seconds = int(limits["seconds"]) + 2
    for kind, soft in (
        ("RLIMIT_AS", memory),
        ("RLIMIT_CPU", seconds),
        ("RLIMIT_CORE", 0),
        ("RLIMIT_FSIZE", 0),
        ("RLIMIT_NOFILE", _FILES),
        ("RLIMIT_NPROC", 0),
    ):
        number = getattr(resource, kind, None)
        if number is None:
            continue
        with contextlib.suppress(OSError, ValueError):  # a stricter limit holds already, or the system has none
            resource.setrlimit(number, (soft, soft))
    sys.dont_write_bytecode = True


def _address_space() -> int:
    """Bytes that the process has mapped already, 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


# ---- the nursery


def serve(requests: int, answers: int, prepare: str | None) -> NoReturn:
    """Answer requests until their pipe closes, then end. Never returns: what the process was before is not to go on."""
    try:
        _settle()
        if prepare is not None:
            with contextlib.suppress(ImportError):  # each child will meet the same and say so
                resolve(prepare)()
        gc.collect()
        gc.freeze()  # children would copy every page that a collection touches
        prctl = _prctl()
        while (request := _read_frame(requests)) is not None:
            kind, data = _watched(json.loads(request), requests, answers, prctl)
            _write(answers, HEADER.pack(kind, len(data)), data)
    except OSError:
        pass  # the owner is gone
    finally:
        os._exit(0)


def _settle() -> None:
    """A session of its own, so that Ctrl-C reaches the owner alone; nothing is read from or shown on the terminal."""
    import resource  # noqa: F401  # the children need it at once

    with contextlib.suppress(OSError):
        os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGPIPE, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    os.close(null)


def _prctl() -> Callable[[int, int], object]:
    """Linux: how a child asks to die with its parent, and to gain no rights. Elsewhere it does nothing."""
    if sys.platform != "linux":
        return lambda option, value: None
    import ctypes

    try:
        library = ctypes.CDLL(None, use_errno=True)
        call = library.prctl
    except (OSError, AttributeError):
        return lambda option, value: None
    return lambda option, value: call(option, ctypes.c_ulong(value), 0, 0, 0)


def _watched(
    request: dict[str, Any], requests: int, answers: int, prctl: Callable[[int, int], object]
) -> tuple[bytes, bytes]:
    """One child from its birth to its burial: the letter and the bytes of its answer."""
    read, write = os.pipe()
    me = os.getpid()
    pid = os.fork()
    if pid == 0:
        with contextlib.suppress(OSError):
            os.setpgid(0, 0)
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        prctl(_PR_SET_NO_NEW_PRIVS, 1)
        if os.getppid() != me:  # it died before we asked
            os._exit(1)
        for pipe in (read, requests, answers):  # it speaks to the nursery alone
            os.close(pipe)
        _child(request, write)
    os.close(write)
    # ours too: whoever comes first
    with contextlib.suppress(OSError):
        os.setpgid(pid, pid)
    limits = request["limits"]
    try:
        data, ended = _collected(read, requests, float(limits["seconds"]), int(limits["answer"]))
    finally:
        os.close(read)
        status = _bury(pid)
    if ended is not None:
        return ended, b""
    kind = data[:1]
    if kind in FROM_CHILD:
        return kind, data[1:]
    number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else -os.WEXITSTATUS(status)
    if number == signal.SIGXCPU:
        return TIMEOUT, b""
    return KILLED, str(number).encode()


def _collected(pipe: int, owner: int, seconds: float, most: int) -> tuple[bytes, bytes | None]:
    """What the child writes until it closes its end, or why it was not waited for any longer."""
    end = time.monotonic() + seconds
    chunks: list[bytes] = []
    size = 0
    while True:
        left = end - time.monotonic()
        if left <= 0:
            return b"", TIMEOUT
        ready, _, _ = select.select([pipe, owner], [], [], left)
        if pipe in ready:
            chunk = os.read(pipe, _CHUNK)
            if not chunk:
                return b"".join(chunks), None
            chunks.append(chunk)
            size += len(chunk)
            if size > most:
                return b"", TOO_LONG
        elif owner in ready:
            # one request at a time: what comes now is the end of the owner
            raise BrokenPipeError
    raise AssertionError  # pragma: no cover


def _bury(pid: int) -> int:
    """Kill the child's whole group and take its exit status."""
    ended, status = os.waitpid(pid, os.WNOHANG)
    if not ended:
        # it may be between its last word and its end; killing it then would change nothing but its status
        for _ in range(20):
            time.sleep(0.0005)
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                break
    for kill in (os.killpg, os.kill):  # a child that was taken over may have left its group
        with contextlib.suppress(OSError):
            if kill is os.killpg or not ended:
                kill(pid, signal.SIGKILL)
    if not ended:
        _, status = os.waitpid(pid, 0)
    return status


# ---- pipes


def _write(pipe: int, *pieces: bytes) -> None:
    for piece in pieces:
        view = memoryview(piece)
        while view:
            view = view[os.write(pipe, view) :]


def _read_frame(pipe: int) -> bytes | None:
    """A request: its length, then its JSON. None at the end of the pipe."""
    head = _read(pipe, 8)
    if len(head) < 8:
        return None
    length = int.from_bytes(head, "little")
    data = _read(pipe, length)
    return data if len(data) == length else None


def _read(pipe: int, length: int) -> bytes:
    chunks = []
    while length:
        chunk = os.read(pipe, min(length, _CHUNK))
        if not chunk:
            break
        chunks.append(chunk)
        length -= len(chunk)
    return b"".join(chunks)


# ---- started as a program


def main() -> NoReturn:
    """A nursery that was started as a program of its own: requests on stdin, answers on stdout."""
    requests, answers = os.dup(0), os.dup(1)
    serve(requests, answers, sys.argv[2] or None)


def once() -> None:
    """One request on stdin, its answer on stdout, in this process: where processes cannot fork (Windows)."""
    request = json.loads(sys.stdin.buffer.read())
    out = os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    _write(out, answer(request))
