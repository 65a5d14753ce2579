"""The rules in readable words: an edition, a criterion, an option, a convention, a message, a field.

Everything here is pure and returns lines of plain Markdown (headings, lists, `code`), in Chinese or English; the
terminal and the reference pages both show them.
"""

from __future__ import annotations

from collections.abc import Iterator

from qbe_xl.core.errors import QbeError
from qbe_xl.core.fields import Field, all_fields, field_of
from qbe_xl.core.languages import Lang, Text
from qbe_xl.core.messages import catalogue
from qbe_xl.core.yamlio import nearest
from qbe_xl.standards import model
from qbe_xl.standards.edition import Edition
from qbe_xl.standards.explain_criteria import (
    Words,
    convention_lines,
    criterion_lines,
    fields_of,
    limits_of,
    option_lines,
    state_of,
)
from qbe_xl.standards.wording import GROUP_NAMES

SEVERITIES: dict[str, Text] = {
    "error": Text("错误：改正之前不下结论", "error: no verdict until it is corrected"),
    "query": Text("疑问：请改正，或写明原因", "query: correct it, or give the reason"),
    "note": Text("提示：供核对", "note: for checking"),
    "call": Text("命令或规则文件有误：不评估", "a wrong call or rule file: nothing is assessed"),
}
TYPE_NAMES: dict[str, Text] = {
    "text": Text("文字", "text"),
    "code": Text("代码", "code"),
    "choice": Text("单选", "one of a list"),
    "yes_no": Text("是/否", "yes or no"),
    "year": Text("四位年份", "year of four digits"),
    "count": Text("整数", "whole number"),
    "amount": Text("数值", "number"),
    "level": Text("等级", "level"),
}
TABLE_NAMES: dict[str, Text] = {
    "school": Text("每校一行", "one for each school"),
    "county": Text("全县一个", "one for the county"),
    "survey": Text("每类调查对象一行", "one for each group asked"),
}


# ---- what there is to explain ---------------------------------------------------------------------------------------


def terms(edition: Edition) -> list[str]:
    """Every id that `explain` knows: criteria and parts, options, conventions, messages, fields."""
    return [
        *criterion_ids(edition),
        *(option.id for option in edition.file.options),
        *edition.conventions,
        *catalogue(),
        *all_fields(),
    ]


def criterion_ids(edition: Edition) -> list[str]:
    """`L1` … `V6`, each followed by its parts (`G11.backbone`)."""
    found = []
    for criterion in edition.file.criteria:
        found.append(criterion.id)
        if isinstance(criterion, model.AllOf):
            found += [f"{criterion.id}.{part.id}" for part in criterion.parts]
    return found


def explain(term: str, edition: Edition, lang: Lang) -> list[str]:
    """The lines on one id, in whatever case it is written; QbeError QBE-CAL-003 with the nearest where it is unknown."""
    known = {each.lower(): each for each in terms(edition)}
    found = known.get(term.strip().lower())
    if found is None:
        close = nearest(term.strip().lower(), list(known))
        raise QbeError("QBE-CAL-003", code=term, nearest=known.get(close, "L1, G3, QBE-DAT-012, pupils_primary …"))
    if found in catalogue():
        return message_lines(found, lang)
    if found in edition.conventions:
        return convention_lines(found, edition, lang)
    if found in {option.id for option in edition.file.options}:
        return option_lines(found, edition, lang)
    if found in all_fields():
        return field_lines(found, edition, lang)
    return criterion_lines(found, edition, lang)


# ---- an edition -----------------------------------------------------------------------------------------------------


def edition_lines(edition: Edition, lang: Lang) -> list[str]:
    """The whole edition: documents, rules on units, every criterion with its limits and source, options, conventions."""
    words = Words(lang)
    file = edition.file
    lines = [f"# {edition.name[lang]}", "", words.item("编号", "Id", f"`{edition.id}`")]
    if edition.extends:
        lines.append(words.item("在此基础上改动", "Extends", f"`{edition.extends}`"))
    lines += ["", words.say("## 依据", "## Documents"), ""]
    for key, document in file.documents.items():
        note = (
            f"。{document.note.zh}"
            if document.note and lang == "zh"
            else f". {document.note.en}"
            if document.note
            else ""
        )
        lines.append(words.item(key, key, f"{document.name[lang]}{note}"))
    legend = [f"［{name.zh}］" if lang == "zh" else f"[{name.en}]" for name in model.CONFIDENCE_NAMES.values()]
    lines.append(
        words.item("每项出处后注明可靠程度", "After each source stands how well it is known", " ".join(legend))
    )
    lines += ["", words.say("## 哪些学校计入、怎样折算", "## Which schools count, and how they become units"), ""]
    for key, rule in file.units:
        tag = words.say(f"（约定 `units.{key}`）", f" (convention `units.{key}`)") if rule.convention else ""
        text = f"{_sentence(rule.text[lang], lang)}{rule.source.sentence(lang)}"
        lines.append(words.item(rule.name.zh + tag, rule.name.en + tag, text))
    lines += ["", words.say("## 资源配置的判定", "## The rule on resources"), ""]
    lines.append(f"- {_sentence(file.resource_rule.text[lang], lang)}{file.resource_rule.source.sentence(lang)}")
    for group in model.GROUPS:
        lines += ["", f"## {GROUP_NAMES[group][lang]}", ""]
        for criterion in edition.group(group):
            lines += _in_brief(criterion, edition, words)
    lines += ["", words.say("## 放宽口径（默认不启用）", "## Relaxations (off unless switched on)"), ""]
    for option in file.options:
        state = state_of(option.id, edition, words)
        tag = words.say(f"（{option.criterion}，{state}）", f" ({option.criterion}, {state})")
        text = f"{_sentence(option.name[lang], lang)}{option.source.sentence(lang)}"
        lines.append(words.item(f"`{option.id}`{tag}", f"`{option.id}`{tag}", text))
    lines += ["", words.say("## 约定（评估结果中列明）", "## Conventions (named in every result)"), ""]
    for convention in edition.conventions:
        lines.append(words.item(f"`{convention}`", f"`{convention}`", edition.convention_text(convention)[lang]))
    return lines


def _sentence(text: str, lang: Lang) -> str:
    """The text with a full stop, ready for what follows it."""
    return f"{text.rstrip('。')}。" if lang == "zh" else f"{text.rstrip('.')}. "


def _in_brief(criterion: model.AnyCriterion, edition: Edition, words: Words) -> Iterator[str]:
    """One line with the limits and the source; one more for each part."""
    limits = limits_of(criterion, edition, words)
    asked = f"{words.say('：', ': ')}{words.join(limits)}" if limits else ""
    source = criterion.source.sentence(words.lang) if criterion.source else ""
    changed = words.say("（本版本改动）", " (changed by this edition)") if criterion.changed_from else ""
    yield f"- {criterion.id} {criterion.name[words.lang]}{changed}{asked}{words.say('。', '. ')}{source}"
    if isinstance(criterion, model.AllOf):
        for part in criterion.parts:
            limits = limits_of(part, edition, words)
            asked = f"{words.say('：', ': ')}{words.join(limits)}" if limits else ""
            changed = ""
            if part.changed_from and part.source:
                sentence = part.source.sentence(words.lang)
                changed = words.say(f"（本版本改动，{sentence}）", f" (changed by this edition, {sentence})")
            yield f"  - {criterion.id}.{part.id} {part.name[words.lang]}{changed}{asked}"


# ---- messages and fields --------------------------------------------------------------------------------------------


def message_lines(code: str, lang: Lang) -> list[str]:
    """A message: severity, its sentence with the placeholders, its remedy, and the rule behind it."""
    words = Words(lang)
    message = catalogue()[code]
    lines = [
        f"# {code}",
        "",
        words.item("级别", "Severity", SEVERITIES[message.severity][lang]),
        words.item("内容", "Message", message.text[lang]),
        words.item("处理", "Remedy", message.fix[lang]),
        words.item("{…} 处", "{…}", words.say("由所查数据代入", "is filled in from the data concerned")),
    ]
    if message.why is not None:
        lines.insert(-1, words.item("依据", "Why", message.why[lang]))
    return lines


def field_lines(field_id: str, edition: Edition, lang: Lang) -> list[str]:
    """A field: what is entered, in which unit, other names for it, and the criteria that use it."""
    words = Words(lang)
    field = field_of(field_id)
    lines = [f"# {field.id} {field.name[lang]}", "", words.item("填写", "Enter", field.help[lang])]
    lines.append(words.item("类型", "Type", type_words(field, lang)))
    if field.choices:
        names = [f"{choice.name[lang]} `{choice.id}`" for choice in field.choices]
        lines.append(words.item("可选值", "Choices", words.listed(names)))
    lines.append(words.item("填报位置", "Reported", words.listed([TABLE_NAMES[level][lang] for level in field.levels])))
    lines.append(words.item("必填", "Needed", words.say("否", "no") if field.optional else words.say("是", "yes")))
    if field.also:
        lines.append(words.item("也识别的名称", "Other names understood", words.listed(list(field.also))))
    if field.source:
        lines.append(words.item("统计报表", "Statistics", field.source))
    used = used_by(field_id, edition)
    lines.append(
        words.item(
            "用于",
            "Used by",
            words.listed(used)
            if used
            else words.say(
                "不直接进入条目：用于识别学校、折算或核对", "no criterion directly: identification, division or checks"
            ),
        )
    )
    return lines


def type_words(field: Field, lang: Lang) -> str:
    """The type with its unit: `整数（人）`."""
    name = TYPE_NAMES[field.type][lang]
    if field.unit is None:
        return name
    return f"{name}（{field.unit}）" if lang == "zh" else f"{name} ({field.unit})"


def used_by(field_id: str, edition: Edition) -> list[str]:
    """Ids of the criteria and options that use a field."""
    field = field_of(field_id)
    found = [c.id for c in edition.file.criteria if field_id in fields_of(c, edition)]
    return found + [
        o.id for o in edition.file.options if o.add_amount in {field_id, field.base} or field.base in _asked_by(o)
    ]


def _asked_by(option: model.Option) -> set[str]:
    """The fields that decide whether an option is for a school."""
    where = option.where
    asked = {
        "area": where.area,
        "school_type": where.types,
        "built_year": where.built_by,
        f"built_by_{where.built_by}": where.built_by,
        "largest_class": where.largest_class_below,
        "migrant_pupils": where.migrant_share_above,
        "dense_centre": where.dense_centre,
    }
    return {name for name, value in asked.items() if value not in (None, ())}
