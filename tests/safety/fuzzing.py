"""Random damage to reports: bytes, parts and cells changed; and what a child does with many of them."""

from __future__ import annotations

import io
import random
import re
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from qbe_xl.assessment.run import assess_submission
from qbe_xl.core.findings import Finding
from qbe_xl.county import Submission
from qbe_xl.forms import read
from tests.safety.packages import packed

WORDS = (
    b"<", b"&", b"\0", b'"', b"<!DOCTYPE x>", b"]]>", b"r=\"XFD1048576\"", b"<v>NaN</v>", b"99999999999999999999", b"-1",
    b' t="s"', b' t="d"', b"\xff\xfe", b"</row>", b"<f>1+</f>", "１".encode(), b"_xD800_", b"</sheetData>",
)  # fmt: skip

Parts = dict[str, bytes]


def flipped(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 3, 30))):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def cut(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    return data[:start] + data[start + chance.randrange(1, 2000) :]


def doubled(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    return data[: start + chance.randrange(1, 2000)] + data[start:]


def worded(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    return data[:start] + chance.choice(WORDS) + data[start + chance.choice((0, 0, 5)) :]


def renumbered(data: bytes, chance: random.Random) -> bytes:
    """One number in the XML is another: a style, a row, a string, a value."""
    numbers = list(re.finditer(rb"\d+", data))
    if not numbers:
        return data
    hit = chance.choice(numbers)
    other = chance.choice((b"0", b"-1", b"4294967296", b"1e9", b"", str(chance.randrange(10**6)).encode()))
    return data[: hit.start()] + other + data[hit.end() :]


def untagged(data: bytes, chance: random.Random) -> bytes:
    """One tag is gone, or stands twice."""
    tags = list(re.finditer(rb"<[^>]*>", data))
    if not tags:
        return data
    hit = chance.choice(tags)
    return data[: hit.start()] + hit[0] * chance.choice((0, 2)) + data[hit.end() :]


IN_A_PART: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    flipped, cut, doubled, worded, worded, renumbered, renumbered, untagged, untagged,
)  # fmt: skip


def mutated(original: bytes, chance: random.Random) -> bytes:
    """The file with one to three things changed: in the file itself, in a part, or among the parts."""
    if chance.random() < 0.25:
        return chance.choice((flipped, cut, doubled))(original, chance)
    with zipfile.ZipFile(io.BytesIO(original)) as package:
        content: Parts = {name: package.read(name) for name in package.namelist()}
    for _ in range(chance.choice((1, 1, 2, 3))):
        name = chance.choice(list(content))
        how = chance.random()
        if how < 0.1:
            del content[name]
        elif how < 0.2:
            other = chance.choice(list(content))
            content[name], content[other] = content[other], content[name]
        elif content[name]:
            content[name] = chance.choice(IN_A_PART)(content[name], chance)
        if not content:
            break
    return packed(content, chance.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED)))


def damaged(seed: int, originals: Path) -> bytes:
    """The file of a seed: one of the folder's files, by turns, with its damage."""
    files = sorted(originals.iterdir())
    return mutated(files[seed % len(files)].read_bytes(), random.Random(seed))


def outcome_of(submission: Submission, name: str) -> str:
    """`county`, or the code of the refusal; AssertionError where the file is neither read nor refused."""
    codes = [finding.code for finding in submission.findings]
    if submission.county is None and not codes:
        raise AssertionError(f"{name}: neither read nor refused")
    for finding in submission.findings:
        sentences_of(finding)
    if not assess_submission(submission).to_json("en").encode("utf-8"):
        raise AssertionError(f"{name}: no result")
    return "county" if submission.county is not None else codes[0]


def sentences_of(finding: Finding) -> tuple[str, str]:
    """What a finding says, in both languages."""
    return finding.sentence("zh"), finding.sentence("en")


def written(seeds: range, originals: Path, folder: Path) -> list[Path]:
    """The files of these seeds."""
    paths = [folder / f"seed-{seed}.xlsx" for seed in seeds]
    for seed, path in zip(seeds, paths, strict=True):
        path.write_bytes(damaged(seed, originals))
    return paths


def many(paths: list[str], seconds: float) -> dict[str, int]:
    """In a child: read and assess the files one after the other; each has `seconds`."""
    found: Counter[str] = Counter()
    for path in map(Path, paths):
        start = time.monotonic()
        found[outcome_of(read(path), path.name)] += 1
        if time.monotonic() - start > seconds:
            raise AssertionError(f"{path.name}: more than {seconds:.0f} s")
    return dict(found)
