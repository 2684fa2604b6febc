"""Bytes of a text file to text, whatever encoding it was saved in."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

# One-byte encodings in which Russian files are still written: Windows, DOS, old Unix.
_ONE_BYTE = ("cp1251", "cp866", "koi8_r")
_LABELS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32": "UTF-32",
    "cp1251": "Windows-1251",
    "cp866": "DOS 866",
    "koi8_r": "КОИ-8",
}
_SAMPLE_BYTES = 1 << 16
_SIGNATURES = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"%PDF",
    b"MZ",
    b"PK\x03\x04",
    b"Rar!",
    b"7z\xbc",
    b"\x1f\x8b",
    b"ID3",
    b"RIFF",
)


@dataclass(frozen=True, slots=True)
class DecodedText:
    """The text, with line ends as «\\n», and the name of its encoding for a person."""

    text: str
    encoding: str


def decoded(content: bytes) -> DecodedText | None:
    """The text of a file's bytes; None where they are no text."""
    if content.startswith(_SIGNATURES):
        return None
    encoding = _by_mark(content) or _two_byte(content) or ("utf-8" if _is_utf8(content) else _one_byte(content))
    if encoding is None:
        return None
    # DOS programs end a file with this sign.
    text = content.decode(encoding, errors="replace").rstrip("\x1a")
    if not _is_plain(text):
        return None
    return DecodedText(text.replace("\r\n", "\n").replace("\r", "\n"), _LABELS[encoding])


def _by_mark(content: bytes) -> str | None:
    if content.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if content.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    return "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else None


def _two_byte(content: bytes) -> str | None:
    """UTF-16 without a mark: every other byte is 0 (Latin) or 4 (Russian letters)."""
    head = content[:4096]
    half = max(1, len(head) // 2)
    if 0 not in head:
        return None
    if sum(head[1::2].count(high) for high in (0, 4)) > 0.6 * half:
        return "utf-16-le"
    return "utf-16-be" if sum(head[::2].count(high) for high in (0, 4)) > 0.6 * half else None


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _one_byte(content: bytes) -> str | None:
    if 0 in content[:_SAMPLE_BYTES]:
        return None
    from charset_normalizer import from_bytes

    # What is worth looking at begins with the first letter that is not Latin.
    first = next((at for at, byte in enumerate(content) if byte > 127), 0)
    sample = content[max(0, first - 1000) : first + _SAMPLE_BYTES]
    best = from_bytes(sample, cp_isolation=list(_ONE_BYTE)).best()
    return best.encoding if best is not None and best.encoding in _ONE_BYTE else None


def _is_plain(text: str) -> bool:
    strange = sum(text.count(sign) for sign in _STRANGE)
    return strange <= len(text) // 1000


_STRANGE = [chr(code) for code in range(32) if chr(code) not in "\t\n\r\f\x0b"] + ["\ufffd"]
