"""A letter as a file (.eml) that a mail program opens as an unsent draft; the program itself sends nothing."""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from app.core.errors import UserFixable
from app.core.i18n import _

_TYPES = {".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".pdf": "application/pdf"}


def mail_draft(*, subject: str, text: str, to: str = "", sender: str = "", attachments: Sequence[Path] = ()) -> bytes:
    """See `app.proposal.ports.MailDraft`."""
    message = EmailMessage(policy=SMTP)
    # Outlook opens a letter with this header for editing, as one that is not sent yet.
    message["X-Unsent"] = "1"
    message["Subject"] = _one_line(subject)
    for header, value in (("To", to), ("From", sender)):
        if (address := _address(value)) is not None:
            message[header] = address
    message.set_content(text, charset="utf-8", cte="base64")
    for path in attachments:
        kind = _TYPES.get(path.suffix.lower()) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        main, _slash, sub = kind.partition("/")
        message.add_attachment(_content(path), maintype=main, subtype=sub, filename=path.name)
    return message.as_bytes()


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UserFixable(
            "document.missing",
            _("Файла «{name}» нет на месте.").format(name=path.name),
            hint=_("Сделайте КП заново."),
            detail=repr(error),
        ) from error


def _address(text: str) -> Address | None:
    """An address that can stand in a letter; a misspelt one is left for the person to write."""
    plain = _one_line(text)
    try:
        return Address(addr_spec=plain) if plain and plain.isascii() else None
    except (ValueError, IndexError):
        return None


def _one_line(text: str) -> str:
    return " ".join(text.split())
