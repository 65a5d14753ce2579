"""A real browser for the HTML report: Chromium without a screen. `QBE_CHROMIUM` names another command."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest

_LIMIT = 120  # seconds for one page
_RESULT = re.compile(r'<script type="application/json" id="result">(.*?)</script>', re.DOTALL)


def find_chromium() -> str:
    """The browser's path; its absence fails the test, for a skipped check is no check."""
    found = shutil.which(os.environ.get("QBE_CHROMIUM", "chromium"))
    if found is None:
        pytest.fail("no Chromium: run scripts/setup_office.sh, or name it in QBE_CHROMIUM", pytrace=False)
    return found


def chromium(page: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Open a page of this machine with these options; nothing but the page itself can be reached."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        return subprocess.run(
            [
                find_chromium(), "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                f"--user-data-dir={profile}", "--proxy-server=127.0.0.1:9", "--enable-logging=stderr", "--virtual-time-budget=5000",
                *options, page.as_uri(),
            ],
            check=True, capture_output=True, text=True, encoding="utf-8", timeout=_LIMIT,
        )  # fmt: skip


def print_pdf(page: Path, target: Path) -> Path:
    """The page on paper, as its style asks for."""
    chromium(page, "--no-pdf-header-footer", f"--print-to-pdf={target}")
    return target


def ask(page: Path, script: str, width: int = 1200) -> Any:
    """What a function body returns that is run on the loaded page, unchanged, in a window so wide.

    The page stands in a frame, since its own policy lets no other script run in it; `doc` and `win` are its own.
    """
    frame = page.with_name(f"{page.stem}.frame.html")
    frame.write_text(
        f'<!DOCTYPE html><meta charset="utf-8"><body style="margin:0">'
        f'<iframe id="page" style="width:{width}px;height:900px;border:0" srcdoc="{html.escape(page.read_text(encoding="utf-8"))}">'
        f'</iframe><script type="application/json" id="result">null</script><script>'
        f'const frame = document.getElementById("page");'
        f'frame.addEventListener("load", () => {{ const win = frame.contentWindow, doc = frame.contentDocument;'
        f"const answer = (() => {{ {script} }})();"
        f'document.getElementById("result").textContent = JSON.stringify(answer).replace(/</g, "\\\\u003c"); }});'
        f"</script></body>",
        encoding="utf-8",
    )
    found = _RESULT.search(chromium(frame, "--dump-dom").stdout)
    assert found is not None
    return json.loads(found[1])
