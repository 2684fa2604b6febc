"""The fonts of this machine, read from their files, and those that a document asks for in vain."""

from __future__ import annotations

import struct
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

_SUFFIXES = {".ttf", ".otf", ".ttc"}
_FAMILY_NAMES = {1, 16}
# These have the same widths: lines and pages break alike. Source: the projects' own pages.
_TWINS = {
    "arial": "liberation sans",
    "times new roman": "liberation serif",
    "courier new": "liberation mono",
    "calibri": "carlito",
    "cambria": "caladea",
}


def absent(names: Iterable[str]) -> tuple[str, ...]:
    """Those of the fonts that this machine has neither itself nor in a substitute of the same widths."""
    installed = _installed()
    if not installed:
        return ()
    return tuple(
        name for name in dict.fromkeys(names) if not {name.casefold(), _TWINS.get(name.casefold(), "")} & installed
    )


@cache
def _installed() -> frozenset[str]:
    """Families of all installed fonts, in small letters; empty where no folder of fonts can be read."""
    found: set[str] = set()
    for folder in _folders():
        for path in folder.rglob("*") if folder.is_dir() else ():
            if path.suffix.lower() in _SUFFIXES:
                found.update(name.casefold() for name in _families(path))
    return frozenset(found)


def _folders() -> list[Path]:
    home = Path.home()
    if sys.platform == "win32":
        return [Path(home.anchor) / "Windows" / "Fonts", home / "AppData/Local/Microsoft/Windows/Fonts"]
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"]
    return [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".local/share/fonts", home / ".fonts"]


def _families(path: Path) -> Iterator[str]:
    """Family names of a font file. Source: OpenType 1.9, «Font file», «name»."""
    try:
        with path.open("rb") as stream:
            head = stream.read(12)
            starts = [0]
            if head[:4] == b"ttcf":
                count = struct.unpack(">I", head[8:12])[0]
                starts = list(struct.unpack(f">{min(count, 64)}I", stream.read(4 * min(count, 64))))
            for start in starts:
                stream.seek(start)
                tables = struct.unpack(">H", stream.read(12)[4:6])[0]
                for entry in range(tables):
                    stream.seek(start + 12 + 16 * entry)
                    tag, _sum, offset, length = struct.unpack(">4sIII", stream.read(16))
                    if tag == b"name":
                        stream.seek(offset)
                        yield from _names(stream.read(length))
    except (OSError, struct.error, UnicodeDecodeError, IndexError):
        return


def _names(table: bytes) -> Iterator[str]:
    _format, count, strings = struct.unpack(">HHH", table[:6])
    for number in range(count):
        at = 6 + 12 * number
        platform, _encoding, _language, name, length, offset = struct.unpack(">HHHHHH", table[at : at + 12])
        if name in _FAMILY_NAMES:
            raw = table[strings + offset : strings + offset + length]
            yield raw.decode("utf-16-be" if platform in {0, 3} else "mac-roman")
