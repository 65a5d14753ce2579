"""自评报告 as a Word document: the bureau's template, or ours, filled in with the report."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime
from importlib import import_module, resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qbe_xl.core.errors import QbeError
from qbe_xl.core.languages import Lang, Text
from qbe_xl.outputs.report.model import Report
from qbe_xl.outputs.report.word_names import CHARTS, SCALARS, SECTIONS, STYLE_NAMES, TABLES, WORD_STYLES
from qbe_xl.safety.documents import checked_document
from qbe_xl.safety.saving import save_atomically

if TYPE_CHECKING:
    from qbe_xl.outputs.report.word_blocks import Blocks

WORD_SUFFIX = Text(".自评报告.docx", ".report.docx")
_DATE = (1980, 1, 1, 0, 0, 0)  # of the package's parts: the same report gives the same bytes


def write_word(report: Report, target: Path | str, template: Path | str | None = None) -> Path:
    """Write the report; returns where. `template`: a bureau's own, made from `copy_template`; ours by default.

    QbeError QBE-PLN-501 where the libraries for Word are missing, QBE-DOC-001 and 002 for a file that cannot be a template,
    003 to 005 for what is wrong in its text, QBE-CAL-001 where the target cannot be written. The same report gives the same bytes.
    """
    return save_atomically(Path(target), word_bytes(report, template))


def copy_template(target: Path | str, language: Lang = "zh") -> Path:
    """Write our template, for a bureau to edit; returns where. QbeError QBE-CAL-001 where it cannot be written."""
    return save_atomically(Path(target), shipped(language))


def shipped(language: Lang) -> bytes:
    """Our template's bytes."""
    return resources.files("qbe_xl.outputs.report").joinpath(f"report.{language}.docx").read_bytes()


def word_bytes(report: Report, template: Path | str | None = None) -> bytes:
    """The document's bytes; see `write_word`."""
    try:
        for library in ("jinja2", "docx", "docxtpl"):
            import_module(library)
    except ImportError as error:
        raise QbeError("QBE-PLN-501", component="docxtpl") from error
    from qbe_xl.outputs.report.word_blocks import Blocks
    from qbe_xl.outputs.report.word_contents import fill_contents
    from qbe_xl.outputs.report.word_document import Filled, styles_of, tidy
    from qbe_xl.outputs.report.word_template import TemplateEnvironment

    data = shipped(report.language) if template is None else checked_document(template)
    name = f"report.{report.language}.docx" if template is None else Path(template).name
    filled = Filled(data, name)
    styles = styles_of(filled.document, shipped(report.language))
    blocks = Blocks(report.language, styles, lambda: filled.part)
    filled.fill(context(report, blocks), TemplateEnvironment(name, placeholders(report)))
    fill_contents(filled.document, report.language, styles["note"])
    tidy(filled.document)
    _properties(filled.document, report)
    buffer = io.BytesIO()
    filled.document.save(buffer)
    return _same_dates(buffer.getvalue())


def placeholders(report: Report | None = None) -> Any:
    """What a template may name; with a report, what it has besides."""
    from qbe_xl.outputs.report.word_template import Placeholders

    own = report.sections if report is not None else ()
    sections = dict.fromkeys([*SECTIONS, *(each.key for each in own)], "section")
    tables = [*TABLES, *(table.key for each in own for table in each.tables)]
    charts = [*CHARTS, *(chart.key for each in own for chart in each.charts)]
    return Placeholders({**SCALARS, **sections}, tables, charts)


def context(report: Report, blocks: Blocks) -> Mapping[str, object]:
    """The values of the placeholders."""
    from qbe_xl.outputs.report.word_blocks import ABSENT, Block, Members
    from qbe_xl.outputs.report.word_contents import MARKER
    from qbe_xl.outputs.report.word_markup import Shown

    sections = {each.key: blocks.section(report, each) for each in report.sections}
    return {
        "title": Shown(report.title),
        "county": Shown(report.county.text),
        "code": Shown(report.code.text),
        "year": Shown(report.year.text),
        "edition": Shown(report.edition.text),
        "date": Shown(report.date_text),
        "verdict": Shown(report.verdict_word),
        "verdict_text": blocks.paragraph(report.verdict_text),
        "contents": Block(lambda: MARKER),
        "sections": list(sections.values()),
        **dict.fromkeys(SECTIONS, ABSENT),
        **sections,
        "tables": Members({table.key: blocks.table(table) for each in report.sections for table in each.tables}),
        "charts": Members({chart.key: blocks.chart(chart) for each in report.sections for chart in each.charts}),
    }


def _properties(document: Any, report: Report) -> None:
    """Title, author, language and dates of the document."""
    from qbe_xl.outputs.report.word_markup import shown

    day = datetime.fromisoformat(report.date)
    separator = " " if report.language == "en" else ""
    properties = document.core_properties
    properties.title = shown(f"{report.county.text}{separator}{report.title}")[:255]
    properties.author = shown(report.county.text)[:255]
    properties.subject = shown(report.verdict_word)
    properties.language = "zh-CN" if report.language == "zh" else "en-GB"
    properties.last_modified_by = "qbe-xl"
    properties.created = properties.modified = day
    properties.revision = 1


def _same_dates(data: bytes) -> bytes:
    """The package with one date on all parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.namelist():
            info = zipfile.ZipInfo(part, _DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0
            target.writestr(info, source.read(part))
    return buffer.getvalue()


__all__ = ["STYLE_NAMES", "WORD_STYLES", "WORD_SUFFIX", "copy_template", "placeholders", "word_bytes", "write_word"]
