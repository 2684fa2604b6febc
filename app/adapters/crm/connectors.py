"""The connector of an account, whichever CRM it is of: the one place that knows all vendors."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from app.adapters.crm.guarded import Guarded
from app.adapters.crm.pace import Paces
from app.core.clock import Clock
from app.core.errors import UserFixable
from app.core.i18n import _
from app.delivery.model import CrmAccount, CrmKind
from app.delivery.ports import CrmConnector

_AMOCRM_HOSTS = (".amocrm.ru", ".amocrm.com", ".kommo.com")
_WEBHOOK = re.compile(r"(?:^|/)rest/(?:api/)?\d+/\w+")
_JWT = re.compile(r"[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}")
_HAS_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_SITES = re.compile(r"(?:www\.)?(?:amocrm\.(?:ru|com)|kommo\.com|bitrix24\.\w+|odoo\.com)|(?:auth|oauth)\.bitrix\S*")
_OWN_PAGES = {
    CrmKind.BITRIX24: re.compile(r"/(?:crm|company|stream|devops|rest|online|tasks|workgroups|marketplace)(?:/|$).*"),
    CrmKind.ODOO: re.compile(r"/(?:web|odoo|json|my)(?:/|$).*"),
    CrmKind.AMOCRM: re.compile(r"/.*"),
}
"""Where the pages of a CRM begin behind the portal's address: people copy the address of the page they look at."""


class Connectors:
    """The `ConnectorMaker` of the program. Connectors of one portal keep to its limit together.

    Args:
        clock: What day it is, and seconds for keeping to the limits.
        wait: Waits so many seconds, True if the wait was broken off (`CancelToken.wait`); without it nothing breaks off
            a wait for a CRM's limit.
        paces: Shared with whoever else asks the same portals.
    """

    def __init__(self, clock: Clock, wait: Callable[[float], bool] | None = None, paces: Paces | None = None) -> None:
        self._means = _Means(clock, wait, paces or Paces())

    def __call__(self, account: CrmAccount, secret: str) -> CrmConnector:
        """The connector of this account; nothing is sent yet.

        Raises:
            UserFixable: ``crm.address``, ``crm.secret_form``; the hint says what was probably pasted instead.
        """
        key = secret.strip()
        _check_secret(account.kind, key)
        place = portal_of(account.kind, account.address)
        return Guarded(_MAKERS[account.kind](replace(account, address=place), key, self._means))


def portal_of(kind: CrmKind, address: str) -> str:
    """The portal's address out of that of any of its pages; "" for none, which a whole webhook may make up for.

    Raises:
        UserFixable: ``crm.address`` for an address that holds a key or is another CRM's.
    """
    plain = address.strip()
    if not plain:
        return ""
    if _WEBHOOK.search(plain):
        raise _unfit(
            _("В поле адреса вставлен ключ."),
            _("Вставьте вебхук целиком в поле ключа: адрес виден на экране, а ключ хранится отдельно."),
        )
    if not _HAS_SCHEME.match(plain):
        plain = f"https://{plain}"
    try:
        parts = urlsplit(plain)
        host = parts.hostname or ""
    except ValueError:
        raise _unfit(_("Это не адрес портала."), _copy_address()) from None
    if _SITES.fullmatch(host):
        raise _unfit(
            _("Это сайт самой CRM, а не ваш портал: {host}.").format(host=host),
            _("Откройте свои сделки и скопируйте адрес оттуда, например https://kompaniya.amocrm.ru."),
        )
    is_amocrm = host.endswith(_AMOCRM_HOSTS)
    if is_amocrm and kind is not CrmKind.AMOCRM:
        raise _unfit(
            _("Это адрес amoCRM: {host}.").format(host=host),
            _("Выберите amoCRM или вставьте адрес выбранной CRM."),
        )
    return f"{parts.scheme}://{parts.netloc}{_OWN_PAGES[kind].sub('', parts.path)}".rstrip("/")


def _check_secret(kind: CrmKind, key: str) -> None:
    """What is surely another key than this CRM's; the connectors look at the rest."""
    if not key:
        raise _wrong_key(_("Ключ подключения не введён."), _where(kind))
    if kind is CrmKind.AMOCRM:
        return
    if _JWT.fullmatch(key) and key.startswith("eyJ"):
        raise _wrong_key(_("Это токен amoCRM."), _where(kind))
    if kind is CrmKind.BITRIX24 and (reason := _not_a_webhook(key)):
        raise _wrong_key(reason, _where(kind))
    if kind is CrmKind.ODOO and _HAS_SCHEME.match(key):
        raise _wrong_key(_("Вставлен адрес, а нужен ключ API."), _where(kind))
    if kind is CrmKind.ODOO and not re.fullmatch(r"\w{20,}", key):
        raise _wrong_key(_("Это похоже на пароль, а нужен ключ API."), _where(kind))


def _not_a_webhook(key: str) -> str:
    if _HAS_SCHEME.match(key) and not _WEBHOOK.search(key):
        return _("Вставлен адрес страницы, а нужен адрес вебхука.")
    if key.startswith(("local.", "app.")):
        return _("Вставлен код приложения, а нужен входящий вебхук.")
    if re.fullmatch(r"\w{10,64}", key):
        return _("Вставлена только часть вебхука, без номера сотрудника.")
    return ""


def _where(kind: CrmKind) -> str:
    return {
        CrmKind.BITRIX24: _("Скопируйте вебхук целиком: https://портал/rest/1/ключ/."),
        CrmKind.AMOCRM: _("В amoCRM откройте интеграцию, «Ключи и доступы», «Сгенерировать долгосрочный токен»."),
        CrmKind.ODOO: _(
            "Создайте его в Odoo: «My Preferences» («Мои настройки»), вкладка «Безопасность», «Ключи API»."
        ),
    }[kind]


def _copy_address() -> str:
    return _("Скопируйте адрес портала из браузера; он начинается с https://.")


def _wrong_key(message: str, hint: str) -> UserFixable:
    return UserFixable("crm.secret_form", message, hint=hint, action="open_settings_crm")


def _unfit(message: str, hint: str) -> UserFixable:
    return UserFixable("crm.address", message, hint=hint, action="open_settings_crm")


@dataclass(frozen=True, slots=True)
class _Means:
    clock: Clock
    wait: Callable[[float], bool] | None
    paces: Paces = field(default_factory=Paces)


# Each vendor is imported when its first account is: a window with no CRM loads none of them.


def _bitrix24(account: CrmAccount, secret: str, means: _Means) -> CrmConnector:
    from app.adapters.crm.bitrix24 import Bitrix24

    return Bitrix24(account, secret, clock_s=means.clock.monotonic_s, wait=means.wait, paces=means.paces)


def _amocrm(account: CrmAccount, secret: str, means: _Means) -> CrmConnector:
    from app.adapters.crm.amocrm import AmoCrm

    return AmoCrm(account, secret, clock=means.clock, wait=means.wait, paces=means.paces)


def _odoo(account: CrmAccount, secret: str, means: _Means) -> CrmConnector:
    from app.adapters.crm.odoo import Odoo

    return Odoo(account, secret, clock_s=means.clock.monotonic_s, wait=means.wait, paces=means.paces)


_MAKERS: dict[CrmKind, Callable[[CrmAccount, str, _Means], CrmConnector]] = {
    CrmKind.BITRIX24: _bitrix24,
    CrmKind.AMOCRM: _amocrm,
    CrmKind.ODOO: _odoo,
}
