"""Small .xls files made by hand: an OLE container with a BIFF8 workbook, sound or not."""

from __future__ import annotations

import struct

SECTOR = 512
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")


def ole(streams: dict[str, bytes], loop: bool = False) -> bytes:
    """A container with these streams, each padded to where it needs no mini stream. `loop`: a chain that never ends."""
    padded = {name: data.ljust(-(-max(len(data), 4096) // SECTOR) * SECTOR, b"\0") for name, data in streams.items()}
    fat = [FAT, END]  # sector 0 holds the table, sector 1 the directory
    entries = [_entry("Root Entry", 5, END, 0, child=1)]
    body = b""
    for index, (name, data) in enumerate(padded.items(), 1):
        start, count = len(fat), len(data) // SECTOR
        fat += [*range(start + 1, start + count), start if loop else END]
        right = index + 1 if index < len(padded) else FREE
        entries.append(_entry(name, 2, start, len(data), right=right))
        body += data
    if len(fat) > SECTOR // 4 or len(entries) > 4:
        raise ValueError("too large for one sector of the table")
    fat += [FREE] * (SECTOR // 4 - len(fat))
    directory = b"".join(entries).ljust(SECTOR, b"\0")
    head = MAGIC + b"\0" * 16 + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, END, 0, END, 0) + struct.pack("<109I", 0, *[FREE] * 108)
    return head + struct.pack(f"<{SECTOR // 4}I", *fat) + directory + body


def _entry(name: str, kind: int, start: int, size: int, child: int = FREE, right: int = FREE) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    head = text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text), kind, 1, FREE, right, child)
    return head + b"\0" * 36 + struct.pack("<IQ", start, size)


def record(kind: int, data: bytes = b"") -> bytes:
    """One BIFF record."""
    return struct.pack("<HH", kind, len(data)) + data


def biff(sheets: dict[str, dict[tuple[int, int], float | str]]) -> bytes:
    """A BIFF8 workbook: sheet name to (row, column) from 0 to value."""
    bof = struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6)
    bodies = []
    for cells in sheets.values():
        rows, columns = [r for r, _ in cells] or [0], [c for _, c in cells] or [0]
        size = struct.pack("<IIHHH", min(rows), max(rows) + 1, min(columns), max(columns) + 1, 0)
        body = record(0x0809, bof.replace(b"\x05\x00", b"\x10\x00", 1)) + record(0x0200, size)
        for (row, column), value in sorted(cells.items()):
            if isinstance(value, str):
                text = struct.pack("<HHHHB", row, column, 0, len(value), 1) + value.encode("utf-16-le")
                body += record(0x0204, text)
            else:
                body += record(0x0203, struct.pack("<HHHd", row, column, 0, value))
        bodies.append(body + record(0x000A))
    head = record(0x0809, bof) + record(0x0042, struct.pack("<H", 1200))
    length = len(head) + sum(4 + 8 + 2 * len(name) for name in sheets) + 4
    bounds = b""
    for name, body in zip(sheets, bodies, strict=True):
        bounds += record(0x0085, struct.pack("<IBBBB", length, 0, 0, len(name), 1) + name.encode("utf-16-le"))
        length += len(body)
    return head + bounds + record(0x000A) + b"".join(bodies)


def xls(sheets: dict[str, dict[tuple[int, int], float | str]]) -> bytes:
    """A small .xls file."""
    return ole({"Workbook": biff(sheets)})
