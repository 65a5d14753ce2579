"""Pictures of workbooks, for people to look at: ``python -m tests.office.render FILE.xlsx OUTDIR``."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import tempfile
from pathlib import Path

from tests.office import Office


def render(pdf_path: str | os.PathLike[str], out_dir: str | os.PathLike[str], dpi: int = 70) -> list[Path]:
    """One PNG a page, named after the PDF, in page order; pages of an earlier run are removed."""
    pdf, out = Path(pdf_path), Path(out_dir)
    out.mkdir(parents=True, exist_ok=True)

    def pages() -> list[Path]:
        found = [(re.fullmatch(re.escape(pdf.stem) + r"-(\d+)\.png", file.name), file) for file in out.iterdir()]
        return [file for _, file in sorted((int(match[1]), file) for match, file in found if match)]

    for old in pages():
        old.unlink()
    subprocess.run(["pdftoppm", "-r", str(dpi), "-png", str(pdf), str(out / pdf.stem)], check=True, timeout=600)
    return pages()


def main() -> None:
    """Open a workbook in LibreOffice, print it to PDF, and turn its pages into pictures."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("file", type=Path, help="the workbook")
    parser.add_argument("out_dir", type=Path, help="where the PNG pages go")
    parser.add_argument("--dpi", type=int, default=70)
    parser.add_argument("--whole-sheets", action="store_true", help="one page a sheet, ignoring page breaks")
    choice = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, Office() as office:
        pdf = Path(scratch) / f"{choice.file.stem}.pdf"
        office.run(choice.file, dump=[], pdf=pdf, pdf_one_page_a_sheet=choice.whole_sheets)
        for page in render(pdf, choice.out_dir, choice.dpi):
            print(page)


if __name__ == "__main__":
    main()
