"""The peers: what else could do the work, each in a process of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

EXCEL_MODEL = """
import logging, os, sys, time
os.environ["TQDM_DISABLE"] = "1"
logging.disable(50)
import formulas
start = time.perf_counter()
formulas.ExcelModel().loads(sys.argv[1]).finish().calculate()
print(time.perf_counter() - start)
"""


def excel_model(workbook: Path, limit: float) -> float | None:
    """Seconds that `formulas.ExcelModel` takes to load and calculate the workbook (imports left out); None beyond the limit."""
    try:
        done = subprocess.run(
            [sys.executable, "-c", EXCEL_MODEL, str(workbook)],
            capture_output=True,
            text=True,
            timeout=limit,
            check=True,
        )
    except subprocess.TimeoutExpired:
        return None
    return float(done.stdout.split()[-1])


def soffice_convert(workbook: Path) -> float | None:
    """Seconds of a cold `soffice --headless --convert-to xlsx` with a new profile; None where there is no LibreOffice."""
    soffice = shutil.which("soffice") or shutil.which("libreoffice")
    if soffice is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        command = [
            soffice, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "xlsx",
            "--outdir", folder, str(workbook),
        ]  # fmt: skip
        start = time.perf_counter()
        subprocess.run(command, capture_output=True, check=True, timeout=300)
        return time.perf_counter() - start
