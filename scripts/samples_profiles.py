"""Write the two sample sheets that the worked profiles in workbooks/profiles describe. Same bytes every time."""

from __future__ import annotations

import datetime
import io
import sys
from pathlib import Path

import xlsxwriter

from qbe_xl.safety import save_atomically

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "workbooks" / "profiles"
_CREATED = datetime.datetime(2024, 9, 1)

Cell = str | int | float | None

# township, code, name, type, area, pupils (primary, junior), teachers, above degree, backbone, PE and art,
# teaching area, indoor sports, grounds, equipment (万元), multimedia rooms
TOWNSHIPS: dict[str, list[list[Cell]]] = {
    "城关镇": [
        ["3100000011", "城关第一小学", "小学", "城区", 640, None, 36, None, 34, None, 8, None, 7, None, 3300, 300, 4700, 132, 16],
        ["3100000012", "城关中学", "初级中学", "城区", None, 620, None, 50, None, 47, None, 9, None, 7, 4100, 420, 6100, 163.5, 17],
    ],
    "东山镇": [
        ["3100000013", "东山小学", "小学", "镇区", 310, None, 19, None, 17, None, 4, None, 3, None, 1600, 100, 2400, 66, 8],
        ["3100000014", "东山九年一贯制学校", "九年一贯制学校", "乡村", 180, 96, 12, 11, 11, 10, 2, 2, 2, 1, 1700, 140, 2700, 61.2, 8],
    ],
}  # fmt: skip

# code, name, type, pupils (primary, junior), above degree and stated per 100 pupils by stage, teaching area and stated
# per pupil by stage, equipment (万元) and stated yuan per pupil by stage
STATED: list[list[Cell]] = [
    ["3100000021", "南湖小学", "小学", 500, None, 25, 5.0, None, None, 2500, 5.0, None, 110, 2200, None],
    ["3100000022", "南湖中学", "初中", None, 600, None, None, 36, 6.0, 3900, None, 6.5, 165, None, 2750],
    ["3100000023", "北岭小学", "小学", 250, None, 11, 4.4, None, None, 1150, 4.6, None, 51.5, 2060, None],
]


def _save(name: str, book: xlsxwriter.Workbook, buffer: io.BytesIO, folder: Path) -> Path:
    book.close()
    return save_atomically(folder / name, buffer.getvalue())


def _book() -> tuple[xlsxwriter.Workbook, io.BytesIO, dict[str, xlsxwriter.format.Format]]:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": _CREATED})
    centre = {"align": "center", "valign": "vcenter", "text_wrap": True}
    return book, buffer, {
        "title": book.add_format({**centre, "bold": True, "font_size": 16}),
        "head": book.add_format({**centre, "bold": True, "border": 1}),
        "cell": book.add_format({"border": 1}),
        "plain": book.add_format(),
    }  # fmt: skip


def two_levels(folder: Path) -> Path:
    """两级表头汇总表: groups over columns with their units, subtotals after each township, a total and a signature."""
    book, buffer, style = _book()
    page = book.add_worksheet("2024年9月")
    page.merge_range(0, 0, 0, 19, "示例县义务教育学校办学条件汇总表", style["title"])
    for column, text in enumerate(("乡镇", "学校代码", "学校名称", "学校\n类别", "城乡")):
        page.merge_range(1, column, 2, column, text, style["head"])
    groups = [
        ("在校生数（人）", ["小学", "初中"]),
        ("专任教师（人）", ["小学", "初中"]),
        ("高于规定学历教师（人）", ["小学", "初中"]),
        ("县级以上骨干教师（人）", ["小学", "初中"]),
        ("体育艺术教师（人）", ["小学", "初中"]),
        ("校舍场地", ["教学及辅助用房\n（平方米）", "其中：室内体育用房\n（平方米）", "室外运动场地\n（平方米）"]),
        ("设备", ["教学仪器设备值\n（万元）", "网络多媒体教室（间）"]),
    ]
    column = 5
    for title, texts in groups:
        page.merge_range(1, column, 1, column + len(texts) - 1, title, style["head"])
        for text in texts:
            page.write(2, column, text.replace("其中：", "其中"), style["head"])
            column += 1
    row = 3
    for township, schools in TOWNSHIPS.items():
        for school in schools:
            page.write_row(row, 0, [township, *school], style["cell"])
            row += 1
        page.merge_range(row, 0, row, 4, f"{township}小计", style["cell"])
        for place in range(4, len(schools[0])):
            numbers = [v for school in schools if isinstance(v := school[place], int | float)]
            page.write(row, place + 1, sum(numbers), style["cell"])
        row += 1
    page.merge_range(row, 0, row, 4, "合计", style["cell"])
    page.write(row + 1, 0, "填表人：", style["plain"])
    page.write(row + 1, 6, "审核人：", style["plain"])
    return _save("两级表头汇总表.xlsx", book, buffer, folder)


def three_levels(folder: Path) -> Path:
    """三级表头自评表: the total on top, stated ratios beside the numbers, a row of CVs, signatures."""
    book, buffer, style = _book()
    page = book.add_worksheet("资源配置自评表")
    page.merge_range(0, 0, 0, 15, "示例县义务教育学校资源配置自评表", style["title"])
    page.write(1, 0, "填报单位：示例县教育局", style["plain"])
    page.write(1, 11, "单位：万元、平方米", style["plain"])
    for column, text in enumerate(("标识码", "学校名称", "类型")):
        page.merge_range(2, column, 4, column, text, style["head"])
    page.merge_range(2, 3, 2, 6, "小 学", style["head"])  # pupils, above degree, per 100 pupils; one column of remarks
    page.merge_range(3, 3, 4, 3, "在校生", style["head"])
    page.merge_range(3, 4, 3, 5, "教师", style["head"])
    page.write_row(4, 4, ["高于规定学历", "每百名学生"], style["head"])
    page.merge_range(3, 6, 4, 6, "备注", style["head"])
    page.merge_range(2, 7, 2, 9, "初 中", style["head"])
    page.merge_range(3, 7, 4, 7, "在校生", style["head"])
    page.merge_range(3, 8, 3, 9, "教师", style["head"])
    page.write_row(4, 8, ["高于规定学历", "每百名学生"], style["head"])
    page.merge_range(2, 10, 2, 15, "学 校", style["head"])
    page.merge_range(3, 10, 3, 12, "教学及辅助用房", style["head"])
    page.write_row(4, 10, ["面积", "小学生均", "初中生均"], style["head"])
    page.merge_range(3, 13, 3, 15, "教学仪器设备", style["head"])
    page.write_row(4, 13, ["总值", "小学生均", "初中生均"], style["head"])
    page.merge_range(5, 0, 5, 2, "合 计", style["cell"])
    page.write_row(5, 3, [750, 36, 4.8, None, 600, 36, 6.0, 7550, None, None, 326.5, None, None], style["cell"])
    row = 6
    for school in STATED:
        page.write_row(row, 0, [*school[:4], school[5], school[6], "", school[4], *school[7:]], style["cell"])
        row += 1
    page.merge_range(row, 0, row, 2, "差异系数", style["cell"])
    page.write_row(row, 5, [0.0589, None, None, None, 0], style["cell"])
    page.write(row, 11, 0.0387, style["cell"])
    page.write(row, 14, 0.0306, style["cell"])
    page.write(row + 1, 0, "填表人：张三", style["plain"])
    page.write(row + 1, 4, "审核人：李四", style["plain"])
    page.write(row + 2, 0, "填报日期：2024年9月30日", style["plain"])
    return _save("三级表头自评表.xlsx", book, buffer, folder)


def main(folder: Path = FOLDER) -> list[Path]:
    """Write both; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    return [two_levels(folder), three_levels(folder)]


if __name__ == "__main__":
    sys.stdout.write("\n".join(str(path.relative_to(ROOT)) for path in main()) + "\n")
