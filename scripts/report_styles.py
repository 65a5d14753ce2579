"""The styles of the report's Word templates: an official document's manner in Chinese, a plain report in English.

Sizes are half points, lengths twentieths of a point. 字号、字体参照党政机关公文格式；方正小标宋等未安装时由 Word 按备用名替换。
"""

from __future__ import annotations

from dataclasses import dataclass

from qbe_xl.core.languages import Lang
from qbe_xl.outputs.report.word_names import STYLE_NAMES, style_id

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
INK, GREY, RED, AMBER, SHADE = "1F2A37", "5B6470", "9B1C1C", "7A4B00", "E8ECF1"


@dataclass(frozen=True)
class Face:
    """A font pair: for Latin letters and digits, and for Chinese characters."""

    latin: str
    asian: str

    @property
    def xml(self) -> str:
        return f'<w:rFonts w:ascii="{self.latin}" w:hAnsi="{self.latin}" w:eastAsia="{self.asian}" w:cs="{self.latin}"/>'


@dataclass(frozen=True)
class Manner:
    """What differs between the languages."""

    title: Face
    first: Face
    second: Face
    body: Face
    table: Face
    body_size: int
    title_size: int
    head_sizes: tuple[int, int, int]
    line: str  # spacing of the body's lines
    indent: str
    levels: tuple[tuple[str, str], ...]  # number format and text of the headings
    lang: Lang
    language: str
    other_names: tuple[tuple[str, str], ...]  # fonts, and names under which systems have something like them


_LATIN = "Times New Roman"
ZH = Manner(
    title=Face(_LATIN, "方正小标宋简体"),
    first=Face(_LATIN, "黑体"),
    second=Face(_LATIN, "楷体"),
    body=Face(_LATIN, "仿宋"),
    table=Face(_LATIN, "宋体"),
    body_size=32,
    title_size=44,
    head_sizes=(32, 32, 32),
    line='w:line="560" w:lineRule="exact"',
    indent='<w:ind w:firstLineChars="200" w:firstLine="640"/>',
    levels=(("chineseCountingThousand", "%1、"), ("chineseCountingThousand", "（%2）"), ("decimal", "%3．")),
    lang="zh",
    language="zh-CN",
    other_names=(
        ("方正小标宋简体", "方正小标宋_GBK,FZXiaoBiaoSong-B05S,华文中宋,STZhongsong,Noto Serif CJK SC"),
        ("黑体", "SimHei,Noto Sans CJK SC"),
        ("楷体", "KaiTi,楷体_GB2312,华文楷体,Noto Serif CJK SC"),
        ("仿宋", "FangSong,仿宋_GB2312,华文仿宋,Noto Serif CJK SC"),
        ("宋体", "SimSun,Noto Serif CJK SC"),
    ),
)  # fmt: skip
EN = Manner(
    title=Face("Arial", "黑体"),
    first=Face("Arial", "黑体"),
    second=Face("Arial", "黑体"),
    body=Face(_LATIN, "宋体"),
    table=Face("Arial", "宋体"),
    body_size=23,
    title_size=48,
    head_sizes=(32, 26, 23),
    line='w:line="300" w:lineRule="auto" w:after="120"',
    indent="",
    levels=(("decimal", "%1"), ("decimal", "%1.%2"), ("decimal", "%1.%2.%3")),
    lang="en",
    language="en-GB",
    other_names=ZH.other_names,
)  # fmt: skip
MANNERS: dict[Lang, Manner] = {"zh": ZH, "en": EN}


def styles(manner: Manner) -> str:
    """styles.xml."""
    size = manner.body_size
    east = "zh-CN"
    defaults = (
        f"<w:docDefaults><w:rPrDefault><w:rPr>{manner.body.xml}<w:kern w:val=\"2\"/>{_size(size)}"
        f'<w:lang w:val="{"en-US" if manner is ZH else manner.language}" w:eastAsia="{east}" w:bidi="ar-SA"/>'
        "</w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>"
    )
    rules = '<w:kinsoku/><w:wordWrap/><w:overflowPunct w:val="0"/><w:topLinePunct w:val="0"/><w:autoSpaceDE/><w:autoSpaceDN/>'
    found = [
        _style("Normal", "Normal", f'<w:widowControl/>{rules}<w:jc w:val="left"/>', "", default=True),
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont"><w:name w:val="Default Paragraph Font"/>'
        '<w:uiPriority w:val="1"/><w:semiHidden/></w:style>',
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:uiPriority w:val="99"/>'
        '<w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/>'
        '<w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar>'
        "</w:tblPr></w:style>",
        '<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/><w:semiHidden/></w:style>',
        _style("BodyText", "Body Text", f"<w:spacing {manner.line}/>{manner.indent}", "", quick=True),
        _style("Title", "Title", '<w:spacing w:before="2400" w:after="480"/><w:jc w:val="center"/>',
               f"{manner.title.xml}{_bold(manner is EN)}{_size(manner.title_size)}", quick=True),
        _style(style_id("cover"), STYLE_NAMES["cover"][manner.lang], '<w:spacing w:before="120" w:after="120"/><w:jc w:val="center"/>',
               f"{manner.second.xml}{_size(32 if manner is ZH else 26)}", quick=True),
        *(_heading(manner, level) for level in (1, 2, 3)),
        _style(style_id("unnumbered"), STYLE_NAMES["unnumbered"][manner.lang],
               '<w:keepNext/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr><w:ind w:left="0" w:firstLine="0"/>',
               "", base="Heading1", following="BodyText", quick=True),
        _style("TOCHeading", "TOC Heading", '<w:keepNext/><w:spacing w:before="240" w:after="240"/><w:jc w:val="center"/>',
               f"{manner.first.xml}{_bold(manner is EN)}{_size(manner.head_sizes[0])}"),
        *(_contents(manner, level) for level in (1, 2, 3)),
        _style("Caption", "caption",
               '<w:keepNext/><w:spacing w:before="240" w:after="80"/><w:jc w:val="center"/>',
               f"{manner.first.xml}{_bold(manner is EN)}{_size(24 if manner is ZH else 21)}", quick=True),
        _style("Header", "header", '<w:jc w:val="center"/>', f"{manner.table.xml}{_colour(GREY)}{_size(18)}"),
        _style("Footer", "footer", '<w:jc w:val="center"/>', f"{manner.table.xml}{_size(24 if manner is ZH else 18)}"),
        *_own(manner),
        '<w:style w:type="character" w:styleId="Hyperlink"><w:name w:val="Hyperlink"/><w:uiPriority w:val="99"/></w:style>',
        _character("pass", manner, ""),
        _character("allowed", manner, _colour(AMBER)),
        _character("fail", manner, f"<w:b/><w:bCs/>{_colour(RED)}"),
        _character("undetermined", manner, _colour(AMBER)),
    ]  # fmt: skip
    return f'<w:styles xmlns:w="{W}">{defaults}{"".join(found)}</w:styles>'


def numbering(manner: Manner) -> str:
    """numbering.xml: the headings' numbers, and the bullets."""
    levels = "".join(
        f'<w:lvl w:ilvl="{number}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:pStyle w:val="Heading{number + 1}"/>'
        f'<w:suff w:val="{"nothing" if manner is ZH else "space"}"/><w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
        '<w:pPr><w:ind w:left="0" w:firstLine="0"/></w:pPr></w:lvl>'
        for number, (form, text) in enumerate(manner.levels)
    )
    hanging = 480 if manner is ZH else 360
    bullet = (
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="{hanging * 2}" w:hanging="{hanging}"/></w:pPr>'
        '<w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman"/></w:rPr></w:lvl>'
    )
    return (
        f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="multilevel"/>{levels}'
        f'</w:abstractNum><w:abstractNum w:abstractNumId="1"><w:multiLevelType w:val="hybridMultilevel"/>{bullet}'
        '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
    )


def fonts(manner: Manner) -> str:
    """fontTable.xml: under which other names a system may have the fonts."""
    known = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/>'
        f'<w:family w:val="{"swiss" if name == "黑体" else "roman"}"/><w:pitch w:val="variable"/></w:font>'
        for name, others in manner.other_names
    )
    return f'<w:fonts xmlns:w="{W}">{known}</w:fonts>'


def _size(half_points: int) -> str:
    return f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'


def _bold(wanted: bool) -> str:
    return "<w:b/><w:bCs/>" if wanted else ""


def _colour(colour: str) -> str:
    return f'<w:color w:val="{colour}"/>'


def _style(
    key: str, name: str, look: str, letters: str, *, base: str = "Normal", following: str = "", quick: bool = False,
    default: bool = False,
) -> str:  # fmt: skip
    """A paragraph style; `look` are paragraph properties, `letters` run properties, both in the schema's order."""
    own = ' w:default="1"' if default else (' w:customStyle="1"' if key.startswith("QBE") else "")
    parts = f'<w:name w:val="{name}"/>' + ("" if default else f'<w:basedOn w:val="{base}"/>')
    parts += f'<w:next w:val="{following}"/>' if following else ""
    parts += "<w:qFormat/>" if quick or default else ""
    parts += f"<w:pPr>{look}</w:pPr>" if look else ""
    parts += f"<w:rPr>{letters}</w:rPr>" if letters else ""
    return f'<w:style w:type="paragraph"{own} w:styleId="{key}">{parts}</w:style>'


def _heading(manner: Manner, level: int) -> str:
    face = (manner.first, manner.second, manner.body)[level - 1]
    before, after = (240, 120) if manner is ZH else (320, 120)
    line = ' w:line="560" w:lineRule="exact"' if manner is ZH else ""
    look = (
        f'<w:keepNext/><w:keepLines/><w:numPr><w:ilvl w:val="{level - 1}"/><w:numId w:val="1"/></w:numPr>'
        f'<w:spacing w:before="{before}" w:after="{after}"{line}/><w:jc w:val="left"/><w:outlineLvl w:val="{level - 1}"/>'
    )
    letters = f"{face.xml}{_bold(manner is EN or level == 3)}{_size(manner.head_sizes[level - 1])}"
    return _style(f"Heading{level}", f"heading {level}", look, letters, following="BodyText", quick=True)


def _contents(manner: Manner, level: int) -> str:
    size = 28 if manner is ZH else 22
    look = (
        '<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="8844"/></w:tabs><w:spacing w:before="60" w:after="60"/>'
        f'<w:ind w:left="{(level - 1) * 420}"/><w:jc w:val="left"/>'
    )
    return _style(f"TOC{level}", f"toc {level}", look, f"{manner.body.xml}{_size(size)}", following="Normal")


def _own(manner: Manner) -> list[str]:
    """Our own paragraph styles, and the table's."""
    small = 18 if manner is ZH else 17
    cell = '<w:spacing w:before="20" w:after="20"/>'
    box = "".join(f'<w:{side} w:val="single" w:sz="8" w:space="6" w:color="{AMBER}"/>' for side in ("top", "left", "bottom", "right"))
    bullets = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="2"/></w:numPr>'
    rows = "".join(
        f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="{INK if size == 8 else "8A93A0"}"/>'
        for side, size in (("top", 8), ("left", 4), ("bottom", 8), ("right", 4), ("insideH", 4), ("insideV", 4))
    )
    margins = "".join(f'<w:{side} w:w="{60 if side in ("left", "right") else 20}" w:type="dxa"/>' for side in ("top", "left", "bottom", "right"))
    return [
        _style(style_id("cell"), STYLE_NAMES["cell"][manner.lang], f'{cell}<w:jc w:val="left"/>', f"{manner.table.xml}{_size(small)}", quick=True),
        _style(style_id("number"), STYLE_NAMES["number"][manner.lang], f'{cell}<w:jc w:val="right"/>', "", base=style_id("cell"), quick=True),
        _style(style_id("head"), STYLE_NAMES["head"][manner.lang], f'<w:keepNext/>{cell}<w:jc w:val="center"/>', "<w:b/><w:bCs/>",
               base=style_id("cell"), quick=True),
        _style(style_id("note"), STYLE_NAMES["note"][manner.lang], '<w:spacing w:before="60" w:after="160"/>',
               f"{manner.table.xml}{_colour(GREY)}{_size(small)}", quick=True),
        _style(style_id("warning"), STYLE_NAMES["warning"][manner.lang],
               f'<w:pBdr>{box}</w:pBdr><w:spacing w:before="120" w:after="120"/><w:ind w:left="140" w:right="140"/>',
               f"{manner.first.xml}{_size(24 if manner is ZH else 21)}", quick=True),
        _style(style_id("bullet"), STYLE_NAMES["bullet"][manner.lang], f"{bullets}<w:spacing {manner.line}/>", "", quick=True),
        _style(style_id("chart"), STYLE_NAMES["chart"][manner.lang],
               '<w:spacing w:before="120" w:after="120" w:line="240" w:lineRule="auto"/><w:jc w:val="center"/>', "", quick=True),
        f'<w:style w:type="table" w:customStyle="1" w:styleId="{style_id("table")}"><w:name w:val="{STYLE_NAMES["table"][manner.lang]}"/>'
        f'<w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>{rows}</w:tblBorders><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>'
        '<w:tcPr><w:vAlign w:val="center"/></w:tcPr>'
        f'<w:tblStylePr w:type="firstRow"><w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="{SHADE}"/></w:tcPr></w:tblStylePr>'
        "</w:style>",
    ]  # fmt: skip


def _character(key: str, manner: Manner, letters: str) -> str:
    look = f"<w:rPr>{letters}</w:rPr>" if letters else ""
    return (
        f'<w:style w:type="character" w:customStyle="1" w:styleId="{style_id(key)}"><w:name w:val="{STYLE_NAMES[key][manner.lang]}"/>'
        f"<w:qFormat/>{look}</w:style>"
    )
