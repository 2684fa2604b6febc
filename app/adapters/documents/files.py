"""A person's file as bytes, with what can be wrong with it before anything is read from it."""

from __future__ import annotations

from pathlib import Path

from app.core.errors import UserFixable
from app.core.i18n import _

MEGABYTE = 1 << 20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Name of the stream in which Office keeps a file under a password. Source: MS-OFFCRYPTO 2.3.4.4.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def content_of(path: Path, most_bytes: int) -> bytes:
    """The bytes of a file.

    Raises:
        UserFixable: ``file.missing``, ``file.no_rights``, ``file.empty``, ``file.too_large``.
    """
    try:
        if path.is_dir():
            raise IsADirectoryError(str(path))
        size = path.stat().st_size
        if size > most_bytes:
            raise too_large(path, most_bytes)
        content = path.read_bytes() if size else b""
    except FileNotFoundError as error:
        raise UserFixable(
            "file.missing",
            _("Файла «{name}» больше нет на месте.").format(name=path.name),
            hint=_("Проверьте, не переместили ли его, и выберите снова."),
            detail=str(path),
        ) from error
    except OSError as error:
        raise UserFixable(
            "file.no_rights",
            _("Файл «{name}» не открывается: нет прав или он занят другой программой.").format(name=path.name),
            hint=_("Закройте его в другой программе или скопируйте в свою папку и выберите копию."),
            detail=repr(error),
        ) from error
    if not content.strip(b"\x00 \t\r\n"):
        raise UserFixable(
            "file.empty",
            _("Файл «{name}» пуст.").format(name=path.name),
            hint=_("Если он скачивался, дождитесь конца и выберите его снова."),
            detail=str(path),
        )
    return content


def too_large(path: Path, most_bytes: int) -> UserFixable:
    return UserFixable(
        "file.too_large",
        _("Файл «{name}» больше {count} МБ.").format(name=path.name, count=most_bytes // MEGABYTE),
        hint=_("Разделите его на части и загрузите каждую."),
        detail=str(path),
    )


def is_ole(content: bytes) -> bool:
    """Whether it is a file of the old Office kind, or a new one under a password."""
    return content.startswith(_OLE)


def has_password(content: bytes) -> bool:
    """Whether it is a docx or xlsx under a password."""
    return is_ole(content) and _ENCRYPTED in content
