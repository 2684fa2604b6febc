"""amoCRM's long-lived token: whether a text is one, and what it says of itself.

The token is only read, never checked: its signature is amoCRM's business.
"""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, datetime
from typing import Any

from app.core.errors import UserFixable
from app.core.i18n import _

_JWT = re.compile(r"[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}")
_OTHERS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"https?://.*", re.IGNORECASE | re.DOTALL), "address"),
    (re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE), "id"),
    (re.compile(r"def[0-9a-f]{100,}", re.IGNORECASE), "code"),
    (re.compile(r"\w{64}"), "secret"),
)
_NEEDED_SCOPE = "crm"


def checked_token(text: str) -> str:
    """The token without what is copied along with it.

    Raises:
        UserFixable: ``crm.secret_form``; the hint says what was pasted instead where that can be told.
    """
    token = re.sub(r"^bearer\s+", "", text.strip().strip("\"'"), flags=re.IGNORECASE)
    token = re.sub(r"\s+", "", token)
    if _JWT.fullmatch(token) and _told(token):
        return token
    pasted = next((name for pattern, name in _OTHERS if pattern.fullmatch(token)), "")
    reasons = {
        "address": _("Вставлен адрес, а нужен ключ."),
        "id": _("Вставлен «ID интеграции», а нужен долгосрочный токен."),
        "code": _("Вставлен «Код авторизации», а нужен долгосрочный токен."),
        "secret": _("Вставлен «Секретный ключ», а нужен долгосрочный токен."),
    }
    cure = _(
        "В amoCRM откройте интеграцию, «Ключи и доступы», «Сгенерировать долгосрочный токен», и вставьте его целиком."
    )
    raise UserFixable(
        "crm.secret_form",
        _("Это не похоже на долгосрочный токен amoCRM."),
        hint=f"{reasons.get(pasted, '')} {cure}".strip(),
        action="open_settings_crm",
    )


def expires_at(token: str) -> datetime | None:
    """When the token lapses; None where it does not say."""
    try:
        return datetime.fromtimestamp(int(_told(token)["exp"]), UTC)
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        return None


def missing_scopes(token: str) -> tuple[str, ...]:
    """Scopes that are needed and that the token does not name."""
    scopes = _told(token).get("scopes")
    return (_NEEDED_SCOPE,) if isinstance(scopes, list) and _NEEDED_SCOPE not in scopes else ()


def _told(token: str) -> dict[str, Any]:
    payload = token.split(".")[1] if token.count(".") == 2 else ""
    try:
        told = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
