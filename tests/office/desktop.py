"""A real LibreOffice window on a screen of its own, for tests that click: Xvfb, openbox, xdotool.

    with Desktop(extension=oxt, site=environment) as desktop:
        desktop.open(book)
        desktop.click("MENU", "优质均衡")
        desktop.screenshot(target)

Where something is on the screen is asked of LibreOffice's accessibility interface, so no test knows pixels. The display
is the first free one; everything is ended with the block.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from queue import Empty, Queue
from types import TracebackType
from typing import Any, TypeVar

from qbe_xl.hosts.libreoffice.installed import write_note
from tests.office import START_SECONDS, OfficeError, _collect, _pipes, find_office, install

WIDTH, HEIGHT = 1280, 800
SECONDS = 120.0  # for anything to appear: machines are slow at times
NEEDED = {"Xvfb": "xvfb", "openbox": "openbox", "xdotool": "xdotool", "import": "imagemagick"}
_SERVER = Path(__file__).with_name("desktop_script.py")
# Document windows fill the screen, dialogs stand in its middle, and no key or click belongs to the window manager.
_OPENBOX = """<?xml version="1.0" encoding="UTF-8"?>
<openbox_config xmlns="http://openbox.org/3.4/rc">
 <placement><policy>Smart</policy><center>yes</center></placement>
 <desktops><number>1</number></desktops>
 <focus><focusNew>yes</focusNew></focus>
 <theme><name>Clearlooks</name><titleLayout>NLIMC</titleLayout></theme>
 <keyboard></keyboard>
 <mouse>
  <context name="Client"><mousebind button="Left" action="Press"><action name="Focus"/><action name="Raise"/></mousebind></context>
  <context name="Close"><mousebind button="Left" action="Click"><action name="Close"/></mousebind></context>
 </mouse>
 <applications><application type="normal"><maximized>yes</maximized></application></applications>
</openbox_config>
"""
T = TypeVar("T")


class Desktop:
    """One screen with one LibreOffice on it."""

    def __init__(self, extension: Path | None = None, site: Path | None = None, ui: str = "zh-CN") -> None:
        """extension: an .oxt to install first; site: what its note on our environment names; ui: language of menus."""
        self._extension, self._site, self._ui = extension, site, ui
        self._processes: list[subprocess.Popen[str]] = []
        self._server: subprocess.Popen[str] | None = None
        self._answers: Queue[str | None] = Queue()
        self._profile = Path()
        self.display = ""

    def __enter__(self) -> Desktop:
        missing = sorted({package for program, package in NEEDED.items() if shutil.which(program) is None})
        if missing:
            raise OfficeError(f"Missing for tests with real windows: {' '.join(missing)}. `make office` installs them.")
        self._profile = Path(tempfile.mkdtemp(prefix="qbe-desktop-"))
        try:
            self._start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # ---- starting and ending ----

    def _environment(self) -> dict[str, str]:
        keep = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
        keep.pop("WAYLAND_DISPLAY", None)
        own = {
            "HOME": str(self._profile),
            "TMPDIR": str(self._profile),
            "SAL_USE_VCLPLUGIN": "gen",
            "LC_ALL": "C.UTF-8",
            "FC_LANG": "zh-cn",  # else Chinese punctuation takes another country's shapes
            "DISPLAY": self.display,
            "QBE_DESKTOP_UI": self._ui,
        }
        return keep | own

    def _start(self) -> None:
        soffice, python = find_office()
        if self._extension is not None:
            install(self._extension, self._profile, self._environment())
        self._start_screen()
        if self._site is not None:
            write_note(self._profile / "user", self._site)
        self._server = self._spawn([python, "-I", str(_SERVER), soffice, str(self._profile)], talks=True)
        threading.Thread(target=_collect, args=(self._server, self._answers), daemon=True).start()
        self._answer(START_SECONDS)

    def _start_screen(self) -> None:
        reading, writing = os.pipe()
        size = f"{WIDTH}x{HEIGHT}x24"
        try:
            self._spawn(
                ["Xvfb", "-displayfd", str(writing), "-screen", "0", size, "-nolisten", "tcp", "-noreset"],
                pass_fds=(writing,),
            )
        finally:
            os.close(writing)
        with os.fdopen(reading) as numbers:
            self.display = f":{numbers.readline().strip()}"  # empty where it could not start
        if self.display == ":":
            raise OfficeError(f"Xvfb did not start: {self._logged()}")
        config = self._profile / "openbox.xml"
        config.write_text(_OPENBOX, encoding="utf-8")
        self._spawn(["openbox", "--sm-disable", "--config-file", str(config)])

    def _spawn(self, command: list[str], talks: bool = False, pass_fds: tuple[int, ...] = ()) -> subprocess.Popen[str]:
        pipe = subprocess.PIPE if talks else subprocess.DEVNULL
        with (self._profile / "log").open("ab") as log:
            process = subprocess.Popen(
                command, stdin=pipe, stdout=pipe, stderr=log, env=self._environment(), text=True, encoding="utf-8",
                start_new_session=True, pass_fds=pass_fds,
            )  # fmt: skip
        self._processes.append(process)
        return process

    def close(self) -> None:
        """End the office, the window manager and the screen; remove the profile. Harmless when repeated."""
        if self._server is not None and self._server.stdin is not None:
            with contextlib.suppress(OSError):
                self._server.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._server.wait(20)
        for process in reversed(self._processes):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if process.stdout is not None:
                process.stdout.close()
        self._processes, self._server = [], None
        if self._profile != Path():
            for pipe in _pipes(self._profile):
                pipe.unlink(missing_ok=True)
            shutil.rmtree(self._profile, ignore_errors=True)
        self._profile = Path()

    def _logged(self) -> str:
        with contextlib.suppress(OSError):
            return (self._profile / "log").read_text(encoding="utf-8", errors="replace")[-2000:].strip()
        return ""

    # ---- asking the office ----

    def ask(self, do: str, timeout: float = SECONDS, **job: Any) -> dict[str, Any]:
        """A request to the office, see ``desktop_script.py``. OfficeError where it fails."""
        if self._server is None or self._server.stdin is None:
            raise OfficeError("no LibreOffice is running")
        try:
            self._server.stdin.write(json.dumps({"do": do, **job}) + "\n")
            self._server.stdin.flush()
        except OSError as problem:
            raise OfficeError(f"LibreOffice is gone. {self._logged()}") from problem
        answer = self._answer(timeout)
        if not answer.pop("ok"):
            raise OfficeError(f"{do}: {answer['error']}")
        return answer

    def _answer(self, timeout: float) -> dict[str, Any]:
        try:
            line = self._answers.get(timeout=timeout)
        except Empty:
            raise OfficeError(f"LibreOffice did not answer within {timeout:g} s. {self._logged()}") from None
        if line is None:
            raise OfficeError(f"LibreOffice ended unexpectedly. {self._logged()}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def log(self) -> str:
        """What the add-in wrote into its log."""
        path = self._profile / "user" / "qbe_xl.log"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def open(self, book: Path) -> None:
        """Open a copy of this workbook, and wait until its window stands."""
        copy = self._profile / book.name
        shutil.copyfile(book, copy)
        self.ask("open", path=str(copy))
        self.until("the window", lambda: self.find("MENU", "文件" if self._ui == "zh-CN" else "File"))

    def find(self, role: str, text: str = "", everywhere: bool = False) -> list[dict[str, Any]]:
        """What is on show with this role (``MENU``, ``STATIC`` …) and this text in its name; ``left``, ``top`` … in
        pixels of the screen. In the newest window that has any, or everywhere."""
        found: list[dict[str, Any]] = self.ask("find", role=role, text=text, everywhere=everywhere)["found"]
        return found

    def until(self, what: str, holds: Callable[[], T], seconds: float = SECONDS) -> T:
        """Wait until something holds, and return it. OfficeError where it never does."""
        give_up = time.monotonic() + seconds
        while True:
            result = holds()
            if result:
                return result
            if time.monotonic() > give_up:
                raise OfficeError(f"waited {seconds:g} s for {what}. {self.log()[-1000:]}")
            time.sleep(0.1)

    # ---- what a user does ----

    def click(self, role: str, text: str) -> None:
        """Wait until this stands still on the screen, move the pointer onto it, and click."""
        self.click_at(self.until(f"{role} {text}", lambda: self._settled(role, text)))

    def click_at(self, place: dict[str, Any]) -> None:
        """Move the pointer onto something that was found, and click."""
        self.point(place)
        time.sleep(0.1)  # a pointer that arrives and presses at once is not seen as over the entry
        self.xdotool("click", "1")

    def point(self, place: dict[str, Any]) -> None:
        """Move the pointer onto something that was found."""
        left, top = place["left"] + place["width"] // 2, place["top"] + place["height"] // 2
        self.xdotool("mousemove", str(left), str(top))

    def _settled(self, role: str, text: str) -> dict[str, Any] | None:
        before = self.find(role, text)
        if not before:
            return None
        time.sleep(0.15)
        return before[0] if before == self.find(role, text) else None

    def key(self, *keys: str) -> None:
        """Press keys, named as xdotool does: ``ctrl+z``."""
        self.xdotool("key", "--clearmodifiers", *keys)

    def xdotool(self, *arguments: str) -> str:
        done = subprocess.run(
            ["xdotool", *arguments], env=self._environment(), capture_output=True, text=True, timeout=60, check=False
        )
        if done.returncode != 0:
            raise OfficeError(f"xdotool {' '.join(arguments)}: {done.stderr.strip()}")
        return done.stdout.strip()

    def screenshot(self, target: Path) -> Path:
        """The whole screen as PNG."""
        target.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["import", "-window", "root", "-strip", f"png:{target}"], env=self._environment(), check=True, timeout=60
        )
        return target
