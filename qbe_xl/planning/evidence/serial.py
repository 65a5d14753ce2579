"""The list of evidence as plain data, schema `qbe-xl/evidence/1`."""

from __future__ import annotations

from typing import Any

from qbe_xl.core.languages import Lang, Text
from qbe_xl.planning.evidence.evidence import DOUBTS, Backing, Entry, Evidence
from qbe_xl.planning.evidence.matching import Claim
from qbe_xl.planning.serial import head
from qbe_xl.planning.settings import settings

EVIDENCE_SCHEMA = "qbe-xl/evidence/1"


def evidence_to_dict(evidence: Evidence, lang: Lang = "zh") -> dict[str, Any]:
    """Counts, every criterion with what is missing, every material with its entries, and what the search left aside."""
    result, listing = evidence.assessment, evidence.listing
    materials = evidence.materials
    years = sorted({year for entry in evidence.entries for year in entry.years_wanted})
    most = int(settings()["evidence"]["unmatched_listed"])
    by_material: dict[str, list[Entry]] = {}
    for entry in evidence.entries:
        by_material.setdefault(entry.material.id, []).append(entry)
    return {
        **head(result, EVIDENCE_SCHEMA, lang),
        "verdict": result.verdict,
        "blocked": result.blocked,
        "label": evidence.label,
        "since": evidence.last_label or None,
        "list": {"id": materials.id, "name": materials.name[lang], "extends": materials.extends},
        "years": years,
        "summary": {
            "criteria": len(evidence.criteria),
            "complete": evidence.covered("complete"),
            "partial": evidence.covered("partial"),
            "none": evidence.covered("none"),
            "nothing_wanted": evidence.covered("nothing_wanted"),
            "passing_without_evidence": [each.criterion.id for each in evidence.unproved],
            "entries": len(evidence.entries),
            "states": {state: sum(e.state == state for e in evidence.entries) for state in ("have", "none", "check", "not_applicable", "visit")},
        },
        "criteria": [_criterion(each, lang) for each in evidence.criteria],
        "materials": [
            {
                "id": material.id,
                "name": material.name[lang],
                "level": material.level,
                "volume": material.volume,
                "volume_name": materials.volume(material).name[lang],
                "criteria": list(material.criteria),
                "years": material.years,
                "visit": material.visit,
                "only": material.where[lang] if material.where is not None else None,
                "source": {
                    "document": material.source.document,
                    "article": material.source.article,
                    "confidence": material.source.confidence,
                },
                "entries": [_entry(entry, lang) for entry in by_material.get(material.id, [])],
            }
            for material in (*materials.at("county"), *materials.at("school"))
        ],
        "folder": None if listing is None else {
            "files": len(listing.files),
            "unmatched": len(evidence.unmatched),
            "unmatched_files": list(evidence.unmatched[:most]),
            "links_not_followed": list(listing.links[:most]),
            "too_deep": list(listing.deep[:most]),
            "unreadable": list(listing.unreadable[:most]),
        },
        "kept": [
            {"material": row.material, "code": row.code or None, "school": row.school or None, "name": row.title or None,
             "manual": dict(row.manual), "own": dict(row.extra)}
            for row in evidence.kept
        ],
        "own_rows": [dict(row) for row in evidence.own],
    }  # fmt: skip


def _criterion(each: Backing, lang: Lang) -> dict[str, Any]:
    name: Text = each.criterion.name
    materials = list(dict.fromkeys(entry.material.id for entry in each.entries))
    return {
        "id": each.criterion.id,
        "title": name[lang],
        "group": each.criterion.group,
        "status": each.status,
        "evidence": each.cover,
        "passing_without_evidence": each.unproved,
        "wanted": sum(entry.wanted for entry in each.entries),
        "complete": sum(entry.complete for entry in each.entries),
        "missing": [
            {
                "material": key,
                "name": entries[0].material.name[lang],
                "level": entries[0].material.level,
                "wanted": sum(e.wanted for e in each.entries if e.material.id == key),
                "lacking": len(entries),
                "years": sorted({year for entry in entries for year in entry.missing_years}),
                "text": lacking_text(entries, sum(e.wanted for e in each.entries if e.material.id == key))[lang],
            }
            for key, entries in each.lacking.items()
        ],
        "materials": materials,
    }


def lacking_text(entries: tuple[Entry, ...], wanted: int) -> Text:
    """What is missing of one material, in words: years of the county's paper, or of how many schools."""
    first = entries[0]
    name: Text = first.material.name
    if first.material.level == "school":
        return Text(f"{name.zh}：{wanted} 校中 {len(entries)} 校不全", f"{name.en}: not complete in {len(entries)} of {wanted} schools")
    name = Text(f"{name.zh}（县级）", f"{name.en} (county)")
    if first.state == "check":
        return Text(f"{name.zh}：待核", f"{name.en}: to be checked")
    if first.state == "have":
        years = [str(year) for year in first.missing_years]
        return Text(f"{name.zh}：缺 {'、'.join(years)} 年", f"{name.en}: {', '.join(years)} missing")
    return Text(f"{name.zh}：无", f"{name.en}: none")


def _entry(entry: Entry, lang: Lang) -> dict[str, Any]:
    return {
        "school": entry.school or None,
        "name": entry.name or None,
        "state": entry.state,
        "found": entry.found,
        "complete": entry.complete,
        "place": entry.place or None,
        "years_have": list(entry.years_have),
        "years_wanted": list(entry.years_wanted),
        "years_missing": list(entry.missing_years) if entry.wanted else [],
        "who": entry.manual.get("who") or None,
        "files": [claim.path for claim in entry.files],
        "candidates": [_candidate(claim, lang) for claim in entry.candidates],
        "why": entry.why[lang] or None,
        "note": entry.manual.get("note") or None,
        "manual": dict(entry.manual),
        "own": dict(entry.extra),
    }


def _candidate(claim: Claim, lang: Lang) -> dict[str, str]:
    return {"file": claim.path, "doubt": claim.doubt or "", "text": DOUBTS[claim.doubt][lang] if claim.doubt else ""}
