"""What can be wrong with a sound file, told apart before and after FFmpeg has failed on it."""

from __future__ import annotations

import os
import re
from pathlib import Path

from app.core.errors import UserFixable
from app.core.i18n import _

_HEAD_BYTES = 1 << 16
_TAIL_BYTES = 1 << 20

_NOT_SOUND = (b"MZ", b"\x7fELF", b"PK\x03\x04", b"%PDF", b"\xcf\xfa\xed\xfe", b"\x89PNG", b"\xff\xd8\xff\xe0", b"GIF8")
_SOUND = (
    b"RIFF",
    b"RF64",
    b"OggS",
    b"ID3",
    b"fLaC",
    b"#!AMR",
    b"\x1a\x45\xdf\xa3",
    b"\x30\x26\xb2\x75",
    b"FORM",
    b"caff",
)
_ASF = b"\x30\x26\xb2\x75"
# Content Encryption and Extended Content Encryption objects. Source: ASF specification 01.20.03, 10.1.
_ASF_ENCRYPTION = (
    bytes.fromhex("fbb3112223bdd211b4b700a0c955fc6e"),
    bytes.fromhex("14e68a292226174cb935dae07ee9289c"),
)
# Sample entries of protected sound. Source: ISO/IEC 14496-12 8.12 (enca), iTunes (drms), Audible (aavd).
_MP4_ENCRYPTION = (b"drms", b"enca", b"aavd")
_EXACT_HEADERS = {"wav", "flac", "asf", "mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm"}


def refuse_by_signature(path: Path) -> None:
    """Refuse what FFmpeg must not be asked about, since it sees an mp3 in almost any bytes.

    Raises:
        UserFixable: ``audio.not_audio``, ``audio.empty``, ``audio.protected``, ``audio.no_rights``.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD_BYTES)
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(0, size - _TAIL_BYTES))
            tail = stream.read(_TAIL_BYTES)
    except OSError as error:
        raise no_rights(path, repr(error)) from error
    if not head:
        raise empty(path)
    if head.startswith(_NOT_SOUND):
        raise not_sound(path, "signature of another kind of file")
    if _is_protected(head, tail):
        raise UserFixable(
            "audio.protected",
            _("Запись «{name}» защищена от копирования (DRM).").format(name=path.name),
            hint=_("Возьмите её в телефонии в обычном виде: mp3, wav или m4a без защиты."),
            detail=str(path),
        )


def header_is_exact(path: Path, container: str) -> bool:
    """True when the header of this container gives the real length, not an estimate from the size of the file."""
    if container != "mp3":
        return container in _EXACT_HEADERS
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
    return b"Xing" in head or b"Info" in head


def riff_is_cut(path: Path) -> bool:
    """True for a .wav that is shorter than its header says, which FFmpeg passes over in silence."""
    with path.open("rb") as stream:
        head = stream.read(8)
        size = stream.seek(0, os.SEEK_END)
    promised = int.from_bytes(head[4:8], "little")
    # An exchange that writes while it records leaves the size at nothing or at all ones.
    return head[:4] == b"RIFF" and 0 < promised < 0xFFFFFFFF - 8 and size < 0.95 * promised


def not_sound(path: Path, detail: str) -> UserFixable:
    """The error for a file that does not open: damaged where it begins like a recording, else something different."""
    if _looks_like_sound(path):
        return broken(path, detail)
    return UserFixable(
        "audio.not_audio",
        _("Файл «{name}» — не запись разговора.").format(name=path.name),
        hint=_("Выберите звук или видео: mp3, wav, ogg, m4a, amr, flac, wma, mp4, mkv, webm."),
        detail=f"{path}: {detail}",
    )


def broken(path: Path, detail: str) -> UserFixable:
    return UserFixable(
        "audio.broken",
        _("Запись «{name}» повреждена или обрезана и не читается.").format(name=path.name),
        hint=_("Скачайте её из телефонии ещё раз."),
        detail=f"{path}: {detail}",
    )


def empty(path: Path) -> UserFixable:
    return UserFixable(
        "audio.empty",
        _("Файл «{name}» пустой: звука в нём нет.").format(name=path.name),
        hint=_("Скачайте запись из телефонии ещё раз."),
        detail=str(path),
    )


def no_sound(path: Path) -> UserFixable:
    return UserFixable(
        "audio.no_sound",
        _("В файле «{name}» нет звуковой дорожки.").format(name=path.name),
        hint=_("Выберите файл, в котором записан звук разговора."),
        detail=str(path),
    )


def too_long(path: Path, duration_s: float) -> UserFixable:
    return UserFixable(
        "audio.too_long",
        _("Запись «{name}» длиннее 12 часов: это вряд ли один разговор.").format(name=path.name),
        hint=_("Разрежьте её на отдельные разговоры и добавьте их по одному."),
        detail=f"{path}: {duration_s:.0f} s",
    )


def no_rights(path: Path, detail: str) -> UserFixable:
    """The error for a file that cannot be read: gone, or closed to this person."""
    if not path.exists():
        return UserFixable(
            "asr.file_gone",
            _("Файл записи «{name}» пропал во время работы.").format(name=path.name),
            hint=_("Верните файл на место или добавьте запись ещё раз."),
            detail=detail,
        )
    return UserFixable(
        "audio.no_rights",
        _("Нет прав на чтение файла «{name}».").format(name=path.name),
        hint=_("Откройте доступ к файлу или скопируйте его в свою папку."),
        detail=detail,
    )


def _looks_like_sound(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            head = stream.read(12)
    except OSError:
        return False
    is_mpeg = len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0
    return head.startswith(_SOUND) or head[4:8] == b"ftyp" or is_mpeg


def _is_protected(head: bytes, tail: bytes) -> bool:
    if head.startswith(_ASF):
        return any(mark in head for mark in _ASF_ENCRYPTION)
    if head[4:8] == b"ftyp":
        # The sample entry stands right behind the name of its box; looking only there keeps sound data out of it.
        places = [(part, found.start()) for part in (head, tail) for found in re.finditer(b"stsd", part)]
        return any(mark in part[at : at + 64] for part, at in places for mark in _MP4_ENCRYPTION)
    return False
