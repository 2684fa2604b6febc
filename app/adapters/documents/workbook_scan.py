"""What the spreadsheet library does not tell: how far the sheets reach, errors of formulas, merged cells of ods.

The library lays out every cell between the first and the last one, so that a single stray cell in XFD1048576 asks for
512 GB and ends the program (python-calamine 0.9); and it gives an error of a formula as an empty cell.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from xml.parsers.expat import ExpatError, ParserCreate

_MEGABYTE = 1 << 20
_CHUNK_BYTES = _MEGABYTE
# RuntimeError: a package that says it is encrypted; NotImplementedError is one of them, of a kind of zip nobody writes.
DAMAGE = (zipfile.BadZipFile, zlib.error, KeyError, ValueError, RuntimeError, EOFError, OSError, ExpatError)
_MOST_PART_BYTES = 8 * _MEGABYTE
MOST_UNPACKED_BYTES = 2048 * _MEGABYTE

_ATTRIBUTE = re.compile(rb"""([\w:-]+)=["']([^"']*)["']""")
_RELATIONS = "xl/_rels/workbook.xml.rels"
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
# A cell with something in it; empty ones with a format alone close themselves.
_XLSX_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*[^>/])>(?:\s*<(?:\w+:)?f\b[^>]*?(/>|>([^<]*)<))?")
_XLSX_PLACE = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")
_XLSX_ERROR = re.compile(rb"""\bt=["']e["']""")
_XLSX_TEXT = re.compile(rb"""\bt=["']str["']""")
_XLSX_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]*)</")
_ODS_TAG = re.compile(
    rb"<(/?)table:(table-row|table-cell|covered-table-cell|table)\b([^>]*?)(/?)>(?=([^<]*(?:<text:p[^>]*>[^<]*)?))"
)


class TooLarge(Exception):
    """A sheet reaches further than a price list may.

    Args:
        cell: The cell, or the row, that stands too far out: «XFD1048576»; empty where the file is too large in all.
    """

    def __init__(self, cell: str) -> None:
        super().__init__(cell)
        self.cell = cell


@dataclass(slots=True)
class SheetMarks:
    """Of one sheet, rows and columns from 0.

    Args:
        errors: What the spreadsheet shows where a formula failed or was never worked out.
        merged: First and last cell of each merged range, where the library does not give them.
    """

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a sheet may reach: its last row, and cells from the first to the last."""

    rows: int
    cells: int


def scan(content: bytes, limits: Limits) -> dict[str, SheetMarks] | None:
    """The marks of each sheet by its name; None for a package that is no spreadsheet.

    Raises:
        TooLarge: A sheet reaches too far.
        zipfile.BadZipFile, zlib.error, KeyError, ValueError, RuntimeError, ExpatError: The file is damaged.
    """
    with zipfile.ZipFile(BytesIO(content)) as package:
        if sum(part.file_size for part in package.infolist()) > MOST_UNPACKED_BYTES:
            raise TooLarge("")
        names = set(package.namelist())
        if "xl/workbook.xml" in names:
            return {name: _scan_xlsx(package, part, limits) for name, part in _xlsx_sheets(package) if part in names}
        if "content.xml" in names and b"opendocument.spreadsheet" in _small(package, "mimetype", names):
            _check_xml(package, "content.xml")
            return _scan_ods(package, limits)
    return None


def is_encrypted_ods(content: bytes) -> bool:
    """Whether an ods is under a password: its manifest then names the way of encryption."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            return b"encryption-data" in _small(package, "META-INF/manifest.xml", set(package.namelist()))
    except DAMAGE:
        return False


def _small(package: zipfile.ZipFile, part: str, names: set[str]) -> bytes:
    if part not in names or package.getinfo(part).file_size > _MOST_PART_BYTES:
        return b""
    return package.read(part)


def _xlsx_sheets(package: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Names of the sheets with the parts they are in."""
    names = set(package.namelist())
    relations = (dict(_ATTRIBUTE.findall(tag)) for tag in _RELATION.findall(_small(package, _RELATIONS, names)))
    targets = {one.get(b"Id", b""): _unescaped(one.get(b"Target", b"")) for one in relations}
    for tag in _SHEET.findall(_small(package, "xl/workbook.xml", names)):
        sheet = dict(_ATTRIBUTE.findall(tag))
        relation = next((value for key, value in sheet.items() if key.endswith(b":id")), b"")
        target = targets.get(relation, "")
        yield _unescaped(sheet.get(b"name", b"")), target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _chunks(package: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The part in pieces, none of which ends within a row."""
    rest = b""
    with package.open(part) as stream:
        while piece := stream.read(_CHUNK_BYTES):
            whole = rest + piece
            cut = max(whole.rfind(b"</row>"), whole.rfind(b"</table:table-row>"))
            if cut < 0 and len(whole) < 16 * _CHUNK_BYTES:
                rest = whole
                continue
            end = cut if cut >= 0 else len(whole)
            yield whole[:end]
            rest = whole[end:]
    if rest:
        yield rest


def _scan_xlsx(package: zipfile.ZipFile, part: str, limits: Limits) -> SheetMarks:
    marks = SheetMarks()
    first_row, last_column, at = 0, 0, 0
    for chunk in _chunks(package, part):
        for match in _XLSX_CELL.finditer(chunk):
            place = _XLSX_PLACE.search(match[1])
            if place is None:
                continue
            row, column = int(place[2]) - 1, _column(place[1])
            first_row, last_column, at = first_row if at else row, max(last_column, column), 1
            if row >= limits.rows or (row - first_row + 1) * (last_column + 1) > limits.cells:
                raise TooLarge(place[0][3:-1].decode())
            if _XLSX_ERROR.search(match[1]):
                value = _XLSX_VALUE.search(chunk, match.end())
                marks.errors[row, column] = value[1].decode("utf-8", "replace") if value else "#N/A"
            elif match[2] is not None and not _XLSX_TEXT.search(match[1]):
                _mark_unworked(marks, chunk, match, (row, column))
    return marks


def _mark_unworked(marks: SheetMarks, chunk: bytes, match: re.Match[bytes], place: tuple[int, int]) -> None:
    """Mark a formula without a value: a program wrote the file and nobody has opened it in a spreadsheet since.

    A formula that gives an empty text is a cell of text, and does not come here.
    """
    end = chunk.find(b"</c>", match.end())
    value = _XLSX_VALUE.search(chunk, match.end(), end if end >= 0 else len(chunk))
    if value is None or not value[1]:
        formula = (match[3] or b"").decode("utf-8", "replace")
        marks.errors[place] = f"={formula}" if formula else "=…"


def _check_xml(package: zipfile.ZipFile, part: str) -> None:
    """Raise ExpatError for a part that is no whole XML: the library then reads on for ever (calamine of 0.9)."""
    parser = ParserCreate()
    with package.open(part) as stream:
        while piece := stream.read(_CHUNK_BYTES):
            parser.Parse(piece, False)
    parser.Parse(b"", True)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _scan_ods(package: zipfile.ZipFile, limits: Limits) -> dict[str, SheetMarks]:
    found: dict[str, SheetMarks] = {}
    marks = SheetMarks()
    row = column = rows_here = 0
    last_column = 0
    for chunk in _chunks(package, "content.xml"):
        for match in _ODS_TAG.finditer(chunk):
            closes, kind = bool(match[1]), match[2]
            attributes = dict(_ATTRIBUTE.findall(match[3]))
            if kind == b"table" and not closes:
                marks = found.setdefault(_unescaped(attributes.get(b"table:name", b"")), SheetMarks())
                row = column = last_column = 0
            elif kind == b"table-row":
                if closes or match[4]:
                    row += rows_here if closes else _repeated(attributes, b"rows")
                else:
                    rows_here, column = _repeated(attributes, b"rows"), 0
            elif not closes and kind != b"table":
                width = _repeated(attributes, b"columns")
                if b"office:value-type" in attributes or b"table:formula" in attributes:
                    last_column = max(last_column, column + width - 1)
                    if row + rows_here > limits.rows or (row + rows_here) * (last_column + 1) > limits.cells:
                        raise TooLarge(f"{row + 1}")
                    _mark_ods_cell(marks, (row, column), attributes, match[5])
                column += width
    return found


def _mark_ods_cell(marks: SheetMarks, place: tuple[int, int], attributes: dict[bytes, bytes], follows: bytes) -> None:
    shown = re.sub(rb"<[^>]*>", b"", follows).decode("utf-8", "replace").strip()
    if b"table:formula" in attributes and shown.startswith(("#", "Err:", "Ошибка:")):
        marks.errors[place] = shown
    down = int(attributes.get(b"table:number-rows-spanned", b"1"))
    right = int(attributes.get(b"table:number-columns-spanned", b"1"))
    if down > 1 or right > 1:
        marks.merged.append((place, (place[0] + down - 1, place[1] + right - 1)))


def _repeated(attributes: dict[bytes, bytes], what: bytes) -> int:
    return int(attributes.get(b"table:number-" + what + b"-repeated", b"1"))


def _unescaped(text: bytes) -> str:
    from html import unescape

    return unescape(text.decode("utf-8", "replace"))
