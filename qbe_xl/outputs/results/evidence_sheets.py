"""概况, 县级档案 and 学校档案: the list of evidence as sheets that people work in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from qbe_xl.core.languages import STATUS_NAMES, Text
from qbe_xl.outputs.results.book import LINK, Sheet
from qbe_xl.outputs.results.drawing import Look
from qbe_xl.outputs.results.links import link_to_path
from qbe_xl.planning.evidence.evidence import (
    COVER_NAMES,
    MANUAL,
    SAYABLE,
    STATE_NAMES,
    Backing,
    Cover,
    Entry,
    Evidence,
    Row,
    State,
)
from qbe_xl.planning.evidence.reading import ABOUT, COLUMNS
from qbe_xl.planning.evidence.serial import lacking_text
from qbe_xl.standards.materials import Level
from qbe_xl.standards.model import CONFIDENCE_NAMES

_COUNTY = ("volume", "id", "title", "criteria", "state", "have", "missing", "open", "files", "why")
_SCHOOL = ("school", "volume", "id", "title", "criteria", "state", "have", "missing", "open", "files", "why")
_BACK = ("code", "source")
_WIDTHS = {
    "code": 16.0, "school": 17.0, "volume": 12.0, "id": 10.0, "title": 25.0, "criteria": 10.0, "state": 10.0, "have": 11.0,
    "missing": 11.0, "open": 6.5, "files": 34.0, "why": 24.0, "source": 36.0, "said": 10.0, "place": 16.0, "years": 13.0,
    "who": 12.0, "note": 15.0,
}  # fmt: skip
_OWN_WIDTH = 16.0
OVERVIEW_WIDTHS = (15.0, 48.0, 14.0, 11.0, 9.0, 9.5, 74.0)
VOLUME_WIDTHS = (40.0, 12.0, 12.0, 12.0, 12.0, 12.0, 60.0)
_TO_FILL = "#FFFBE6"
STATE_LOOKS: dict[State, str] = {"have": "pass", "none": "error", "check": "query", "not_applicable": "not_applicable", "visit": "explained"}
COVER_LOOKS: dict[Cover, str] = {"complete": "pass", "partial": "query", "none": "error", "nothing_wanted": "not_applicable"}
_CENTRED = frozenset({"id", "criteria", "have", "missing"})
# What opens as a document; a link that starts a program would be no help.
_DOCUMENTS = frozenset({
    ".pdf", ".ofd", ".doc", ".docx", ".wps", ".rtf", ".xls", ".xlsx", ".et", ".ods", ".odt", ".csv", ".txt", ".ppt", ".pptx", ".dps",
    ".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".gif", ".heic", ".mp4", ".zip", ".rar", ".7z",
})  # fmt: skip
MOST_LINKS = 60000  # Excel holds some 65,000 on a sheet
_FILES_NAMED = 3
_UNMATCHED_SHOWN = 200
UNPROVED = Text("数据达标、缺佐证", "Passes, no evidence")


def columns(evidence: Evidence, level: Level) -> tuple[str, ...]:
    """Keys of the columns: ours, those that people fill in, the bureau's own by their names, ours again."""
    front, back = (_COUNTY, _BACK[1:]) if level == "county" else (_SCHOOL, _BACK)
    return (*front, *MANUAL, *evidence.columns, *back)


def widths(evidence: Evidence, level: Level) -> tuple[float, ...]:
    """The widths of these columns."""
    return tuple(_WIDTHS.get(key, _OWN_WIDTH) for key in columns(evidence, level))


def write_list(sheet: Sheet, evidence: Evidence, level: Level, folder: str | None) -> None:
    """A row for every material of the county, or for every school and material.

    `folder`: the way from the workbook to the evidence folder, None where it has none. Rows of the last list without a
    place in this one, and rows that people added, come last.
    """
    lang, keys = sheet.lang, columns(evidence, level)
    names = COLUMNS | MANUAL
    note = Text(
        "浅黄色各列由人填写：人工认定优先于文件名的判断；“年份（人工）”写 2023、2022—2024 或“齐”。"
        "列可以移动、增加，行可以排序；下次用 --list 指明本文件即沿用。",
        "The pale yellow columns are filled in by hand. What is decided there counts before what names suggest; years as 2023, 2022-2024 or "
        "“all”. Columns may be moved or added, rows sorted; name this file with --list next time and all is carried on.",
    )[lang]
    last = len(keys) - 1 - (len(_BACK) if level == "school" else 1) - len(evidence.columns)
    sheet.text(0, 0, sheet.subject, sheet.book.format(bold=True, font_size=15))
    sheet.row_height(0, 27)
    sheet.merged(1, 0, last, note, sheet.book.format(font_color="#4B5563", wrap=True, valign="top"))
    sheet.height(1, [(note, sheet.span(0, last))])
    sheet.row = 2
    head = sheet.header([names[key][lang] if key in names else key for key in keys])
    sheet.freeze(sheet.row, keys.index("title") + 1)
    sheet.repeat(head)
    links = 0
    for entry in evidence.entries:
        if entry.material.level == level:
            links += _entry(sheet, evidence, entry, keys, folder if links < MOST_LINKS else None)
    for row in evidence.kept:
        if bool(row.school or row.code) == (level == "school"):
            _kept(sheet, row, keys)
    for own in evidence.own:
        if bool(own.get("school") or own.get("code")) == (level == "school"):
            _plain_row(sheet, keys, own)
    said = keys.index("said")
    sheet.drawn.choices.append(((head + 1, said, max(head + 1, sheet.row - 1), said), tuple(STATE_NAMES[s][lang] for s in SAYABLE)))
    sheet.autofilter((head, 0, max(head, sheet.row - 1), len(keys) - 1))
    sheet.drawn.print_area = (0, 0, sheet.row - 1, last + len(evidence.columns))


def _entry(sheet: Sheet, evidence: Evidence, entry: Entry, keys: Sequence[str], folder: str | None) -> bool:
    """One row; whether it holds a link."""
    lang, book, material = sheet.lang, sheet.book, entry.material
    source = material.source
    files, link = files_of(entry, lang, folder)
    if not entry.wanted:
        years = ("", "")
    elif not material.years:
        current = Text("现行", "in force")[lang]
        years = (current, "") if entry.state == "have" else ("", current if entry.state == "none" else "")
    else:
        years = (spans(entry.years_have), spans(entry.missing_years))
    texts: dict[str, str] = {
        "volume": evidence.materials.volume(material).name[lang], "id": material.id, "title": material.name[lang],
        "code": "" if entry.school == entry.name else entry.school, "school": entry.name, "criteria": " ".join(material.criteria),
        "state": STATE_NAMES[entry.state][lang], "have": years[0], "missing": years[1], "files": files,
        "open": COLUMNS["open"][lang] if link is not None else "", "why": entry.why[lang],
        "source": f"{source.document if lang == 'zh' else evidence.materials.file.documents[source.document].name.en}"
                  f"{f' {source.article}' if source.article and lang == 'zh' else ''}（{CONFIDENCE_NAMES[source.confidence][lang]}）",
        **entry.manual, **entry.extra,
    }  # fmt: skip
    if lang == "en":
        texts["source"] = texts["source"].replace("（", " (").replace("）", ")")
    for column, key in enumerate(keys):
        look: Look = book.words()
        if key == "state":
            look = book.status(STATE_LOOKS[entry.state], align="center")
        elif key == "missing" and texts[key]:
            look = book.cell(align="center", wrap=True, bold=True)
        elif key in _CENTRED:
            look = book.cell(align="center", wrap=True)
        elif key == "open" and link is not None:
            look = book.cell(align="center", font_color=LINK, underline=True)
        elif key not in COLUMNS:
            look = book.words(fill=_TO_FILL)
        sheet.text(sheet.row, column, texts.get(key, ""), look, link if key == "open" else None)
    sheet.height(sheet.row, [(texts.get(key, ""), sheet.widths[n] - 1) for n, key in enumerate(keys) if key != "source"], least=20)
    sheet.row += 1
    return link is not None


def files_of(entry: Entry, lang: str, folder: str | None) -> tuple[str, str | None]:
    """What the row says of its files, and where it leads: to the file, or to the folder that holds all of them."""
    claims = entry.files or entry.candidates
    if not claims:
        return "", None
    doubtful = not entry.files
    paths = list(dict.fromkeys(claim.path for claim in claims))
    if len(paths) == 1:
        text = paths[0]
        link = None
        if folder is not None and PurePosixPath(paths[0]).suffix.lower() in _DOCUMENTS:
            link = link_to_path(paths[0], folder)
    else:
        shown = [PurePosixPath(path).name for path in paths[:_FILES_NAMED]]
        more = len(paths) - len(shown)
        count = f"{len(paths)} 个文件：" if lang == "zh" else f"{len(paths)} files: "
        rest = "" if not more else f"，另有 {more} 个" if lang == "zh" else f", {more} more"
        text = count + ("、" if lang == "zh" else ", ").join(shown) + rest
        link = link_to_path(entry.folder, folder) if folder is not None and entry.files and entry.folder else None
    if doubtful:
        text = f"可能是 {text}" if lang == "zh" else f"perhaps {text}"
    return text, link


def spans(years: Sequence[int]) -> str:
    """Years in a row as `2022–2024`."""
    parts: list[list[int]] = []
    for year in years:
        if parts and year == parts[-1][-1] + 1:
            parts[-1].append(year)
        else:
            parts.append([year])
    return " ".join(str(part[0]) if len(part) == 1 else f"{part[0]}–{part[-1]}" for part in parts)


def _kept(sheet: Sheet, row: Row, keys: Sequence[str]) -> None:
    why = Text("上次清单中的行；这次没有这所学校或这项材料", "From the last list; this one has no such school or material")[sheet.lang]
    texts = {"id": row.material, "code": row.code, "school": row.school, "title": row.title, "why": why, **row.manual, **row.extra}
    _plain_row(sheet, keys, texts)


def _plain_row(sheet: Sheet, keys: Sequence[str], texts: Mapping[str, str]) -> None:
    for column, key in enumerate(keys):
        look = sheet.book.words(fill=_TO_FILL) if key not in COLUMNS else sheet.book.words(italic=True)
        sheet.text(sheet.row, column, texts.get(key, ""), look)
    sheet.height(sheet.row, [(texts.get(key, ""), sheet.widths[n] - 1) for n, key in enumerate(keys)], least=20)
    sheet.row += 1


# ---- the overview


def write_overview(sheet: Sheet, evidence: Evidence) -> None:
    """Whose list it is, and how each criterion is covered: those that pass without evidence first."""
    lang, book, result = sheet.lang, sheet.book, evidence.assessment
    sheet.title(_summary(evidence)[lang])
    county = result.county
    about = {
        "county": (county.name if county is not None else None) or "",
        "code": (county.code if county is not None else None) or "",
        "label": evidence.label,
    }
    for key, text in about.items():
        sheet.text(sheet.row, 0, ABOUT[key][lang], book.cell(bold=True, fill="#F3F5F8", wrap=True))
        sheet.text(sheet.row, 1, text, book.words())
        sheet.height(sheet.row, [(ABOUT[key][lang], sheet.widths[0])], least=18)
        sheet.row += 1
    sheet.row += 1
    head = sheet.header([
        text[lang] for text in (
            Text("条目", "Criterion"), Text("项目", "Item"), Text("评估结果", "Result"), Text("佐证", "Evidence"),
            Text("应有（份）", "Asked"), Text("齐全（份）", "Complete"), Text("还缺什么", "What is missing"),
        )
    ])  # fmt: skip
    sheet.freeze(sheet.row, 2)
    sheet.repeat(head)
    for each in evidence.criteria:
        _criterion(sheet, each)


def write_volumes(sheet: Sheet, evidence: Evidence) -> None:
    """How many papers of each volume and class are there; files that no name fits, and what was not looked into."""
    sheet.title()
    _volumes(sheet, evidence)
    _left(sheet, evidence)


def _summary(evidence: Evidence) -> Text:
    counts = [(COVER_NAMES[cover], evidence.covered(cover)) for cover in COVER_NAMES if evidence.covered(cover)]
    zh = "、".join(f"{name.zh} {n}" for name, n in counts)
    en = ", ".join(f"{name.en.lower()} {n}" for name, n in counts)
    unproved = evidence.unproved
    ids = [each.criterion.id for each in unproved]
    first = Text(
        f"{UNPROVED.zh}：{len(ids)} 项（{'、'.join(ids)}）。" if ids else "",
        f"{UNPROVED.en}: {len(ids)} ({', '.join(ids)}). " if ids else "",
    )
    searched = Text("", "") if evidence.listing is not None else Text(
        "没有给出文件夹，状态只依据人工认定。", "No folder was named: states rest on what people decided. "
    )  # fmt: skip
    return Text(
        f"共 {len(evidence.criteria)} 项：{zh}。{first.zh}{searched.zh}缺佐证是事实，不改变评估结果；文件只按名称查找，没有打开。",
        f"{len(evidence.criteria)} criteria: {en}. {first.en}{searched.en}A missing paper is a fact and changes no result; files are told by "
        "their names and are not opened.",
    )


def _criterion(sheet: Sheet, each: Backing) -> None:
    lang, book, row = sheet.lang, sheet.book, sheet.row
    name: Text = each.criterion.name
    lacking = [
        lacking_text(entries, sum(e.wanted for e in each.entries if e.material.id == key))[lang] for key, entries in each.lacking.items()
    ]
    missing = ("；" if lang == "zh" else "; ").join(lacking)
    if each.unproved:
        missing = f"【{UNPROVED.zh}】{missing}" if lang == "zh" else f"[{UNPROVED.en}] {missing}"
    sheet.text(row, 0, each.criterion.id, book.cell(align="center", bold=each.unproved))
    sheet.text(row, 1, name[lang], book.words(bold=each.unproved))
    status = each.status or "not_applicable"
    sheet.text(row, 2, STATUS_NAMES[status][lang], book.status(status, align="center", wrap=True))
    sheet.text(row, 3, COVER_NAMES[each.cover][lang], book.status(COVER_LOOKS[each.cover], align="center", wrap=True))
    for column, count in ((4, sum(e.wanted for e in each.entries)), (5, sum(e.complete for e in each.entries))):
        sheet.number(row, column, count, book.cell(align="center"))
    sheet.text(row, 6, missing, book.words(bold=each.unproved))
    sheet.height(row, [(name[lang], sheet.widths[1] - 1), (missing, sheet.widths[6] - 1), (STATUS_NAMES[status][lang], sheet.widths[2])], least=20)
    sheet.row += 1


def _volumes(sheet: Sheet, evidence: Evidence) -> None:
    """How many papers of each volume and class are there."""
    lang, book = sheet.lang, sheet.book
    titles: dict[Level, Text] = {"county": Text("县级七卷", "The county's volumes"), "school": Text("学校七类", "The schools' classes")}
    for level in titles:
        sheet.heading(titles[level][lang])
        names = [STATE_NAMES[state][lang] for state in ("have", "none", "check")]
        sheet.header([COLUMNS["volume"][lang], Text("应有", "Asked")[lang], *names, Text("齐全", "Complete")[lang]])
        for volume in evidence.materials.volumes(level):
            mine = [e for e in evidence.entries if e.material.level == level and e.material.volume == volume.id and e.wanted]
            sheet.text(sheet.row, 0, volume.name[lang], book.words())
            counts = [len(mine), *(sum(e.state == s for e in mine) for s in ("have", "none", "check")), sum(e.complete for e in mine)]
            for column, count in enumerate(counts, start=1):
                sheet.number(sheet.row, column, count, book.cell(align="center"))
            sheet.row_height(sheet.row, 18)
            sheet.row += 1
        sheet.row += 1


def _left(sheet: Sheet, evidence: Evidence) -> None:
    """Files that no material's name fits, and what was not looked into."""
    lang, listing = sheet.lang, evidence.listing
    if listing is None:
        return
    parts = (
        (Text("没有对上材料的文件", "Files that fit no material"), evidence.unmatched),
        (Text("没有查看的链接、快捷方式", "Links, not followed"), listing.links),
        (Text("层数太深、没有查看的文件夹", "Folders too deep, not looked into"), listing.deep),
        (Text("不能读取的文件夹", "Folders that cannot be read"), listing.unreadable),
    )
    for title, paths in parts:
        if not paths:
            continue
        sheet.heading(f"{title[lang]}（{len(paths)}）" if lang == "zh" else f"{title[lang]} ({len(paths)})")
        last = len(sheet.widths) - 1
        for path in paths[:_UNMATCHED_SHOWN]:
            sheet.merged(sheet.row, 0, last, path, sheet.book.words())
            sheet.height(sheet.row, [(path, sheet.span(0, last) - 1)])
            sheet.row += 1
        if len(paths) > _UNMATCHED_SHOWN:
            more = len(paths) - _UNMATCHED_SHOWN
            sheet.text(sheet.row, 0, f"另有 {more} 个" if lang == "zh" else f"{more} more", sheet.book.format(italic=True))
            sheet.row += 1
        sheet.row += 1
