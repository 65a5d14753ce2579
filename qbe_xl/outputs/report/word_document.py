"""The document behind a template: filled in by docxtpl, its styles found by name, and made whole again."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import docx
from docx.opc.exceptions import OpcError
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docxtpl import DocxTemplate

from qbe_xl.core.errors import QbeError
from qbe_xl.core.languages import Text
from qbe_xl.outputs.report.word_names import STYLE_NAMES, WORD_STYLES

if TYPE_CHECKING:
    from qbe_xl.outputs.report.word_template import TemplateEnvironment

# What must end with a paragraph, or a word processor calls the document damaged.
_CONTAINERS = ("w:tc", "w:txbxContent")
_BROKEN = Text("填入内容后文档不完整：if 和 endif 应各占一行", "it is no whole document once filled in: if and endif take a line each")


class Filled:
    """A template while it is filled in."""

    def __init__(self, data: bytes, name: str) -> None:
        """QbeError QBE-DOC-001 where the data are no document that python-docx can open."""
        self.name = name
        self._template = DocxTemplate(io.BytesIO(data))
        try:
            self._template.init_docx()
        except (OpcError, KeyError, ValueError, zipfile.BadZipFile, AttributeError) as error:  # of a package with parts missing
            problem = Text("文档部件不全", "parts of the document are missing")
            raise QbeError("QBE-DOC-001", file=name, problem=problem) from error
        if self._template.docx.element.body is None:
            raise QbeError("QBE-DOC-001", file=name, problem=Text("文档没有正文", "the document has no body"))

    @property
    def document(self) -> Any:
        """The document of python-docx."""
        return self._template.docx

    @property
    def part(self) -> Any:
        """The part that is being filled in: the text, a header, a footer."""
        return self._template.current_rendering_part

    def fill(self, context: Mapping[str, object], environment: TemplateEnvironment) -> None:
        """Put the values in; QbeError QBE-DOC-003 to 005 for what is wrong in the template's text."""
        template = self._template
        render_part = template.render_xml_part

        def whole_part(source: str, part: Any, values: Any, jinja_env: Any = None) -> str:
            xml: str = render_part(source, part, values, jinja_env)
            try:  # docxtpl would mend broken XML in silence
                parse_xml(xml)
            except SyntaxError as error:  # the parser's own error is one
                raise QbeError("QBE-DOC-005", file=self.name, name="if", problem=_BROKEN) from error
            return xml

        template.render_xml_part = whole_part
        template.render(dict(context), environment, autoescape=True)


def styles_of(document: Any, shipped: bytes) -> dict[str, str]:
    """Style ids by key, found by name, for word processors give ids of their own; what is missing comes from `shipped`."""
    by_name = {style.name: style.style_id for style in document.styles}
    ours = docx.Document(io.BytesIO(shipped)).styles
    wanted = {key: (name.zh, name.en) for key, name in STYLE_NAMES.items()} | {
        key: (name, name.capitalize()) for key, name in WORD_STYLES.items()
    }
    found = {}
    for key, names in wanted.items():
        style = next((by_name[name] for name in names if name in by_name), None)
        if style is None:
            element = next(each for each in ours if each.name in names).element
            document.styles.element.append(deepcopy(element))
            style = element.get(qn("w:styleId"))
        found[key] = style
    return found


def tidy(document: Any) -> None:
    """Cells, text boxes, headers and footers that lost their last paragraph get an empty one."""
    roots = [document.element.body]
    for relation in document.part.rels.values():
        if not relation.is_external and relation.reltype.rpartition("/")[2] in ("header", "footer"):
            root = relation.target_part.element
            roots.append(root)
            if root[-1:] and root[-1].tag == qn("w:p"):
                continue
            root.append(OxmlElement("w:p"))
    for root in roots:
        for name in _CONTAINERS:
            for container in root.iter(qn(name)):
                if len(container) == 0 or container[-1].tag != qn("w:p"):
                    container.append(OxmlElement("w:p"))
