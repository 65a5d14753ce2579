"""`qbe-xl standards`, `explain` and `forms`: what there is, in readable words."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from qbe_xl.core.languages import Lang, Text

if TYPE_CHECKING:
    from qbe_xl.core.fields import Field
    from qbe_xl.forms import CollectForm, Profile

_CODE = re.compile(r"`([^`]*)`")


def show_standards(edition: str | None, lang: Lang) -> int:
    """List the editions, or show one."""
    from qbe_xl.standards import known_editions, load_edition
    from qbe_xl.standards.explain import edition_lines

    if edition is not None:
        print_lines(edition_lines(load_edition(edition), lang))
        return 0
    rows = []
    for info in known_editions().values():
        base = Text(f"（在 {info.extends} 上改动）", f" (extends {info.extends})")[lang] if info.extends else ""
        rows.append((info.id, f"{info.name[lang]}{base}"))
    print_table(rows)
    return 0


def show_explain(term: str, edition: str | None, lang: Lang) -> int:
    """Explain one id; QbeError QBE-CAL-003 where it is unknown."""
    from qbe_xl.standards import DEFAULT_EDITION, load_edition
    from qbe_xl.standards.explain import explain

    print_lines(explain(term, load_edition(edition or DEFAULT_EDITION), lang))
    return 0


def show_forms(form: str | None, lang: Lang) -> int:
    """List the forms, or show one."""
    from qbe_xl.forms import known_forms, load_form

    if form is not None:
        print_lines(form_lines(load_form(form), lang))
        return 0
    print_table([(profile.id, profile.name.text[lang]) for profile in known_forms().values()])
    return 0


def form_lines(profile: Profile | CollectForm, lang: Lang) -> list[str]:
    """A form: its sheets, and which fields it looks for in each."""
    fields_known = _fields_of(profile)
    colon, comma = (": ", ", ") if lang == "en" else ("：", "、")
    lines = [
        f"# {profile.id} {profile.name.text[lang]}",
        "",
        f"- {Text('版本', 'Version')[lang]}{colon}{profile.version}",
    ]
    for sheet in profile.sheets:
        optional = Text("（可缺）", " (may be missing)")[lang] if sheet.optional else ""
        lines += ["", f"## {sheet.sheet.text[lang]}{optional}", ""]
        if len(sheet.sheet.words) > 1:
            lines.append(f"- {Text('也可名为', 'Also called')[lang]}{colon}{comma.join(sheet.sheet.words[1:])}")
        parts: list[tuple[str, list[str]]] = []
        for group in sheet.groups:
            fields = [sheet.field_id(column.field) for column in group.columns if column.field]
            parts.append((group.title.text[lang], fields))
        for section in sheet.sections:
            title = section.title.text[lang] if section.title else section.criterion or ""
            parts.append((title, list(section.rows)))
        loose = [sheet.field_id(column.field) for column in sheet.columns if column.field]
        if loose:
            parts.append((Text("列", "Columns")[lang], loose))
        for title, fields in parts:
            names = comma.join(f"{fields_known[name].name[lang]} `{name}`" for name in fields)
            lines.append(f"- {title}{colon}{names}")
    return lines


def _fields_of(profile: Profile | CollectForm) -> dict[str, Field]:
    """Every field by id, with the items that a collection form has of its own."""
    from qbe_xl.core.fields import all_fields
    from qbe_xl.forms.collect_form import CollectForm, described

    if not isinstance(profile, CollectForm):
        return all_fields()
    return {**all_fields(), **described(profile.id, "school"), **described(profile.id, "county")}


def print_lines(lines: list[str]) -> None:
    """Markdown lines as a terminal shows them: headings bold where it can, no marks."""
    import typer

    styled = sys.stdout.isatty()
    for line in lines:
        text = _CODE.sub(r"\1", line)
        if line.startswith("#"):
            text = text.lstrip("# ")
            text = typer.style(text, bold=True) if styled else text
        print(text)


def print_table(rows: list[tuple[str, str]]) -> None:
    """Two columns, the second in line."""
    wide = max((len(left) for left, _ in rows), default=0) + 2
    for left, right in rows:
        print(f"{left:<{wide}}{right}")
