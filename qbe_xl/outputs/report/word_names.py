"""What a report's Word template calls things: the styles, and the placeholders beside the report's own sections."""

from __future__ import annotations

from qbe_xl.core.languages import Text

# Our own styles by key; in a template either name is understood, whatever its language.
STYLE_NAMES: dict[str, Text] = {
    "cell": Text("QBE 表格文字", "QBE Table Text"),
    "number": Text("QBE 表格数字", "QBE Table Number"),
    "head": Text("QBE 表头", "QBE Table Head"),
    "note": Text("QBE 附注", "QBE Note"),
    "warning": Text("QBE 提醒", "QBE Warning"),
    "bullet": Text("QBE 列项", "QBE Bullet"),
    "chart": Text("QBE 图", "QBE Chart"),
    "cover": Text("QBE 封面", "QBE Cover"),
    "unnumbered": Text("QBE 附表标题", "QBE Appendix Heading"),
    "table": Text("QBE 表格", "QBE Table"),
    "pass": Text("QBE 达标", "QBE Met"),
    "allowed": Text("QBE 余项", "QBE Allowed"),
    "fail": Text("QBE 不达标", "QBE Not Met"),
    "undetermined": Text("QBE 待定", "QBE Undetermined"),
}
# Word's own styles that the report uses, by key: the same name in every language's Word.
WORD_STYLES = {"text": "Body Text", "caption": "caption"}


def style_id(key: str) -> str:
    """The id of one of our own styles in the templates that we ship."""
    return f"QBE{key.capitalize()}"


CONTENTS_TITLE = Text("目　录", "Contents")
# Stands in the table of contents until Word updates it.
CONTENTS_HINT = Text(
    "（页码：在目录上单击右键，选“更新域”，再选“更新整个目录”。）",
    "(Page numbers: right-click the contents, choose Update Field, then Update entire table.)",
)

# Placeholders beside the sections, and what each stands for (see word_template.KINDS).
SCALARS: dict[str, str] = {
    "title": "text",
    "county": "text",
    "code": "text",
    "year": "text",
    "edition": "text",
    "date": "text",
    "verdict": "text",
    "verdict_text": "paragraph",
    "contents": "block",
    "sections": "list of section",
}
# The sections in their order: (charts, tables) of each. A report has those of them that there is something to say about.
SECTIONS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "basic": ((), ("stages", "excluded")),
    "resources": (
        ("cv_primary", "cv_junior", "below"),
        ("indicators_primary", "indicators_junior", "not_met_primary", "not_met_junior"),
    ),
    "government": ((), ("items_government", "schools_government")),
    "quality": ((), ("items_quality", "schools_quality")),
    "recognition": ((), ("items_recognition",)),
    "vetoes": ((), ("items_entry", "items_vetoes")),
    "problems": ((), ("findings",)),
    "gaps": ((), ("gaps_indicators", "gaps_schools", "gaps_items", "seats", "drivers")),
    "plan": (("plan_years",), ("plan_cvs", "plan_items", "plan_years", "plan_prices")),
    "ledger": ((), ("ledger",)),
    "trend": (("trend_cv_primary", "trend_cv_junior"), ("trend_years", "trend_lines")),
    "evidence": ((), ("evidence",)),
    "units": ((), ("units",)),
}
CHARTS = tuple(key for charts, _ in SECTIONS.values() for key in charts)
TABLES = tuple(key for _, tables in SECTIONS.values() for key in tables)
# Tables for a landscape page, and the section that is an appendix.
WIDE = ("not_met_primary", "not_met_junior", "ledger", "units")
APPENDIX = "units"
