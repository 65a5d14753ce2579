"""Makes the pictures of README and docs from the real workbooks: ``python -m scripts.pictures``.

A shipped sample and the results workbook that ``assess`` writes for it are printed by LibreOffice, a page a sheet, and the
part worth seeing is cut out by ``pdftoppm``. The same machine gives the same bytes; other fonts give other pixels, so no
test compares them. Look at every picture after a run.
"""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from qbe_xl import assess
from qbe_xl.core.languages import Lang
from qbe_xl.outputs.results_workbook import write_results
from scripts.desktop_pictures import desktop_pictures
from tests.office import Office

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "pictures"
SAMPLES = ROOT / "workbooks" / "samples"
DPI = 96
MOST_BYTES = 300_000


@dataclass(frozen=True)
class Picture:
    """One picture: the sample, whether of its results workbook, the sheet, and the part in pixels (width 0: all of it)."""

    name: str
    sample: str
    results: bool
    sheet: str
    lang: Lang = "zh"
    left: int = 0
    top: int = 0
    width: int = 0
    height: int = 0


MEANS = "means-pass-schools-fail"
PICTURES = (
    Picture("overview.zh", MEANS, True, "总览"),
    Picture("overview.en", MEANS, True, "Overview", lang="en"),
    Picture("results-schools.zh", MEANS, True, "学校达标", width=1710, height=470),
    Picture("results-problems.zh", MEANS, True, "问题清单"),
    Picture("results-variation.zh", "cv-unrounded", True, "差异系数", width=1710, height=416),
    Picture("template-schools.zh", MEANS, False, "学校", width=1560, height=420),
    Picture("template-insert.zh", MEANS, False, "学校", top=740, width=1000, height=290),
    Picture("template-primary.zh", MEANS, False, "小学指标", width=2100, height=677),
    Picture("template-verdict.zh", MEANS, False, "评估结果", width=1120, height=700),
)


def printed(office: Office, picture: Picture, scratch: Path) -> tuple[Path, list[str]]:
    """The PDF, a page a sheet, of the workbook a picture shows, and the names of its sheets."""
    book = SAMPLES / f"{picture.sample}.xlsx"
    if picture.results:
        assessment = assess(book)
        book = scratch / f"{picture.sample}.{picture.lang}.xlsx"
        write_results(assessment, book, picture.lang)
    pdf = scratch / f"{book.stem}.{picture.results}.pdf"
    answer = office.run(book, dump=[], pdf=pdf, pdf_one_page_a_sheet=True)
    return pdf, list(answer["sheets"])


def cut(picture: Picture, pdf: Path, page: int) -> Path:
    """Write the picture; RuntimeError where it is too large for a page that people load."""
    target = FOLDER / picture.name
    part = ["-x", picture.left, "-y", picture.top, "-W", picture.width, "-H", picture.height] if picture.width else []
    pages = ["-f", page, "-l", page, "-r", DPI, "-singlefile", "-png"]
    command = ["pdftoppm", *map(str, [*pages, *part]), str(pdf), str(target)]
    subprocess.run(command, check=True, timeout=300)
    file = target.with_name(f"{picture.name}.png")
    if file.stat().st_size >= MOST_BYTES:
        raise RuntimeError(f"{file.name}: {file.stat().st_size} bytes, at most {MOST_BYTES}")
    return file


def main() -> None:
    """Make every picture."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    done: dict[tuple[str, bool, Lang], tuple[Path, list[str]]] = {}
    with tempfile.TemporaryDirectory() as scratch, Office() as office:
        for picture in PICTURES:
            key = (picture.sample, picture.results, picture.lang)
            if key not in done:
                done[key] = printed(office, picture, Path(scratch))
            pdf, sheets = done[key]
            file = cut(picture, pdf, sheets.index(picture.sheet) + 1)
            print(file.relative_to(ROOT), file.stat().st_size)
    desktop_pictures()


if __name__ == "__main__":
    main()
