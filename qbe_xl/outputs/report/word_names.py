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
