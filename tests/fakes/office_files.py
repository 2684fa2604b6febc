"""Files of old and rare kinds, written byte by byte: nothing that we may install writes them."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Sequence
from io import BytesIO

_SECTOR = 512
_XML = '<?xml version="1.0" encoding="UTF-8"?>'
_OASIS = "urn:oasis:names:tc:opendocument:xmlns"
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD

Value = str | float | None
ERROR = "#DIV/0!"


def compound_file(streams: dict[str, bytes]) -> bytes:
    """An OLE compound file, version 3, with these streams. Source: MS-CFB."""
    padded = {
        name: content.ljust(max(4096, -(-len(content) // _SECTOR) * _SECTOR), b"\0")
        for name, content in streams.items()
    }
    table = [_FAT, _END]
    entries = [_entry("Root Entry", 5, _END, 0, child=1)]
    body = b""
    for number, (name, content) in enumerate(padded.items(), 1):
        first, count = len(table), len(content) // _SECTOR
        table += [*range(first + 1, first + count), _END]
        follower = number + 1 if number < len(padded) else _FREE
        entries.append(_entry(name, 2, first, len(content), right=follower))
        body += content
    assert len(table) <= 128, "one sector of the table holds 64 KB"
    assert len(entries) <= 4
    header = bytearray(_SECTOR)
    struct.pack_into(
        "<8s16xHHHHH6xIIIIIIIII",
        header,
        0,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        0,
        1,
        1,
        0,
        4096,
        _END,
        0,
        _END,
        0,
    )
    struct.pack_into("<109I", header, 76, 0, *[_FREE] * 108)
    directory = b"".join(entries).ljust(_SECTOR, b"\0")
    return bytes(header) + struct.pack("<128I", *table, *[_FREE] * (128 - len(table))) + directory + body


def encrypted_office() -> bytes:
    """What Excel and Word write under a password: the package is a stream of a compound file."""
    return compound_file(
        {"EncryptedPackage": b"\x17" * 5000, "EncryptionInfo": b"\x04\x00\x04\x00@\0\0\0<encryption/>"}
    )


def xls(rows: Sequence[Sequence[Value]], sheet: str = "Прайс") -> bytes:
    """A workbook of Excel 97 with one sheet; `ERROR` is an error of a formula. Source: MS-XLS."""
    cells = b""
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            place = struct.pack("<HHH", row, column, 0)
            if value == ERROR:
                cells += _record(0x0205, place + b"\x07\x01")
            elif isinstance(value, str):
                cells += _record(0x0204, place + struct.pack("<HB", len(value), 1) + value.encode("utf-16-le"))
            elif value is not None:
                cells += _record(0x0203, place + struct.pack("<d", value))
    begins = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6))
    ends = _record(0x000A, b"")
    name = struct.pack("<BB", len(sheet), 1) + sheet.encode("utf-16-le")
    offset = len(begins) + 4 + 6 + len(name) + len(ends)
    known = _record(0x0085, struct.pack("<IBB", offset, 0, 0) + name)
    page = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6)) + cells + ends
    return compound_file({"Workbook": begins + known + ends + page})


def ods(table: str, *, manifest: str = "") -> bytes:
    """An OpenDocument spreadsheet whose one sheet «Прайс» holds the given XML of rows."""
    about = f"{_OASIS}:manifest:1.0"
    names = " ".join(f'xmlns:{name}="{_OASIS}:{name}:1.0"' for name in ("office", "table", "text"))
    sheet = f'<table:table table:name="Прайс">{table}</table:table>'
    body = f"<office:body><office:spreadsheet>{sheet}</office:spreadsheet></office:body>"
    entry = f'<manifest:file-entry manifest:full-path="content.xml">{manifest}</manifest:file-entry>'
    return package(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": f"{_XML}<office:document-content {names}>{body}</office:document-content>",
            "META-INF/manifest.xml": f'{_XML}<manifest:manifest xmlns:manifest="{about}">{entry}</manifest:manifest>',
        }
    )


def ods_cell(text: str, attributes: str = "") -> str:
    """A cell of text."""
    return f'<table:table-cell office:value-type="string" {attributes}><text:p>{text}</text:p></table:table-cell>'


def ods_number(value: float) -> str:
    """A cell with a number."""
    given = f'office:value-type="float" office:value="{value}"'
    return f"<table:table-cell {given}><text:p>{value}</text:p></table:table-cell>"


def package(parts: dict[str, str]) -> bytes:
    """A zip with these parts."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def pdf(pages: Sequence[Sequence[tuple[str, int]]]) -> bytes:
    """A PDF with pages of Latin lines, each with the size of its type in points; a page without lines is a scan."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for lines in pages:
        drawn = "".join(
            f"BT /F1 {size} Tf 1 0 0 1 60 {780 - 24 * at} Tm ({text}) Tj ET\n" for at, (text, size) in enumerate(lines)
        )
        content = drawn.encode("latin-1")
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
        drawn_with = "/MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >>"
        objects.append(f"<< /Type /Page /Parent 2 0 R {drawn_with} /Contents {len(objects)} 0 R >>".encode())
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    written, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(written))
    return written + b"xref\n0 %d\n0000000000 65535 f \n%s%s" % (len(objects) + 1, table, trailer)


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _entry(name: str, kind: int, start: int, size: int, *, child: int = _FREE, right: int = _FREE) -> bytes:
    encoded = name.encode("utf-16-le")
    head = encoded.ljust(64, b"\0") + struct.pack("<HBB", len(encoded) + 2, kind, 1)
    return head + struct.pack("<III", _FREE, right, child) + b"\0" * 36 + struct.pack("<IQ", start, size)
