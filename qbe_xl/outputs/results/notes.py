"""口径说明: which rules, from where, how well known, what is on and off, and which file was assessed."""

from __future__ import annotations

from qbe_xl.assessment.results import Assessment
from qbe_xl.core.languages import Text
from qbe_xl.outputs.results.book import Sheet
from qbe_xl.standards import model

WIDTHS = (30.0, 44.0, 30.0, 26.0, 44.0)
_LAST = len(WIDTHS) - 1


def write_notes(sheet: Sheet, result: Assessment) -> None:
    """The whole sheet."""
    sheet.title()
    _file(sheet, result)
    _rounding(sheet, result)
    _conventions(sheet, result)
    _options(sheet, result)
    _documents(sheet, result)
    _sources(sheet, result)


def _pair(sheet: Sheet, name: str, text: str) -> None:
    book, row = sheet.book, sheet.row
    sheet.text(row, 0, name, book.words(bold=True))
    sheet.merged(row, 1, _LAST, text, book.words())
    sheet.height(row, [(name, sheet.widths[0]), (text, sheet.span(1, _LAST))])
    sheet.row += 1


def _file(sheet: Sheet, result: Assessment) -> None:
    from qbe_xl import __version__

    lang, edition, file = sheet.lang, result.edition, result.submission.file
    sheet.heading(Text("评估对象和所用规则", "What was assessed, and by which rules")[lang])
    unknown = Text("（无）", "(none)")[lang]
    rows = (
        (Text("所报文件", "File"), file.name),
        (Text("文件 SHA-256", "SHA-256 of the file"), file.sha256 or unknown),
        (Text("表式", "Form"), result.submission.form or unknown),
        (
            Text("版本", "Edition"),
            f"{edition.name[lang]}" + (f"（{edition.id}）" if lang == "zh" else f" ({edition.id})"),
        ),
        (Text("基于版本", "Built upon"), edition.extends or ""),
        (Text("版本摘要", "Digest of the edition"), edition.digest),
        (Text("程序版本", "Engine"), f"qbe-xl {__version__}"),
    )
    for name, text in rows:
        if text:
            _pair(sheet, name[lang], text)
    sheet.row += 1


def _rounding(sheet: Sheet, result: Assessment) -> None:
    lang, rule = sheet.lang, result.edition.file.resource_rule
    sheet.heading(Text("判定和显示", "How it is decided and shown")[lang])
    _pair(sheet, Text("资源配置", "Resources")[lang], f"{rule.text[lang]} {rule.source.sentence(lang)}")
    text = Text(
        "一律用未取整的精确数判定；单元格保存完整数值，显示时差异系数取三位、其他取两位小数，四舍五入。"
        "取整后会与判定相矛盾的，自动多显示几位（如 0.5018＞0.50）。",
        "Every decision is made on exact, unrounded numbers. Cells hold the full value; shown are three decimals of a CV and two "
        "of other figures, and as many more as it takes not to contradict the status (0.5018 > 0.50).",
    )
    _pair(sheet, Text("取整", "Rounding")[lang], text[lang])
    text = Text(
        "达标、不达标、待定（缺数据）。任一不达标即不达标；没有不达标而有缺数据即待定；不适用视同达标。空白是缺数据，不当作 0。",
        "Met, not met, undetermined (no data). One not met makes the whole not met; none not met but data missing makes it "
        "undetermined; not applicable counts as met. A blank is missing, not 0.",
    )
    _pair(sheet, Text("三种判定", "Three answers")[lang], text[lang])
    text = Text(
        "综合差异系数为七项差异系数的算术平均，仅供参考，不参与判定。",
        "The composite CV is the plain mean of the seven CVs; it is for information only and decides nothing.",
    )
    _pair(sheet, Text("综合差异系数", "Composite CV")[lang], text[lang])
    sheet.row += 1


def _conventions(sheet: Sheet, result: Assessment) -> None:
    lang, edition = sheet.lang, result.edition
    sheet.heading(Text("采用的口径", "Conventions in force")[lang])
    for key in edition.conventions:
        head, _, tail = key.partition(".")
        name = getattr(edition.file.units, tail).name[lang] if head == "units" else head
        _pair(sheet, name, f"{edition.convention_text(key)[lang]}" + (f"（{key}）" if lang == "zh" else f" ({key})"))
    for name in ("excluded_types", "teaching_point_min_pupils"):
        unit_rule = getattr(edition.file.units, name)
        if not unit_rule.convention:
            _pair(sheet, unit_rule.name[lang], f"{unit_rule.text[lang]} {unit_rule.source.sentence(lang)}")
    sheet.row += 1


def _options(sheet: Sheet, result: Assessment) -> None:
    lang, edition = sheet.lang, result.edition
    on = [option for option in edition.file.options if option.id in edition.options]
    off = [option for option in edition.file.options if option.id not in edition.options]
    for title, options in (
        (Text("已启用的放宽选项", "Relaxations switched on"), on),
        (Text("未启用的放宽选项", "Relaxations known but off"), off),
    ):
        sheet.heading(title[lang])
        if not options:
            _pair(sheet, Text("（无）", "(none)")[lang], "")
        for option in options:
            text = f"{option.criterion}　{option.name[lang]}　{option.source.sentence(lang)}"
            _pair(sheet, option.id, text if lang == "zh" else text.replace("　", "  "))
        sheet.row += 1


def _documents(sheet: Sheet, result: Assessment) -> None:
    lang = sheet.lang
    sheet.heading(Text("文件", "Documents")[lang])
    for key, document in result.edition.file.documents.items():
        note = document.note[lang] if document.note is not None else ""
        year = f"（{document.year}）" if lang == "zh" else f" ({document.year})"
        text = f"{document.name[lang]}{year if document.year else ''}{'。' if lang == 'zh' else '. '}{note}"
        _pair(sheet, key, text)
    sheet.row += 1


def _sources(sheet: Sheet, result: Assessment) -> None:
    lang, book = sheet.lang, sheet.book
    sheet.heading(Text("各项依据", "Source of every criterion")[lang])
    columns = (
        Text("编号", "Id"),
        Text("项目", "Criterion"),
        Text("文件、条款", "Document, article"),
        Text("可靠程度", "How well known"),
        Text("说明", "Note"),
    )
    sheet.header([column[lang] for column in columns])
    for criterion in result.edition.file.criteria:
        source = criterion.source
        if source is None:
            continue
        notes = [note[lang] for note in (criterion.note, source.note) if note is not None]
        texts = (
            criterion.id,
            criterion.name[lang],
            f"{source.document} {source.article or ''}".strip(),
            f"{source.confidence} {model.CONFIDENCE_NAMES[source.confidence][lang]}",
            (" " if lang == "en" else "").join(notes),
        )
        for column, text in enumerate(texts):
            sheet.text(sheet.row, column, text, book.words(bold=column == 0))
        sheet.height(sheet.row, [(text, sheet.widths[i]) for i, text in enumerate(texts)])
        sheet.row += 1
