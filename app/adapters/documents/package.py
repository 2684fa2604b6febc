"""The .docx file as a package: what is refused before anything opens it, and how a new one is put on the disk."""

from __future__ import annotations

import errno
import io
import re
import zipfile
from pathlib import Path

from app.core.errors import UserFixable
from app.core.i18n import _

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MOST_BYTES = 300 * 1024 * 1024
_MACRO_PARTS = re.compile(r"(^|/)(vbaProject|vbaData)\.(bin|xml)$|(^|/)activeX/", re.IGNORECASE)
_RUNS_BY_ITSELF = re.compile(rb"<w:instrText[^>]*>\s*(DDEAUTO|DDE)\b", re.IGNORECASE)


def read_template(path: Path) -> bytes:
    """The bytes of a Word template that is safe to open.

    Raises:
        UserFixable: ``template.missing``, ``template.broken``, ``template.macros``, ``template.code``.
    """
    return _checked(path, "template")


def read_document(path: Path) -> bytes:
    """The bytes of a finished document. Raises UserFixable ``document.broken``, ``document.missing``."""
    return _checked(path, "document")


def write_new(into: Path, content: bytes) -> None:
    """Put a new file on the disk, whole or not at all; one that is there already is never touched.

    Raises:
        UserFixable: ``document.exists``, ``document.no_rights``, ``document.disk_full``, ``document.write``.
    """
    try:
        into.parent.mkdir(parents=True, exist_ok=True)
        stream = into.open("xb")
    except FileExistsError as error:
        raise UserFixable(
            "document.exists",
            _("Файл «{name}» уже есть и не будет перезаписан.").format(name=into.name),
            hint=_("Выберите другое имя или сделайте новую редакцию КП."),
            detail=str(into),
        ) from error
    except OSError as error:
        raise _write_fault(into, error) from error
    try:
        with stream:
            stream.write(content)
    except OSError as error:
        into.unlink(missing_ok=True)
        raise _write_fault(into, error) from error


def broken(path: Path, what: str, detail: str) -> UserFixable:
    """The error for a file that is no readable .docx."""
    if what == "template":
        return UserFixable(
            "template.broken",
            _("Файл «{name}» не читается как документ Word.").format(name=path.name),
            hint=_("Откройте его в Word и сохраните заново в формате .docx."),
            detail=detail,
            action="open_settings",
        )
    return UserFixable(
        "document.broken",
        _("Готовый документ «{name}» не читается.").format(name=path.name),
        hint=_("Сделайте КП заново; если не поможет, выберите другой шаблон."),
        detail=detail,
    )


def _checked(path: Path, what: str) -> bytes:
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise _missing(path, what) from error
    except OSError as error:
        raise UserFixable(
            "document.locked",
            _("Файл «{name}» не открывается.").format(name=path.name),
            hint=_("Закройте его в Word и проверьте права на папку."),
            detail=repr(error),
        ) from error
    if content.startswith(_OLE):
        raise UserFixable(
            "template.old_format",
            _("«{name}» — старый формат Word или документ с паролем.").format(name=path.name),
            hint=_("Откройте его в Word, снимите пароль и сохраните в формате .docx."),
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = package.namelist()
            if sum(entry.file_size for entry in package.infolist()) > _MOST_BYTES:
                raise broken(path, what, "too large when unpacked")
            if "word/document.xml" not in names:
                raise broken(path, what, "no word/document.xml")
            types = package.read("[Content_Types].xml")
            body = package.read("word/document.xml")
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, EOFError) as error:
        raise broken(path, what, repr(error)) from error
    except OSError as error:
        raise broken(path, what, repr(error)) from error
    if b"macroEnabled" in types or any(map(_MACRO_PARTS.search, names)):
        raise UserFixable(
            "template.macros",
            _("В файле «{name}» есть макросы, такие шаблоны не принимаются.").format(name=path.name),
            hint=_("Сохраните его в Word как «Документ Word (.docx)»: макросы будут убраны."),
            action="open_settings",
        )
    if _RUNS_BY_ITSELF.search(body):
        raise code_refused(path, "DDE field")
    return content


def code_refused(path: Path, detail: str) -> UserFixable:
    """The error for a template that tries to do more than show values."""
    return UserFixable(
        "template.code",
        _("Шаблон «{name}» пытается выполнить код, КП по нему не делается.").format(name=path.name),
        hint=_("Возьмите шаблон из надёжного источника или уберите из него всё, кроме подстановок."),
        detail=detail,
        action="open_settings",
    )


def _missing(path: Path, what: str) -> UserFixable:
    if what == "template":
        return UserFixable(
            "template.missing",
            _("Шаблона «{name}» нет на месте.").format(name=path.name),
            hint=_("Выберите шаблон заново в настройках."),
            detail=str(path),
            action="open_settings",
        )
    return UserFixable(
        "document.missing",
        _("Файла «{name}» нет на месте.").format(name=path.name),
        hint=_("Сделайте КП заново."),
        detail=str(path),
    )


def _write_fault(into: Path, error: OSError) -> UserFixable:
    if error.errno in {errno.ENOSPC, errno.EDQUOT if hasattr(errno, "EDQUOT") else errno.ENOSPC}:
        return UserFixable(
            "document.disk_full",
            _("На диске нет места для файла «{name}».").format(name=into.name),
            hint=_("Освободите место и повторите."),
            detail=repr(error),
        )
    if isinstance(error, PermissionError):
        return UserFixable(
            "document.no_rights",
            _("Файл «{name}» нельзя записать в эту папку.").format(name=into.name),
            hint=_("Закройте файл в Word, если он открыт, или выберите другую папку."),
            detail=repr(error),
        )
    return UserFixable(
        "document.write",
        _("Файл «{name}» не записан.").format(name=into.name),
        hint=_("Проверьте, что папка есть и имя файла не слишком длинное."),
        detail=repr(error),
    )
