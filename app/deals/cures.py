"""What a mistyped value was probably meant to be. A proposal for a person, never written by itself. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from app.core.validation import is_inn
from app.deals.cell_checks import FREE_MAIL, email_fault, mistyped_mail
from app.deals.crm_rows import CrmColumn, read_cell_moment

_ENDINGS = {"com": r"c[o0]n|cmo|ocm|vom|xom|cim|comm|coom|cm|om|co", "ru": r"rru|ruu|r[iky]?|tu|ур|u"}
_LOOKALIKE = str.maketrans("асеорхукмтн", "aceopxykmth")


def proposed(column: CrmColumn, text: str, today: date) -> str:
    """The value that was probably meant; "" where nothing is plain."""
    makers: dict[CrmColumn, Callable[[str], str]] = {
        CrmColumn.EMAIL: _email,
        CrmColumn.INN: _inn,
        CrmColumn.CREATED_AT: lambda given: _moment(given, today),
        CrmColumn.UPDATED_AT: lambda given: _moment(given, today),
        CrmColumn.NEXT_STEP_AT: lambda given: _moment(given, today),
    }
    made = makers[column](text) if column in makers else ""
    return made if made != text else ""


def _email(text: str) -> str:
    local, _at, domain = re.sub(r"\s", "", text).replace(",", ".").lower().translate(_LOOKALIKE).partition("@")
    name, _dot, ending = domain.rpartition(".")
    if not name or "@" in domain:
        return ""
    name = mistyped_mail(name) or name
    meant = next((right for right, wrong in _ENDINGS.items() if re.fullmatch(wrong, ending)), ending)
    endings = FREE_MAIL.get(name, (meant,))
    made = f"{local}@{name}.{meant if meant in endings else endings[0]}"
    return "" if email_fault(made) else made


def _inn(text: str) -> str:
    digits = re.sub(r"\D", "", text)
    return f"0{digits}" if len(digits) in (9, 11) and is_inn(f"0{digits}") else ""


def _moment(text: str, today: date) -> str:
    """2062 for 2026: two figures of the year changed places."""
    moment = read_cell_moment(text).moment
    if moment is None:
        return ""
    year = f"{moment.year}"
    turned = int(year[:2] + year[:1:-1])
    return text.replace(year, str(turned)) if abs(turned - today.year) <= 1 and turned != moment.year else ""
