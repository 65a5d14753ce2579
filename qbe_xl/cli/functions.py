"""`qbe-xl functions`, and the lines on a function that the reference shows too."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from qbe_xl.cli.show import print_lines, print_table
from qbe_xl.core.errors import QbeError
from qbe_xl.core.languages import Lang, Text

if TYPE_CHECKING:
    from qbe_xl.functions import Arg, WorksheetFunction

TYPES = {"number": Text("数", "number"), "text": Text("文字", "text")}
SHAPES = {
    "cell": Text("一格", "one cell"),
    "range": Text("区域，整体使用", "a range, taken as a whole"),
    "any": Text("一格或区域，逐格计算", "a cell or a range, answered cell by cell"),
}
RETURNS = {
    "number": Text("一个数，或错误值", "a number, or an error"),
    "number_array": Text(
        "数的数组（参数都是一格时为一个数），或错误值", "numbers (one where every argument is one cell), or errors"
    ),
    "text": Text("文字，不返回错误值", "text, never an error"),
}


def show_functions(name: str | None, lang: Lang) -> int:
    """List the worksheet functions, or explain one; QbeError QBE-CAL-014 where there is none of that name."""
    from qbe_xl.functions import registered
    from qbe_xl.hosts.names import bare_name

    known = registered()
    if name is None:
        print_table([(function.signature, function.title[lang]) for function in known.values()])
        return 0
    # also `COEF`, and the ways in which a spreadsheet stores the name
    found = bare_name(name) or bare_name(f"QBE_{name}")
    if found is None:
        wanted = name.upper()
        near = get_close_matches(wanted if wanted.startswith("QBE_") else f"QBE_{wanted}", known, n=1, cutoff=0)
        raise QbeError("QBE-CAL-014", name=name, nearest=near[0])
    print_lines(function_lines(known[found], lang, heading="#"))
    return 0


def function_lines(function: WorksheetFunction, lang: Lang, heading: str) -> list[str]:
    """A function in Markdown: what it gives, its arguments, its examples with their results."""
    colon = "：" if lang == "zh" else ": "
    lines = [
        f"{heading} {function.name} {function.title[lang]}",
        "",
        f"`={function.signature}`",
        "",
        function.help[lang],
        "",
    ]
    lines.append(f"- {Text('返回', 'Gives')[lang]}{colon}{RETURNS[function.returns][lang]}")
    lines.append(f"- {Text('参数', 'Arguments')[lang]}{colon}")
    lines += [f"  - `{arg.name}`{colon}{argument(arg, lang)}" for arg in function.args]
    lines.append(f"- {Text('示例', 'Examples')[lang]}{colon}")
    lines += [f"  - `{each.formula}` → {shown(each.value, lang)}" for each in function.examples]
    return lines


def argument(arg: Arg, lang: Lang) -> str:
    """What an argument is: its help, type, shape, unit, and whether it may be left out."""
    facts = [TYPES[arg.type][lang]]
    if arg.unit:
        facts.append(Text(f"单位 {arg.unit}", f"unit {arg.unit}")[lang])
    facts.append(SHAPES[arg.shape][lang])
    if arg.optional:
        facts.append(Text("可省略", "may be left out")[lang])
    return f"{arg.help[lang]}（{'；'.join(facts)}）" if lang == "zh" else f"{arg.help[lang]} ({'; '.join(facts)})"


def shown(value: Any, lang: Lang) -> str:
    """An example's value: a number, a text, an error; rows of an array as an array constant."""
    if isinstance(value, tuple):
        return "`{" + ";".join(",".join(_cell(cell) for cell in row) for row in value) + "}`"
    text = _cell(value)
    return f"`{text}`" if text else Text("（空）", "(empty)")[lang]


def _cell(value: Any) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(value)
