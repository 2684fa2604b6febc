"""How far the sheets of an .xls reach, and the errors of its formulas: what the spreadsheet library does not tell.

Sources: MS-CFB 2 (the container), MS-XLS 2.4 (the records). Only as much is read of both as this takes.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from app.adapters.documents.workbook_scan import Limits, SheetMarks, TooLarge

_FREE = 0xFFFFFFFA
"""This and all above it are no numbers of sectors."""

_BOUND_SHEET, _BEGINS, _ENDS = 0x0085, 0x0809, 0x000A
_FORMULA, _BOOL_OR_ERROR, _MANY_NUMBERS = 0x0006, 0x0205, 0x00BD
_CELLS = frozenset((0x0203, 0x0204, 0x027E, 0x00FD, 0x00D6, _FORMULA, _BOOL_OR_ERROR, _MANY_NUMBERS))
_SHEET = 0x0010
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}


def scan_old(content: bytes, limits: Limits) -> dict[str, SheetMarks] | None:
    """The marks of each sheet by its name; None for a file that holds no workbook.

    Raises:
        TooLarge: A sheet reaches too far.
        ValueError: The file is damaged.
    """
    try:
        book = _workbook(content)
        return None if book is None else _marks(book, limits)
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise ValueError(f"damaged: {error!r}") from error


def _marks(book: bytes, limits: Limits) -> dict[str, SheetMarks]:
    names: dict[int, str] = {}
    found: dict[str, SheetMarks] = {}
    marks: SheetMarks | None = None
    first_row, last_row, last_column = 0, -1, 0
    for at, kind, body in _records(book):
        if kind == _BOUND_SHEET:
            offset, length, is_wide = struct.unpack_from("<I2xB?", body)
            title = body[8 : 8 + length * (2 if is_wide else 1)]
            names[offset] = title.decode("utf-16-le" if is_wide else "latin-1")
        elif kind == _BEGINS:
            is_sheet = struct.unpack_from("<H", body, 2)[0] == _SHEET
            marks = found.setdefault(names.get(at, str(at)), SheetMarks()) if is_sheet else None
            first_row, last_row, last_column = 0, -1, 0
        elif kind in _CELLS and marks is not None:
            row, column = struct.unpack_from("<HH", body)
            right = struct.unpack_from("<H", body, len(body) - 2)[0] if kind == _MANY_NUMBERS else column
            first_row = row if last_row < 0 else min(first_row, row)
            last_row, last_column = max(last_row, row), max(last_column, right)
            if (last_row - first_row + 1) * (last_column + 1) > limits.cells or row >= limits.rows:
                raise TooLarge(_name_of(row, right))
            if error := _error(kind, body):
                marks.errors[row, column] = error
    return found


def _error(kind: int, body: bytes) -> str | None:
    """What the spreadsheet shows for a cell that is an error."""
    if kind == _BOOL_OR_ERROR and body[7]:
        return _ERRORS.get(body[6], "#N/A")
    if kind == _FORMULA and body[12:14] == b"\xff\xff" and body[6] == 2:
        return _ERRORS.get(body[8], "#N/A")
    return None


def _name_of(row: int, column: int) -> str:
    """«IV65536»"""
    letters = ""
    number = column + 1
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(65 + letter) + letters
    return f"{letters}{row + 1}"


def _records(book: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Each record with its place; up to the first that is cut off."""
    at = 0
    while at + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, at)
        if at + 4 + length > len(book):
            return
        if kind in _CELLS or kind in (_BOUND_SHEET, _BEGINS):
            yield at, kind, book[at + 4 : at + 4 + length]
        # The end of the file is filled up with zeros.
        at += 4 + length if kind or length else len(book)


def _workbook(content: bytes) -> bytes | None:
    """The stream of the workbook; None where there is none."""
    shift, small_shift = struct.unpack_from("<HH", content, 30)
    if shift not in (9, 12) or small_shift != 6:
        raise ValueError("damaged: sizes of sectors")
    size = 1 << shift
    first_entry, _sign, least, first_small = struct.unpack_from("<IIII", content, 48)

    def sector(number: int) -> bytes:
        return content[(number + 1) * size : (number + 2) * size]

    table: list[int] = []
    for number in _parts_of_table(content, sector):
        table += struct.unpack(f"<{size // 4}I", sector(number).ljust(size, b"\xff"))
    entries = _chain(first_entry, table, sector)
    root = b""
    for at in range(0, len(entries), 128):
        entry = entries[at : at + 128]
        length, kind = struct.unpack_from("<HB", entry, 64)
        name = entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
        start, bytes_long = struct.unpack_from("<II", entry, 116)
        if kind == 5:
            root = _chain(start, table, sector)
        elif kind == 2 and name in ("Workbook", "Book"):
            if bytes_long >= least:
                return _chain(start, table, sector)[:bytes_long]
            small = _chain(first_small, table, sector)
            small_table = struct.unpack(f"<{len(small) // 4}I", small)
            return _chain(start, small_table, partial(_piece, root))[:bytes_long]
    return None


def _piece(root: bytes, number: int) -> bytes:
    """A small sector, 64 bytes of the root's own stream."""
    return root[number * 64 : (number + 1) * 64]


def _parts_of_table(content: bytes, sector: Callable[[int], bytes]) -> Iterator[int]:
    """Sectors that hold the table of sectors: 109 named in the header, the others in a chain of their own."""
    yield from (number for number in struct.unpack_from("<109I", content, 76) if number < _FREE)
    further = struct.unpack_from("<I", content, 68)[0]
    for _step in range(len(content) >> 9):
        if further >= _FREE:
            return
        *numbers, further = struct.unpack(f"<{len(sector(further)) // 4}I", sector(further))
        yield from (number for number in numbers if number < _FREE)


def _chain(first: int, table: Sequence[int], sector: Callable[[int], bytes]) -> bytes:
    """The bytes of a chain of sectors.

    Raises:
        ValueError: The chain runs in a circle.
    """
    parts = []
    number = first
    while number < _FREE:
        parts.append(sector(number))
        number = table[number]
        if len(parts) > len(table):
            raise ValueError("damaged: a chain without an end")
    return b"".join(parts)
